//! Programs of a plan: their words, their environment, their file.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use super::{Outcome, Position, Sequence};
use crate::builtins::{self, say};
use crate::expansion::{self, ExpansionError};
use crate::plan::{Assignment, Program};
use crate::process::{self, Ended};

impl Sequence {
    pub(super) fn program(
        &mut self,
        program: &Program,
        position: Position,
    ) -> Result<Outcome, ExpansionError> {
        let mut fields = self.fields(&program.words)?;
        let mut remembered = Vec::new();
        for Assignment { name, value } in &program.assignments {
            let value = expansion::value(value, &mut self.variables)?;
            remembered.push((name, self.variables.remember(name)));
            self.variables.set(name, value);
            if !fields.is_empty() {
                self.variables.export(name);
            }
        }
        if fields.is_empty() {
            // No command after all: the assignments hold for the rest.
            return Ok(Outcome::Status(0));
        }
        let mut environment = Vec::new();
        if program.environment {
            let is_assignment =
                |field: &OsString| field.as_bytes().iter().skip(1).any(|byte| *byte == b'=');
            let end = fields.iter().position(|field| !is_assignment(field));
            environment = fields.drain(..end.unwrap_or(fields.len())).collect();
        }
        if position.last {
            fields.append(&mut self.arguments);
        }
        let outcome = self.start(program, &environment, &fields, position);
        for (name, variable) in remembered.into_iter().rev() {
            self.variables.restore(name, variable);
        }
        Ok(outcome)
    }

    fn start(
        &mut self,
        program: &Program,
        environment: &[OsString],
        fields: &[OsString],
        position: Position,
    ) -> Outcome {
        let ends = position.last || program.exec;
        let outcome = |status| {
            if ends {
                Outcome::Exit(status)
            } else {
                Outcome::Status(status)
            }
        };
        let Some(name) = fields.first() else {
            say("env: no program left to start");
            return outcome(125);
        };
        if let Some(refusal) = builtins::of_a_shell(name).filter(|_| !program.environment) {
            say(&refusal);
            return Outcome::Exit(process::CANNOT_RUN);
        }
        let variables = self.variables.environment();
        let mut all: Vec<(OsString, OsString)> = variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        for assignment in environment {
            let bytes = assignment.as_bytes();
            let end = 1 + bytes
                .iter()
                .skip(1)
                .position(|byte| *byte == b'=')
                .unwrap_or_default();
            let name = OsStr::from_bytes(&bytes[..end]);
            all.retain(|(other, _)| other != name);
            all.push((
                name.to_owned(),
                OsStr::from_bytes(&bytes[end + 1..]).to_owned(),
            ));
        }
        let set = environment
            .iter()
            .rev()
            .find_map(|field| field.as_bytes().strip_prefix(b"PATH="));
        let path = set
            .map(OsStr::from_bytes)
            .or_else(|| self.variables.get("PATH"))
            .unwrap_or_default();
        let file = match process::find(name, path) {
            Ok(file) => file,
            Err(error) => {
                say(&error.to_string());
                return outcome(error.status());
            }
        };
        let command = process::Command {
            file,
            words: fields,
            environment: all,
        };
        self.hand_over(&command, ends, program.stay)
    }

    fn hand_over(&mut self, command: &process::Command<'_>, ends: bool, stay: bool) -> Outcome {
        let ended = if ends && !(stay && self.processes.is_first()) {
            self.processes.replace(command)
        } else {
            self.processes.run(command, ends)
        };
        match ended {
            Ok(Ended {
                status,
                asked_to_end,
            }) if ends || asked_to_end => Outcome::Exit(status),
            Ok(Ended { status, .. }) => Outcome::Status(status),
            Err(error) => {
                say(&error.to_string());
                let status = error.status();
                if ends {
                    Outcome::Exit(status)
                } else {
                    Outcome::Status(status)
                }
            }
        }
    }
}
