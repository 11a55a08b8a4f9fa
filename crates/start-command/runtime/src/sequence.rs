//! Runs a plan: commands one after the other, the last in place of this process.

mod launch;

use std::ffi::OsString;

use crate::builtins::{self, say};
use crate::expansion::{self, ExpansionError};
use crate::plan::{Assignment, Command, Export, Item, Plan, When, Word};
use crate::process::Processes;
use crate::variables::Variables;

/// The status of a shell that a failed expansion or a wrong operand ended, as dash has it.
const FATAL: u8 = 2;

/// How a command, or a list of them, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// With this status; what follows may run.
    Status(u8),
    /// Nothing follows.
    Exit(u8),
}

/// A plan while it runs.
pub struct Sequence {
    variables: Variables,
    processes: Processes,
    arguments: Vec<OsString>,
    stop_on_failure: bool,
    status: u8,
}

/// Where a command stands.
#[derive(Debug, Clone, Copy)]
struct Position {
    /// Nothing can run after it.
    last: bool,
    /// `&&` or `||` asks for its status, so `set -e` doesn't.
    tested: bool,
}

impl Sequence {
    /// A sequence in the directory of this process. The arguments go behind those of the last program.
    #[must_use]
    pub fn new(mut variables: Variables, processes: Processes, arguments: Vec<OsString>) -> Self {
        builtins::enter(&mut variables);
        Self {
            variables,
            processes,
            arguments,
            stop_on_failure: false,
            status: 0,
        }
    }

    /// Runs a plan; the returned exit status is that of a plan whose last command was none of a program, or
    /// whose last program could not be started in place of this process.
    pub fn run(&mut self, plan: &Plan) -> u8 {
        let position = Position {
            last: true,
            tested: false,
        };
        match self.list(&plan.items, position) {
            Outcome::Status(status) | Outcome::Exit(status) => status,
        }
    }

    fn list(&mut self, items: &[Item], position: Position) -> Outcome {
        for (index, item) in items.iter().enumerate() {
            let skipped = match item.when {
                When::Always => false,
                When::Success => self.status != 0,
                When::Failure => self.status == 0,
            };
            if skipped {
                continue;
            }
            let next = items.get(index + 1);
            let tested = next.is_some_and(|next| next.when != When::Always);
            let position = Position {
                last: position.last && next.is_none(),
                tested: position.tested || tested,
            };
            match self.command(&item.command, position) {
                Outcome::Status(status) => self.status = status,
                exit @ Outcome::Exit(_) => return exit,
            }
            if self.stop_on_failure && self.status != 0 && !position.tested {
                return Outcome::Exit(self.status);
            }
        }
        Outcome::Status(self.status)
    }

    fn command(&mut self, command: &Command, position: Position) -> Outcome {
        let done = match command {
            Command::Group(items) => return self.group(items, position),
            Command::Run(program) => self.program(program, position),
            Command::Assign(assignments) => self.assign(assignments),
            Command::Export(exports) => self.export(exports),
            Command::Unset(names) => {
                for name in names {
                    self.variables.unset(name);
                }
                Ok(Outcome::Status(0))
            }
            Command::StopOnFailure => {
                self.stop_on_failure = true;
                Ok(Outcome::Status(0))
            }
            Command::True(words) => self.fields(words).map(|_| Outcome::Status(0)),
            Command::False(words) => self.fields(words).map(|_| Outcome::Status(1)),
            Command::Cd(words) => self.fields(words).map(|fields| {
                let directory = fields.first().map(OsString::as_os_str);
                Outcome::Status(builtins::cd(directory, &mut self.variables))
            }),
            Command::Echo(words) => self
                .fields(words)
                .map(|fields| Outcome::Status(builtins::echo(&fields))),
            Command::Sleep(words) => self.fields(words).map(|fields| self.sleep(&fields)),
            Command::Exit(words) => self.fields(words).map(|fields| self.exit(fields.first())),
        };
        done.unwrap_or_else(|error| {
            say(&error.to_string());
            Outcome::Exit(FATAL)
        })
    }

    fn fields(&mut self, words: &[Word]) -> Result<Vec<OsString>, ExpansionError> {
        expansion::fields(words, &mut self.variables)
    }

    /// A shell of its own, as package managers start one for each script: it inherits what is exported, and neither
    /// `set -e` nor that its status is asked for.
    fn group(&mut self, items: &[Item], position: Position) -> Outcome {
        let variables = self.variables.clone();
        let stop_on_failure = self.stop_on_failure;
        let directory = std::env::current_dir();
        self.variables.forget_unexported();
        builtins::enter(&mut self.variables);
        self.stop_on_failure = false;
        self.status = 0;
        let position = Position {
            tested: false,
            ..position
        };
        let (Outcome::Status(status) | Outcome::Exit(status)) = self.list(items, position);
        if self.processes.asked_to_end() {
            return Outcome::Exit(status);
        }
        self.variables = variables;
        self.stop_on_failure = stop_on_failure;
        if let Err(error) = directory.and_then(std::env::set_current_dir) {
            say(&format!(
                "the directory from before a script is gone: {error}"
            ));
            return Outcome::Exit(FATAL);
        }
        Outcome::Status(status)
    }

    fn assign(&mut self, assignments: &[Assignment]) -> Result<Outcome, ExpansionError> {
        for Assignment { name, value } in assignments {
            let value = expansion::value(value, &mut self.variables)?;
            self.variables.set(name, value);
        }
        Ok(Outcome::Status(0))
    }

    fn export(&mut self, exports: &[Export]) -> Result<Outcome, ExpansionError> {
        // All are expanded before the first is set, as arguments of a command are.
        let mut values = Vec::new();
        for Export { name, value } in exports {
            let value = value.as_ref();
            let value = value.map(|value| expansion::value(value, &mut self.variables));
            values.push((name, value.transpose()?));
        }
        for (name, value) in values {
            if let Some(value) = value {
                self.variables.set(name, value);
            }
            self.variables.export(name);
        }
        Ok(Outcome::Status(0))
    }

    fn sleep(&mut self, fields: &[OsString]) -> Outcome {
        let Some(duration) = builtins::duration(fields) else {
            say("sleep: a number of seconds is needed, or several, with s, m, h or d behind them");
            return Outcome::Status(1);
        };
        match self.processes.sleep(duration) {
            Ok(None) => Outcome::Status(0),
            Ok(Some(status)) => Outcome::Exit(status),
            Err(error) => {
                say(&error.to_string());
                Outcome::Status(1)
            }
        }
    }

    fn exit(&self, field: Option<&OsString>) -> Outcome {
        let Some(field) = field else {
            return Outcome::Exit(self.status);
        };
        // dash: modulo 256, and a number that is none is an error of the shell.
        let number = field
            .to_str()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let number = number.and_then(|text| text.parse::<u32>().ok());
        number
            .filter(|number| i32::try_from(*number).is_ok())
            .map_or_else(
                || {
                    say(&format!("exit: not a number: {}", field.display()));
                    Outcome::Exit(FATAL)
                },
                |number| Outcome::Exit(u8::try_from(number % 256).unwrap_or(FATAL)),
            )
    }
}
