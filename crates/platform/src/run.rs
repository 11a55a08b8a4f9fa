//! Starting an image: unpacked once, read-only, in a sandbox, with a port of the host.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use oci::RuntimeConfig;
use store::Store;

use crate::ImageName;
use crate::bubblewrap::{Bubblewrap, SandboxError, Streams};
use crate::environment;
use crate::host::Host;
use crate::run_error::RunError;
use crate::running_app::RunningApp;
use crate::sandbox::{Mount, RootDirectory, Sandbox};
use crate::stored_image::{StoredImage, app_key};
use crate::unpacked::{Root, unpacked_root};

/// The port of an app when nobody says which.
const DEFAULT_PORT: u16 = 8080;

/// The app's `/tmp` holds this part of the memory that is free when it starts, so that it can't take all.
const MEMORY_PARTS: u64 = 4;

/// What `/tmp` holds at least, in bytes, even where the free memory can't be read.
const LEAST_MEMORY: u64 = 64 << 20;

/// Where the launcher's links lie that start a process (CNB platform specification, "Launch").
const PROCESSES: &str = "/cnb/process";

/// What is to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRequest {
    /// An image of the store.
    pub image: ImageName,
    /// The port; none means the `PORT` of `environment`, else 8080, or a free one when that is taken.
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
    let port = choose_port(wanted_port(request))?;
    let (root, config) = prepare(store, request)?;
    let program = program(&config, &root.path, request)?;
    let sandbox = sandbox(&Host::read(), &config, &root.path, request, port);
    let directory = RootDirectory(&root.path);
    let arguments = sandbox.arguments(&directory).map_err(SandboxError::Io)?;
    store.check_cancelled()?;
    let child = bubblewrap.spawn(&arguments, &program, Streams::Inherited)?;
    let is_default = config.entrypoint.iter().flatten().map(OsString::from);
    let is_default = program.iter().take(1).cloned().eq(is_default);
    Ok(RunningApp {
        should_listen: is_default || request.process.as_deref().is_none_or(|name| name == "web"),
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
    let in_memory = (host.free_memory / MEMORY_PARTS).max(LEAST_MEMORY);
    mounts.insert("/tmp".into(), Mount::Memory("1777", in_memory));
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
    if wanted_port(request).is_some() {
        environment.insert("PORT".to_owned(), port.to_string());
    }
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

/// The port that the user asked for.
fn wanted_port(request: &RunRequest) -> Option<u16> {
    let variable = || request.environment.get("PORT")?.parse().ok();
    request.port.or_else(variable)
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

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
