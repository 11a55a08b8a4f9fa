//! Everything that can end a build, one variant for each step of it.

use buildpack_kit::environment::EnvironmentError;
use buildpack_kit::process::ProcessError;
use buildpack_kit::run_image::RunImageError;

use crate::app_directory::ReduceError;
use crate::plan::PlanError;
use crate::project::ProjectError;

/// A build that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildpackError {
    /// A variable has an invalid value.
    #[error("a variable can't be used")]
    Environment(#[from] EnvironmentError),
    /// What the run image has can't be read.
    #[error("the builder can't be read")]
    RunImage(#[from] RunImageError),
    /// The app can't be read.
    #[error("the app can't be read")]
    Project(#[from] ProjectError),
    /// There is no program, or it could not start.
    #[error("the program can't be used")]
    Plan(#[from] PlanError),
    /// The app directory can't be changed.
    #[error("the app directory can't be changed")]
    Reduce(#[from] ReduceError),
    /// A process can't be called that.
    #[error("a process can't be made")]
    Process(#[from] ProcessError),
}

impl From<BuildpackError> for libcnb::Error<BuildpackError> {
    fn from(error: BuildpackError) -> Self {
        Self::BuildpackError(error)
    }
}
