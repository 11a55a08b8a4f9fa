//! Programs: found on the PATH, run as children or in place of this process, with signals handed on and
//! orphans waited for where this process is the first one.
#![expect(
    clippy::disallowed_methods,
    reason = "the door through which `start` starts programs"
)]

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, Instant};

use rustix::fs::Access;
use rustix::process::{Pid, Signal, WaitOptions, WaitStatus};
use rustix::termios;
use signal_hook::consts::SIGCHLD;
use signal_hook::iterator::Signals;

use crate::signals;

/// The status of a shell for a file that can't be run.
pub const CANNOT_RUN: u8 = 126;

/// The status of a shell for a command that doesn't exist.
pub const NOT_FOUND: u8 = 127;

/// How long a signal that arrives just before a `sleep` can go unseen.
const SLICE: Duration = Duration::from_secs(1);

/// Why a program doesn't run.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// There is no such file.
    #[error("{}: not found", .name.display())]
    NotFound {
        /// As it was called.
        name: OsString,
    },
    /// There is such a file, but it can't be run.
    #[error("{}: {source}", .name.display())]
    CannotRun {
        /// As it was called.
        name: OsString,
        /// The kernel's reason.
        source: io::Error,
    },
    /// Signals could not be caught or children not waited for.
    #[error("the system refused to watch over a process: {0}")]
    Watch(#[source] io::Error),
}

impl ProcessError {
    /// What a shell would exit with.
    #[must_use]
    pub fn status(&self) -> u8 {
        match self {
            Self::NotFound { .. } => NOT_FOUND,
            Self::CannotRun { .. } | Self::Watch(_) => CANNOT_RUN,
        }
    }
}

/// What is started.
#[derive(Debug)]
pub struct Command<'a> {
    /// The file that is run.
    pub file: PathBuf,
    /// What the program gets as its name and its arguments; at least one.
    pub words: &'a [OsString],
    /// All of its environment.
    pub environment: Vec<(OsString, OsString)>,
}

impl Command<'_> {
    fn prepare(&self) -> process::Command {
        let mut command = process::Command::new(&self.file);
        command
            .arg0(&self.words[0])
            .args(&self.words[1..])
            .env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    fn failed(&self, source: io::Error) -> ProcessError {
        let name = self.words[0].clone();
        match source.kind() {
            io::ErrorKind::NotFound => ProcessError::NotFound { name },
            _ => ProcessError::CannotRun { name, source },
        }
    }
}

/// Finds the file of a command: as it is when it has a slash, else on a PATH.
///
/// # Errors
/// When there is none that can be run.
pub fn find(name: &OsStr, path: &OsStr) -> Result<PathBuf, ProcessError> {
    if name.as_bytes().contains(&b'/') {
        return Ok(name.into());
    }
    let mut denied = false;
    if !name.is_empty() {
        for directory in path.as_bytes().split(|byte| *byte == b':') {
            let directory = if directory.is_empty() {
                b".".as_slice()
            } else {
                directory
            };
            let file = Path::new(OsStr::from_bytes(directory)).join(name);
            if !file.is_file() {
                continue;
            }
            if rustix::fs::access(&file, Access::EXEC_OK).is_ok() {
                return Ok(file);
            }
            denied = true;
        }
    }
    let name = name.to_owned();
    Err(if denied {
        let source = io::ErrorKind::PermissionDenied.into();
        ProcessError::CannotRun { name, source }
    } else {
        ProcessError::NotFound { name }
    })
}

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Its exit status, or 128 and the number of the signal.
    pub status: u8,
    /// A signal that asks to end came meanwhile, so nothing should follow.
    pub asked_to_end: bool,
}

/// The processes below this one.
#[derive(Debug)]
pub struct Processes {
    is_first: bool,
    signals: Option<Signals>,
    asked_to_end: bool,
}

impl Processes {
    /// What this process is responsible for: as the first one of its name space, also for orphans.
    #[must_use]
    pub fn of_this_process() -> Self {
        let is_first = rustix::process::getpid().is_init();
        // Signals that nobody catches are lost on the first process. A failure is told when it matters.
        let signals = is_first.then(|| Signals::new(signals::to_hand_on()).ok());
        Self {
            is_first,
            signals: signals.flatten(),
            asked_to_end: false,
        }
    }

    /// Whether this is process 1.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.is_first
    }

    /// Whether a signal that asks to end came while a child ran.
    #[must_use]
    pub fn asked_to_end(&self) -> bool {
        self.asked_to_end
    }

    /// Puts a program in place of this process.
    ///
    /// # Errors
    /// It only returns when the program can't be run.
    pub fn replace(&mut self, command: &Command<'_>) -> Result<Ended, ProcessError> {
        let mut caught = self.signals.iter_mut().flat_map(Signals::pending);
        if let Some(signal) = caught.find(|signal| signals::asks_to_end(*signal)) {
            let (status, asked_to_end) = (of_signal(signal), true);
            return Ok(Ended {
                status,
                asked_to_end,
            });
        }
        Err(command.failed(command.prepare().exec()))
    }

    /// Runs a program as a child, hands every signal on to it and waits for it. The one that is all that
    /// is left to do gets the terminal, so that a Ctrl-C there reaches it once and not twice.
    ///
    /// # Errors
    /// When the program can't be run or not be watched.
    pub fn run(
        &mut self,
        command: &Command<'_>,
        gets_terminal: bool,
    ) -> Result<Ended, ProcessError> {
        let signals = self.signals().map_err(ProcessError::Watch)?;
        let mut prepared = command.prepare();
        let terminal = io::stdin();
        let gets_terminal =
            gets_terminal && termios::tcgetpgrp(&terminal) == Ok(rustix::process::getpid());
        if gets_terminal {
            prepared.process_group(0);
        }
        let child = prepared.spawn().map_err(|source| command.failed(source))?;
        let child = Pid::from_child(&child);
        if gets_terminal {
            // Without it the child runs all the same, in the background of the terminal.
            let _ = termios::tcsetpgrp(&terminal, child);
            // It was stopped if it read before that.
            let _ = rustix::process::kill_process(child, Signal::CONT);
        }
        let mut asked_to_end = false;
        let status = loop {
            if let Some(status) = reap(child).map_err(ProcessError::Watch)? {
                break status;
            }
            for signal in signals.wait().filter(|signal| *signal != SIGCHLD) {
                asked_to_end |= signals::asks_to_end(signal);
                if let Some(signal) = Signal::from_named_raw(signal) {
                    // It may have ended just now.
                    let _ = rustix::process::kill_process(child, signal);
                }
            }
        };
        self.asked_to_end |= asked_to_end;
        Ok(Ended {
            status,
            asked_to_end,
        })
    }

    /// Waits; `Some` is the exit status when a signal that asks to end came first.
    ///
    /// # Errors
    /// When signals can't be caught.
    pub fn sleep(&mut self, duration: Duration) -> Result<Option<u8>, ProcessError> {
        let start = Instant::now();
        let signals = self.signals().map_err(ProcessError::Watch)?;
        loop {
            let asked = signals
                .pending()
                .find(|signal| signals::asks_to_end(*signal));
            if let Some(signal) = asked {
                self.asked_to_end = true;
                return Ok(Some(of_signal(signal)));
            }
            let left = duration.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok(None);
            }
            let slice = left.min(SLICE);
            let request = rustix::fs::Timespec {
                tv_sec: i64::try_from(slice.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: slice.subsec_nanos().into(),
            };
            // It returns early, and we look again, when a signal came.
            let _ = rustix::thread::nanosleep(&request);
        }
    }

    fn signals(&mut self) -> io::Result<&mut Signals> {
        let signals = match self.signals.take() {
            Some(signals) => signals,
            None => Signals::new(signals::to_hand_on())?,
        };
        Ok(self.signals.insert(signals))
    }
}

/// Waits for every child that has ended, our own or an orphan; the status of `child` if it is among them.
fn reap(child: Pid) -> io::Result<Option<u8>> {
    loop {
        match rustix::process::wait(WaitOptions::NOHANG) {
            Ok(Some((ended, status))) if ended == child => return Ok(Some(exit_status(status))),
            Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
            Ok(None) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

fn exit_status(status: WaitStatus) -> u8 {
    let exited = status
        .exit_status()
        .and_then(|status| u8::try_from(status).ok());
    let signalled = || status.terminating_signal().map(of_signal);
    exited.or_else(signalled).unwrap_or(CANNOT_RUN)
}

/// The exit status that stands for a signal.
fn of_signal(signal: i32) -> u8 {
    u8::try_from(signal).unwrap_or_default().saturating_add(128)
}
