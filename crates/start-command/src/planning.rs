//! A start command as a plan: runners and tools replaced, command words looked up.

mod lists;
mod packages;
mod programs;
mod state;

use std::path::PathBuf;

use start_runtime::OF_A_SHELL;
use start_runtime::plan::{Command, Item, Plan, When};

use self::state::{
    After, Judged, Pending, Planning, Scope, is_shell, operands, plain, takes_command,
};
use crate::builtin;
use crate::development::{self, Verdict};
use crate::image::Image;
use crate::planned::{Located, Planned};
use crate::refusal::{Reason, Refusal};
use crate::runner::Scripts;
use crate::script::Script;
use crate::syntax::{self, Simple};

/// What a process takes as one argument, in bytes, the NUL at its end among them (`MAX_ARG_STRLEN`, execve(2)).
const LONGEST_ARGUMENT: usize = 128 * 1024;

/// Decides a start command.
///
/// `scripts` is what package managers for Node would know of the app, `None` where there are none.
///
/// # Errors
/// When it can't be run without a shell, or not in this image.
pub fn plan(
    script: &Script,
    image: &dyn Image,
    scripts: Option<&Scripts>,
) -> Result<Planned, Refusal> {
    let mut planner = Planner {
        image,
        root: scripts,
        notices: Vec::new(),
        at_build: Vec::new(),
        programs: Vec::new(),
        chain: Vec::new(),
    };
    let mut scope = Scope {
        scripts,
        directory: Some(PathBuf::new()),
        has_run: false,
    };
    let after = After {
        leads: true,
        followed: When::Always,
        last: true,
    };
    let items = planner.list(script, &mut scope, after)?;
    if items.is_empty() {
        return Err(Refusal {
            reason: Reason::Nothing,
            place: script.whole(),
        });
    }
    let plan = Plan { items };
    let argument = plan.to_argument().unwrap_or_default();
    if argument.len() >= LONGEST_ARGUMENT {
        return Err(Refusal {
            reason: Reason::TooLong,
            place: script.place(0..1),
        });
    }
    Ok(Planned {
        plan,
        notices: planner.notices,
        at_build: planner.at_build,
        programs: planner.programs,
    })
}

struct Planner<'a> {
    image: &'a dyn Image,
    root: Option<&'a Scripts>,
    notices: Vec<String>,
    at_build: Vec<String>,
    programs: Vec<Located>,
    /// The scripts that are being put in place, outermost first.
    chain: Vec<String>,
}

impl<'a> Planner<'a> {
    fn list(
        &mut self,
        script: &Script,
        scope: &mut Scope<'a>,
        after: After,
    ) -> Result<Vec<Item>, Refusal> {
        let commands = syntax::read(script)?;
        let joins: Vec<When> = commands.iter().map(|command| command.when).collect();
        let mut items: Vec<Item> = Vec::new();
        for (index, simple) in commands.into_iter().enumerate() {
            let last = index + 1 == joins.len();
            let after = After {
                leads: after.leads && items.is_empty(),
                followed: joins.get(index + 1).copied().unwrap_or(after.followed),
                last: after.last && last,
            };
            let when = simple.when;
            let place = simple.place.clone();
            match self.simple(simple, scope, after)? {
                Planning::Command(command) => {
                    scope.has_run |= matches!(command, Command::Run(_) | Command::Group(_));
                    let when = if items.is_empty() { When::Always } else { when };
                    items.push(Item { when, command });
                }
                Planning::AtBuild => self.at_build.push(place.token),
                Planning::Nothing => {}
            }
        }
        Ok(items)
    }

    fn simple(
        &mut self,
        simple: Simple,
        scope: &mut Scope<'a>,
        after: After,
    ) -> Result<Planning, Refusal> {
        if simple.words.is_empty() {
            return Ok(Planning::Command(Command::Assign(simple.assignments)));
        }
        let mut pending = Pending {
            simple,
            environment: Vec::new(),
            exec: false,
            runner: None,
        };
        loop {
            let words = plain(&pending.simple.words);
            let Some(name) = words.first() else {
                return Ok(Planning::Command(self.at_run_time(pending)));
            };
            let refuse = Refusal::at(pending.simple.words[0].place.clone());
            let is_wrapped = pending.exec || !pending.environment.is_empty();
            if builtin::is_builtin(name) && !is_wrapped {
                let command = builtin::command(name, &pending.simple)?;
                let certain =
                    pending.simple.when != When::Failure && after.followed != When::Failure;
                self.moved(&command, scope, certain)
                    .map_err(|reason| Refusal {
                        reason,
                        place: pending.simple.words.swap_remove(1).place,
                    })?;
                return Ok(Planning::Command(command));
            }
            match name.as_str() {
                "exec" if !is_wrapped && takes_command(&words, &pending) => {
                    pending.simple.words.remove(0);
                    pending.exec = true;
                    continue;
                }
                "env" | "cross-env" | "cross-env-shell" if pending.environment.is_empty() => {
                    Self::environment(&mut pending, name)?;
                    continue;
                }
                "exec" => {
                    return Err(refuse(operands(
                        "exec",
                        "a command to run in place of the shell",
                    )));
                }
                "." | "source" => return Err(refuse(Reason::ShellProgram)),
                name if is_shell(name) => return Err(refuse(Reason::ShellProgram)),
                name if OF_A_SHELL.contains(&name) => return Err(refuse(Reason::OfAShell)),
                _ => {}
            }
            match self.judge(&words, &mut pending, scope, after)? {
                Judged::Done(planning) => return Ok(planning),
                Judged::Again => {}
                Judged::LookUp => {
                    return self
                        .look_up(&words[0], &mut pending, scope)
                        .map(Planning::Command);
                }
            }
        }
    }

    /// Runners, tools for development and package managers.
    fn judge(
        &mut self,
        words: &[String],
        pending: &mut Pending,
        scope: &Scope<'a>,
        after: After,
    ) -> Result<Judged, Refusal> {
        let refuse = Refusal::at(pending.simple.words[0].place.clone());
        if let Some(judged) = self.without_runner(words, pending, scope, after)? {
            return Ok(judged);
        }
        let tool = words[0].clone();
        match development::judge(words, scope.scripts) {
            Verdict::Replace {
                dropped,
                words,
                notice,
            } => {
                self.notices.push(notice);
                pending.replace(dropped, &words);
                if pending.simple.words.is_empty() {
                    return Err(refuse(Reason::Nothing));
                }
                Ok(Judged::Again)
            }
            Verdict::Script { name, notice } => {
                self.notices.push(notice);
                pending.simple.words.truncate(1);
                self.script(name, pending, scope, after).map(Judged::Done)
            }
            Verdict::AtBuild if after.leads && after.followed == When::Success => {
                Ok(Judged::Done(Planning::AtBuild))
            }
            Verdict::Refuse(instead) => Err(refuse(Reason::Tool { tool, instead })),
            Verdict::StaticSite => Err(refuse(Reason::StaticSite { tool })),
            Verdict::Keep | Verdict::AtBuild => self.managed(words, pending, scope, after),
        }
    }
}
