//! What the output of a failed `go` command means. The command has one exit status for everything, so
//! its words are all there is; each is taken from the go command's own source.

mod words;

use self::words::TABLE;

/// Why a `go` command failed, as far as its output tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GoFailure {
    /// Source that does not compile.
    Compile {
        /// The first complaint: `./main.go:3:2: undefined: x`.
        first: String,
    },
    /// Source that is newer than the language that its go.mod asks for.
    LanguageTooOld {
        /// The language that it needs: `1.22`.
        wanted: String,
        /// The compiler's line.
        line: String,
    },
    /// What `//go:embed` names isn't in the app.
    EmbedMissing {
        /// go's line.
        line: String,
    },
    /// `go.sum` lacks lines or is absent.
    SumMissing {
        /// go's line.
        line: String,
    },
    /// `go.mod` does not list all that is imported, or is out of date.
    RequirementMissing {
        /// go's line.
        line: String,
    },
    /// A `replace` line leads to a directory that is not in the app.
    ReplacementMissing {
        /// The directory, relative to the go.mod or go.work in the root of the app; empty where go's line has
        /// none.
        directory: String,
        /// Whether the app is a workspace, which go's output doesn't say.
        is_in_workspace: bool,
        /// go's line.
        line: String,
    },
    /// The module of the app, not one that it needs, has a path that can't be one.
    ModulePathMalformed {
        /// The path.
        path: String,
        /// go's reason.
        problem: String,
    },
    /// `vendor/modules.txt` and `go.mod` disagree.
    VendorInconsistent,
    /// Something asks for a newer Go.
    GoTooOld {
        /// go's line.
        line: String,
    },
    /// All files of a package are excluded, as those of cgo are without cgo.
    AllFilesExcluded {
        /// The package.
        package: String,
        /// go's line.
        line: String,
    },
    /// A main package without the function that it starts with.
    NoMainFunction {
        /// go's line.
        line: String,
    },
    /// A module, or a version of it, does not exist, or is private.
    ModuleNotFound {
        /// go's line.
        line: String,
    },
    /// `GOPROXY` names a directory that does not have the module.
    ModuleNotInDirectory {
        /// go's line.
        line: String,
    },
    /// `GOPROXY` has a password for a server that is not asked by https.
    PasswordInsecure {
        /// go's line, with x in the place of the password.
        line: String,
    },
    /// A server refuses, or asks who we are.
    ModulePrivate {
        /// go's line.
        line: String,
    },
    /// The user's settings forbid to fetch.
    DownloadForbidden {
        /// go's line.
        line: String,
    },
    /// What was fetched is not what `go.sum` or the checksum database says.
    ChecksumMismatch {
        /// go's line.
        line: String,
    },
    /// A server, or a proxy on the way, shows a certificate of an authority that the build doesn't know.
    Certificate {
        /// go's line.
        line: String,
    },
    /// A server could not be reached or did not do its work.
    Network {
        /// go's line.
        line: String,
    },
    /// The disk is full.
    DiskFull,
    /// A process was killed: on a build machine, nearly always for want of memory.
    Killed,
    /// Anything else.
    Other,
}

/// Reads the output of a `go` command that failed.
pub(crate) fn classify(output: &str) -> GoFailure {
    for (words, make) in TABLE {
        let mut lines = output.lines();
        if let Some(line) = lines.find(|line| words.iter().any(|words| line.contains(words))) {
            // The command that go proposes stands on the next line.
            let line = line.trim();
            let line = line.strip_suffix("; to add:").unwrap_or(line);
            return make(line.strip_suffix("; to add it:").unwrap_or(line).to_owned());
        }
    }
    match output.lines().find(|line| is_position(line)) {
        Some(first) => language_too_old(first.trim()).unwrap_or(GoFailure::Compile {
            first: first.trim().to_owned(),
        }),
        None => GoFailure::Other,
    }
}

/// `… requires go1.22 or later (-lang was set to go1.20; check go.mod)`, as `cmd/compile` says it.
fn language_too_old(line: &str) -> Option<GoFailure> {
    let (before, _) = line.split_once(" or later (-lang was set to go")?;
    let (_, wanted) = before.rsplit_once("requires go")?;
    Some(GoFailure::LanguageTooOld {
        wanted: wanted.to_owned(),
        line: line.to_owned(),
    })
}

/// `./main.go:3:2: …`, `main.go:3: …`.
fn is_position(line: &str) -> bool {
    let mut parts = line.trim_start_matches("vet: ").splitn(3, ':');
    let file = parts.next().unwrap_or_default();
    let number = parts.next().unwrap_or_default();
    let is_source = [".go", ".s", ".c"]
        .iter()
        .any(|suffix| file.ends_with(suffix));
    is_source && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
#[path = "go_failure_tests.rs"]
mod tests;
