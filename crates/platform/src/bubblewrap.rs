//! Starting programs in a sandbox, through `bwrap`.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where the platform starts sandboxes"
)]

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{MemfdFlags, Mode, memfd_create};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::umask;

use crate::sandbox_process::SandboxProcess;

/// How to call bubblewrap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bubblewrap {
    /// `bwrap`, or a dynamic loader that starts it.
    pub program: PathBuf,
    /// What comes before bubblewrap's own arguments, such as `--library-path DIR bwrap`.
    pub arguments: Vec<OsString>,
}

/// What keeps a user from making a user namespace, as far as the machine tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restriction {
    /// `kernel.apparmor_restrict_unprivileged_userns` (Ubuntu since 23.10).
    AppArmor,
    /// `kernel.unprivileged_userns_clone` (Debian before 11).
    Disabled,
    /// `user.max_user_namespaces` is 0.
    NoneAllowed,
    /// We are in a container whose runtime forbids it.
    Container,
    /// Nothing that we know.
    Unknown,
}

/// A sandbox that doesn't start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// `bwrap` itself can't be started.
    #[error("{program} can't be started")]
    Start {
        /// The program.
        program: PathBuf,
        /// What failed.
        source: io::Error,
    },
    /// `bwrap` starts, but the kernel refuses it.
    #[error("this machine doesn't allow sandboxes: {output}")]
    Refused {
        /// What bubblewrap said.
        output: String,
        /// Why, as far as the machine tells.
        restriction: Restriction,
    },
    /// A file operation on the way failed; the error names the path.
    #[error("the sandbox can't be prepared")]
    Io(#[source] io::Error),
}

impl Bubblewrap {
    /// Starts a trivial sandbox.
    ///
    /// # Errors
    /// [`SandboxError::Refused`] with the reason when this machine allows none.
    pub fn check(&self) -> Result<(), SandboxError> {
        let mut command = self.command();
        command.args(["--unshare-user", "--unshare-pid", "--uid", "1000", "--gid"]);
        command.args(["1000", "--ro-bind", "/", "/", "--proc", "/proc", "true"]);
        command
            .env("PATH", "/usr/bin:/bin:/run/current-system/sw/bin")
            .process_group(0);
        // A file, since what is left behind could keep a pipe open.
        let mut said = file_in_memory("bubblewrap-errors").map_err(SandboxError::Io)?;
        let stderr = said.try_clone().map_err(SandboxError::Io)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .map_err(|source| self.start_error(source))?;
        let status = SandboxProcess::new(child).wait();
        if status.map_err(SandboxError::Io)?.success() {
            return Ok(());
        }
        let mut output = Vec::new();
        said.rewind()
            .and_then(|()| said.read_to_end(&mut output))
            .map_err(SandboxError::Io)?;
        Err(SandboxError::Refused {
            output: String::from_utf8_lossy(&output).trim().to_owned(),
            restriction: restriction(),
        })
    }

    /// Starts `program` in the sandbox that `arguments` describe. The sandbox ends when the thread
    /// that called this does (`prctl(2)`, `PR_SET_PDEATHSIG`).
    pub(crate) fn spawn(
        &self,
        arguments: &[OsString],
        program: &[OsString],
        streams: Streams,
    ) -> Result<SandboxProcess, SandboxError> {
        // Not on the command line: that is public, and the variables of an app may be secret.
        let file = arguments_file(arguments).map_err(SandboxError::Io)?;
        let mut command = self.command();
        command.arg("--args").arg(file.as_raw_fd().to_string());
        command.arg("--").args(program).stdin(Stdio::null());
        // Ctrl-C is for us to handle; the sandbox must not get it at the same time.
        command.process_group(0);
        if let Streams::Piped(stdout, stderr) = streams {
            command.stdout(stdout).stderr(stderr);
        }
        with_umask(|| {
            // Open for this child alone: what another thread starts must not see an app's secrets.
            fcntl_setfd(&file, FdFlags::empty())?;
            let child = command.spawn();
            fcntl_setfd(&file, FdFlags::CLOEXEC)?;
            child
        })
        .map(SandboxProcess::new)
        .map_err(|source| self.start_error(source))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear();
        command
    }

    fn start_error(&self, source: io::Error) -> SandboxError {
        SandboxError::Start {
            program: self.program.clone(),
            source,
        }
    }
}

/// Where the output of a sandbox goes.
pub(crate) enum Streams {
    /// To our own.
    Inherited,
    /// Standard output and standard error.
    Piped(io::PipeWriter, io::PipeWriter),
}

/// The arguments, each ended by a NUL, in a file in memory.
fn arguments_file(arguments: &[OsString]) -> io::Result<File> {
    let mut file = file_in_memory("bubblewrap-arguments")?;
    for argument in arguments {
        file.write_all(argument.as_bytes())?;
        file.write_all(b"\0")?;
    }
    file.rewind()?;
    Ok(file)
}

fn file_in_memory(name: &str) -> io::Result<File> {
    Ok(File::from(memfd_create(name, MemfdFlags::CLOEXEC)?))
}

/// Runs `operation` with umask 022, which the modes in a reproducible image need. The umask is the
/// whole process's, hence the lock and the short time.
fn with_umask<T>(operation: impl FnOnce() -> T) -> T {
    static UMASK: Mutex<()> = Mutex::new(());
    let _guard = UMASK.lock().unwrap_or_else(PoisonError::into_inner);
    let before = umask(Mode::from_raw_mode(0o022));
    let result = operation();
    umask(before);
    result
}

fn restriction() -> Restriction {
    let says = |path: &str, value: &str| {
        fs_err::read_to_string(path).is_ok_and(|text| text.trim() == value)
    };
    if says("/proc/sys/user/max_user_namespaces", "0") {
        Restriction::NoneAllowed
    } else if says("/proc/sys/kernel/unprivileged_userns_clone", "0") {
        Restriction::Disabled
    } else if Path::new("/.dockerenv").exists() || Path::new("/run/.containerenv").exists() {
        Restriction::Container
    } else if says(
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
    ) {
        Restriction::AppArmor
    } else {
        Restriction::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_is_ended_while_it_starts_ends_whole() {
        let script = "(trap '' TERM; sleep 20; echo late >&2) & echo early >&2; kill -TERM $$";
        let bubblewrap = Bubblewrap {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
        };
        let error = bubblewrap.check().unwrap_err();
        let SandboxError::Refused { output, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(output, "early");
    }
}
