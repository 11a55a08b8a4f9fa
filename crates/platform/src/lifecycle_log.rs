//! What the lifecycle's output tells about its end. Its words are not a contract, so they only refine
//! what the exit status says (`platform/exit.go` of the lifecycle, which is one).

use std::collections::VecDeque;

use explain::Kind;

/// How many of the last lines are kept for a message.
const TAIL: usize = 12;

/// Where the sandbox sees directories that are on disk even when a build works in memory.
const ON_DISK: &[&str] = &["/layout/", "/cache", "/layers/.caches/", "/workspace/"];

/// Follows the lines of a `creator`.
#[derive(Debug, Default)]
pub(crate) struct LifecycleLog {
    phase: Option<String>,
    errors: Vec<String>,
    tail: VecDeque<String>,
    buildpack_status: Option<i32>,
    detect_statuses: Vec<i32>,
    out_of_space: bool,
    disk_is_full: bool,
}

/// Why a `creator` failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LifecycleFailure {
    /// No buildpack feels responsible for the app.
    NothingDetected,
    /// A buildpack failed while looking at the app, and has said why.
    DetectFailed {
        /// Its exit status, where the log tells it.
        status: Option<i32>,
    },
    /// A buildpack failed while building, and has said why.
    BuildpackFailed {
        /// Its exit status, where the log tells it.
        status: Option<i32>,
    },
    /// A file system of the sandbox was full.
    NoSpace,
    /// The sandbox did not start.
    Sandbox {
        /// What bubblewrap said.
        output: String,
    },
    /// Something that should not happen.
    Other {
        /// The phase, such as `EXPORTING`; none when it had not begun.
        phase: Option<String>,
        /// The exit status of the lifecycle; more than 128 is a signal.
        status: i32,
        /// The lifecycle's own error, or its last lines.
        output: String,
    },
}

impl LifecycleFailure {
    /// Whose problem it is: the kind that a buildpack ended with is handed on.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::NothingDetected => Kind::Yours,
            Self::DetectFailed { status } | Self::BuildpackFailed { status } => {
                // What a buildpack of others ends with is most often 1 as well.
                let known = status.and_then(Kind::from_exit_code);
                known.unwrap_or(Kind::Yours)
            }
            // 137 is SIGKILL, which nobody but the kernel sends when memory runs out.
            Self::NoSpace | Self::Sandbox { .. } | Self::Other { status: 137, .. } => Kind::Machine,
            Self::Other { .. } => Kind::Ours,
        }
    }
}

impl LifecycleLog {
    /// Takes a line, without its newline.
    pub(crate) fn line(&mut self, line: &str) {
        let line = without_colour(line);
        if let Some(phase) = line.strip_prefix("===> ") {
            self.phase = Some(phase.trim().to_owned());
        }
        if let Some(error) = line.strip_prefix("ERROR: ") {
            let status = error.strip_prefix("failed to build: exit status ");
            self.buildpack_status = status.and_then(|status| status.trim().parse().ok());
            self.errors.push(error.to_owned());
        }
        if self.phase.as_deref() == Some("DETECTING") && line.starts_with("err:") {
            self.detect_statuses.extend(status_in_parentheses(&line));
        }
        if line.contains("no space left on device") || line.contains("No space left on device") {
            self.out_of_space = true;
            self.disk_is_full |= ON_DISK.iter().any(|directory| line.contains(directory));
        }
        if self.tail.len() == TAIL {
            self.tail.pop_front();
        }
        self.tail.push_back(line);
    }

    /// Whether the lifecycle has said anything, so that there was a sandbox.
    pub(crate) fn has_begun(&self) -> bool {
        self.phase.is_some()
    }

    /// Whether what was full is a directory that lies on disk however the build works.
    pub(crate) fn disk_is_full(&self) -> bool {
        self.disk_is_full
    }

    /// Whether the lifecycle itself gave up on what earlier builds left: neither a signal, which has no
    /// status or one above 128, nor a full disk says anything about that.
    pub(crate) fn failed_before_building(&self, status: Option<i32>) -> bool {
        let is_its_own = status.is_some_and(|status| (1..128).contains(&status));
        is_its_own
            && !self.out_of_space
            && matches!(self.phase.as_deref(), Some("ANALYZING" | "RESTORING"))
    }

    /// The reason of a failure, for the exit status of the `creator`.
    pub(crate) fn failure(self, status: i32) -> LifecycleFailure {
        let output = if self.errors.is_empty() {
            Vec::from(self.tail).join("\n")
        } else {
            self.errors.join("\n")
        };
        if self.out_of_space {
            return LifecycleFailure::NoSpace;
        }
        match status {
            20 => LifecycleFailure::NothingDetected,
            21 => LifecycleFailure::DetectFailed {
                status: self.detect_statuses.first().copied(),
            },
            51 => LifecycleFailure::BuildpackFailed {
                status: self.buildpack_status,
            },
            _ if self.phase.is_none() && output.contains("bwrap:") => {
                LifecycleFailure::Sandbox { output }
            }
            _ => LifecycleFailure::Other {
                phase: self.phase,
                status,
                output,
            },
        }
    }
}

/// `err:  coracle/go@0.1.0 (4)` → 4.
fn status_in_parentheses(line: &str) -> Option<i32> {
    let (_, rest) = line.rsplit_once('(')?;
    rest.strip_suffix(')')?.parse().ok()
}

/// The line without ANSI colour sequences (`ESC [ … m`).
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.trim_end_matches('\r');
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|character: char| character.is_ascii_alphabetic());
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: i32, text: &str) -> LifecycleFailure {
        let mut log = LifecycleLog::default();
        text.lines().for_each(|line| log.line(line));
        log.failure(status)
    }

    #[test]
    fn only_the_lifecycle_itself_condemns_what_earlier_builds_left() {
        let log = |text: &str| {
            let mut log = LifecycleLog::default();
            text.lines().for_each(|line| log.line(line));
            log
        };
        let restoring = log("===> RESTORING\nERROR: failed to restore");
        let asked = [Some(42), Some(143), Some(137), None];
        let forgets = asked.map(|status| restoring.failed_before_building(status));
        assert_eq!(forgets, [true, false, false, false]);
        let full = log("===> RESTORING\nERROR: write /cache: no space left on device");
        assert!(!full.failed_before_building(Some(42)));
        assert!(full.disk_is_full());
        let kept = "===> BUILDING\nwrite /layers/.caches/x/tmp: no space left on device";
        assert!(log(kept).disk_is_full());
        assert!(!log("===> BUILDING\nwrite /tmp/x: no space left on device").disk_is_full());
        assert!(!log("===> BUILDING").failed_before_building(Some(51)));
    }

    #[test]
    fn exit_status_and_log_give_the_reason() {
        let cases = [
            (
                20,
                "===> DETECTING\nfail: coracle/go@0.1.0\nERROR: No buildpack groups passed detection.",
            ),
            (
                21,
                "===> DETECTING\nerr:  coracle/go@0.1.0 (4)\nERROR: failed to detect: buildpack(s) failed with err",
            ),
            (
                51,
                "===> BUILDING\n\u{1b}[31;1mERROR: \u{1b}[0mfailed to build: exit status 3",
            ),
            (51, "===> BUILDING\nERROR: failed to build: signal: killed"),
            (
                62,
                "===> EXPORTING\nERROR: failed to export: write /tmp/x: no space left on device",
            ),
            (62, "===> EXPORTING\nERROR: failed to export: saving image"),
            (
                1,
                "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
            ),
            (137, "===> BUILDING\nlast line"),
        ];
        let table = cases.map(|(status, text)| {
            let failure = failure(status, text);
            format!("{status} {:?}: {failure:?}", failure.kind())
        });
        insta::assert_snapshot!(table.join("\n"), @r#"
        20 Yours: NothingDetected
        21 Machine: DetectFailed { status: Some(4) }
        51 Network: BuildpackFailed { status: Some(3) }
        51 Yours: BuildpackFailed { status: None }
        62 Machine: NoSpace
        62 Ours: Other { phase: Some("EXPORTING"), status: 62, output: "failed to export: saving image" }
        1 Machine: Sandbox { output: "bwrap: Can't mount proc on /newroot/proc: Operation not permitted" }
        137 Machine: Other { phase: Some("BUILDING"), status: 137, output: "===> BUILDING\nlast line" }
        "#);
    }
}
