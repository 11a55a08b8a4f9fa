//! Command words: looked up in the image, in the directory that the commands before have led to.

use std::path::Path;

use start_runtime::plan::{Command, Program, Word};

use super::Planner;
use super::state::{After, Judged, Pending, Scope, plain};
use crate::environments::{self, Left};
use crate::image::{Call, Found, Made};
use crate::planned::Located;
use crate::refusal::{Missing, Reason, Refusal, RunnerProblem};
use crate::runner::Scripts;

impl<'a> Planner<'a> {
    pub(super) fn look_up(
        &mut self,
        name: &str,
        pending: &mut Pending,
        scope: &Scope<'a>,
    ) -> Result<Command, Refusal> {
        let place = pending.simple.words[0].place.clone();
        let directory = match &scope.directory {
            Some(directory) => directory.as_path(),
            // It depends on a variable where this is, and a name without a slash on the PATH only.
            None if !name.contains('/') => Path::new(""),
            None => return Ok(Self::program(pending, true)),
        };
        let call = Call {
            words: &plain(&pending.simple.words),
            variables: &variables(pending),
            directory: scope.directory.as_deref(),
        };
        if let Some(made) = self.image.made(&call) {
            return self.already_made(made, pending);
        }
        let found = self.image.find(name, directory).map_err(|missing| {
            let reason = match (missing, pending.runner) {
                (Missing::NotFound { looked }, Some(runner)) => {
                    Reason::Runner(RunnerProblem::NotInEnvironment { runner, looked })
                }
                (missing, _) => Reason::Command(missing),
            };
            Refusal::at(place.clone())(reason)
        })?;
        let Found {
            words,
            file,
            ignores_sigterm,
        } = found;
        self.programs.push(Located {
            file,
            place: place.clone(),
        });
        if words != [name] {
            pending.replace(1, &words);
        }
        Ok(Self::program(pending, ignores_sigterm))
    }

    fn already_made(
        &mut self,
        made: Result<Made, (usize, Missing)>,
        pending: &mut Pending,
    ) -> Result<Command, Refusal> {
        let place = |index: usize| pending.simple.words[index].place.clone();
        let Made {
            dropped,
            named,
            found,
        } = made.map_err(|(index, missing)| Refusal {
            reason: Reason::Command(missing),
            place: place(index),
        })?;
        self.programs.push(Located {
            file: found.file,
            place: place(named),
        });
        let written = plain(&pending.simple.words)[..dropped].join(" ");
        self.notices
            .push(format!("{written} starts what this build has compiled."));
        pending.replace(dropped, &found.words);
        Ok(Self::program(pending, found.ignores_sigterm))
    }

    /// Takes a runner off the words, where there is one; of what it knows itself, the command is planned.
    pub(super) fn without_runner(
        &mut self,
        words: &[String],
        pending: &mut Pending,
        scope: &Scope<'a>,
        after: After,
    ) -> Result<Option<Judged>, Refusal> {
        let left = environments::judge(words).map_err(|(runner, index)| {
            let option = words[index].clone();
            let problem = RunnerProblem::EnvironmentOption { runner, option };
            Refusal::at(pending.simple.words[index].place.clone())(Reason::Runner(problem))
        })?;
        let Some(left) = left else {
            return Ok(None);
        };
        let Left {
            runner,
            dropped,
            words,
            name,
        } = left;
        let notice = format!(
            "{runner} isn't needed: the image has the environment of the app, and no other."
        );
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
        let directory = scope.directory.as_deref();
        let script = |name: String| Some((self.image.script(runner, &name, directory)?, name));
        if let Some((script, name)) = name.and_then(script) {
            pending.simple.words.drain(..dropped);
            let planning = self.script_of_runner(runner, &name, script, pending, scope, after);
            return planning.map(Judged::Done).map(Some);
        }
        let refuse = Refusal::at(pending.simple.words[0].place.clone());
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        pending.replace(dropped, &words);
        if pending.simple.words.is_empty() {
            return Err(refuse(Reason::Nothing));
        }
        pending.runner = Some(runner);
        Ok(Some(Judged::Again))
    }

    /// A program whose name is known only when it starts.
    pub(super) fn at_run_time(&mut self, mut pending: Pending) -> Command {
        let token = &pending.simple.words[0].place.token;
        self.notices.push(format!(
            "Which program {token} names is known only when the app starts, so it isn't checked now."
        ));
        Self::program(&mut pending, true)
    }

    fn program(pending: &mut Pending, stay: bool) -> Command {
        let environment = !pending.environment.is_empty();
        let words = pending
            .environment
            .drain(..)
            .chain(pending.simple.words.drain(..));
        Command::Run(Program {
            words: words.map(|placed| placed.word).collect(),
            assignments: std::mem::take(&mut pending.simple.assignments),
            environment,
            exec: pending.exec,
            stay,
        })
    }

    /// Follows a `cd`, which `||` makes uncertain.
    pub(super) fn moved(
        &mut self,
        command: &Command,
        scope: &mut Scope<'a>,
        certain: bool,
    ) -> Result<(), Reason> {
        let Command::Cd(words) = command else {
            return Ok(());
        };
        let target = words.first().and_then(Word::as_literal).filter(|_| certain);
        let directory = target.and_then(|target| Some(scope.directory.clone()?.join(target)));
        if let Some(directory) = directory.as_deref().filter(|_| !scope.has_run) {
            let entered = self.image.enter(directory);
            entered.map_err(|there| Reason::NoDirectory { there })?;
        }
        scope.scripts = directory
            .as_deref()
            .and_then(|directory| self.package_of(directory));
        scope.directory = directory;
        Ok(())
    }

    /// The package of a directory, relative to where the process starts.
    fn package_of(&self, directory: &Path) -> Option<&'a Scripts> {
        self.root?.below(directory.to_str()).ok()
    }
}

/// What is set for a command alone: `NAME=value command`, `env NAME=value command`.
fn variables(pending: &Pending) -> Vec<(String, Option<String>)> {
    let before = pending.simple.assignments.iter();
    let before = before.map(|one| (one.name.clone(), one.value.as_literal()));
    let by_env = pending.environment.iter().filter_map(|placed| {
        let text = placed.word.as_literal();
        let written = text.as_deref().unwrap_or(&placed.place.token);
        let (name, value) = written.split_once('=')?;
        let value = text.is_some().then(|| value.to_owned());
        Some((name.to_owned(), value))
    });
    before.chain(by_env).collect()
}
