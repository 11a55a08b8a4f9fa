//! Everything that can go wrong while a builder is made.

use std::path::PathBuf;

use store::StoreError;

use crate::command::CommandError;
use crate::definition::DefinitionError;
use crate::prerequisites::Missing;
use crate::source_tree::SourceTreeError;

/// A builder that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BuilderError {
    /// No source tree.
    #[error(transparent)]
    SourceTree(#[from] SourceTreeError),
    /// The machine lacks programs; all of them at once.
    #[error("this machine lacks {} of the programs that make a builder", .0.len())]
    Prerequisites(Vec<Missing>),
    /// Images can't be made for the processor of this machine.
    #[error("builders can't be made for this machine's architecture")]
    Architecture,
    /// A program that was there when the work began is gone.
    #[error("{tool} has vanished")]
    ToolVanished {
        /// The program.
        tool: &'static str,
    },
    /// A program that only says its version failed.
    #[error("{tool} doesn't say its version")]
    Tool {
        /// The program.
        tool: &'static str,
        /// How it failed.
        source: CommandError,
    },
    /// The buildpacks' sources were edited while they were compiled.
    #[error("the sources in {root} changed while they were compiled")]
    SourcesChanged {
        /// The checkout.
        root: PathBuf,
    },
    /// A data file of the source tree is not of its format.
    #[error("{path} can't be read")]
    Data {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// A file of a component can't be written as TOML.
    #[error("the configuration of the builder can't be written")]
    Render(#[from] toml::ser::Error),
    /// A builder's definition does not fit together.
    #[error("{path} doesn't fit together")]
    Definition {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: DefinitionError,
    },
    /// A run image is asked for that `stack/` doesn't say how to compose.
    #[error("stack/ has no image {reference}")]
    UnknownRunImage {
        /// The reference that was asked for.
        reference: String,
        /// The images that there are.
        known: Vec<String>,
    },
    /// A builder's definition names a buildpack that `buildpacks/` does not have.
    #[error("there is no buildpack {id}")]
    UnknownBuildpack {
        /// The id that was asked for.
        id: String,
        /// The ids that there are.
        known: Vec<String>,
    },
    /// The toolchain could not be downloaded.
    #[error("Go {version} can't be downloaded")]
    GoDownload {
        /// The version.
        version: String,
        /// How `go` failed.
        source: CommandError,
    },
    /// `go mod download -json` answered something else than JSON.
    #[error("the answer of `go mod download` can't be read")]
    GoAnswer(#[source] serde_json::Error),
    /// The tools of a toolchain could not be stripped.
    #[error("Go's tools can't be stripped")]
    Strip {
        /// How `strip` failed.
        source: CommandError,
    },
    /// The standard library could not be compiled.
    #[error("the standard library of Go {version} can't be compiled")]
    GoStandardLibrary {
        /// The version.
        version: String,
        /// How `go` failed.
        source: CommandError,
    },
    /// A Python doesn't start, or can't compile its standard library.
    #[error("Python {version} doesn't work")]
    Python {
        /// The version.
        version: String,
        /// How it failed.
        source: CommandError,
    },
    /// A file of a Python can't be changed in place.
    #[error("{path} can't be changed")]
    PythonEdit {
        /// The file.
        path: PathBuf,
        /// Why.
        source: linkage::EditError,
    },
    /// Files of a Python need what neither the run image nor `python-libraries` has.
    #[error("{python} doesn't fit the run image")]
    PythonLinkage {
        /// `python3.13`.
        python: String,
        /// The files, and what each lacks.
        missing: Vec<(String, linkage::Missing)>,
    },
    /// uv could not be downloaded.
    #[error("uv {version} can't be downloaded")]
    UvDownload {
        /// The version.
        version: String,
        /// How pip failed.
        source: CommandError,
    },
    /// The data has no digest of uv for this architecture.
    #[error("{path} has no digest of uv for {architecture}")]
    UvDigest {
        /// The file.
        path: PathBuf,
        /// The architecture.
        architecture: composer::Architecture,
    },
    /// Node could not be downloaded.
    #[error("Node {version} can't be downloaded")]
    NodeDownload {
        /// The version.
        version: String,
        /// How pip failed.
        source: CommandError,
    },
    /// The data has no digest of Node for this architecture.
    #[error("{path} has no digest of Node for {architecture}")]
    NodeDigest {
        /// The file.
        path: PathBuf,
        /// The architecture.
        architecture: composer::Architecture,
    },
    /// The lifecycle's modules could not be downloaded.
    #[error("the lifecycle's modules can't be downloaded")]
    LifecycleDownload {
        /// How `go` failed.
        source: CommandError,
    },
    /// The lifecycle could not be compiled.
    #[error("the lifecycle can't be compiled")]
    LifecycleCompile {
        /// How `go` failed.
        source: CommandError,
    },
    /// `go.mod` does not say which lifecycle.
    #[error("{path} requires no lifecycle")]
    LifecycleVersion {
        /// The `go.mod`.
        path: PathBuf,
    },
    /// The descriptor claims APIs that the lifecycle's source does not state.
    #[error("{path} claims what the lifecycle doesn't support")]
    LifecycleApis {
        /// The descriptor.
        path: PathBuf,
        /// The line that is not in the source.
        list: String,
    },
    /// A program of the lifecycle has none of what Go's linker writes into every program.
    #[error("{program} has no build information")]
    GoBuildInfo {
        /// Its name.
        program: String,
    },
    /// The crates that buildpacks use could not be downloaded.
    #[error("the buildpacks' crates can't be downloaded")]
    CargoFetch {
        /// How cargo failed.
        source: CommandError,
    },
    /// rustup could not add the library of a target.
    #[error("rustup can't add {target}")]
    MuslTarget {
        /// The target triple.
        target: &'static str,
        /// How rustup failed.
        source: CommandError,
    },
    /// `start` could not be compiled.
    #[error("start can't be compiled")]
    StartCompile {
        /// How cargo failed.
        source: CommandError,
    },
    /// cargo compiled `start` and didn't say where it is.
    #[error("cargo doesn't say where start is")]
    StartUntold,
    /// `start` is larger than what goes into app images may be.
    #[error("start has {size} bytes, and may have {largest}")]
    StartTooLarge {
        /// In bytes.
        size: u64,
        /// In bytes.
        largest: u64,
    },
    /// A buildpack could not be compiled.
    #[error("{id} can't be compiled")]
    BuildpackCompile {
        /// The buildpack.
        id: String,
        /// How cargo failed.
        source: CommandError,
    },
    /// A buildpack could not be laid out.
    #[error("{id} can't be packaged")]
    BuildpackPackage {
        /// The buildpack.
        id: String,
        /// How libcnb-package failed.
        source: Box<libcnb_package::package::PackageBuildpackError>,
    },
    /// An image could not be composed.
    #[error(transparent)]
    Compose(#[from] composer::ComposeError),
    /// The cache directory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file that the builder is made from can't be read; the error names the path.
    #[error("a source file can't be read")]
    Read(#[source] std::io::Error),
    /// An image can't be read or written.
    #[error(transparent)]
    Layout(#[from] oci::LayoutError),
    /// An image can't be unpacked to be looked at.
    #[error(transparent)]
    Unpack(#[from] oci::UnpackError),
    /// A package for `pack builder create` can't be written.
    #[error("{path} can't be written")]
    PackageWrite {
        /// The package.
        path: PathBuf,
        /// What failed.
        source: std::io::Error,
    },
    /// Two parts of an image want one path.
    #[error(transparent)]
    Tree(#[from] oci::TreeError),
}

impl BuilderError {
    /// The program that failed, where one did.
    pub(crate) fn command(&self) -> Option<&CommandError> {
        match self {
            Self::Tool { source, .. }
            | Self::GoDownload { source, .. }
            | Self::Strip { source }
            | Self::GoStandardLibrary { source, .. }
            | Self::Python { source, .. }
            | Self::UvDownload { source, .. }
            | Self::NodeDownload { source, .. }
            | Self::LifecycleDownload { source }
            | Self::LifecycleCompile { source }
            | Self::CargoFetch { source }
            | Self::MuslTarget { source, .. }
            | Self::StartCompile { source }
            | Self::BuildpackCompile { source, .. } => Some(source),
            _ => None,
        }
    }
}
