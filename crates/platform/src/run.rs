//! Starting an image: unpacked once, read-only, in a sandbox, with a port of the host.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use oci::{LayoutError, RuntimeConfig, UnpackError};
use rustix::process::Signal;
use store::{Store, StoreError};

use crate::ImageName;
use crate::bubblewrap::{Bubblewrap, SandboxError, Streams};
use crate::environment::{self, EnvironmentError};
use crate::host::Host;
use crate::process_tree;
use crate::sandbox::{Mount, RootDirectory, Sandbox};
use crate::stored_image::{StoredImage, app_key};
use crate::unpacked::{Root, unpacked_root};

/// The port of an app when nobody says which.
const DEFAULT_PORT: u16 = 8080;

/// How long a stopped app has to end by itself, as with `docker stop`.
const GRACE: Duration = Duration::from_secs(10);

/// How often it is looked whether an app listens or has ended.
const POLL: Duration = Duration::from_millis(10);

/// Where the launcher's links lie that start a process (CNB platform specification, "Launch").
const PROCESSES: &str = "/cnb/process";

/// What is to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRequest {
    /// An image of the store.
    pub image: ImageName,
    /// The port; none means 8080, or a free one when that is taken.
    pub port: Option<u16>,
    /// Variables; they win over the image's.
    pub environment: BTreeMap<String, String>,
    /// User and group inside.
    pub user: (u32, u32),
    /// The process type; none means the image's entrypoint.
    pub process: Option<String>,
    /// Arguments for the process, instead of the image's.
    pub arguments: Vec<String>,
}

impl RunRequest {
    /// The image's default process as user 1000:1000.
    #[must_use]
    pub fn new(image: ImageName) -> Self {
        Self {
            image,
            port: None,
            environment: BTreeMap::new(),
            user: (1000, 1000),
            process: None,
            arguments: Vec::new(),
        }
    }
}

/// An app that doesn't start, or ends too early.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store has no image of this name.
    #[error("there is no image {0}")]
    NoImage(ImageName),
    /// The image is damaged.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The image can't be unpacked.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// The cache directory can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A variable can't be used.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The image has no such process.
    #[error("the image {image} has no process {process}")]
    NoProcess {
        /// The image.
        image: ImageName,
        /// What was asked for.
        process: String,
        /// What it has.
        known: Vec<String>,
    },
    /// The image says nothing of how it is started.
    #[error("the image {0} has no entrypoint and no command")]
    NoCommand(ImageName),
    /// Somebody else listens on the port that was asked for.
    #[error("port {port} can't be used")]
    PortTaken {
        /// The port.
        port: u16,
        /// What failed.
        source: io::Error,
    },
    /// No sandbox can be had.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A file operation failed; the error names the path.
    #[error("a file operation failed")]
    Io {
        /// The cache directory.
        root: PathBuf,
        /// What failed.
        source: io::Error,
    },
    /// The app ended before it listened.
    #[error("the app ended before it listened: {status}")]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// Where it should have listened.
        port: u16,
    },
    /// The app runs, but doesn't listen.
    #[error("nothing listens on port {port} after {waited:?}")]
    NotListening {
        /// Where it should listen.
        port: u16,
        /// How long was waited.
        waited: Duration,
    },
}

/// Starts an image of the store. The app ends when the thread that called this does.
///
/// # Errors
/// See [`RunError`].
pub fn run(
    store: &Store,
    bubblewrap: &Bubblewrap,
    request: &RunRequest,
) -> Result<RunningApp, RunError> {
    environment::check(&request.environment)?;
    let port = choose_port(request.port)?;
    let (root, config) = prepare(store, request)?;
    let program = program(&config, &root.path, request)?;
    let sandbox = sandbox(&Host::read(), &config, &root.path, request, port);
    let directory = RootDirectory(&root.path);
    let arguments = sandbox.arguments(&directory).map_err(SandboxError::Io)?;
    let child = bubblewrap.spawn(&arguments, &program, Streams::Inherited)?;
    Ok(RunningApp {
        port,
        child,
        _root: root.in_use,
    })
}

/// The unpacked image and its configuration. The lock keeps a build from replacing the image meanwhile.
fn prepare(store: &Store, request: &RunRequest) -> Result<(Root, RuntimeConfig), RunError> {
    let _lock = store.lock(&format!("image {}", request.image))?;
    let image = StoredImage::open(store, &request.image)?
        .ok_or_else(|| RunError::NoImage(request.image.clone()))?;
    let root = unpacked_root(store, &image, &app_key(&request.image))?;
    Ok((root, image.image.config.config))
}

fn program(
    config: &RuntimeConfig,
    root: &Path,
    request: &RunRequest,
) -> Result<Vec<OsString>, RunError> {
    let mut program = match &request.process {
        Some(process) => vec![process_path(process, root, request)?],
        None => config.entrypoint.clone().unwrap_or_default(),
    };
    if !request.arguments.is_empty() {
        program.extend(request.arguments.iter().cloned());
    } else if request.process.is_none() {
        program.extend(config.cmd.iter().flatten().cloned());
    }
    if program.is_empty() {
        return Err(RunError::NoCommand(request.image.clone()));
    }
    Ok(program.into_iter().map(OsString::from).collect())
}

fn process_path(process: &str, root: &Path, request: &RunRequest) -> Result<String, RunError> {
    let entries = fs_err::read_dir(root.join(PROCESSES.trim_start_matches('/')));
    let mut known: Vec<String> = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    known.sort();
    if known.iter().any(|name| name == process) {
        return Ok(format!("{PROCESSES}/{process}"));
    }
    Err(RunError::NoProcess {
        image: request.image.clone(),
        process: process.to_owned(),
        known,
    })
}

fn sandbox(
    host: &Host,
    config: &RuntimeConfig,
    root: &Path,
    request: &RunRequest,
    port: u16,
) -> Sandbox {
    let mut mounts: BTreeMap<PathBuf, Mount> = BTreeMap::new();
    mounts.insert("/proc".into(), Mount::Proc);
    mounts.insert("/dev".into(), Mount::Dev);
    mounts.insert("/tmp".into(), Mount::Memory("1777", None));
    for (target, source) in [
        ("/etc/resolv.conf", &host.resolver),
        ("/etc/hosts", &host.hosts),
    ] {
        if let Some(source) = source {
            mounts.insert(target.into(), Mount::ReadOnly(source.clone()));
        }
    }
    let image = config.env.iter().flatten();
    let image = image.filter_map(|line| line.split_once('='));
    let mut environment: BTreeMap<String, String> = image
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    environment.insert("PORT".to_owned(), port.to_string());
    environment.extend(request.environment.clone());
    let directory = config.working_dir.as_deref();
    Sandbox {
        root: root.to_owned(),
        mounts,
        environment,
        user: request.user,
        hostname: "coracle",
        directory: directory
            .filter(|path| !path.is_empty())
            .unwrap_or("/")
            .into(),
    }
}

/// The port that was asked for, or the default, or a free one. Whether it is free is found out by
/// taking it for a moment.
fn choose_port(requested: Option<u16>) -> Result<u16, RunError> {
    let take = |port: u16| -> io::Result<u16> {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))?;
        Ok(listener.local_addr()?.port())
    };
    if let Some(port) = requested {
        return take(port).map_err(|source| RunError::PortTaken { port, source });
    }
    take(DEFAULT_PORT).or_else(|_| {
        let port = take(0).map_err(|source| RunError::PortTaken { port: 0, source })?;
        tracing::info!("Port {DEFAULT_PORT} is taken by another program; the app gets {port}");
        Ok(port)
    })
}

/// A started app. Dropping it kills it.
#[derive(Debug)]
pub struct RunningApp {
    port: u16,
    child: Child,
    /// A shared lock: an unpacked image that somebody runs isn't removed.
    _root: File,
}

impl RunningApp {
    /// The port it was told to listen on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where a browser finds it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
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

    /// Asks the app to end (SIGTERM), and kills it when it hasn't after ten seconds.
    ///
    /// # Errors
    /// When the operating system can't tell how it ended.
    pub fn stop(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.child.try_wait()? {
            return Ok(status);
        }
        self.stopper().terminate();
        let started = Instant::now();
        while started.elapsed() < GRACE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(POLL);
        }
        self.child.kill()?;
        self.child.wait()
    }

    /// A handle for another thread, such as one that handles Ctrl-C, while this one waits.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper {
            sandbox: self.child.id(),
        }
    }
}

impl Drop for RunningApp {
    fn drop(&mut self) {
        // No error is worth reporting here: the app has most often ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ends an app from another thread; [`RunningApp::wait`] then returns. Of no use once it has returned.
#[derive(Debug, Clone, Copy)]
pub struct Stopper {
    sandbox: u32,
}

impl Stopper {
    /// Sends SIGTERM to the app.
    pub fn terminate(&self) {
        process_tree::signal_app(self.sandbox, Signal::TERM);
    }

    /// Kills the app and everything it started.
    pub fn kill(&self) {
        process_tree::signal(self.sandbox, Signal::KILL);
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
