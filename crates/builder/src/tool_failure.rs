//! Why a program failed that makes a part of the builder. go, cargo and pip have one status for every
//! failure, so their words are all there is; each was seen from cargo 1.95, Go 1.26 and pip 25.1. Pure.

use std::os::unix::process::ExitStatusExt as _;

use crate::command::CommandError;

/// Why a program failed, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolFailure {
    /// It can't be started: no permission, a file system without programs.
    NotStarted,
    /// The disk is full, or the quota used up.
    DiskFull,
    /// It, or one that it started, was killed: nearly always for want of memory.
    Killed,
    /// What was downloaded isn't what the lock file or the checksum database promises.
    Altered,
    /// The lock file of the checkout is damaged or belongs to other manifests.
    LockFile,
    /// The client's own settings forbid to download.
    Forbidden,
    /// There is no such version.
    UnknownVersion,
    /// Anything else: of a download, that nobody answered; of a compiler, that our source is wrong.
    Other,
}

/// Words, the more telling ones first.
const WORDS: &[(ToolFailure, &[&str])] = &[
    (
        ToolFailure::DiskFull,
        &["o space left on device", "isk quota exceeded"],
    ),
    (
        ToolFailure::Killed,
        &["signal: 9, SIGKILL", "signal: killed", "Killed signal"],
    ),
    (
        ToolFailure::Altered,
        &[
            "failed to verify the checksum of",
            "changed between lock files",
            "checksum mismatch",
            "SECURITY ERROR",
            "does NOT match an earlier download recorded in go.sum",
            "DO NOT MATCH THE HASHES",
        ],
    ),
    (
        ToolFailure::LockFile,
        &[
            "failed to parse lock file",
            "cannot update the lock file",
            "malformed go.sum",
            "missing go.sum entry",
            "errors parsing go.mod",
            "updates to go.mod needed",
        ],
    ),
    (
        ToolFailure::Forbidden,
        &[
            "using offline mode (--offline)",
            "but --offline was specified",
            "module lookup disabled by",
            "checksum database disabled by",
        ],
    ),
    (
        ToolFailure::UnknownVersion,
        &[
            "version is not available",
            "404 Not Found",
            "410 Gone",
            "unknown revision",
            // Others than the one that is wanted; `none` when nobody answered.
            "(from versions: 0",
        ],
    ),
];

impl ToolFailure {
    pub(crate) fn of(error: &CommandError) -> Self {
        match error {
            CommandError::Start { .. } | CommandError::Output { .. } => Self::NotStarted,
            CommandError::Failed { status, output, .. } => {
                let said = WORDS
                    .iter()
                    .find(|(_, words)| words.iter().any(|words| output.contains(words)));
                match said {
                    Some((failure, _)) => *failure,
                    None if status.signal() == Some(9) => Self::Killed,
                    None => Self::Other,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;

    use super::*;

    fn of(status: i32, output: &str) -> ToolFailure {
        ToolFailure::of(&CommandError::Failed {
            command: "tool".to_owned(),
            status: ExitStatus::from_raw(status),
            output: output.to_owned(),
        })
    }

    #[test]
    fn failures_are_told_apart_by_what_the_programs_say() {
        for (output, expected) in [
            (
                "ld: final link failed: No space left on device",
                ToolFailure::DiskFull,
            ),
            (
                "compile: writing output: write $WORK/b001/_pkg_.a: no space left on device",
                ToolFailure::DiskFull,
            ),
            (
                "process didn't exit successfully: `rustc` (signal: 9, SIGKILL: kill)",
                ToolFailure::Killed,
            ),
            (
                "go build runtime: /x/tool/compile: signal: killed",
                ToolFailure::Killed,
            ),
            (
                "error: checksum for `aho-corasick v1.1.5` changed between lock files",
                ToolFailure::Altered,
            ),
            (
                "verifying example.com/x@v1.0.0: checksum mismatch",
                ToolFailure::Altered,
            ),
            (
                "error: failed to parse lock file at: /x/Cargo.lock",
                ToolFailure::LockFile,
            ),
            (
                "error: cannot update the lock file /x/Cargo.lock because --locked was passed",
                ToolFailure::LockFile,
            ),
            (
                "malformed go.sum:\n/x/go.sum:319: wrong number of fields 2",
                ToolFailure::LockFile,
            ),
            (
                "\"Error\": \"golang.org/toolchain@v0.0.1: module lookup disabled by GOPROXY=off\"",
                ToolFailure::Forbidden,
            ),
            (
                "403 Forbidden\\n\\tserver response: This module version is not available.",
                ToolFailure::UnknownVersion,
            ),
            (
                "proxyconnect tcp: dial tcp 127.0.0.1:9: connect: connection refused",
                ToolFailure::Other,
            ),
            ("error[E0308]: mismatched types", ToolFailure::Other),
        ] {
            assert_eq!(of(256, output), expected, "{output}");
        }
        assert_eq!(of(9, ""), ToolFailure::Killed);
        assert_eq!(of(15, ""), ToolFailure::Other);
        let start = CommandError::Start {
            program: "go".to_owned(),
            source: std::io::ErrorKind::PermissionDenied.into(),
        };
        assert_eq!(ToolFailure::of(&start), ToolFailure::NotStarted);
    }

    #[test]
    fn pip_says_whose_fault_it_is() {
        let unsatisfied = "ERROR: Could not find a version that satisfies the requirement uv==9";
        for (output, expected) in [
            (
                "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
                ToolFailure::Altered,
            ),
            (
                &format!("{unsatisfied} (from versions: 0.0.5, 0.1.0)"),
                ToolFailure::UnknownVersion,
            ),
            (
                &format!("{unsatisfied} (from versions: none)"),
                ToolFailure::Other,
            ),
        ] {
            assert_eq!(of(256, output), expected, "{output}");
        }
    }
}
