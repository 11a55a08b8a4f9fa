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
use nodejs_semver::Version;

use crate::bundles::BundleError;
use crate::native_addons::AddonError;
use crate::node_version::Requested;
use crate::plan::ScriptError;
use crate::plan::manager::ManagerError;
use crate::plan::tool::Package;
use crate::processes::StartProblem;
use crate::project::ProjectError;
use crate::registry::RegistryError;
use crate::resolved_version::VersionError;
use crate::settings::{ManagerName, SettingsError};
use crate::tools::ToolError;

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
    /// A layer can't be written.
    #[error(transparent)]
    Layer(#[from] LayerError<Infallible>),
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
    #[error("the list of versions of Node can't be read")]
    Releases(#[from] toml::de::Error),
    #[error(transparent)]
    Bundles(#[from] BundleError),
    #[error(transparent)]
    Project(#[from] Box<ProjectError>),
    #[error(transparent)]
    Version(#[from] Box<VersionError>),
    #[error(transparent)]
    Manager(#[from] Box<ManagerError>),
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// A Node that isn't bundled.
    #[error("Node could not be had")]
    NodeUnavailable(#[source] Box<NodeUnavailable>),
    /// A package manager that isn't bundled.
    #[error("the package manager could not be had")]
    ManagerUnavailable(#[source] Box<ManagerUnavailable>),
    #[error(transparent)]
    Tool(#[from] Box<ToolError>),
    /// Installed packages that can't be in the image.
    #[error("installed packages can't be used")]
    Addon {
        manager: ManagerName,
        /// The major version of the package manager, where it is known.
        major: Option<u64>,
        #[source]
        source: AddonError,
    },
    #[error(transparent)]
    StartProblem(#[from] StartProblem),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    RunImage(#[from] RunImageError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// Installed packages can't be read or removed.
    #[error("installed packages can't be changed")]
    Packages(#[source] std::io::Error),
    /// The directory for what this build leaves behind.
    #[error("no scratch directory can be made")]
    Scratch(#[source] std::io::Error),
}

/// A version that could not be fetched, with all that the message says of it.
#[derive(Debug, thiserror::Error)]
#[error("Node {version} could not be had")]
pub(crate) struct NodeUnavailable {
    pub(crate) version: Version,
    pub(crate) request: Sourced<Requested>,
    pub(crate) source: LayerError<RegistryError>,
}

/// The same of a package manager.
#[derive(Debug, thiserror::Error)]
#[error("{} could not be had", .package.name)]
pub(crate) struct ManagerUnavailable {
    pub(crate) package: Package,
    pub(crate) source: LayerError<RegistryError>,
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

/// Errors that are large, and kept where they don't make every result so.
macro_rules! boxed {
    ($($error:ty),*) => {
        $(impl From<$error> for BuildpackError {
            fn from(error: $error) -> Self {
                Box::new(error).into()
            }
        })*
    };
}

boxed!(ManagerError, ProjectError, ToolError, VersionError);
