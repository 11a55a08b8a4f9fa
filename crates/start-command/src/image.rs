//! What a command word is in the image that is being made.

mod directories;

use std::path::{Path, PathBuf};

pub(crate) use self::directories::SHELLS;
pub use self::directories::{Directories, without_dots};
use crate::refusal::Missing;
use crate::script::Script;

/// Says what a command is in the image. Each language has its own: virtual environments, `node_modules`.
pub trait Image {
    /// Looks up a command as a shell in `directory` would, which is relative to where the process starts
    /// and empty there.
    ///
    /// # Errors
    /// When there is none, or it can't run.
    fn find(&self, command: &str, directory: &Path) -> Result<Found, Missing>;

    /// What a command that makes a program and runs it has made already: `go run ./cmd/api`.
    ///
    /// # Errors
    /// Which of the words is in the way, and why.
    fn made(&self, _call: &Call<'_>) -> Option<Result<Made, (usize, Missing)>> {
        None
    }

    /// What a runner knows by a name of its own: `serve` of `[scripts]` in the Pipfile, for `pipenv run`. The
    /// directory is as in [`Self::find`], where it is known.
    ///
    /// # Errors
    /// When it is no command.
    fn script(
        &self,
        _runner: &str,
        _name: &str,
        _directory: Option<&Path>,
    ) -> Option<Result<Script, NoCommand>> {
        None
    }

    /// Whether the image has a directory, relative to where the process starts. What can't be known is there: a
    /// volume may be put where the app has nothing.
    ///
    /// # Errors
    /// The directories that there are in its place, when it isn't one of them.
    fn enter(&self, _directory: &Path) -> Result<(), Vec<String>> {
        Ok(())
    }
}

/// A command as far as it is written plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call<'a> {
    /// The leading words.
    pub words: &'a [String],
    /// Variables that are set for it alone, with their values.
    pub variables: &'a [(String, Option<String>)],
    /// The directory as in [`Image::find`], where it is known.
    pub directory: Option<&'a Path>,
}

/// What a runner knows by a name, and can't be put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoCommand {
    /// An entry of a table of commands.
    Entry {
        /// Where it stands: `[tool.pdm.scripts] of pyproject.toml`.
        table: &'static str,
        /// What it is instead: `a call of a function`.
        is: &'static str,
    },
    /// A file that says itself what it needs, which isn't installed.
    WithDependencies {
        /// As the file names them.
        missing: Vec<String>,
    },
}

/// A command that the image can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What takes the place of the command word: at least one word, the first of them a program that the
    /// kernel can start.
    pub words: Vec<String>,
    /// The file, where there is one to look at: whether it is for the right machine and finds its
    /// libraries, the caller checks.
    pub file: Option<PathBuf>,
    /// It would ignore SIGTERM as process 1: plain node, bun and Python do, and programs in C and Rust
    /// without a handler; Go programs, gunicorn and uvicorn don't.
    pub ignores_sigterm: bool,
}

/// A program that the build has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// How many words it takes the place of, at least one.
    pub dropped: usize,
    /// Which of them names it.
    pub named: usize,
    /// The program.
    pub found: Found,
}
