//! What is started, as far as the user says it: `GOOGLE_ENTRYPOINT`, a Procfile and their like.
//!
//! The texts are shell text, and the image has no shell: [`start_command`] decides when the image is built
//! how each is run without one. [`StartCommands`] is what was written; [`Starts`] is what becomes of it in an
//! image, with the launch layers that it needs.

mod image;
mod program;
mod shell;
mod sources;
mod starts;
mod usable;

use std::path::{Path, PathBuf};

use start_command::{Image, Place, Refusal, Script, Scripts};

use crate::bindings::BindingError;
use crate::environment::{Environment, EnvironmentError, Origin};
use crate::files::FilesError;
use crate::layer::LayerError;

use self::image::Anything;
pub use self::shell::ShellError;
use self::starts::Start;
pub use self::starts::{Installed, Starts};
pub use self::usable::{Problem, Unusable};

/// What the user says is started; a name at most once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StartCommands {
    commands: Vec<StartCommand>,
    warnings: Vec<String>,
    /// Whether programs are process 1 themselves, even where they would ignore SIGTERM there.
    direct: bool,
    /// Whether Debian's dash is put into the image.
    pub with_shell: bool,
}

/// A process that the user names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct StartCommand {
    name: String,
    script: Script,
    /// Where else a command for it stands, which doesn't count.
    not_used: Vec<String>,
}

/// A start command that can't be read or not be run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable isn't text, or a switch neither on nor off.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The binding of a Procfile can't be used.
    #[error(transparent)]
    Binding(#[from] BindingError),
    /// The Procfile can't be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The Procfile is none.
    #[error(transparent)]
    Procfile(#[from] start_command::procfile::ProcfileError),
    /// A command can't be run in this image.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A program that a command leads to would not start.
    #[error(transparent)]
    Unusable(#[from] Box<Unusable>),
    /// What stands before a command has its place in the build, and nothing of the build does it.
    #[error("nothing runs {command} of {origin} when the app is built")]
    NotBuilt {
        /// Its text.
        command: String,
        /// Where it stands.
        origin: String,
    },
    /// The shell that was asked for can't be had.
    #[error(transparent)]
    Shell(#[from] ShellError),
    /// The builder hasn't the program that runs start commands; the file's path.
    #[error("{} can't be read", .path.display())]
    NoProgram {
        /// Where it should be.
        path: PathBuf,
        /// Why it isn't.
        source: std::io::Error,
    },
    /// A layer can't be read or written.
    #[error(transparent)]
    Layer(#[from] LayerError<std::convert::Infallible>),
}

impl StartCommands {
    /// What is wrong with the commands whatever is in the image, before anything is compiled.
    ///
    /// # Errors
    /// When one uses what can't be run without a shell, or the shell that is asked for can't be had.
    pub fn check(&self, environment: &Environment) -> Result<(), StartError> {
        if self.with_shell {
            shell::check(environment, Path::new("/"))?;
        }
        self.plan(&Anything, None, Path::new("")).map(drop)
    }

    /// The commands that stand before the start commands and make what these run, as they were written. `scripts` as in
    /// [`Self::plan`].
    #[must_use]
    pub fn at_build(&self, scripts: Option<&Scripts>) -> Vec<String> {
        let starts = self.plan(&Anything, scripts, Path::new(""));
        let starts = starts.map(|starts| starts.processes).unwrap_or_default();
        starts
            .into_iter()
            .flat_map(|start| start.planned.at_build)
            .collect()
    }

    /// Decides how the commands are run in an image. `scripts` is what package managers for Node would know.
    ///
    /// # Errors
    /// When one can't be run.
    pub fn plan(
        &self,
        image: &dyn Image,
        scripts: Option<&Scripts>,
        layers_dir: &Path,
    ) -> Result<Starts, StartError> {
        let shell = self.with_shell.then(|| shell::file(layers_dir));
        let plan = |command: &StartCommand| {
            let script = &command.script;
            let (planned, by_shell) = match &shell {
                None => (start_command::plan(script, image, scripts)?, false),
                Some(shell) => shell::plan(script, image, scripts, shell)?,
            };
            let planned = if self.direct && !by_shell {
                planned.as_process_1()
            } else {
                planned
            };
            Ok(Start {
                name: command.name.clone(),
                origin: origin_of(script),
                not_used: command.not_used.clone(),
                planned,
                by_shell,
            })
        };
        let starts = self.commands.iter().map(plan);
        Ok(Starts {
            processes: starts.collect::<Result<_, StartError>>()?,
            warnings: self.warnings.clone(),
            direct: self.direct,
            watches: false,
            layers_dir: layers_dir.to_owned(),
            with_shell: self.with_shell,
        })
    }

    /// Whether there is a command for a process.
    #[must_use]
    pub fn has(&self, process: &str) -> bool {
        self.commands.iter().any(|command| command.name == process)
    }

    /// Whether there is none at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// Adds what a language starts by its own rules, where nothing else is said of the process.
    pub fn offer(&mut self, process: &str, script: Script) {
        if !self.has(process) {
            self.commands.push(StartCommand {
                name: process.to_owned(),
                script,
                not_used: Vec::new(),
            });
        }
    }

    /// The commands as they were written.
    pub fn scripts(&self) -> impl Iterator<Item = &Script> {
        self.commands.iter().map(|command| &command.script)
    }
}

/// Where a program was named, as the log and errors say it.
#[must_use]
pub fn origin_of_place(place: &Place) -> Origin {
    match place.line {
        Some(line) => Origin::line(&place.source, line),
        None => Origin::Variable(place.source.clone()),
    }
}

fn origin_of(script: &Script) -> String {
    match script.source.line {
        Some(line) => format!("{} line {line}", script.source.name),
        None => script.source.name.clone(),
    }
}

#[cfg(test)]
mod layer_tests;
#[cfg(test)]
mod tests;
