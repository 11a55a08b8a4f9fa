//! A started app.

use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::Signal;

use crate::process::DEADLINE;
use crate::{Call, Docker, Outcome, Process, Response, free_port, get, test_names};

/// An app that `coracle run` or a Docker daemon started and that listens.
#[derive(Debug)]
pub struct Running {
    process: Process,
    port: u16,
    /// The daemon takes away what a container leaves before the call ends.
    is_container: bool,
}

impl Running {
    /// Adds `--port` to a `coracle run`, starts it and waits until it says where the app listens.
    ///
    /// # Panics
    /// When it ends before that.
    #[track_caller]
    #[must_use]
    pub fn start(run: Call) -> Self {
        let port = free_port();
        Self::start_on(port, run.port(port))
    }

    /// Starts a `coracle run` that has `--port` already, because arguments of the app follow.
    ///
    /// # Panics
    /// When it ends before it listens.
    #[track_caller]
    #[must_use]
    pub fn start_on(port: u16, run: Call) -> Self {
        let mut process = run.spawn();
        let address = format!(":{port}");
        let listens = |line: &str| line.starts_with("Listening on ") && line.ends_with(&address);
        let line = process.wait_for_line(listens);
        assert!(
            line.is_some(),
            "the app doesn't listen:\n{}",
            process.text()
        );
        Self {
            process,
            port,
            is_container: false,
        }
    }

    /// Starts the default process of an image as a careful platform does: its root read-only, without
    /// capabilities, as the image's own user; and waits until the app says on which port it listens. The
    /// container is gone when it has ended.
    ///
    /// # Panics
    /// When it ends before that.
    #[track_caller]
    #[must_use]
    pub fn in_container(docker: &Docker, image: &str) -> Self {
        Self::contained(docker, image, &[])
    }

    /// The same as another user than the image's own: `UID:GID`.
    ///
    /// # Panics
    /// When it ends before the app listens.
    #[track_caller]
    #[must_use]
    pub fn in_container_as(docker: &Docker, image: &str, user: &str) -> Self {
        Self::contained(docker, image, &["--user", user])
    }

    #[track_caller]
    fn contained(docker: &Docker, image: &str, options: &[&str]) -> Self {
        let port = free_port();
        let run = docker
            .call(["run", "--rm", "--read-only", "--cap-drop=ALL"])
            .args(["--security-opt=no-new-privileges", "--network=host"])
            .arg(format!("--env=PORT={port}"))
            .arg(format!("--name={}-{port}", test_names()))
            .args(options.iter().copied())
            .arg(image);
        let mut process = run.spawn();
        let names_port = port.to_string();
        let line = process.wait_for_line(|line| line.contains(&names_port));
        assert!(
            line.is_some(),
            "the app doesn't listen:\n{}",
            process.text()
        );
        Self {
            process,
            port,
            is_container: true,
        }
    }

    /// Its port on the loopback.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Asks it.
    ///
    /// # Panics
    /// When it doesn't answer.
    #[track_caller]
    #[must_use]
    pub fn get(&self, path: &str) -> Response {
        get(self.port, path)
            .unwrap_or_else(|error| panic!("no answer to {path}: {error}\n{}", self.process.text()))
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    /// When it doesn't for longer than any build takes.
    #[track_caller]
    #[must_use]
    pub fn ended(self) -> Outcome {
        self.process.finish()
    }

    /// Sends SIGTERM to what runs it, which passes it on, and waits for its end. How long that of a container
    /// takes is the daemon's affair, which may be busy with those of other cases; that SIGTERM was heeded, its
    /// status tells.
    ///
    /// # Panics
    /// When a `coracle run` doesn't end within `limit`.
    #[track_caller]
    #[must_use]
    pub fn stop(mut self, limit: Duration) -> ExitStatus {
        self.process.signal(Signal::TERM);
        let limit = if self.is_container { DEADLINE } else { limit };
        self.process.wait(limit)
    }
}
