//! Why an app can't be read.

use std::path::PathBuf;

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::FilesError;

use crate::go_command::GoError;
use crate::go_mod::{ReadError, SyntaxError};
use crate::ko::KoError;
use crate::module_root::PlaceError;

/// Why the app can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    /// A file can't be read, or is one that no image can hold.
    #[error("the app can't be read")]
    Files(#[from] FilesError),
    /// `go.mod` or `go.work` does not parse.
    #[error(transparent)]
    Syntax(#[from] SyntaxFailure),
    /// A file begins with the bytes `ef bb bf`, which go takes for a part of the first word.
    #[error("{} begins with a byte order mark", .file.display())]
    ByteOrderMark {
        /// Relative to the app.
        file: PathBuf,
    },
    /// `go.mod` does not say what the module is called.
    #[error("{} has no module line", .file.display())]
    NoModuleLine {
        /// Relative to the app.
        file: PathBuf,
        /// Whether it says nothing at all.
        is_empty: bool,
    },
    /// A `go` line names a version that there can't be.
    #[error("{} asks for Go {}", .0.origin, .0.value)]
    Version(Sourced<String>),
    /// A line of `go.sum` is none.
    #[error("{error}")]
    Sum {
        error: SyntaxError,
        /// The line as it stands in the file.
        text: String,
    },
    /// The parser did not run.
    #[error("go could not read the app")]
    Go(#[source] GoError),
    /// There are Go files but no module.
    #[error("there is no go.mod")]
    NoModule {
        /// Modules further down, relative to the app.
        nested: Vec<PathBuf>,
        /// Files of tools from before there were modules, relative to the app.
        legacy: Vec<PathBuf>,
        /// What the user says that imports begin with.
        import_path: Option<Sourced<String>>,
    },
    /// No directory to work in can be chosen.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// A comment `// +heroku goVersion` names no version.
    #[error("{} asks for Go {}", .0.origin, .0.value)]
    HerokuVersion(Sourced<String>),
    /// `.ko.yaml` can't be used.
    #[error(transparent)]
    Ko(#[from] KoError),
    /// The user joins modules where a go.work does it already.
    #[error("there is a go.work, and {} is set", .0.origin)]
    WorkspaceTwice(Sourced<Vec<String>>),
    /// `go.work` names no module.
    #[error("go.work uses no module")]
    EmptyWorkspace,
    /// `go.work`, or the user, names a directory without a module.
    #[error("{origin} uses {}, which has no go.mod", .directory.display())]
    UsedModuleMissing {
        /// As it was written.
        directory: PathBuf,
        origin: Origin,
    },
}

/// A complaint with the line that it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub(crate) struct SyntaxFailure {
    pub(crate) error: SyntaxError,
    /// The line as it stands in the file.
    pub(crate) text: String,
}

impl ProjectError {
    /// The error of a reader, with the line that it is about.
    pub(super) fn of(error: ReadError, text: &str) -> Self {
        match error {
            ReadError::Go(error) => Self::Go(error),
            ReadError::Syntax(error) => {
                let line = text.lines().nth(error.line.saturating_sub(1));
                let text = line.unwrap_or_default().to_owned();
                Self::Syntax(SyntaxFailure { error, text })
            }
        }
    }
}
