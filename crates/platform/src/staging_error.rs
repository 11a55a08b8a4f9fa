//! Why an app can't be copied.

use std::io;
use std::path::PathBuf;

/// An app that can't be copied.
#[derive(Debug, thiserror::Error)]
pub enum StagingError {
    /// There is nothing at the path.
    #[error("{path} doesn't exist")]
    Missing {
        /// The path of the app.
        path: PathBuf,
    },
    /// The path is that of a file.
    #[error("{path} is not a directory")]
    NotADirectory {
        /// The path of the app.
        path: PathBuf,
    },
    /// The directory has no file, or `project.toml` excludes all of them.
    #[error("{path} has no file to build")]
    Empty {
        /// The path of the app.
        path: PathBuf,
        /// Whether there are files, and all of them are excluded.
        all_excluded: bool,
    },
    /// A symbolic link points out of the app.
    #[error("{link} points to {target}, outside of the app")]
    LinkOutside {
        /// The link, relative to the app.
        link: PathBuf,
        /// Where it points to.
        target: PathBuf,
    },
    /// A file name is not UTF-8, which neither the lifecycle nor a manifest can hold.
    #[error("{path:?} is not UTF-8")]
    NotUnicode {
        /// The path, relative to the app.
        path: PathBuf,
    },
    /// A file or directory of the app can't be read.
    #[error("{path} can't be read")]
    Unreadable {
        /// The path, relative to the app.
        path: PathBuf,
        /// What failed.
        source: io::Error,
    },
    /// The copy can't be written; the error names the path.
    #[error("the app can't be copied")]
    Write {
        /// Where the copy was to be.
        destination: PathBuf,
        /// What failed.
        source: io::Error,
    },
}
