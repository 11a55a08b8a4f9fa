//! Authorities that the user trusts, beside those of the build image: bindings of the type `ca-certificates`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::bindings::{BindingError, BindingKind, Bindings};
use crate::environment::Environment;

/// What clients trust when no variable names another file (`openssl version -d`, Debian's ca-certificates).
pub const SYSTEM_BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The variables by which a client finds the file: Go, OpenSSL, rustls and uv; git; curl.
const VARIABLES: [&str; 3] = ["SSL_CERT_FILE", "GIT_SSL_CAINFO", "CURL_CA_BUNDLE"];

/// What the clients of a build trust.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// The variables that every client of the build gets; empty when no binding has a certificate.
    pub variables: BTreeMap<OsString, OsString>,
    /// The bindings that certificates were taken from, sorted.
    pub bindings: Vec<String>,
}

impl Trust {
    /// Puts the authorities that are trusted anyway, and those of the bindings after them, into a file of
    /// the scratch directory. The former are those of `SSL_CERT_FILE`, when that is set, or of the system.
    ///
    /// # Errors
    /// When a file can't be read or written, or an entry of a binding holds no certificate.
    pub fn prepare(
        bindings: &Bindings,
        environment: &Environment,
        scratch: &Path,
    ) -> Result<Self, BindingError> {
        let mut added = String::new();
        let mut names = Vec::new();
        for binding in bindings.of(BindingKind::CaCertificates) {
            for (entry, path) in &binding.entries {
                let bytes = fs_err::read(path)?;
                let Some(certificates) = certificates(&bytes) else {
                    return Err(BindingError::NoCertificate {
                        binding: binding.name.clone(),
                        entry: entry.clone(),
                    });
                };
                added.push_str(&certificates);
            }
            names.push(binding.name.clone());
        }
        if added.is_empty() {
            return Ok(Self::default());
        }
        let file = scratch.join("trusted-certificates.pem");
        let mut bundle = present(environment)?;
        bundle.extend_from_slice(b"\n");
        bundle.extend_from_slice(added.as_bytes());
        fs_err::write(&file, bundle)?;
        let variables = VARIABLES.map(|name| (name.into(), file.clone().into()));
        Ok(Self {
            variables: variables.into(),
            bindings: names,
        })
    }
}

/// What is trusted without bindings.
fn present(environment: &Environment) -> Result<Vec<u8>, std::io::Error> {
    let named = environment
        .raw("SSL_CERT_FILE")
        .filter(|file| !file.is_empty());
    match named {
        Some(file) => fs_err::read(PathBuf::from(file)),
        None => match fs_err::read(SYSTEM_BUNDLE) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            other => other,
        },
    }
}

/// The certificates of a PEM file and nothing else of it: a key that lies beside them is not copied.
fn certificates(bytes: &[u8]) -> Option<String> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let text = str::from_utf8(bytes).ok()?;
    let mut certificates = String::new();
    let mut rest = text;
    while let Some((_, from)) = rest.split_once(BEGIN) {
        let (body, after) = from.split_once(END)?;
        certificates.push_str(BEGIN);
        certificates.push('\n');
        for line in body.split_whitespace() {
            certificates.push_str(line);
            certificates.push('\n');
        }
        certificates.push_str(END);
        certificates.push('\n');
        rest = after;
    }
    (!certificates.is_empty()).then_some(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

    fn prepared(text: &str) -> (tempfile::TempDir, Result<Trust, BindingError>) {
        let root = testkit::directory(text);
        let bindings = Bindings::read(&root.path().join("bindings")).unwrap();
        let own = root.path().join("own.pem");
        let environment = Environment::new([("SSL_CERT_FILE", own)], [("PATH", "")]);
        let trust = Trust::prepare(&bindings, &environment, root.path());
        (root, trust)
    }

    #[test]
    fn certificates_of_bindings_come_after_those_that_are_trusted_anyway() {
        let key = "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n";
        let (root, trust) = prepared(&format!(
            "-- own.pem --\nof the machine\n-- bindings/ours/type --\nca-certificates\n\
             -- bindings/ours/a.pem --\n{ONE}-- bindings/ours/b.pem --\n{key}{ONE}"
        ));
        let trust = trust.unwrap();
        let file = root.path().join("trusted-certificates.pem");
        let variables = VARIABLES.map(|name| (name.into(), file.clone().into()));
        let expected = Trust {
            variables: variables.into(),
            bindings: vec!["ours".into()],
        };
        assert_eq!(trust, expected);
        let bundle = fs_err::read_to_string(file).unwrap();
        assert_eq!(bundle, format!("of the machine\n\n{ONE}{ONE}"));
    }

    #[test]
    fn without_certificates_nothing_changes() {
        let (root, trust) = prepared("-- bindings/a/type --\nnetrc\n");
        assert_eq!(trust.unwrap(), Trust::default());
        assert!(!root.path().join("trusted-certificates.pem").exists());
    }

    #[test]
    fn an_entry_that_holds_no_certificate_is_an_error() {
        for content in ["", "MIIB\n", "-----BEGIN CERTIFICATE-----\nMIIB\n"] {
            let (_root, trust) = prepared(&format!(
                "-- own.pem --\n-- bindings/a/type --\nca-certificates\n-- bindings/a/x --\n{content}"
            ));
            let error = trust.unwrap_err().to_string();
            assert_eq!(error, "x of the binding a holds no certificate");
        }
    }
}
