//! An app that runs, until it ends or is stopped.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::process_tree;
use crate::run_error::RunError;
use crate::sandbox_process::{Group, SandboxProcess};

/// How often it is looked whether an app listens or has ended.
const POLL: Duration = Duration::from_millis(10);

/// A started app. Dropping it kills it.
#[derive(Debug)]
pub struct RunningApp {
    pub(crate) port: u16,
    pub(crate) should_listen: bool,
    pub(crate) child: SandboxProcess,
    /// A shared lock: an unpacked image that somebody runs isn't removed.
    pub(crate) _root: File,
}

impl RunningApp {
    /// The port it was told to listen on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is a web server, as far as is known: the image's default process, or `web`. A worker
    /// may never listen.
    #[must_use]
    pub fn should_listen(&self) -> bool {
        self.should_listen
    }

    /// Waits until something accepts connections on the port.
    ///
    /// # Errors
    /// [`RunError::Ended`] when the app ends first, [`RunError::NotListening`] after `timeout`.
    pub fn wait_until_listening(&mut self, timeout: Duration) -> Result<(), RunError> {
        let started = Instant::now();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(RunError::Ended {
                    status,
                    port: self.port,
                });
            }
            if TcpStream::connect_timeout(&address, Duration::from_millis(100)).is_ok() {
                return Ok(());
            }
            if started.elapsed() > timeout {
                return Err(RunError::NotListening {
                    port: self.port,
                    waited: timeout,
                });
            }
            std::thread::sleep(POLL);
        }
    }

    /// Waits for the end of the app. A signal that ended it is 128 and its number, as in a shell.
    ///
    /// # Errors
    /// When the operating system can't tell.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }

    /// A handle for another thread, such as one that handles Ctrl-C, while this one waits.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper {
            group: self.child.group(),
        }
    }
}

/// Ends an app from another thread; [`RunningApp::wait`] then returns. Does nothing once it has returned.
#[derive(Debug, Clone)]
pub struct Stopper {
    group: Group,
}

impl Stopper {
    /// Sends SIGTERM to the app.
    pub fn terminate(&self) {
        self.group
            .with_leader(|sandbox| process_tree::signal_app(sandbox, Signal::TERM));
    }

    /// Kills the app and everything it started.
    pub fn kill(&self) {
        self.group.kill();
    }
}
