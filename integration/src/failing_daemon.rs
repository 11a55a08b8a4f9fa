//! A Docker daemon that stops half-way: a real one until it is asked for what a case chooses.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tempfile::TempDir;

use crate::{Call, Docker};

/// Stands before the daemon and passes everything on, until a request has the words on which it stops: then
/// every connection ends, and no other is taken, as when a daemon is killed.
#[derive(Debug)]
pub struct FailingDaemon {
    directory: TempDir,
}

/// What the threads of the connections share.
#[derive(Debug)]
struct Connections {
    open: Mutex<Vec<UnixStream>>,
    socket: PathBuf,
}

impl FailingDaemon {
    /// Starts to listen.
    ///
    /// # Panics
    /// When the daemon behind it has no socket.
    #[track_caller]
    #[must_use]
    pub fn before(docker: &Docker, stops_on: &'static str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let connections = Arc::new(Connections {
            open: Mutex::default(),
            socket: directory.path().join("docker.sock"),
        });
        let listener = UnixListener::bind(&connections.socket).expect("the directory is new");
        let upstream = docker.socket();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = UnixStream::connect(&upstream) else {
                    return;
                };
                let connections = Arc::clone(&connections);
                // A client that goes away is its own business.
                thread::spawn(move || drop(connections.pass_on(&client, &server, stops_on)));
            }
        });
        Self { directory }
    }

    /// The call of a program that uses this daemon.
    #[must_use]
    pub fn reached_by(&self, docker: &Docker, call: Call) -> Call {
        let socket = self.directory.path().join("docker.sock");
        let host = format!("unix://{}", socket.display());
        docker.reached_by(call).env("DOCKER_HOST", host)
    }
}

impl Connections {
    fn pass_on(
        &self,
        client: &UnixStream,
        server: &UnixStream,
        stops_on: &str,
    ) -> std::io::Result<()> {
        let both = [client.try_clone()?, server.try_clone()?];
        self.open().extend(both);
        let (mut from, mut to) = (server.try_clone()?, client.try_clone()?);
        thread::spawn(move || {
            let copied = std::io::copy(&mut from, &mut to);
            let closed = to.shutdown(Shutdown::Write);
            copied.and(closed)
        });
        let (mut from, mut to) = (client, server);
        let mut chunk = vec![0; 1 << 16];
        while let read @ 1.. = from.read(&mut chunk)? {
            // A request's first line comes in one piece.
            let text = String::from_utf8_lossy(&chunk[..read]);
            if text.contains(stops_on) {
                self.stop();
                return Ok(());
            }
            to.write_all(&chunk[..read])?;
        }
        to.shutdown(Shutdown::Write)
    }

    fn stop(&self) {
        let _ = fs_err::remove_file(&self.socket);
        for connection in self.open().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Vec<UnixStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
