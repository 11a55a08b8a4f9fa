//! A registry that fails at what a case chooses, is a real one in everything else, and counts.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::Registry;

/// What happens to a request, by method and path; none lets it through.
pub type Fault = fn(method: &str, path: &str) -> Option<Failure>;

/// How a registry fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It answers with this status.
    Status(u16),
    /// It takes the request and never answers.
    Silence,
}

/// Stands before a registry and passes on what isn't to fail. It listens until the tests end.
#[derive(Debug)]
pub struct FaultyRegistry {
    address: SocketAddr,
    received: Arc<AtomicU64>,
    silences: Receiver<()>,
}

/// What the thread of a connection needs.
#[derive(Debug, Clone)]
struct Passage {
    upstream: String,
    fault: Fault,
    received: Arc<AtomicU64>,
    silent: Sender<()>,
}

impl FaultyRegistry {
    /// Starts to listen.
    ///
    /// # Panics
    /// When no port is free.
    #[track_caller]
    #[must_use]
    pub fn before(registry: &Registry, fault: Fault) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let upstream = registry.address().to_owned();
        let received = Arc::new(AtomicU64::new(0));
        let (silent, silences) = channel();
        let passage = Passage {
            upstream,
            fault,
            received: Arc::clone(&received),
            silent,
        };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let passage = passage.clone();
                // A client that goes away is its own business.
                thread::spawn(move || drop(passage.answer(&client)));
            }
        });
        Self {
            address,
            received,
            silences,
        }
    }

    /// Waits until a request is met with [`Failure::Silence`].
    ///
    /// # Panics
    /// When none comes for longer than any build takes.
    #[track_caller]
    pub fn wait_for_silence(&self) {
        let limit = Duration::from_mins(3);
        let met = self.silences.recv_timeout(limit);
        met.expect("a request comes that isn't answered");
    }

    /// Bytes of requests that were passed on, heads included.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::SeqCst)
    }

    /// `127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }
}

impl Passage {
    /// One request a connection: both sides are told to close it after the answer.
    fn answer(&self, client: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(client);
        let mut request = String::new();
        reader.read_line(&mut request)?;
        let mut words = request.split_whitespace();
        let (method, path) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        match (self.fault)(method, path) {
            Some(Failure::Status(status)) => {
                let head = format!(
                    "HTTP/1.1 {status} Fault\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                );
                let mut client = client;
                return client.write_all(head.as_bytes());
            }
            Some(Failure::Silence) => {
                let _ = self.silent.send(());
                // Until the client gives up.
                return std::io::copy(&mut reader, &mut std::io::sink()).map(drop);
            }
            None => {}
        }
        let mut server = TcpStream::connect(&self.upstream)?;
        server.write_all(request.as_bytes())?;
        server.write_all(b"Connection: close\r\n")?;
        let mut back = server.try_clone()?;
        let mut to_client = client.try_clone()?;
        let answer = thread::spawn(move || {
            let copied = std::io::copy(&mut back, &mut to_client);
            // Also ends the reading below, where the client waits for our end of the connection.
            let closed = to_client.shutdown(Shutdown::Both);
            copied.and(closed)
        });
        let mut chunk = vec![0; 1 << 16];
        while let Ok(read @ 1..) = reader.read(&mut chunk) {
            self.received.fetch_add(read as u64, Ordering::SeqCst);
            server.write_all(&chunk[..read])?;
        }
        answer.join().unwrap_or(Ok(()))
    }
}
