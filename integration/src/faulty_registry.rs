//! A registry that fails at what a case chooses, is a real one in everything else, and counts.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::Registry;

/// The status that a request is answered with, by method and path; none lets it through.
pub type Fault = fn(method: &str, path: &str) -> Option<u16>;

/// Stands before a registry and passes on what isn't to fail. It listens until the tests end.
#[derive(Debug)]
pub struct FaultyRegistry {
    address: SocketAddr,
    received: Arc<AtomicU64>,
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
        let counter = Arc::clone(&received);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (upstream, counter) = (upstream.clone(), Arc::clone(&counter));
                // A client that goes away is its own business.
                thread::spawn(move || drop(answer(&client, &upstream, fault, &counter)));
            }
        });
        Self { address, received }
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

/// One request a connection: both sides are told to close it after the answer.
fn answer(
    client: &TcpStream,
    upstream: &str,
    fault: Fault,
    received: &AtomicU64,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(client);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut words = request.split_whitespace();
    let (method, path) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    if let Some(status) = fault(method, path) {
        let head =
            format!("HTTP/1.1 {status} Fault\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        let mut client = client;
        return client.write_all(head.as_bytes());
    }
    let mut server = TcpStream::connect(upstream)?;
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
        received.fetch_add(read as u64, Ordering::SeqCst);
        server.write_all(&chunk[..read])?;
    }
    answer.join().unwrap_or(Ok(()))
}
