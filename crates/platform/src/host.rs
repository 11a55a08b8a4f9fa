//! What of the host reaches a build: proxies, certificates, name resolution, credentials and settings
//! of package clients. Nothing else of the host's environment does.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where the platform reads the host's environment"
)]

mod apt;
mod go;
mod node;
mod python;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where distributions keep their bundle of certificates, the commonest first (the list of Go's
/// `crypto/x509/root_linux.go`).
const CERTIFICATE_BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Variables that are handed on as they are.
const PROXY_VARIABLES: [&str; 8] = [
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
];

/// The value of a variable of the host.
type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The variables that a package client sees in a build; given the host's variables and the user's home
/// directory.
type Client = fn(Variable<'_>, Option<&Path>) -> BTreeMap<String, String>;

/// The package clients of all languages, one module each.
const CLIENTS: &[Client] = &[
    apt::variables,
    go::variables,
    node::variables,
    python::variables,
];

/// The parts of the host that a build may see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// Variables for the build.
    pub variables: BTreeMap<String, String>,
    /// The bundle of certificates, `SSL_CERT_FILE` first.
    pub certificates: Option<PathBuf>,
    /// `/etc/resolv.conf`, with symbolic links resolved.
    pub resolver: Option<PathBuf>,
    /// `/etc/hosts`, with symbolic links resolved.
    pub hosts: Option<PathBuf>,
    /// `~/.netrc`, the credentials that many clients read, Go's among them.
    pub netrc: Option<PathBuf>,
    /// Bytes of memory that can be used without swapping, within the limit of the control group.
    pub free_memory: u64,
}

impl Host {
    /// Reads the host.
    #[must_use]
    pub fn read() -> Self {
        let home = variable("HOME").map(PathBuf::from);
        let certificates = variable("SSL_CERT_FILE").map(PathBuf::from);
        let bundles = CERTIFICATE_BUNDLES.iter().map(PathBuf::from);
        Self {
            variables: build_variables(&variable, home.as_deref()),
            certificates: certificates.into_iter().chain(bundles).find_map(existing),
            resolver: existing("/etc/resolv.conf".into()),
            hosts: existing("/etc/hosts".into()),
            netrc: home.and_then(|home| existing(home.join(".netrc"))),
            free_memory: free_memory(),
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn existing(path: PathBuf) -> Option<PathBuf> {
    let path = fs_err::canonicalize(path).ok()?;
    fs_err::File::open(&path).is_ok().then_some(path)
}

fn build_variables(host: Variable<'_>, home: Option<&Path>) -> BTreeMap<String, String> {
    let proxies = PROXY_VARIABLES
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), host(name)?)));
    let clients = CLIENTS.iter().flat_map(|client| client(host, home));
    proxies.chain(clients).collect()
}

/// `MemAvailable`, or what is left of the limit of the control group when that is less (version 2;
/// the group of a container is seen at the root of the mount).
fn free_memory() -> u64 {
    let read = |path: &str| fs_err::read_to_string(path).unwrap_or_default();
    let available = parse_available(&read("/proc/meminfo")).unwrap_or(0);
    let group = read("/proc/self/cgroup");
    let group = group
        .lines()
        .find_map(|line| line.strip_prefix("0::"))
        .unwrap_or("/");
    let limits = [group, "/"].into_iter().filter_map(|group| {
        let number = |file: &str| {
            let path = format!("/sys/fs/cgroup/{}/{file}", group.trim_matches('/'));
            read(&path).trim().parse::<u64>().ok()
        };
        Some(number("memory.max")?.saturating_sub(number("memory.current")?))
    });
    limits.fold(available, u64::min)
}

fn parse_available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_variables_reach_the_build() {
        let host = |name: &str| match name {
            "https_proxy" => Some("http://proxy.example:3128".to_owned()),
            "GOPROXY" => Some("direct".to_owned()),
            "AWS_SECRET_ACCESS_KEY" => Some("secret".to_owned()),
            "CORACLE_APT_SOURCES" => Some("/dev/null".to_owned()),
            _ => None,
        };
        insta::assert_debug_snapshot!(build_variables(&host, None), @r#"
        {
            "GOPROXY": "direct",
            "https_proxy": "http://proxy.example:3128",
        }
        "#);
    }

    #[test]
    fn available_memory_is_read_in_bytes() {
        let meminfo = "MemTotal:       24689764 kB\nMemAvailable:    2048 kB\n";
        assert_eq!(parse_available(meminfo), Some(2 << 20));
        assert_eq!(parse_available(""), None);
    }
}
