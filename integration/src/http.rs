//! The little of HTTP that asking a sample needs.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status: 200.
    pub status: u16,
    /// The body, as text.
    pub body: String,
}

/// `GET` by HTTP/1.0, which has neither chunks nor connections that stay open.
///
/// # Errors
/// When nobody answers.
pub fn get(port: u16, path: &str) -> std::io::Result<Response> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&String::from_utf8_lossy(&answer))
        .ok_or_else(|| std::io::Error::other(format!("no HTTP answer on {path}")))
}

fn parse(answer: &str) -> Option<Response> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.lines().next()?.split(' ').nth(1)?.parse().ok()?;
    let body = body.to_owned();
    Some(Response { status, body })
}

/// A port on the loopback that nobody listens on, another one each time.
///
/// Not from those that the system gives to connections (32768 and up, `ip(7)`): one of them could be taken again
/// before an app listens on it. Test runs at the same time begin at different ones.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 200).unwrap_or(0) * 100;
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port)).is_ok();
    let next = std::iter::repeat_with(|| first + TRIED.fetch_add(1, Ordering::Relaxed));
    let mut next = next.take_while(|port| *port < 32_768);
    next.find(is_free).expect("a port is free")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_once() {
        let (one, other) = (free_port(), free_port());
        assert!(one < other && other < 32_768, "{one} {other}");
    }

    #[test]
    fn an_answer_is_status_and_body() {
        let answer = parse("HTTP/1.0 404 Not Found\r\nA: b\r\n\r\nno\r\n\r\nsuch").unwrap();
        assert_eq!(answer.status, 404);
        assert_eq!(answer.body, "no\r\n\r\nsuch");
        assert_eq!(parse("garbage"), None);
    }
}
