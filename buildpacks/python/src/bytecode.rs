//! `.pyc` files that are taken as they are: files in an image have one time, by which Python can't tell old from new.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use buildpack_kit::command::{Command, CommandError};

/// A file that can't be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) file: PathBuf,
    pub(crate) line: Option<String>,
    /// In Python's words.
    pub(crate) reason: String,
}

/// Compiles what is below a directory with an interpreter, in one process: with several, other references are
/// shared, and the files differ from build to build. What is no Python is left out, as templates of it are.
pub(crate) fn compile(
    python: &Path,
    directory: &Path,
    environment: &BTreeMap<OsString, OsString>,
) -> Result<Vec<Broken>, CommandError> {
    let command = Command::new(python)
        .arguments([
            "-m",
            "compileall",
            "-q",
            "-j",
            "1",
            "--invalidation-mode",
            "unchecked-hash",
        ])
        .arguments([directory])
        .variables(environment)
        .variables([("PYTHONHASHSEED", "0")])
        .directory("/");
    let lines = Mutex::new(Vec::new());
    let result = command.stream_lines(|line| {
        if let Ok(mut lines) = lines.lock() {
            lines.push(line.to_owned());
        }
    });
    match result {
        // It ends with 1 when a file is no Python.
        Err(CommandError::Failed { status, .. }) if status.code() == Some(1) => {
            Ok(broken(&lines.into_inner().unwrap_or_default()))
        }
        other => other.map(|()| Vec::new()),
    }
}

/// What `compileall` says of each file: its name, then a traceback that ends with the reason.
fn broken(lines: &[String]) -> Vec<Broken> {
    let mut found: Vec<Broken> = Vec::new();
    for line in lines {
        let file = line.strip_prefix("*** Error compiling '");
        if let Some(file) = file.and_then(|rest| rest.split_once('\'')) {
            found.push(Broken {
                file: file.0.into(),
                line: None,
                reason: String::new(),
            });
        }
        let Some(last) = found.last_mut().filter(|last| last.reason.is_empty()) else {
            continue;
        };
        let place = line.trim_start().strip_prefix("File ");
        if let Some((_, number)) = place.and_then(|place| place.rsplit_once(", line ")) {
            last.line = Some(number.trim().to_owned());
        }
        let name = line.split(':').next().unwrap_or_default();
        if name.ends_with("Error") && !name.contains(' ') {
            line.trim().clone_into(&mut last.reason);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_python_are_named() {
        let said = "\
*** Error compiling '/workspace/main.py'...
  File \"/workspace/main.py\", line 3
    print \"serving\"
    ^^^^^^^^^^^^^^^
SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?

*** Error compiling '/workspace/t.py'...
Sorry: IndentationError: unexpected indent
";
        let lines: Vec<String> = said.lines().map(str::to_owned).collect();
        let found = broken(&lines);
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[0],
            Broken {
                file: "/workspace/main.py".into(),
                line: Some("3".to_owned()),
                reason:
                    "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?"
                        .to_owned(),
            }
        );
    }
}
