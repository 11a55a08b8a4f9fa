//! Everything that can go wrong while composing.

use std::io;
use std::path::PathBuf;

use oci::{LayoutError, TreeError};
use store::StoreError;

use crate::apt::AptError;
use crate::audit::MissingLibrary;
use crate::contents::ContentsSyntaxError;
use crate::deb::DebError;
use crate::lock::LockSyntaxError;
use crate::selection::SelectionError;
use crate::steps::StepError;

/// An image that can't be composed. What it says to a person is in [`explain::Explain`].
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ComposeError(#[from] pub(crate) Problem);

/// The problems, by what was being done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// A definition is not of the form that [`crate::definition::Definition`] has.
    #[error("{path} can't be understood")]
    Definition {
        path: PathBuf,
        source: Box<toml::de::Error>,
    },
    /// A file of the stack can't be read or written.
    #[error("the stack can't be used")]
    Stack(#[source] io::Error),
    /// No definition has this name.
    #[error("there is no image {image}")]
    UnknownImage { image: String, known: Vec<String> },
    /// Definitions extend one another in a circle.
    #[error("{image} extends itself")]
    ExtendsItself { image: String },
    /// The image is only ever a directory.
    #[error("{image} has no [image] table")]
    NotAnImage { image: String },
    #[error("{path} can't be read")]
    Lock {
        path: PathBuf,
        source: LockSyntaxError,
    },
    #[error("{path} can't be read")]
    Contents {
        path: PathBuf,
        source: ContentsSyntaxError,
    },
    /// The definition names packages that the lock does not have for the image.
    #[error("the lock has no {} for {image}", packages.join(", "))]
    NotLocked {
        image: String,
        packages: Vec<String>,
    },
    /// Versions of the lock that the archive no longer has, and `--locked`.
    #[error("the archive no longer has {}", packages.join(", "))]
    Superseded { packages: Vec<String> },
    #[error("the files of {image} can't be selected")]
    Selection {
        image: String,
        source: SelectionError,
    },
    #[error("{image} can't be put together")]
    Tree { image: String, source: TreeError },
    #[error("{image} lacks a library")]
    Library {
        image: String,
        source: MissingLibrary,
    },
    #[error("{image} can't be finished")]
    Step { image: String, source: StepError },
    #[error("apt failed")]
    Apt(#[from] AptError),
    #[error("a package can't be unpacked")]
    Deb(#[from] DebError),
    #[error("the cache directory can't be used")]
    Store(#[from] StoreError),
    #[error("the image can't be written")]
    Layout(#[from] LayoutError),
    /// Something below the cache directory or the destination can't be written or read.
    #[error("work below {path} failed")]
    Io { path: PathBuf, source: io::Error },
}
