//! How a layout can be wrong.

use std::io;
use std::path::PathBuf;

use crate::Digest;

/// A layout that is not one, or is damaged.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// The directory is there but holds no OCI layout.
    #[error("{path} is not an OCI layout")]
    NotALayout {
        /// The directory.
        path: PathBuf,
    },
    /// A layout of a version of the specification that we don't know.
    #[error("{path} is an OCI layout of version {found}")]
    Version {
        /// The directory.
        path: PathBuf,
        /// What `oci-layout` says.
        found: String,
    },
    /// `index.json` lists none or several images where one is needed.
    #[error("the OCI layout {path} holds {count} images instead of one")]
    NotOneImage {
        /// The directory.
        path: PathBuf,
        /// How many there are.
        count: usize,
    },
    /// A document is no JSON, or lacks what the specification demands.
    #[error("{path} can't be understood")]
    Document {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A document or a blob isn't there, or is no ordinary file: a directory, a pipe, a device.
    #[error("{path} isn't there, or is no ordinary file")]
    NoFile {
        /// Where it should be.
        path: PathBuf,
    },
    /// A document is larger than any that a registry takes.
    #[error("{path} has {found} bytes, and at most {limit} are read")]
    TooLarge {
        /// The document.
        path: PathBuf,
        /// The largest that is read, in bytes.
        limit: u64,
        /// Its size in bytes.
        found: u64,
    },
    /// A blob's bytes are not those that its name promises.
    #[error("{path} is damaged: its digest is {found}")]
    Damaged {
        /// The blob.
        path: PathBuf,
        /// The digest of what stands there.
        found: Digest,
    },
    /// A blob has not the size that its descriptor promises.
    #[error("{path} has {found} bytes instead of {expected}")]
    WrongSize {
        /// The blob.
        path: PathBuf,
        /// The size in the descriptor.
        expected: u64,
        /// The size on disk.
        found: u64,
    },
    /// A file operation failed; the error names the path.
    #[error("the OCI layout {path} can't be used")]
    Io {
        /// The directory.
        path: PathBuf,
        /// What failed.
        source: io::Error,
    },
}
