//! How work with the cache directory fails.

use std::path::PathBuf;

/// A directory that could not be made, locked or renamed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An operation of the file system failed; the error names the path.
    #[error("the cache directory {root} can't be used")]
    Io {
        /// The cache directory.
        root: PathBuf,
        /// What failed.
        source: std::io::Error,
    },
    /// The work was asked to end; nothing new is begun and nothing more becomes visible.
    #[error("interrupted")]
    Cancelled,
    /// Somebody works with the cache directory that was to be emptied.
    #[error("the cache directory {root} is in use")]
    InUse {
        /// The cache directory.
        root: PathBuf,
    },
}
