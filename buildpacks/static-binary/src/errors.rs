//! Everything that can end a build, one variant for each step of it.

use std::convert::Infallible;

use buildpack_kit::debian::{DebianError, WantedError};
use buildpack_kit::environment::EnvironmentError;
use buildpack_kit::files::FilesError;
use buildpack_kit::image_settings::ImageSettingsError;
use buildpack_kit::layer::LayerError;
use buildpack_kit::process::ProcessError;
use buildpack_kit::start::StartError;
use buildpack_kit::sub_directory::SubDirectoryError;

use crate::app_directory::ReduceError;
use crate::plan::PlanError;
use crate::project::ProjectError;
use crate::strip::StripError;

/// A build that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildpackError {
    /// A variable has an invalid value.
    #[error("a variable can't be used")]
    Environment(#[from] EnvironmentError),
    /// Debian packages that the app asks for can't be had.
    #[error(transparent)]
    Debian(#[from] LayerError<DebianError>),
    /// What the user asks of every image can't be had.
    #[error(transparent)]
    ImageSettings(#[from] ImageSettingsError),
    /// The directory that is the app can't be.
    #[error(transparent)]
    SubDirectory(#[from] SubDirectoryError),
    /// A layer for it can't be written.
    #[error(transparent)]
    ImageLayer(#[from] LayerError<Infallible>),
    /// The layers of an earlier build can't be removed.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The app can't be read.
    #[error("the app can't be read")]
    Project(#[from] ProjectError),
    /// A start command can't be run.
    #[error(transparent)]
    Start(#[from] StartError),
    /// There is no program, or it could not start.
    #[error("the program can't be used")]
    Plan(#[from] PlanError),
    /// The app directory can't be changed.
    #[error("the app directory can't be changed")]
    Reduce(#[from] ReduceError),
    /// A program can't be stripped.
    #[error("the program can't be stripped")]
    Strip(#[from] StripError),
    /// A process can't be called that.
    #[error("a process can't be made")]
    Process(#[from] ProcessError),
}

impl From<WantedError> for BuildpackError {
    fn from(error: WantedError) -> Self {
        Self::Debian(LayerError::Create(error.into()))
    }
}

impl From<BuildpackError> for libcnb::Error<BuildpackError> {
    fn from(error: BuildpackError) -> Self {
        Self::BuildpackError(error)
    }
}
