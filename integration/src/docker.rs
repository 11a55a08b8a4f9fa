//! A Docker daemon: the one that answers on this machine, else one of our own.
//!
//! Our own is Debian's or Ubuntu's `docker.io`, downloaded by apt with lists of its own and unpacked, not
//! installed. It has its own socket and data, and no bridge: containers use the host's network or none. It
//! runs in namespaces of its own, whose first process waits for the end of a pipe that this process holds:
//! however we end, so do the daemon, its containers and its mounts.
#![expect(clippy::disallowed_methods, reason = "starts the daemon")]

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::docker_package::unpacked;
use crate::home::remove_abandoned;
use crate::machine::{is_root, succeeds};
use crate::test_names::is_ours;
use crate::{Call, Machine, Process};

/// What the name of our own daemon's directory begins with.
const DIRECTORY: &str = "coracle-tests-docker-";

/// How long a daemon that doesn't answer is waited for, in seconds.
const ANSWER: &str = "10";

/// The daemon of all cases.
#[derive(Debug)]
pub struct Docker {
    client: PathBuf,
    /// The value of `DOCKER_HOST`; none for the one that the client finds by itself.
    host: Option<OsString>,
}

/// What is to be ended after the last case.
static STARTED: Mutex<Option<Started>> = Mutex::new(None);

#[derive(Debug)]
enum Started {
    Own {
        process: Process,
        _directory: TempDir,
    },
    Found(PathBuf),
}

impl Docker {
    /// The daemon, started where none answers. The same for all cases.
    ///
    /// # Panics
    /// When it can't be downloaded or started.
    #[track_caller]
    #[must_use]
    pub fn of(machine: &Machine) -> &'static Self {
        static DOCKER: OnceLock<Result<Docker, String>> = OnceLock::new();
        let docker = DOCKER.get_or_init(|| {
            if answers() {
                let client = PathBuf::from("docker");
                end_later(Started::Found(client.clone()));
                Ok(Self { client, host: None })
            } else {
                start(&machine.test_tools())
            }
        });
        docker.as_ref().unwrap_or_else(|reason| panic!("{reason}"))
    }

    /// Why there is no daemon and can't be, if that is so.
    pub(crate) fn missing() -> Option<String> {
        static MISSING: OnceLock<Option<String>> = OnceLock::new();
        let missing = MISSING.get_or_init(|| {
            let is_possible = answers() || may_start();
            (!is_possible).then(|| missing_with(&host()))
        });
        missing.clone()
    }

    /// Ends the daemon if it is ours, else removes what the cases left in it.
    pub(crate) fn stop() {
        let started = STARTED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match started {
            Some(Started::Own {
                process,
                _directory,
            }) => {
                process.signal(Signal::KILL);
                // Until the last of its processes is gone, which still write into the directory.
                let _ = process.finish();
            }
            Some(Started::Found(client)) => remove_tests_own(&client),
            None => {}
        }
    }

    /// `docker ARGUMENTS`.
    #[must_use]
    pub fn call<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Call {
        self.reached_by(Call::new(&self.client).args(arguments))
    }

    /// The daemon's socket.
    pub(crate) fn socket(&self) -> PathBuf {
        let own = self.host.as_ref().map(|host| host.to_string_lossy());
        let host = own.map_or_else(host, Cow::into_owned);
        let path = host.strip_prefix("unix://");
        path.unwrap_or("/var/run/docker.sock").into()
    }

    /// The call with what tells programs where the client and the daemon are.
    #[must_use]
    pub fn reached_by(&self, call: Call) -> Call {
        let Some(host) = &self.host else {
            return call;
        };
        let own = self.client.parent().map(Path::to_owned);
        let machines = std::env::var_os("PATH").unwrap_or_default();
        let all = own.into_iter().chain(std::env::split_paths(&machines));
        let path = std::env::join_paths(all).unwrap_or(machines);
        call.env("DOCKER_HOST", host).env("PATH", path)
    }
}

/// Whether a daemon answers that has this machine's file system and network: cases ask containers over the
/// loopback.
fn answers() -> bool {
    is_local(&host()) && succeeds("timeout", &[ANSWER, "docker", "version"])
}

/// The daemon that the user has named.
fn host() -> String {
    std::env::var("DOCKER_HOST").unwrap_or_default()
}

/// A port of the loopback may be the end of a tunnel.
fn is_local(host: &str) -> bool {
    host.is_empty() || host.starts_with("unix://")
}

fn missing_with(host: &str) -> String {
    if is_local(host) {
        return "no Docker daemon answers, and only root can start one".to_owned();
    }
    format!(
        "DOCKER_HOST is {host}, cases need a daemon on this machine (unix://), and only root can start one"
    )
}

/// Root may start one, where containers are allowed at all.
fn may_start() -> bool {
    let namespaces = ["--mount", "--pid", "--fork", "--mount-proc", "true"];
    is_root() && Path::new("/sys/fs/cgroup").is_dir() && succeeds("unshare", &namespaces)
}

fn end_later(started: Started) {
    *STARTED.lock().unwrap_or_else(PoisonError::into_inner) = Some(started);
}

/// The daemon is somebody's own: it is left as it was found, but for `coracle/…:latest`. These are the names that
/// `builder.toml` has, so that a case loads this checkout's images under them, as `coracle builder create
/// --to docker` does.
fn remove_tests_own(client: &Path) {
    let names = |arguments: &[&str]| {
        let output = Command::new(client).args(arguments).output();
        let text = output.map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    };
    for (list, remove) in [
        (
            ["container", "ls", "--all", "--format={{.Names}}"].as_slice(),
            "container",
        ),
        (
            &["image", "ls", "--format={{.Repository}}:{{.Tag}}"],
            "image",
        ),
        (&["volume", "ls", "--format={{.Name}}"], "volume"),
    ] {
        let all = names(list);
        for name in all.lines().filter(|name| is_ours(name)) {
            let _ = Command::new(client)
                .args([remove, "rm", "--force", name])
                .output();
        }
    }
}

fn start(tools: &Path) -> Result<Docker, String> {
    let root = unpacked(tools)?;
    // Not in the cache directory: the path of a socket may have 108 bytes.
    remove_abandoned(&std::env::temp_dir(), DIRECTORY);
    let directory = tempfile::Builder::new()
        .prefix(&format!("{DIRECTORY}{}-", std::process::id()))
        .tempdir()
        .map_err(|error| error.to_string())?;
    let socket = directory.path().join("docker.sock");
    let mut host = OsString::from("unix://");
    host.push(&socket);
    let (reader, writer) = std::io::pipe().map_err(|error| error.to_string())?;
    let child = Command::new("unshare")
        .args(["--mount", "--pid", "--fork", "--mount-proc", "--kill-child"])
        .args(["sh", "-c", r#""$@" & read -r _"#, "sh"])
        .arg(root.join("usr/sbin/dockerd"))
        .args(["--bridge=none", "--iptables=false", "--ip6tables=false"])
        .arg("--host")
        .arg(&host)
        .arg("--data-root")
        .arg(directory.path().join("data"))
        .arg("--exec-root")
        .arg(directory.path().join("run"))
        .arg("--pidfile")
        .arg(directory.path().join("docker.pid"))
        .env("PATH", search_path(&root)?)
        .env("LD_LIBRARY_PATH", libraries(&root)?)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(writer)
        .spawn()
        .map_err(|error| format!("unshare can't be started: {error}"))?;
    let mut process = Process::new(child, reader);
    if process
        .wait_for_line(|line| line.contains("API listen on"))
        .is_none()
    {
        return Err(format!("dockerd doesn't listen:\n{}", process.text()));
    }
    end_later(Started::Own {
        process,
        _directory: directory,
    });
    Ok(Docker {
        client: root.join("usr/bin/docker"),
        host: Some(host),
    })
}

fn search_path(root: &Path) -> Result<OsString, String> {
    let own = ["usr/bin", "usr/sbin"].map(|directory| root.join(directory));
    let machines = std::env::var_os("PATH").unwrap_or_default();
    let all = own.into_iter().chain(std::env::split_paths(&machines));
    std::env::join_paths(all).map_err(|error| error.to_string())
}

/// `usr/lib/<multiarch>` of the unpacked packages.
fn libraries(root: &Path) -> Result<PathBuf, String> {
    let entries = fs_err::read_dir(root.join("usr/lib")).map_err(|error| error.to_string())?;
    let mut directories = entries.filter_map(|entry| Some(entry.ok()?.path()));
    directories
        .find(|path| path.to_string_lossy().ends_with("-linux-gnu"))
        .ok_or_else(|| "docker.io brought no libraries".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daemon_elsewhere_is_named_as_the_reason() {
        let reasons = ["", "unix:///run/docker.sock", "tcp://127.0.0.1:2375"].map(missing_with);
        assert_eq!(reasons[0], reasons[1]);
        assert!(reasons[2].starts_with("DOCKER_HOST is tcp://127.0.0.1:2375, "));
    }
}
