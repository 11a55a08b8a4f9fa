//! TLS servers on the loopback that only a test CA vouches for: one that answers with a word, one with private
//! git repositories.
#![expect(
    clippy::disallowed_methods,
    reason = "starts the server, a Go program: Go is there and has a TLS server in its library"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::{Call, Process};

/// Who may read the repositories of [`GitServer`]; the password is what a test may not find anywhere.
const LOGIN: (&str, &str) = ("ci", "canary-of-a-password");

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
        Self::with_arguments(&[])
    }

    #[track_caller]
    fn with_arguments(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let source = testkit::workspace_root().join("integration/tls-server");
        let program = directory.path().join("tls-server");
        let compiled = Command::new("go")
            .args(["build", "-buildvcs=false", "-o"])
            .args([&program, Path::new(".")])
            .current_dir(source)
            .env("GOWORK", "off")
            .status()
            .expect("go can be started");
        assert!(compiled.success(), "the TLS server doesn't compile");
        let (reader, writer) = std::io::pipe().expect("a pipe can be made");
        let child = Command::new(program)
            .arg(directory.path().join("ca.pem"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(writer)
            .spawn()
            .expect("the TLS server can be started");
        let mut process = Process::new(child, reader);
        let url = process.wait_for_line(|line| line.starts_with("http"));
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

/// The host git.example with repositories that only [`GitServer::login`] may read: git's own HTTP server, behind
/// a proxy that reaches nothing else.
#[derive(Debug)]
pub struct GitServer {
    server: TlsServer,
    _repositories: TempDir,
}

impl GitServer {
    /// Serves a repository for each pair of a name, `team/library`, and its files (see [`testkit::directory`]),
    /// in one commit with the tag v1.0.0.
    ///
    /// # Panics
    /// When git fails or the server doesn't listen.
    #[track_caller]
    #[must_use]
    pub fn start(repositories: &[(&str, &str)]) -> Self {
        let served = tempfile::tempdir().expect("a temporary directory can be made");
        for (name, files) in repositories {
            let work = testkit::directory(files);
            let git = |arguments: &[&str]| {
                let call =
                    Call::new("git").args(["-c", "user.name=t", "-c", "user.email=t@example.com"]);
                let call = call
                    .args(arguments.iter().copied())
                    .in_directory(work.path());
                let _ = call.run().succeeded();
            };
            git(&["init", "--quiet", "--initial-branch=main"]);
            git(&["add", "--all"]);
            git(&["commit", "--quiet", "--message=first"]);
            git(&["tag", "v1.0.0"]);
            let bare = served.path().join(format!("{name}.git"));
            let bare = bare
                .to_str()
                .expect("temporary directories have readable paths");
            git(&["clone", "--quiet", "--bare", ".", bare]);
        }
        let directory = served
            .path()
            .to_str()
            .expect("temporary directories have readable paths");
        let (user, password) = LOGIN;
        Self {
            server: TlsServer::with_arguments(&[directory, user, password]),
            _repositories: served,
        }
    }

    /// Who may read the repositories: user and password.
    #[must_use]
    pub fn login(&self) -> (&'static str, &'static str) {
        LOGIN
    }

    /// The file with the certificate of the CA.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.server.authority()
    }

    /// A call that reaches git.example.
    #[must_use]
    pub fn reached_by(&self, call: Call) -> Call {
        let call = call.env("NO_PROXY", "").env("no_proxy", "");
        call.env("HTTPS_PROXY", self.server.url())
            .env("https_proxy", self.server.url())
    }
}
