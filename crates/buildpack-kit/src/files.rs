//! The app directory: reading with errors that name the path, listing, removing by rule.

mod leftovers;
mod modes;
mod ownership;
mod private;
mod removal;

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

pub use leftovers::is_leftover;
pub use modes::normalise_content_modes;
pub(crate) use modes::normalise_modes;
pub use ownership::{Access, Denied, change_as_owner, check_readable};
pub use private::is_private;
pub use removal::{KeepPatterns, Removed, remove_tree, remove_unless};

/// Something in the app directory that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// An operation of the file system failed.
    #[error("a file of the app can't be read or changed")]
    Io {
        /// What failed; names the path.
        #[from]
        source: std::io::Error,
    },
    /// A file or directory keeps the build's user out.
    #[error("{} may not be used by the build", .denied.path.display())]
    Denied {
        /// What, and whose it is.
        denied: Denied,
        /// What failed.
        source: std::io::Error,
    },
    /// A text file is not UTF-8.
    #[error("{} is not UTF-8 text", .path.display())]
    NotText {
        /// Relative to the app directory.
        path: PathBuf,
    },
    /// A file name is not UTF-8.
    #[error("the file name {path:?} is not UTF-8")]
    NameNotUnicode {
        /// Relative to the app directory.
        path: PathBuf,
    },
    /// A symbolic link points out of the app directory.
    #[error("{} links to {}, outside of the app", .path.display(), .target.display())]
    LinkLeavesApp {
        /// The link, relative to the app directory.
        path: PathBuf,
        /// What the link holds.
        target: PathBuf,
    },
    /// A pattern of files to keep can't be parsed.
    #[error("{pattern:?} is no file pattern")]
    Pattern {
        /// As the user wrote it.
        pattern: String,
        /// Why.
        source: globset::Error,
    },
}

impl FilesError {
    pub(crate) fn walking(error: walkdir::Error) -> Self {
        let path = error.path().map(Path::to_owned).unwrap_or_default();
        Self::reading(&path, error.into())
    }
}

/// What a path of the app is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link and what it holds.
    Link(PathBuf),
    /// A socket, a pipe or a device.
    Other,
}

/// One path of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the app directory; UTF-8.
    pub path: PathBuf,
    /// What it is.
    pub kind: EntryKind,
    /// The permission bits, setuid, setgid and sticky included: `0o4755`.
    pub mode: u32,
    /// In bytes; 0 for what is no file.
    pub size: u64,
}

/// Everything in the app directory, sorted by path, a directory before its content.
///
/// # Errors
/// When a directory can't be read, a name is not UTF-8, or a link points out of the tree.
pub fn list(app_dir: &Path) -> Result<Vec<Entry>, FilesError> {
    let mut entries = Vec::new();
    for found in WalkDir::new(app_dir).min_depth(1).sort_by_file_name() {
        let found = found.map_err(FilesError::walking)?;
        let path = relative(app_dir, found.path());
        if path.to_str().is_none() {
            return Err(FilesError::NameNotUnicode { path });
        }
        let metadata = found.metadata().map_err(std::io::Error::from)?;
        let kind = if metadata.is_dir() {
            EntryKind::Directory
        } else if metadata.is_file() {
            EntryKind::File
        } else if metadata.is_symlink() {
            let target = fs_err::read_link(found.path())?;
            if leaves(&path, &target) {
                return Err(FilesError::LinkLeavesApp { path, target });
            }
            EntryKind::Link(target)
        } else {
            EntryKind::Other
        };
        entries.push(Entry {
            size: if metadata.is_file() {
                metadata.len()
            } else {
                0
            },
            mode: metadata.permissions().mode() & 0o7777,
            path,
            kind,
        });
    }
    Ok(entries)
}

/// Where the platform puts the app, in the build and in the image.
const APP_DIRECTORY: &str = "/workspace";

/// Whether a link at `path` that holds `target` points out of the tree that `path` is relative to. An
/// absolute one stays in it below [`APP_DIRECTORY`], the same rule as in the platform's staging.
fn leaves(path: &Path, target: &Path) -> bool {
    if target.is_absolute() {
        let inside = target.strip_prefix(APP_DIRECTORY);
        return inside.map_or(true, |inside| leaves(Path::new("link"), inside));
    }
    let mut depth = path.components().count().saturating_sub(1);
    for component in target.components() {
        match component {
            Component::ParentDir if depth == 0 => return true,
            Component::ParentDir => depth -= 1,
            Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    false
}

/// The text of a file of the app, or nothing when there is no such file.
///
/// # Errors
/// When it is there but can't be read, or is not UTF-8.
pub fn read_text(app_dir: &Path, path: impl AsRef<Path>) -> Result<Option<String>, FilesError> {
    let file = app_dir.join(&path);
    let bytes = match fs_err::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(FilesError::reading(&file, error)),
    };
    let text = String::from_utf8(bytes).map_err(|_| FilesError::NotText {
        path: path.as_ref().to_owned(),
    })?;
    Ok(Some(text))
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn relative(app_dir: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(app_dir).unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests;
