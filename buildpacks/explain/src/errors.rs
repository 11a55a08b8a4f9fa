//! How a build ends. None ends otherwise.

use buildpack_kit::environment::EnvironmentError;
use buildpack_kit::files::FilesError;

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
    /// No buildpack knows the app.
    #[error("no buildpack of the builder knows the app")]
    NothingDetected(Box<Findings>),
}

impl From<BuildpackError> for libcnb::Error<BuildpackError> {
    fn from(error: BuildpackError) -> Self {
        Self::BuildpackError(error)
    }
}
