//! apt in a root of its own: it resolves, downloads and checks signatures, and neither reads nor changes
//! what is installed on the host. Mirrors, proxy and credentials are those of the host's apt.

#![expect(
    clippy::disallowed_methods,
    reason = "the door to apt: its processes and the environment they are given"
)]

mod complaint;
mod host;
mod index;
mod messages;
mod root;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) use complaint::Mismatch;
pub(crate) use index::Available;
pub(crate) use root::Root;

use crate::Suite;

/// What apt is told beyond the host's own configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AptSettings {
    /// A ready `sources.list` (or, by its extension, deb822 `.sources`) for Debian 13 that replaces what
    /// the host's sources say. For packages of another release, the name of that stands in it instead of
    /// `trixie`.
    pub sources: Option<PathBuf>,
}

impl AptSettings {
    /// `CORACLE_APT_SOURCES`, where it is set. Empty counts as unset.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::from_variable(std::env::var_os("CORACLE_APT_SOURCES"))
    }

    fn from_variable(value: Option<OsString>) -> Self {
        Self {
            sources: value.filter(|value| !value.is_empty()).map(PathBuf::from),
        }
    }
}

/// apt failed, or gave what can't be trusted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AptError {
    /// A program of apt can't be started.
    #[error("{program} can't be started")]
    Start {
        /// The program.
        program: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A program of apt fails at what it can do without a network: the host's configuration is wrong.
    #[error("`{command}` fails")]
    Broken {
        /// As a person would type it.
        command: &'static str,
        /// What it says.
        stderr: String,
    },
    /// The host's sources name no Debian archive.
    #[error("apt's sources name no Debian archive")]
    NoDebianArchive {
        /// The suites that they do name.
        suites: Vec<String>,
    },
    /// No public keys of the Debian archive are on the host.
    #[error("no keyring of the Debian archive is installed")]
    NoKeyring,
    /// The sources given by the user can't be read.
    #[error("the apt sources {path} can't be read")]
    Sources {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The signature of an index is missing or wrong.
    #[error("apt does not trust the package index")]
    Untrusted {
        /// What apt says.
        stderr: String,
    },
    /// Files were downloaded that are not what the signed index promises.
    #[error("apt got other files than the package index promises")]
    Tampered {
        /// The files.
        mismatches: Vec<Mismatch>,
        /// What apt says.
        stderr: String,
    },
    /// A download failed.
    #[error("apt can't download")]
    Unreachable {
        /// What apt says.
        stderr: String,
    },
    /// The archive has no package of a name.
    #[error("Debian {suite} has no {}", names.join(", "))]
    UnknownPackages {
        /// The release.
        suite: Suite,
        /// The names.
        names: Vec<String>,
    },
    /// The dependencies of packages can't be met together.
    #[error("apt can't resolve the dependencies")]
    Unresolvable {
        /// What apt says.
        stderr: String,
    },
    /// What was downloaded is not what the lock or the index promises.
    #[error("{package} is not what was promised")]
    Altered {
        /// Package and version.
        package: String,
        /// The SHA-256 that was promised.
        expected: String,
        /// What was found instead.
        found: String,
    },
    /// A file of our own can't be written or read.
    #[error("apt's private root can't be used")]
    Io(#[source] io::Error),
}

/// What a finished process said.
struct Finished {
    success: bool,
    stdout: String,
    stderr: String,
}

/// A process of apt with an environment that has what networks need and no settings of the user's shell.
fn command(program: &'static str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null());
    command.env("LC_ALL", "C");
    for (name, value) in std::env::vars_os() {
        if is_handed_on(&name) {
            command.env(name, value);
        }
    }
    command
}

fn is_handed_on(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    matches!(&*name, "PATH" | "HOME" | "TMPDIR" | "APT_CONFIG")
        || name.to_ascii_lowercase().ends_with("_proxy")
}

fn finish(program: &'static str, mut command: Command) -> Result<Finished, AptError> {
    let output = command
        .output()
        .map_err(|source| AptError::Start { program, source })?;
    Ok(Finished {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// What a program says that needs neither network nor anything of ours.
fn ask(
    program: &'static str,
    as_typed: &'static str,
    command: Command,
) -> Result<String, AptError> {
    let finished = finish(program, command)?;
    if finished.success {
        Ok(finished.stdout)
    } else {
        Err(AptError::Broken {
            command: as_typed,
            stderr: finished.stderr,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_names_no_sources() {
        let settings = |value: Option<&str>| AptSettings::from_variable(value.map(OsString::from));
        let named = AptSettings {
            sources: Some("/my.list".into()),
        };
        assert_eq!(settings(Some("/my.list")), named);
        assert_eq!(settings(Some("")), AptSettings::default());
        assert_eq!(settings(None), AptSettings::default());
    }

    #[test]
    fn a_program_that_fails_says_why() {
        let asked = |script: &str| {
            let mut shell = command("sh");
            shell.args(["-c", script]);
            ask("sh", "apt-config dump", shell)
        };
        assert_eq!(asked("echo dump").unwrap(), "dump\n");
        let error = asked("echo dump; echo 'E: Syntax error' >&2; exit 100").unwrap_err();
        let AptError::Broken { command, stderr } = error else {
            panic!("{error:?}");
        };
        assert_eq!(
            (command, &*stderr),
            ("apt-config dump", "E: Syntax error\n")
        );
    }
}
