//! A call of a program, as a user types it.
#![expect(
    clippy::disallowed_methods,
    reason = "starting programs is what this module is for"
)]

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Outcome, Process};

/// A call of `coracle`, `pack`, `docker` or another program that is not made yet.
#[derive(Debug, Clone)]
pub struct Call {
    wrapper: Vec<OsString>,
    executable: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    directory: PathBuf,
}

impl Call {
    /// A call of a program, without arguments.
    #[must_use]
    pub fn new(executable: impl Into<PathBuf>) -> Self {
        Self {
            wrapper: Vec::new(),
            executable: executable.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            directory: testkit::workspace_root(),
        }
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<'a>(self, arguments: impl IntoIterator<Item = &'a str>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// `--port`, before the arguments of the app where there are any.
    #[must_use]
    pub(crate) fn port(mut self, port: u16) -> Self {
        let separator = self.arguments.iter().position(|argument| argument == "--");
        let position = separator.unwrap_or(self.arguments.len());
        let option = ["--port".into(), port.to_string().into()];
        self.arguments.splice(position..position, option);
        self
    }

    /// One more variable for the program itself.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Another executable than the compiled one: a copy that another user can reach.
    #[must_use]
    pub fn executable(mut self, executable: &Path) -> Self {
        executable.clone_into(&mut self.executable);
        self
    }

    /// Started from another directory than the root of the workspace.
    #[must_use]
    pub fn in_directory(mut self, directory: &Path) -> Self {
        directory.clone_into(&mut self.directory);
        self
    }

    /// Started by another program, which gets `arguments` and then this call: `unshare`, `setpriv`.
    #[must_use]
    pub fn wrapped_in<'a>(mut self, wrapper: impl IntoIterator<Item = &'a str>) -> Self {
        self.wrapper = wrapper.into_iter().map(OsString::from).collect();
        self
    }

    /// Starts it and waits until it and everything that it started has ended.
    ///
    /// # Panics
    /// When it can't be started or takes longer than any build may.
    #[track_caller]
    #[must_use]
    pub fn run(self) -> Outcome {
        self.spawn().finish()
    }

    /// Starts it.
    ///
    /// # Panics
    /// When it can't be started.
    #[track_caller]
    #[must_use]
    pub fn spawn(self) -> Process {
        // Both streams into one pipe, so that the text stands in the order in which it was written.
        let (reader, writer) = std::io::pipe().expect("a pipe can be made");
        let error_writer = writer.try_clone().expect("a pipe can be cloned");
        let mut command_line = self.wrapper;
        command_line.push(self.executable.into());
        command_line.extend(self.arguments);
        let child = Command::new(&command_line[0])
            .args(&command_line[1..])
            .envs(self.environment)
            .current_dir(self.directory)
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(error_writer)
            .spawn()
            .unwrap_or_else(|error| panic!("{command_line:?} can't be started: {error}"));
        Process::new(child, reader)
    }
}
