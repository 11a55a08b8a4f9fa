//! How a build ends. None ends otherwise.

use buildpack_kit::environment::{EnvironmentError, Sourced};
use buildpack_kit::files::FilesError;
use buildpack_kit::sub_directory::SubDirectoryError;
use buildpack_kit::variables::Language;

use crate::plan::Findings;

/// A build that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildpackError {
    /// A variable has an invalid value.
    #[error("a variable can't be used")]
    Environment(#[from] EnvironmentError),
    /// The app can't be read.
    #[error("the app can't be read")]
    Files(#[from] FilesError),
    /// The app is to be in a directory that can't be it.
    #[error("the app's directory can't be used")]
    SubDirectory(#[from] SubDirectoryError),
    /// The user says that the app is of a kind for which the builder has no buildpack.
    #[error("the builder has no buildpack for {}", wished.value)]
    NotInBuilder { wished: Sourced<Language> },
    /// No buildpack knows the app.
    #[error("no buildpack of the builder knows the app")]
    NothingDetected(Box<Findings>),
}

impl From<BuildpackError> for libcnb::Error<BuildpackError> {
    fn from(error: BuildpackError) -> Self {
        Self::BuildpackError(error)
    }
}
