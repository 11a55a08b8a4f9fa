//! A server of files on the loopback, which asks who is there or breaks off.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// Who may read what asks; the password is what a test may not find anywhere.
pub(crate) const LOGIN: (&str, &str) = ("ci", "canary-of-an-index");

/// How a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Everybody, with what there is.
    All,
    /// Only those who have [`crate::PackageIndex::login`], or [`crate::NodeRegistry::token`].
    WithLogin,
    /// Everybody, with the first half of a binary file.
    Half,
}

/// It listens until the tests end.
#[derive(Debug)]
pub(crate) struct FileServer {
    address: SocketAddr,
}

/// The media type and the content of a path, which has no slash at its end.
pub(crate) type Content = (&'static str, Vec<u8>);

/// The media type of what [`Answers::Half`] halves.
pub(crate) const BINARY: &str = "application/octet-stream";

impl FileServer {
    /// `content` is asked with a path and the address of the server.
    ///
    /// # Panics
    /// When no port is free.
    #[track_caller]
    pub(crate) fn start(
        answers: Answers,
        content: impl Fn(&str, SocketAddr) -> Option<Content> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let content = Arc::new(content);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let content = Arc::clone(&content);
                let content = move |path: &str| content(path, address);
                // A client that goes away is its own business.
                thread::spawn(move || drop(answer(&client, content, answers)));
            }
        });
        Self { address }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn answer(
    mut client: &TcpStream,
    content: impl Fn(&str) -> Option<Content>,
    answers: Answers,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(client);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut is_known = answers != Answers::WithLogin;
    loop {
        let mut field = String::new();
        if reader.read_line(&mut field)? == 0 || field.trim().is_empty() {
            break;
        }
        let (user, password) = LOGIN;
        let login = BASE64_STANDARD.encode(format!("{user}:{password}"));
        // As a login, or as a token.
        let value = field.trim();
        is_known |= value.to_ascii_lowercase().starts_with("authorization:")
            && (value.ends_with(&login) || value.ends_with(&format!("Bearer {password}")));
    }
    let mut words = request.split(' ');
    let is_head = words.next() == Some("HEAD");
    let path = words.next().unwrap_or_default().trim_end_matches('/');
    let (status, kind, body) = match content(path) {
        _ if !is_known => ("401 Unauthorized", "text/plain", Vec::new()),
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", Vec::new()),
    };
    write!(
        client,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    let is_cut = answers == Answers::Half && kind == BINARY;
    let sent = if is_cut { body.len() / 2 } else { body.len() };
    if !is_head {
        client.write_all(&body[..sent])?;
    }
    client.flush()
}
