//! `go.mod`, `go.work` and `go.sum`, read by Go's own parser where there is one.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::go_command::{Go, GoError};

/// What a build needs to know of a `go.mod` (`go mod edit -json`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GoMod {
    /// The module itself.
    pub(crate) module: ModulePath,
    /// The `go` line.
    pub(crate) go: Option<String>,
    /// The `toolchain` line.
    pub(crate) toolchain: Option<String>,
    /// Modules that it needs; absent when there is none.
    pub(crate) require: Option<Vec<ModulePath>>,
}

/// A module by its path.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ModulePath {
    pub(crate) path: String,
}

/// What a build needs to know of a `go.work` (`go work edit -json`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GoWork {
    /// The `go` line.
    pub(crate) go: Option<String>,
    /// The `toolchain` line.
    pub(crate) toolchain: Option<String>,
    /// The modules of the workspace; absent when there is none.
    #[serde(rename = "Use")]
    pub(crate) uses: Option<Vec<Use>>,
}

/// A `use` line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Use {
    /// Relative to the file.
    pub(crate) disk_path: PathBuf,
}

/// A complaint of Go's parser about one of these files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}: {problem}", .file.display())]
pub(crate) struct SyntaxError {
    /// Relative to the app directory.
    pub(crate) file: PathBuf,
    /// Counted from 1.
    pub(crate) line: usize,
    /// The parser's words.
    pub(crate) problem: String,
}

/// Why a file could not be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The file is wrong.
    Syntax(SyntaxError),
    /// The parser did not run.
    Go(GoError),
}

/// Reads the `go.mod` at a path relative to the app directory.
pub(crate) fn read_go_mod(go: &Go, app_dir: &Path, file: &Path) -> Result<GoMod, ReadError> {
    read(go, app_dir, file, "mod")
}

/// Reads the `go.work` at a path relative to the app directory.
pub(crate) fn read_go_work(go: &Go, app_dir: &Path, file: &Path) -> Result<GoWork, ReadError> {
    read(go, app_dir, file, "work")
}

fn read<T: for<'de> Deserialize<'de>>(
    go: &Go,
    app_dir: &Path,
    file: &Path,
    kind: &str,
) -> Result<T, ReadError> {
    let path = app_dir.join(file);
    let arguments = [
        kind.as_ref(),
        "edit".as_ref(),
        "-json".as_ref(),
        path.as_os_str(),
    ];
    match go.capture(app_dir, arguments) {
        Ok(json) => serde_json::from_slice(&json).map_err(|source| {
            let command = format!("go {kind} edit -json");
            ReadError::Go(GoError::Unreadable { command, source })
        }),
        Err(error) => Err(match &error {
            GoError::Failed { output, .. } => {
                syntax_error(&path, file, output).map_or(ReadError::Go(error), ReadError::Syntax)
            }
            _ => ReadError::Go(error),
        }),
    }
}

/// The first complaint: `/workspace/go.mod:4: repeated go statement`, with a column at times. Nothing when go
/// failed for another reason, as it does for a variable that it can't read.
fn syntax_error(path: &Path, file: &Path, output: &str) -> Option<SyntaxError> {
    let prefix = format!("{}:", path.display());
    let mut complaints = output.lines().filter_map(|line| {
        let (_, rest) = line.split_once(&prefix)?;
        let (number, rest) = rest.split_once(':')?;
        let column = rest.split_once(": ").filter(|(column, _)| {
            !column.is_empty() && column.bytes().all(|byte| byte.is_ascii_digit())
        });
        let problem = column.map_or(rest, |(_, problem)| problem);
        Some((number.parse().ok()?, problem.trim().to_owned()))
    });
    let (line, problem) = complaints.next()?;
    Some(SyntaxError {
        file: file.to_owned(),
        line,
        problem,
    })
}

/// The line, counted from 1, on which a directive such as `go` or `toolchain` stands.
pub(crate) fn line_of(text: &str, directive: &str) -> Option<usize> {
    let mut lines = text.lines().enumerate();
    let found = lines.find(|(_, line)| line.split_whitespace().next() == Some(directive));
    found.map(|(index, _)| index + 1)
}

/// A module whose content a `go.sum` knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SummedModule {
    pub(crate) path: String,
    pub(crate) version: String,
    /// Whether the hash is that of its `go.mod` alone, for the lines `<path> <version>/go.mod h1:…`.
    pub(crate) go_mod_only: bool,
    /// What the line says of the content: `h1:` and a SHA-256 in base64.
    pub(crate) hash: String,
}

/// The first line of a `go.sum` that `go` refuses, counted from 1, and why (`readGoSum` in
/// `cmd/go/internal/modfetch`).
pub(crate) fn malformed_sum(text: &str) -> Option<(usize, String)> {
    let mut lines = text.lines().enumerate();
    lines.find_map(|(index, line)| {
        let fields = line.split_whitespace().count();
        let is_right = fields == 0 || fields == 3;
        (!is_right).then(|| (index + 1, format!("this one has {fields} words")))
    })
}

/// The modules of a `go.sum`; lines of another form say nothing.
pub(crate) fn parse_go_sum(text: &str) -> Vec<SummedModule> {
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let (path, version) = (words.next()?, words.next()?);
        let bare = version.strip_suffix("/go.mod");
        words.next().map(|hash| SummedModule {
            path: path.to_owned(),
            version: bare.unwrap_or(version).to_owned(),
            go_mod_only: bare.is_some(),
            hash: hash.to_owned(),
        })
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parsers_first_complaint_is_kept() {
        let app = Path::new("/workspace");
        let file = Path::new("go.mod");
        let complaint = |output: &str| {
            let error = syntax_error(&app.join(file), file, output);
            error.map(|error| (error.line, error.problem))
        };
        assert_eq!(
            complaint(
                "go: errors parsing go.mod:\n/workspace/go.mod:4: repeated go statement\n/workspace/go.mod:5: unknown directive: modul"
            ),
            Some((4, "repeated go statement".to_owned()))
        );
        assert_eq!(
            complaint("go: errors parsing go.mod:\n/workspace/go.mod:3:1: unexpected )"),
            Some((3, "unexpected )".to_owned()))
        );
        assert_eq!(
            complaint(
                "go: errors parsing go.mod:\n/workspace/go.mod:3: invalid go version 'x': must match 1.23"
            ),
            Some((3, "invalid go version 'x': must match 1.23".to_owned()))
        );
        assert_eq!(complaint("go: unknown GOEXPERIMENT such\n"), None);
    }

    #[test]
    fn directives_are_found_by_their_first_word() {
        let text = "module example.com/go\n\n// go 1.2\ngo 1.26 // why\n\ntoolchain go1.27.1\n";
        assert_eq!(line_of(text, "go"), Some(4));
        assert_eq!(line_of(text, "toolchain"), Some(6));
        assert_eq!(line_of(text, "require"), None);
    }

    #[test]
    fn a_sum_has_three_words_a_line() {
        assert_eq!(malformed_sum("a v1 h1:x=\n\n  \nb v1 h1:y=\n"), None);
        let conflict = malformed_sum("a v1 h1:x=\n<<<<<<< HEAD\n");
        assert_eq!(conflict, Some((2, "this one has 2 words".into())));
    }

    #[test]
    fn sums_tell_modules_from_their_go_mod() {
        let text = "rsc.io/quote v1.5.2 h1:a=\nrsc.io/quote v1.5.2/go.mod h1:b=\nbroken\n\n";
        let module = |go_mod_only, hash: &str| SummedModule {
            path: "rsc.io/quote".into(),
            version: "v1.5.2".into(),
            go_mod_only,
            hash: hash.into(),
        };
        let modules = [module(false, "h1:a="), module(true, "h1:b=")];
        assert_eq!(parse_go_sum(text), modules);
    }
}
