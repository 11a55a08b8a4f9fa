//! A TLS server on the loopback that only a test CA vouches for.
#![expect(
    clippy::disallowed_methods,
    reason = "starts the server, a Go program: Go is there and has a TLS server in its library"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::Process;

/// `integration/tls-server`; ended when dropped.
#[derive(Debug)]
pub struct TlsServer {
    url: String,
    directory: TempDir,
    _process: Process,
}

impl TlsServer {
    /// Compiles and starts it.
    ///
    /// # Panics
    /// When it doesn't listen.
    #[track_caller]
    #[must_use]
    pub fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let source = testkit::workspace_root().join("integration/tls-server/main.go");
        let program = directory.path().join("tls-server");
        let compiled = Command::new("go")
            .args(["build", "-o"])
            .args([&program, &source])
            .current_dir(directory.path())
            .status()
            .expect("go can be started");
        assert!(compiled.success(), "the TLS server doesn't compile");
        let (reader, writer) = std::io::pipe().expect("a pipe can be made");
        let child = Command::new(program)
            .arg(directory.path().join("ca.pem"))
            .stdin(Stdio::piped())
            .stdout(writer)
            .spawn()
            .expect("the TLS server can be started");
        let mut process = Process::new(child, reader);
        let url = process.wait_for_line(|line| line.starts_with("https://"));
        Self {
            url: url.expect("the TLS server says where it listens"),
            directory,
            _process: process,
        }
    }

    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file with the certificate of the CA.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        Path::new(self.directory.path()).join("ca.pem")
    }
}
