//! The `go` command: what it is run with, and what its failures mean.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use buildpack_kit::command::{Command, CommandError};
use buildpack_kit::output::Output;

use crate::go_failure::{GoFailure, classify};

/// A `go` command of one toolchain with the environment that all of its runs share.
#[derive(Debug, Clone)]
pub(crate) struct Go {
    goroot: PathBuf,
    environment: BTreeMap<OsString, OsString>,
}

/// A run of `go` that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GoError {
    /// It could not be started.
    #[error("the go command could not be run")]
    NotRun {
        #[source]
        source: CommandError,
    },
    /// It ran and failed.
    #[error("{command} failed")]
    Failed {
        /// As a person would type it.
        command: String,
        /// What its output means.
        failure: GoFailure,
        /// What it wrote.
        output: String,
    },
    /// It wrote what we can't read.
    #[error("the output of {command} can't be read")]
    Unreadable {
        /// As a person would type it.
        command: String,
        #[source]
        source: serde_json::Error,
    },
}

impl Go {
    /// The `go` command of a toolchain, that sees these variables and no others.
    pub(crate) fn new(goroot: &Path, environment: BTreeMap<OsString, OsString>) -> Self {
        Self {
            goroot: goroot.to_owned(),
            environment,
        }
    }

    /// The same with one more variable, or another value of it.
    pub(crate) fn with(&self, name: &str, value: impl Into<OsString>) -> Self {
        let mut other = self.clone();
        other.environment.insert(name.into(), value.into());
        other
    }

    /// The value of a variable, where it is text.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(OsStr::new(name))?.to_str()
    }

    /// The same environment for the command of another toolchain.
    pub(crate) fn of(&self, goroot: &Path) -> Self {
        Self::new(goroot, self.environment.clone())
    }

    /// Runs it and returns what it wrote to its standard output.
    pub(crate) fn capture<A: Into<OsString>>(
        &self,
        directory: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, GoError> {
        let command = self.command(directory, arguments);
        match command.capture() {
            Ok(output) => Ok(output),
            Err(CommandError::Failed {
                standard_error,
                status,
                ..
            }) => Err(failed(&command, status, standard_error)),
            Err(source) => Err(GoError::NotRun { source }),
        }
    }

    /// Runs it and hands its output on.
    pub(crate) fn stream<A: Into<OsString>>(
        &self,
        directory: &Path,
        arguments: impl IntoIterator<Item = A>,
        output: &Output,
    ) -> Result<(), GoError> {
        let command = self.command(directory, arguments);
        let (result, said) = command.stream_to(output);
        match result {
            Ok(()) => Ok(()),
            Err(CommandError::Failed { status, .. }) => Err(failed(&command, status, said)),
            Err(source) => Err(GoError::NotRun { source }),
        }
    }

    /// The command as it would be run; displayed as a person would type it.
    pub(crate) fn command<A: Into<OsString>>(
        &self,
        directory: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        Command::new(self.goroot.join("bin/go"))
            .arguments(arguments)
            .variables(&self.environment)
            .directory(directory)
    }
}

fn failed(command: &Command, status: ExitStatus, mut output: String) -> GoError {
    // go tells of its children that were killed; of its own end it can't tell.
    if status.signal().is_some() {
        let said = format!("{output}\n{command}: {status}");
        said.trim_start().clone_into(&mut output);
    }
    GoError::Failed {
        command: command.to_string(),
        failure: classify(&output),
        output,
    }
}
