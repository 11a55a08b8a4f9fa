//! uv, and what its failures mean.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};

use buildpack_kit::command::{Command, CommandError};
use buildpack_kit::output::Output;

use crate::plan::indexes::has_index;
use crate::plan::install::{Purpose, UvCall, UvSettings};
use crate::uv_failure::{UvFailure, classify};

/// uv with the environment that all of its runs share.
#[derive(Debug, Clone)]
pub(crate) struct Uv {
    program: PathBuf,
    environment: BTreeMap<OsString, OsString>,
}

/// A run of uv that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UvError {
    /// It could not be started.
    #[error("uv could not be run")]
    NotRun {
        #[source]
        source: CommandError,
    },
    /// It ran and failed.
    #[error("{command} failed")]
    Failed {
        /// As a person would type it.
        command: String,
        purpose: Purpose,
        /// What its output means.
        failure: UvFailure,
        /// What it wrote.
        output: String,
    },
    /// A variable of the address of an index that isn't set.
    #[error("{name} isn't set")]
    Unset { name: String },
}

impl Uv {
    /// uv, that sees these variables and no others.
    pub(crate) fn new(program: &Path, environment: BTreeMap<OsString, OsString>) -> Self {
        Self {
            program: program.to_owned(),
            environment,
        }
    }

    /// The same with one more variable, or another value of it.
    pub(crate) fn with(&self, name: &str, value: impl Into<OsString>) -> Self {
        let mut other = self.clone();
        other.environment.insert(name.into(), value.into());
        other
    }

    /// Whether a variable is set, and not empty.
    fn has(&self, name: &str) -> bool {
        self.environment
            .get(OsStr::new(name))
            .is_some_and(|value| !value.is_empty())
    }

    /// What of its settings changes the calls.
    pub(crate) fn settings(&self) -> UvSettings {
        UvSettings {
            has_index: has_index(|name| self.has(name)),
            has_index_strategy: self.has("UV_INDEX_STRATEGY"),
        }
    }

    /// The value of a variable.
    pub(crate) fn variable(&self, name: &str) -> Option<&OsStr> {
        self.environment
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
    }

    /// The variables that a child gets.
    pub(crate) fn environment(&self) -> &BTreeMap<OsString, OsString> {
        &self.environment
    }

    /// Runs a call and hands its output on.
    pub(crate) fn run(
        &self,
        directory: &Path,
        call: &UvCall,
        output: &Output,
    ) -> Result<(), UvError> {
        let mut environment = self.environment.clone();
        for (name, value) in &call.environment {
            let variable = |name: &str| {
                let value = self.environment.get(OsStr::new(name))?;
                value.to_str().map(str::to_owned)
            };
            let value = crate::requirements::expand(value, variable)
                .map_err(|name| UvError::Unset { name })?;
            if value.is_empty() {
                environment.remove(OsStr::new(name));
            } else {
                environment.insert((*name).into(), value.into());
            }
        }
        let command = Command::new(&self.program)
            .arguments(&call.arguments)
            .variables(&environment)
            .directory(directory);
        output.debug(&command);
        let (result, said) = command.stream_to(output);
        match result {
            Ok(()) => Ok(()),
            Err(CommandError::Failed { status, .. }) => {
                let failure = match status.signal() {
                    Some(_) => UvFailure::Killed,
                    None => classify(&said),
                };
                Err(UvError::Failed {
                    command: command.to_string(),
                    purpose: call.purpose,
                    failure,
                    output: said,
                })
            }
            Err(source) => Err(UvError::NotRun { source }),
        }
    }
}
