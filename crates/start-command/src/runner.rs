//! `npm run X`, `npx X` and their kin, as far as they can be understood without running them.

pub use crate::package_scripts::Scripts;
use crate::refusal::RunnerProblem;

/// What a command of a package manager asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request {
    /// It is none.
    None,
    /// A command of an installed package: the words from here on, in this directory.
    Command {
        /// How many words are dropped.
        dropped: usize,
        /// Relative to where it is called.
        directory: Option<String>,
    },
    /// A script, with the words from here on as its arguments.
    Script {
        /// Its name.
        name: String,
        /// How many words are dropped.
        dropped: usize,
        /// Relative to where it is called.
        directory: Option<String>,
        /// A missing script is no error.
        if_present: bool,
    },
}

/// Options that only change what the manager prints.
const QUIET: &[&str] = &[
    "-s",
    "--silent",
    "-q",
    "--quiet",
    "-y",
    "--yes",
    "--no-install",
    "--loglevel=error",
    "--loglevel=silent",
];

/// Scripts that have a command of their own.
const LIFECYCLE: &[&str] = &["start", "stop", "restart", "test"];

/// Reads a command by the words that are written plainly, from the first on. `total` counts the others too.
pub(crate) fn request(
    words: &[String],
    total: usize,
    scripts: &Scripts,
) -> Result<Request, RunnerProblem> {
    let Some(manager) = words.first().map(String::as_str) else {
        return Ok(Request::None);
    };
    let mut line = Line {
        words,
        total,
        index: 1,
        directory: None,
        if_present: false,
    };
    match manager {
        "npx" | "bunx" => {
            line.options(manager, scripts)?;
            line.command(scripts)
        }
        "npm" | "yarn" | "pnpm" | "bun" => {
            line.options(manager, scripts)?;
            line.managed(manager, scripts)
        }
        _ => Ok(Request::None),
    }
}

struct Line<'a> {
    words: &'a [String],
    total: usize,
    index: usize,
    directory: Option<String>,
    if_present: bool,
}

impl Line<'_> {
    fn next(&self) -> Option<&str> {
        self.words.get(self.index).map(String::as_str)
    }

    /// The next word, which is read.
    fn word(&mut self) -> Option<String> {
        let word = self.next().map(str::to_owned);
        self.index += usize::from(word.is_some());
        word
    }

    fn options(&mut self, manager: &str, scripts: &Scripts) -> Result<(), RunnerProblem> {
        while let Some(word) = self
            .next()
            .filter(|word| word.starts_with('-'))
            .map(str::to_owned)
        {
            let (name, value) = word
                .split_once('=')
                .map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
            let is_directory = match manager {
                "npm" => ["--prefix", "-C"].contains(&name),
                "pnpm" => ["-C", "--dir"].contains(&name),
                "yarn" | "bun" => name == "--cwd",
                _ => false,
            };
            let is_package = match manager {
                "npm" => ["--workspace", "-w"].contains(&name),
                "pnpm" => ["--filter", "-F"].contains(&name),
                "bun" => name == "--filter",
                _ => false,
            };
            if is_directory || is_package {
                self.index += 1;
                let value = value
                    .map(str::to_owned)
                    .or_else(|| self.word().filter(|_| value.is_none()))
                    .ok_or_else(|| problem(&word))?;
                self.directory = Some(if is_package {
                    scripts.directory_of(&value)?
                } else {
                    value
                });
            } else if QUIET.contains(&word.as_str()) {
                self.index += 1;
            } else if word == "--if-present" {
                self.if_present = true;
                self.index += 1;
            } else if word == "--" {
                return Ok(());
            } else {
                return Err(problem(&word));
            }
        }
        Ok(())
    }

    fn managed(mut self, manager: &str, scripts: &Scripts) -> Result<Request, RunnerProblem> {
        let Some(word) = self.next().map(str::to_owned) else {
            return Err(problem(manager));
        };
        self.index += 1;
        if manager == "yarn" && word == "workspace" && self.directory.is_none() {
            let name = self.word().ok_or_else(|| problem(&word))?;
            self.directory = Some(scripts.directory_of(&name)?);
            return self.managed(manager, scripts);
        }
        let all = scripts;
        let scripts = scripts.below(self.directory.as_deref())?;
        match word.as_str() {
            "run" | "run-script" if manager != "bun" || !self.is_file() => {
                self.options(manager, all)?;
                let name = self.word().ok_or_else(|| problem(&word))?;
                self.script(manager, name, all)
            }
            "exec" | "x" => {
                self.options(manager, all)?;
                self.command(all)
            }
            "dlx" | "create" | "init" | "install" | "i" | "ci" | "add" | "workspace"
            | "workspaces" => Err(problem(&word)),
            name if manager == "npm" && LIFECYCLE.contains(&name) => {
                self.script(manager, word, all)
            }
            _ if manager == "npm" => Err(problem(&word)),
            name if scripts.scripts.contains_key(name) || LIFECYCLE.contains(&name) => {
                self.script(manager, word, all)
            }
            name if scripts.commands.contains(name) => {
                self.index -= 1;
                self.command(all)
            }
            "node" if manager != "bun" => Ok(Request::Command {
                dropped: self.index - 1,
                directory: self.directory,
            }),
            // Bun is a runtime as well.
            _ if manager == "bun" => Ok(Request::None),
            _ => Err(RunnerProblem::NoScript {
                script: word,
                known: scripts.scripts.keys().cloned().collect(),
            }),
        }
    }

    fn is_file(&self) -> bool {
        self.next().is_some_and(|word| word.contains(['/', '.']))
    }

    fn command(mut self, scripts: &Scripts) -> Result<Request, RunnerProblem> {
        let scripts = scripts.below(self.directory.as_deref())?;
        self.index += usize::from(self.next() == Some("--"));
        let Some(command) = self.next() else {
            return Err(problem(&self.words[0]));
        };
        if !scripts.commands.contains(command) {
            let command = command.to_owned();
            return Err(RunnerProblem::NotInstalled { command });
        }
        Ok(Request::Command {
            dropped: self.index,
            directory: self.directory,
        })
    }

    /// What follows the name: npm hands on what is no option, and everything behind `--`; the others hand
    /// on everything, and differ in what they make of a `--`.
    fn script(
        mut self,
        manager: &str,
        name: String,
        scripts: &Scripts,
    ) -> Result<Request, RunnerProblem> {
        if manager == "npm"
            && self
                .next()
                .is_some_and(|word| word == "-w" || word.starts_with("--workspace"))
        {
            self.options(manager, scripts)?;
        }
        if self.next() == Some("--if-present") {
            self.index += 1;
            self.if_present = true;
        }
        if self.next() == Some("--") && manager == "npm" {
            self.index += 1;
        } else if manager == "npm" {
            // A word that isn't written plainly may be an option.
            let plain = self.words.len() == self.total;
            let option = self.words[self.index..]
                .iter()
                .find(|word| word.starts_with('-'));
            if let Some(option) = option.or((!plain).then(|| &self.words[0])) {
                return Err(problem(option));
            }
        } else if let Some(word) = self.words[self.index..].iter().find(|word| *word == "--") {
            return Err(problem(word));
        }
        Ok(Request::Script {
            name,
            dropped: self.index,
            directory: self.directory,
            if_present: self.if_present,
        })
    }
}

fn problem(option: &str) -> RunnerProblem {
    RunnerProblem::Option {
        option: option.to_owned(),
    }
}
