//! Everything that can end a command.

use std::io;
use std::path::PathBuf;

use platform::{EnvironmentError, ImageName, OutputError, TextFileError};

/// A command that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("there is no home directory")]
    NoHome,
    #[error("{path}, which {variable} names, is no directory")]
    HomeIsNoDirectory {
        path: PathBuf,
        variable: &'static str,
    },
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    SourceTree(#[from] builder::SourceTreeError),
    #[error(transparent)]
    Builder(#[from] builder::BuilderError),
    #[error(transparent)]
    Compose(#[from] composer::ComposeError),
    #[error(transparent)]
    Build(#[from] platform::BuildError),
    #[error(transparent)]
    Delivery(#[from] platform::OutputError),
    #[error(transparent)]
    Layout(#[from] oci::LayoutError),
    #[error(transparent)]
    Run(#[from] platform::RunError),
    #[error(transparent)]
    Rebase(#[from] platform::RebaseError),
    #[error(transparent)]
    ImageName(#[from] platform::ImageNameError),
    #[error(transparent)]
    EnvironmentFlag(EnvironmentError),
    #[error("{path} can't be read")]
    EnvironmentFile {
        path: PathBuf,
        source: TextFileError,
    },
    #[error("{path}:{line} is no variable")]
    EnvironmentLine {
        path: PathBuf,
        line: usize,
        source: EnvironmentError,
    },
    #[error("`{0}` is no destination")]
    Output(String),
    #[error("a layout that is rebased goes nowhere else")]
    LayoutOutput,
    /// `oci:` names no directory.
    #[error("`oci:` names no directory")]
    NoLayout,
    #[error("`{0}` is no user")]
    User(String),
    #[error("the report on {image} can't be written")]
    Report {
        image: ImageName,
        source: Box<OutputError>,
    },
    /// A tag gives an image of the builder the name of another.
    #[error("{0} is another image already")]
    NameTaken(ImageName),
    #[error("`{0}` is no tag")]
    Tag(String),
    #[error("`{}` begins no name: {}", source.text, source.reason)]
    Prefix {
        text: String,
        source: platform::ImageNameError,
    },
    /// The builder's images are in the registry, and only some of their names mean them.
    #[error("{} of the builder's names aren't set", unset.len())]
    HalfPublished {
        set: Vec<ImageName>,
        /// The one at which it failed, and all after it.
        unset: Vec<ImageName>,
        source: Box<OutputError>,
    },
    #[error("standard output can't be written")]
    StandardOutput(#[source] io::Error),
    #[error("this machine's architecture isn't supported")]
    Architecture,
    #[error("there is neither a directory nor an image {0}")]
    NothingToRun(String),
    #[error("the app can't be waited for")]
    Wait(#[source] io::Error),
    #[error("the cache directory {root} can't be read")]
    Cache { root: PathBuf, source: io::Error },
}

impl CommandError {
    /// Whether the image is built, or rebased, all the same.
    pub(crate) fn is_of_delivery(&self) -> bool {
        matches!(
            self,
            Self::Build(platform::BuildError::Delivery { .. })
                | Self::Rebase(platform::RebaseError::Delivery { .. })
                | Self::Report { .. }
        )
    }
}
