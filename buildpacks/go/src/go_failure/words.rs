//! The words of go, and of git, by which failures are told apart.

use super::GoFailure;

pub(super) type Make = fn(String) -> GoFailure;

/// Words and what they mean, the more telling ones first.
pub(super) const TABLE: &[(&[&str], Make)] = &[
    // go-build-cache says it with a capital.
    (&["o space left on device"], |_| GoFailure::DiskFull),
    (
        // Of what go started, in its words, and of go itself, in those of the standard library.
        &["signal: killed", "signal: 9 (SIGKILL)"],
        |_| GoFailure::Killed,
    ),
    (&["checksum mismatch", "SECURITY ERROR"], |line| {
        GoFailure::ChecksumMismatch { line }
    }),
    (
        &[
            "inconsistent vendoring",
            "updates to go.mod needed, disabled by -mod=vendor",
            "import lookup disabled by -mod=vendor",
        ],
        |_| GoFailure::VendorInconsistent,
    ),
    (
        &["missing go.sum entry", "missing go.sum entries"],
        |line| GoFailure::SumMissing { line },
    ),
    (&["requires go >= ", "toolchain not available"], |line| {
        GoFailure::GoTooOld { line }
    }),
    (
        &[
            "no required module provides package",
            "updates to go.mod needed",
            "to add missing requirements",
            "cannot find module providing package",
            "is replaced but not required",
        ],
        |line| GoFailure::RequirementMissing { line },
    ),
    (
        // The second and third where the directory above the app has another directory of that name, the fourth
        // in a workspace.
        &[
            "replacement directory ",
            "(replaced by ../",
            "(replaced by /",
            "/go.mod: no such file or directory",
        ],
        replacement_missing,
    ),
    (&["go: malformed module path \""], |line| {
        module_path_malformed(&line)
    }),
    (&["import cycle not allowed", "found packages "], |first| {
        GoFailure::Compile { first }
    }),
    (&["no matching files found"], |line| {
        GoFailure::EmbedMissing { line }
    }),
    (
        &["function main is undeclared in the main package"],
        |line| GoFailure::NoMainFunction { line },
    ),
    (
        &[
            "module lookup disabled by",
            "checksum database disabled by",
            "disabled by GOVCS",
            "invalid proxy URL",
        ],
        |line| GoFailure::DownloadForbidden { line },
    ),
    (&["refusing to pass credentials to insecure URL"], |line| {
        GoFailure::PasswordInsecure { line }
    }),
    (
        &[
            "terminal prompts disabled",
            "could not read Username",
            "could not read Password",
            "Permission denied (publickey",
            "Host key verification failed",
            "401 Unauthorized",
            "403 Forbidden",
            "Authentication failed for",
        ],
        |line| GoFailure::ModulePrivate { line },
    ),
    (
        // Of go, and of git with each of the libraries that it may be linked with.
        &[
            "x509: certificate signed by unknown authority",
            "server certificate verification failed",
            "unable to get local issuer certificate",
            "self-signed certificate",
        ],
        |line| GoFailure::Certificate { line },
    ),
    (
        &[
            // The request itself failed: no server, or a proxy on the way that says no. What a server answered
            // is told as `reading <address>: 404 Not Found`.
            "Get \"http",
            "dial tcp",
            "i/o timeout",
            "connection refused",
            "connection reset",
            "no such host",
            "TLS handshake timeout",
            "x509: ",
            "Could not resolve host",
            "deadline exceeded",
            "429 Too Many Requests",
            "500 Internal Server Error",
            "502 Bad Gateway",
            "503 Service Unavailable",
            "504 Gateway Time",
            "407 Proxy Authentication",
            "server misbehaving",
        ],
        |line| GoFailure::Network { line },
    ),
    (
        &[
            "404 Not Found",
            "410 Gone",
            "unknown revision",
            "invalid version",
            "unrecognized import path",
            "malformed module path",
            "Repository not found",
            "no matching versions",
            "does not contain package",
            "module declares its path as",
        ],
        |line| GoFailure::ModuleNotFound { line },
    ),
    (&["build constraints exclude all Go files"], |line| {
        let package = line.split(": build constraints").next().unwrap_or_default();
        let package = package.rsplit(' ').next().unwrap_or_default().to_owned();
        GoFailure::AllFilesExcluded { package, line }
    }),
    // Whatever else was answered, such as 400 Bad Request, or 302 Found without a place. All that was read and is
    // told otherwise stands above.
    (&[": reading http://", ": reading https://"], |line| {
        GoFailure::Network { line }
    }),
    (&[": reading file://"], |line| {
        GoFailure::ModuleNotInDirectory { line }
    }),
];

fn replacement_missing(line: String) -> GoFailure {
    let after = |words: &str| line.split_once(words).map(|(_, rest)| rest);
    let absent =
        after("replacement directory ").and_then(|rest| rest.split_once(" does not exist"));
    let other = || after("(replaced by ").and_then(|rest| rest.split_once(')'));
    let directory = absent.or_else(other).unwrap_or_default().0.to_owned();
    GoFailure::ReplacementMissing {
        directory,
        is_in_workspace: false,
        line,
    }
}

fn module_path_malformed(line: &str) -> GoFailure {
    let mut parts = line.splitn(3, '"').skip(1).map(str::to_owned);
    let path = parts.next().unwrap_or_default();
    let problem = parts.next().unwrap_or_default();
    let problem = problem.trim_start_matches(": ").to_owned();
    GoFailure::ModulePathMalformed { path, problem }
}
