//! Every word said when the cache directory fails.

use std::path::Path;

use explain::{Explain, Message};

use crate::StoreError;

impl Explain for StoreError {
    fn explain(&self) -> Message {
        match self {
            Self::Io { root, source } => io_message(root, source),
            Self::Cancelled => {
                Message::machine("interrupted", "Interrupted").body("Nothing half-made is left.")
            }
            Self::InUse { root } => {
                Message::machine("cache/in-use", "The cache directory is in use").body(format!(
                    "Another coracle builds or runs an app with\n{}\n\nLet it end, then try again.",
                    root.display()
                ))
            }
        }
    }
}

/// The message for a file operation that failed below `root`.
#[must_use]
pub fn io_message(root: &Path, source: &std::io::Error) -> Message {
    let root = root.display();
    match source.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Message::machine("disk/full", "The disk is full")
                .body(format!(
                    "While writing below {root}\nno space was left. What was half-written is removed.\n\n\
                     Free some space, or put the cache directory on another disk:\nexport CORACLE_HOME=/path/with/space"
                ))
                .cause(source)
        }
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            Message::machine("disk/permission", "A directory isn't writable")
                .body(format!(
                    "{root}\nor something below it can't be written by this user.\n\n\
                     Make it yours, or choose another cache directory:\nexport CORACLE_HOME=/path/of/yours"
                ))
                .cause(source)
        }
        _ => Message::machine("disk/io", "A file operation failed")
            .body(format!("While working below {root}"))
            .cause(source),
    }
}
