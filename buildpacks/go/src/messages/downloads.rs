//! Modules that can't be fetched.

use explain::{Message, quote};

use crate::go_failure::GoFailure;
use crate::messages::go::LINE;

/// A password in an address that is asked without encryption.
pub(super) const INSECURE: &str = "go doesn't send a password without encryption";

/// What mends [`INSECURE`].
pub(super) const INSECURE_FIX: &str = "\
    GOPROXY has a user and a password in an address that begins with http://.\n\
    Change it to https://, or take the password out.";

/// What mends a certificate that nobody vouches for.
pub(super) const CERTIFICATE_FIX: &str = "\
    Who signed its certificate is unknown to the build: a server of your company, or\n\
    a proxy that reads what passes it.\n\n\
    Give the build the certificate of that authority: a binding of the type\n\
    ca-certificates that holds it, in PEM form.";

pub(super) fn download(failure: &GoFailure) -> Message {
    let (id, title, line, advice) = match failure {
        GoFailure::Network { line } => return network(line),
        GoFailure::Certificate { line } => (
            "go/certificate",
            "A server isn't trusted",
            line.as_str(),
            CERTIFICATE_FIX.to_owned(),
        ),
        GoFailure::ModulePrivate { line } => (
            "go/module-private",
            "A server refuses to give a module",
            line.as_str(),
            format!(
                "If the module is private, give the build the credentials and set\n\
                 GOPRIVATE={}\n\n\
                 If it is public, check its path and version in go.mod: servers refuse\n\
                 what doesn't exist, too. If GOPROXY names a server of your own, ask\n\
                 whoever runs it.",
                private_path(line)
            ),
        ),
        GoFailure::DownloadForbidden { line } => (
            "go/download-forbidden",
            "The settings forbid to fetch a module",
            line.as_str(),
            "Change the variable that it names, or put the modules into the app:\n\
             go mod vendor"
                .to_owned(),
        ),
        GoFailure::ModuleNotInDirectory { line } => (
            "go/module-not-in-directory",
            "The directory of GOPROXY lacks a module",
            line.as_str(),
            "GOPROXY names a directory, with file://, that doesn't have the module, or\n\
             that the build doesn't see. Fill it, name a server, or put the modules\n\
             into the app:\n\
             go mod vendor"
                .to_owned(),
        ),
        GoFailure::PasswordInsecure { line } => (
            "go/password-insecure",
            INSECURE,
            line.as_str(),
            INSECURE_FIX.to_owned(),
        ),
        GoFailure::ChecksumMismatch { line } => (
            "go/checksum",
            "A module isn't what its checksum says",
            line.as_str(),
            "What was downloaded differs from what go.sum or the checksum database\n\
             recorded: its author changed a published version, or somebody on the way\n\
             did. Find out which before you change go.sum."
                .to_owned(),
        ),
        other => return not_found(other),
    };
    let line = quote(line, LINE);
    Message::yours(id, title).body(format!("go says:\n{line}\n\n{advice}"))
}

fn network(line: &str) -> Message {
    Message::network("go/network", "A module can't be fetched").body(format!(
        "go says:\n{}\n\n\
         GOPROXY, HTTPS_PROXY and SSL_CERT_FILE of the build decide how it is\n\
         reached.",
        quote(line, LINE)
    ))
}

fn not_found(failure: &GoFailure) -> Message {
    let line = match failure {
        GoFailure::ModuleNotFound { line } => line.as_str(),
        _ => "",
    };
    Message::yours(
        "go/module-not-found",
        "A module or its version can't be found",
    )
    .body(format!(
        "go says:\n{}\n\n\
         Its path or version in go.mod is misspelled, it was removed, or it is\n\
         private, so that the server can't see it. A private one is fetched\n\
         from where it lies when the build has the credentials and the variable\n\
         GOPRIVATE={}",
        quote(line, LINE),
        private_path(line)
    ))
}

/// The module that go's line is about, without its version: `main.go:2:8: example.com/lib@v1.0.0: …`.
fn private_path(line: &str) -> String {
    let mut words = line.split([' ', '"']);
    let path = words.find_map(|word| word.split_once('@'));
    let path = path.map(|(path, _)| path).filter(|path| path.contains('.'));
    quote(path.unwrap_or("example.com/path"), 200)
}
