//! `env`, `cross-env`, and what package managers would start.

use start_runtime::plan::{Item, Part, When, Word};

use super::Planner;
use super::lists::{append, confine_exec, exports, in_shell, inside, parts_of};
use super::state::{After, Judged, Pending, Planning, Scope, operands, plain};
use crate::image::NoCommand;
use crate::refusal::{Reason, Refusal, RunnerProblem};
use crate::runner::{self, Request, Scripts};
use crate::script::Script;
use crate::syntax::Placed;

/// What a shell or cross-env gives a meaning to.
const SPECIAL: &[char] = &[
    '$', '`', '\\', '"', '\'', '&', '|', ';', '<', '>', '(', ')', '*', '?', '[', '#', '~', ' ', '%',
];

impl<'a> Planner<'a> {
    /// Takes `env NAME=value…` or `cross-env NAME=value…` off the words.
    pub(super) fn environment(pending: &mut Pending, name: &str) -> Result<(), Refusal> {
        let words = &mut pending.simple.words;
        let first = words.remove(0);
        let refuse = |place: &Placed, takes| Refusal {
            reason: operands(name, takes),
            place: place.place.clone(),
        };
        let is_assignment = |placed: &Placed| match placed.word.parts.first() {
            Some(Part::Text(text) | Part::Quoted(text)) => text.find('=').is_some_and(|at| at > 0),
            _ => false,
        };
        let end = words.iter().position(|placed| !is_assignment(placed));
        let Some(end) = end else {
            return Err(refuse(
                &first,
                "NAME=value, as often as needed, and a command",
            ));
        };
        let literal = words[end].word.as_literal();
        if literal.as_ref().is_none_or(|word| word.starts_with('-')) {
            return Err(refuse(
                &words[end],
                "NAME=value, as often as needed, and a command that is written plainly",
            ));
        }
        if name != "env" {
            // Both read `$NAME` in what the shell has left, and the second gives all to a shell.
            let count = if name == "cross-env-shell" {
                words.len()
            } else {
                end
            };
            let odd = words[..count].iter().find(|placed| {
                let has_special = |part: &Part| match part {
                    Part::Text(text) | Part::Quoted(text) => text.contains(SPECIAL),
                    Part::Variable(_) | Part::Home => false,
                };
                placed.word.parts.iter().any(has_special)
            });
            if let Some(odd) = odd {
                return Err(refuse(odd, "values without quotes, blanks and $ in them"));
            }
        }
        if end == 0 {
            // `env node server.js`: nothing is set.
            return Ok(());
        }
        pending.environment = words.drain(..end).collect();
        Ok(())
    }

    /// What a package manager would start.
    pub(super) fn managed(
        &mut self,
        words: &[String],
        pending: &mut Pending,
        scope: &Scope<'a>,
        after: After,
    ) -> Result<Judged, Refusal> {
        let Some(scripts) = scope.scripts else {
            return Ok(Judged::LookUp);
        };
        let place = pending.simple.words[0].place.clone();
        let refuse = |problem| Refusal {
            reason: Reason::Runner(problem),
            place: place.clone(),
        };
        match runner::request(words, pending.simple.words.len(), scripts).map_err(refuse)? {
            Request::None => Ok(Judged::LookUp),
            Request::Command { dropped, directory } => {
                pending.simple.words.drain(..dropped);
                match directory {
                    None => Ok(Judged::Again),
                    Some(directory) => self
                        .command_below(&directory, pending, scope)
                        .map(Judged::Done),
                }
            }
            Request::Script {
                name,
                dropped,
                directory,
                if_present,
            } => {
                let mut scope = scope.clone();
                if let Some(directory) = &directory {
                    scope.scripts = Some(scripts.below(Some(directory)).map_err(refuse)?);
                    scope.directory = scope.directory.map(|base| base.join(directory));
                }
                let known = scope
                    .scripts
                    .is_some_and(|scripts| scripts.scripts.contains_key(&name));
                if if_present && !known {
                    return Ok(Judged::Done(Planning::Nothing));
                }
                let builds = name == "build" || name.starts_with("build:");
                if builds && after.leads && after.followed == When::Success {
                    return Ok(Judged::Done(Planning::AtBuild));
                }
                pending.simple.words.drain(1..dropped);
                let planning = self.script(&name, pending, &scope, after)?;
                Ok(Judged::Done(match directory {
                    Some(directory) => inside(&directory, planning),
                    None => planning,
                }))
            }
        }
    }

    /// A command of an installed package in another directory.
    fn command_below(
        &mut self,
        directory: &str,
        pending: &mut Pending,
        scope: &Scope<'a>,
    ) -> Result<Planning, Refusal> {
        let mut scope = scope.clone();
        scope.directory = scope.directory.map(|base| base.join(directory));
        let name = plain(&pending.simple.words)
            .first()
            .cloned()
            .unwrap_or_default();
        let command = self.look_up(&name, pending, &scope)?;
        Ok(inside(directory, Planning::Command(command)))
    }

    /// A script with those before and after it. Of the pending words, the first called it and the others are
    /// its arguments.
    pub(super) fn script(
        &mut self,
        name: &str,
        pending: &mut Pending,
        scope: &Scope<'a>,
        after: After,
    ) -> Result<Planning, Refusal> {
        let refuse = Refusal::at(pending.simple.words[0].place.clone());
        let (key, scripts) = self
            .enter(name, scope)
            .map_err(|problem| refuse(Reason::Runner(problem)))?;
        let parts = parts_of(name, scripts).into_iter().map(|(part, text)| {
            let script = Script::of_package(&scripts.file, &part, text);
            (part, script)
        });
        self.in_place(name, key, &parts.collect::<Vec<_>>(), pending, scope, after)
    }

    /// What a runner knows by the first of the words, which is its own name for a command.
    pub(super) fn script_of_runner(
        &mut self,
        runner: &'static str,
        name: &str,
        script: Result<Script, NoCommand>,
        pending: &mut Pending,
        scope: &Scope<'a>,
        after: After,
    ) -> Result<Planning, Refusal> {
        let refuse = Refusal::at(pending.simple.words[0].place.clone());
        let key = format!("{runner} {name}");
        let script = script
            .map_err(|found| RunnerProblem::NoCommand { runner, found })
            .and_then(|script| self.check_recursion(&key).map(|()| script))
            .map_err(|problem| refuse(Reason::Runner(problem)))?;
        let parts = [(name.to_owned(), script)];
        self.in_place(name, key, &parts, pending, scope, after)
    }

    /// Puts the parts of a script in its place.
    fn in_place(
        &mut self,
        name: &str,
        key: String,
        parts: &[(String, Script)],
        pending: &mut Pending,
        scope: &Scope<'a>,
        after: After,
    ) -> Result<Planning, Refusal> {
        let refuse = Refusal::at(pending.simple.words[0].place.clone());
        if pending.exec && !after.last {
            return Err(refuse(operands(
                "exec",
                "a package manager as the last command only",
            )));
        }
        self.chain.push(key);
        let mut items = exports(pending).map_err(&refuse)?;
        let leads = after.leads && items.is_empty();
        let arguments: Vec<Word> = pending
            .simple
            .words
            .drain(1..)
            .map(|placed| placed.word)
            .collect();
        for (index, (part, script)) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let inner = After {
                leads: leads && items.is_empty(),
                followed: if last { after.followed } else { When::Success },
                last: after.last && last,
            };
            let mut commands = self.list(script, &mut scope.clone(), inner)?;
            if part == name
                && !arguments.is_empty()
                && !append(&mut commands, &arguments, parts.len() == 1)
            {
                let script = name.to_owned();
                return Err(refuse(Reason::Runner(RunnerProblem::Arguments { script })));
            }
            if !inner.last && !confine_exec(&mut commands) {
                return Err(refuse(operands(
                    "exec",
                    "a program as the last command of a script only",
                )));
            }
            if parts.len() == 1 {
                items.append(&mut commands);
            } else if let Some(command) = in_shell(commands, inner.leads) {
                let when = When::Success;
                items.push(Item { when, command });
            }
        }
        self.chain.pop();
        if let Some(first) = items.first_mut() {
            first.when = When::Always;
        }
        let command = in_shell(items, leads);
        Ok(command.map_or(Planning::Nothing, Planning::Command))
    }

    /// A script that isn't being put in place already: its key, and the package that has it.
    fn enter(&self, name: &str, scope: &Scope<'a>) -> Result<(String, &'a Scripts), RunnerProblem> {
        let known = scope
            .scripts
            .filter(|scripts| scripts.scripts.contains_key(name));
        let Some(scripts) = known else {
            let known = scope
                .scripts
                .iter()
                .flat_map(|scripts| scripts.scripts.keys());
            return Err(RunnerProblem::NoScript {
                script: name.to_owned(),
                known: known.cloned().collect(),
            });
        };
        let key = format!("{} {name}", scripts.file);
        self.check_recursion(&key)?;
        Ok((key, scripts))
    }

    fn check_recursion(&self, key: &String) -> Result<(), RunnerProblem> {
        if !self.chain.contains(key) {
            return Ok(());
        }
        let chain = self.chain.iter().skip_while(|other| *other != key);
        let names = chain
            .chain([key])
            .map(|key| key.rsplit(' ').next().unwrap_or_default().to_owned());
        let chain = names.collect();
        Err(RunnerProblem::Recursion { chain })
    }
}
