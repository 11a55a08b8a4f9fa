//! Everything that can end a build: one variant for each operation that can fail.

use std::convert::Infallible;

use buildpack_kit::bindings::BindingError;
use buildpack_kit::docker_ignore::DockerIgnoreError;
use buildpack_kit::environment::{EnvironmentError, Sourced};
use buildpack_kit::files::FilesError;
use buildpack_kit::image_settings::ImageSettingsError;
use buildpack_kit::layer::LayerError;
use buildpack_kit::process::ProcessError;
use buildpack_kit::run_image::RunImageError;
use buildpack_kit::start::StartError;
use buildpack_kit::sub_directory::SubDirectoryError;

use crate::build_flags::FlagError;
use crate::bundles::NoBundle;
use crate::cgo::CgoPackage;
use crate::go_command::GoError;
use crate::go_version::{BelowMinimum, GoVersion, Requested};
use crate::ko_flags::KoFlagsError;
use crate::launch_sbom::SbomError;
use crate::layers::binaries::CompileError;
use crate::layers::toolchain::ToolchainError;
use crate::linkage_audit::Unstartable;
use crate::plan::PlanError;
use crate::project::ProjectError;
use crate::settings::SettingsError;

/// Why a build, or the detection, failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildpackError {
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// What the user asks of every image can't be had.
    #[error(transparent)]
    ImageSettings(#[from] ImageSettingsError),
    /// The directory that is the app can't be.
    #[error(transparent)]
    SubDirectory(#[from] SubDirectoryError),
    /// A layer for it can't be written.
    #[error(transparent)]
    ImageLayer(#[from] LayerError<Infallible>),
    #[error(transparent)]
    Bindings(#[from] BindingError),
    #[error(transparent)]
    DockerIgnore(#[from] DockerIgnoreError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Flags(#[from] FlagError),
    #[error(transparent)]
    KoFlags(#[from] KoFlagsError),
    /// The file that is compiled into this buildpack.
    #[error("the catalogue of Go versions can't be read")]
    Catalogue(#[from] toml::de::Error),
    #[error(transparent)]
    Bundles(#[from] NoBundle),
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Version(#[from] Box<BelowMinimum>),
    #[error("the toolchain could not be had")]
    Toolchain(#[source] Box<ToolchainUnavailable>),
    #[error("the packages of the app could not be listed")]
    List(#[source] GoError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Packages that don't work without cgo.
    #[error("{} packages need cgo", .0.len())]
    Cgo(Vec<CgoPackage>),
    #[error(transparent)]
    RunImage(#[from] RunImageError),
    /// A program that the run image can't start.
    #[error(transparent)]
    Linkage(#[from] Box<Unstartable>),
    #[error(transparent)]
    Compile(#[from] CompileError),
    #[error(transparent)]
    Layer(#[from] LayerError<CompileError>),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Sbom(#[from] SbomError),
    /// A start command can't be run.
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The directory for what this build leaves behind.
    #[error("no scratch directory can be made")]
    Scratch(#[source] std::io::Error),
}

/// A version that could not be fetched, with all that the message says of it.
#[derive(Debug, thiserror::Error)]
#[error("Go {version} could not be had")]
pub(crate) struct ToolchainUnavailable {
    pub(crate) version: GoVersion,
    pub(crate) request: Sourced<Requested>,
    pub(crate) bundled: Vec<GoVersion>,
    /// The oldest and the newest version that are known to exist.
    pub(crate) known: (GoVersion, GoVersion),
    /// The newest of the same minor that is known to exist.
    pub(crate) newest_of_minor: Option<GoVersion>,
    pub(crate) source: LayerError<ToolchainError>,
}

impl From<BuildpackError> for libcnb::Error<BuildpackError> {
    fn from(error: BuildpackError) -> Self {
        Self::BuildpackError(error)
    }
}
