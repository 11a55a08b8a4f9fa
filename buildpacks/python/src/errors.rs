//! Everything that can end a build: one variant for each operation that can fail.

use std::convert::Infallible;

use buildpack_kit::bindings::BindingError;
use buildpack_kit::debian::{DebianError, WantedError};
use buildpack_kit::docker_ignore::DockerIgnoreError;
use buildpack_kit::environment::{EnvironmentError as VariableError, Sourced};
use buildpack_kit::files::FilesError;
use buildpack_kit::image_settings::ImageSettingsError;
use buildpack_kit::layer::LayerError;
use buildpack_kit::process::ProcessError;
use buildpack_kit::run_image::RunImageError;
use buildpack_kit::start::StartError;
use buildpack_kit::sub_directory::SubDirectoryError;

use crate::bundles::BundleError;
use crate::django::DjangoError;
use crate::layers::environment::EnvironmentError;
use crate::layers::fetched::FetchError;
use crate::layers::runtime::RuntimeError;
use crate::manager::ManagerError;
use crate::processes::ProcessPlanError;
use crate::project::ProjectError;
use crate::python_version::{PythonVersion, Requested};
use crate::settings::SettingsError;
use crate::version_error::VersionError;

/// Why a build, or the detection, failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildpackError {
    #[error(transparent)]
    Variable(#[from] VariableError),
    /// What the user asks of every image can't be had.
    #[error(transparent)]
    ImageSettings(#[from] ImageSettingsError),
    /// The directory that is the app can't be.
    #[error(transparent)]
    SubDirectory(#[from] SubDirectoryError),
    /// A layer for what every image has can't be written.
    #[error(transparent)]
    ImageLayer(#[from] LayerError<Infallible>),
    #[error(transparent)]
    Bindings(#[from] BindingError),
    #[error(transparent)]
    DockerIgnore(#[from] DockerIgnoreError),
    /// Debian packages that the app asks for can't be had.
    #[error(transparent)]
    Debian(#[from] LayerError<DebianError>),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The file that is compiled into this buildpack.
    #[error("the list of versions of Python can't be read")]
    Releases(#[from] toml::de::Error),
    #[error(transparent)]
    Bundles(#[from] BundleError),
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Manager(#[from] ManagerError),
    #[error(transparent)]
    Version(#[from] Box<VersionError>),
    #[error("the interpreter could not be had")]
    Unavailable(#[source] Box<PythonUnavailable>),
    #[error(transparent)]
    Runtime(#[from] LayerError<RuntimeError>),
    #[error(transparent)]
    Environment(#[from] LayerError<EnvironmentError>),
    #[error(transparent)]
    Django(#[from] DjangoError),
    #[error(transparent)]
    ProcessPlan(#[from] ProcessPlanError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    RunImage(#[from] RunImageError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The source of the app can't be compiled.
    #[error("the app can't be compiled")]
    Bytecode(#[source] buildpack_kit::command::CommandError),
    /// The directory for what this build leaves behind.
    #[error("no scratch directory can be made")]
    Scratch(#[source] std::io::Error),
}

/// A version that could not be fetched, with all that the message says of it.
#[derive(Debug, thiserror::Error)]
#[error("Python {version} could not be had")]
pub(crate) struct PythonUnavailable {
    pub(crate) version: PythonVersion,
    pub(crate) request: Sourced<Requested>,
    pub(crate) bundled: Vec<PythonVersion>,
    pub(crate) source: LayerError<FetchError>,
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
