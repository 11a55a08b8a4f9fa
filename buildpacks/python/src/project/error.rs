//! Files of the app that can't be used.

use std::path::PathBuf;

use buildpack_kit::files::FilesError;

use crate::locks::LockError;
use crate::requirements::RequirementsError;
use crate::syntax::SyntaxError;
use crate::version_files::VersionFileError;

/// Why the app can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    #[error(transparent)]
    VersionFile(#[from] VersionFileError),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Requirements(#[from] RequirementsError),
    /// A requirement file in no encoding that pip knows.
    #[error("{} is no text", .0.display())]
    Encoding(PathBuf),
}
