//! `.pyc` files that are taken as they are: files in an image have one time, by which Python can't tell old from new.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use buildpack_kit::command::{Command, CommandError};

/// Compiles what is below a directory with an interpreter, in one process: with several, other references are
/// shared, and the files differ from build to build. What is no Python is left out, as templates of it are.
pub(crate) fn compile(
    python: &Path,
    directory: &Path,
    environment: &BTreeMap<OsString, OsString>,
) -> Result<(), CommandError> {
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
    match command.capture() {
        // It ends with 1 when a file is no Python.
        Err(CommandError::Failed { status, .. }) if status.code() == Some(1) => Ok(()),
        other => other.map(drop),
    }
}
