//! A registry that fails at what a case chooses or asks who is there, is a real one in everything else, and
//! counts.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::Registry;
use crate::process::DEADLINE;

/// Who may use a registry that asks.
pub const LOGIN: (&str, &str) = ("team", "a secret");

/// What happens to a request, by method and path; none lets it through.
pub type Fault = fn(method: &str, path: &str) -> Option<Failure>;

/// The first byte of what a client of TLS sends (RFC 8446, `ContentType`).
const TLS_HANDSHAKE: u8 = 22;

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

/// A request up to its body.
struct Head {
    /// `GET /v2/ HTTP/1.1`, with its end of line.
    request: String,
    /// The fields and the empty line.
    fields: String,
}

/// What the thread of a connection needs.
#[derive(Debug, Clone)]
struct Passage {
    upstream: String,
    fault: Fault,
    asks: bool,
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
        Self::listen(registry, fault, false)
    }

    /// Starts to listen, and lets nobody through but [`LOGIN`].
    ///
    /// # Panics
    /// When no port is free.
    #[track_caller]
    #[must_use]
    pub fn asking_before(registry: &Registry) -> Self {
        Self::listen(registry, |_, _| None, true)
    }

    /// What `docker login` writes: the `config.json` with which a client is let through.
    #[must_use]
    pub fn docker_config(&self) -> String {
        format!(
            "{{\"auths\":{{\"{}\":{{\"auth\":\"{}\"}}}}}}",
            self.address(),
            login()
        )
    }

    #[track_caller]
    fn listen(registry: &Registry, fault: Fault, asks: bool) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let upstream = registry.address().to_owned();
        let received = Arc::new(AtomicU64::new(0));
        let (silent, silences) = channel();
        let passage = Passage {
            upstream,
            fault,
            asks,
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
        let met = self.silences.recv_timeout(DEADLINE);
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
        // crane asks in TLS first, and asks again for a while unless it is told that nobody speaks that here.
        if reader.fill_buf()?.first() == Some(&TLS_HANDSHAKE) {
            return refuse(client, 400, "");
        }
        let head = Head::read(&mut reader)?;
        if self.asks && !head.is_of(&login()) {
            return refuse(client, 401, "WWW-Authenticate: Basic realm=\"team\"\r\n");
        }
        let (method, path) = head.method_and_path();
        match (self.fault)(method, path) {
            Some(Failure::Status(status)) => return refuse(client, status, ""),
            Some(Failure::Silence) => {
                let _ = self.silent.send(());
                // Until the client gives up.
                return std::io::copy(&mut reader, &mut std::io::sink()).map(drop);
            }
            None => {}
        }
        let mut server = TcpStream::connect(&self.upstream)?;
        let Head { request, fields } = &head;
        server.write_all(format!("{request}Connection: close\r\n{fields}").as_bytes())?;
        let bytes = (request.len() + fields.len()) as u64;
        self.received.fetch_add(bytes, Ordering::SeqCst);
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

impl Head {
    fn read(reader: &mut impl BufRead) -> std::io::Result<Self> {
        let (mut request, mut fields) = (String::new(), String::new());
        reader.read_line(&mut request)?;
        while reader.read_line(&mut fields)? > 0 && !fields.ends_with("\n\r\n") && fields != "\r\n"
        {
        }
        Ok(Self { request, fields })
    }

    fn method_and_path(&self) -> (&str, &str) {
        let mut words = self.request.split_whitespace();
        (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        )
    }

    fn is_of(&self, login: &str) -> bool {
        let mut fields = self.fields.lines().filter_map(|line| line.split_once(": "));
        let expected = format!("Basic {login}");
        fields.any(|(name, value)| name.eq_ignore_ascii_case("authorization") && value == expected)
    }
}

/// [`LOGIN`] as HTTP and Docker have it (RFC 7617).
fn login() -> String {
    let (user, password) = LOGIN;
    BASE64_STANDARD.encode(format!("{user}:{password}"))
}

/// Answers without having passed anything on.
fn refuse(mut client: &TcpStream, status: u16, field: &str) -> std::io::Result<()> {
    let head =
        format!("HTTP/1.1 {status} Fault\r\nConnection: close\r\n{field}Content-Length: 0\r\n\r\n");
    client.write_all(head.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_login_is_let_through() {
        for (fields, expected) in [
            ("Host: a\r\n\r\n", false),
            ("authorization: Basic dGVhbTphIHNlY3JldA==\r\n\r\n", true),
            (
                "Host: a\r\nAuthorization: Basic dGVhbTo=\r\n\r\nbody",
                false,
            ),
            (
                "\r\nAuthorization: Basic dGVhbTphIHNlY3JldA==\r\n\r\n",
                false,
            ),
        ] {
            let request = format!("GET /v2/ HTTP/1.1\r\n{fields}");
            let head = Head::read(&mut request.as_bytes()).unwrap();
            assert_eq!(head.method_and_path(), ("GET", "/v2/"));
            assert_eq!(head.is_of(&login()), expected, "{fields}");
        }
    }
}
