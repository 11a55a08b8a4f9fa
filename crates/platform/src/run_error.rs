//! How a run fails.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use oci::{LayoutError, UnpackError};
use store::StoreError;

use crate::ImageName;
use crate::bubblewrap::SandboxError;
use crate::environment::EnvironmentError;

/// An app that doesn't start, or ends too early.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The store has no image of this name.
    #[error("there is no image {0}")]
    NoImage(ImageName),
    /// The image is damaged.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The image can't be unpacked.
    #[error(transparent)]
    Unpack(#[from] UnpackError),
    /// The cache directory can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A variable can't be used.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The image has no such process.
    #[error("the image {image} has no process {process}")]
    NoProcess {
        /// The image.
        image: ImageName,
        /// What was asked for.
        process: String,
        /// What it has.
        known: Vec<String>,
    },
    /// The image says nothing of how it is started.
    #[error("the image {0} has no entrypoint and no command")]
    NoCommand(ImageName),
    /// Somebody else listens on the port that was asked for.
    #[error("port {port} can't be used")]
    PortTaken {
        /// The port.
        port: u16,
        /// What failed.
        source: io::Error,
    },
    /// No sandbox can be had.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A file operation failed; the error names the path.
    #[error("a file operation failed")]
    Io {
        /// The cache directory.
        root: PathBuf,
        /// What failed.
        source: io::Error,
    },
    /// The app ended before it listened.
    #[error("the app ended before it listened: {status}")]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// Where it should have listened.
        port: u16,
    },
    /// The app runs, but doesn't listen.
    #[error("nothing listens on port {port} after {waited:?}")]
    NotListening {
        /// Where it should listen.
        port: u16,
        /// How long was waited.
        waited: Duration,
    },
}
