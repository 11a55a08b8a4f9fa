//! Files of the app that belong to another user than the build's: in a volume with `fsGroup`, or in a
//! checkout by an earlier step of a job.
//!
//! The build may write there by the rights of its group, but modes and times are only their owner's to
//! change (`chmod(2)`, `utimensat(2)`), whatever the group may do.

use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::{Entry, EntryKind, FilesError};

/// What the build needs of a file or directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Its content.
    Read,
    /// To replace or remove what is in a directory.
    Write,
}

/// A file or directory that keeps the build's user out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// Absolute, when the app directory was.
    pub path: PathBuf,
    /// What the build needs of it.
    pub access: Access,
    /// The user id that it belongs to.
    pub owner: u32,
    /// The permission bits: `0o600`.
    pub mode: u32,
    /// The effective user id of the build.
    pub user: u32,
    /// The effective group id of the build.
    pub group: u32,
}

impl FilesError {
    /// A failure to read a path of the app.
    #[must_use]
    pub fn reading(path: &Path, source: io::Error) -> Self {
        Self::of(Access::Read, path, source)
    }

    /// A failure to remove or replace a path of the app, for which its directory is changed.
    #[must_use]
    pub fn replacing(path: &Path, source: io::Error) -> Self {
        Self::of(Access::Write, path.parent().unwrap_or(path), source)
    }

    fn of(access: Access, path: &Path, source: io::Error) -> Self {
        if source.kind() != ErrorKind::PermissionDenied {
            return Self::Io { source };
        }
        // What lies in a directory that can't be entered has no metadata: then that directory is it.
        let found = path.ancestors().find_map(|path| {
            let metadata = fs_err::symlink_metadata(path).ok()?;
            Some((path.to_owned(), metadata))
        });
        let Some((path, metadata)) = found else {
            return Self::Io { source };
        };
        let denied = Denied {
            path,
            access,
            owner: metadata.uid(),
            mode: metadata.mode() & 0o7777,
            user: rustix::process::geteuid().as_raw(),
            group: rustix::process::getegid().as_raw(),
        };
        Self::Denied { denied, source }
    }
}

/// Checks that the build can read these files, or may make itself able to because they are its own: what a
/// build or an export comes upon otherwise, after minutes and with the words of another program.
///
/// # Errors
/// For the first that can't be read.
pub fn check_readable<'a>(
    app_dir: &Path,
    entries: impl IntoIterator<Item = &'a Entry>,
) -> Result<(), FilesError> {
    for entry in entries {
        let path = app_dir.join(&entry.path);
        if entry.kind != EntryKind::File {
            continue;
        }
        let Err(error) = rustix::fs::access(&path, rustix::fs::Access::READ_OK) else {
            continue;
        };
        match FilesError::reading(&path, error.into()) {
            FilesError::Denied { denied, .. } if denied.owner == denied.user => {}
            error => return Err(error),
        }
    }
    Ok(())
}

/// Does `change`, which is only for the owner of a path. Where that is somebody else, a copy of ours takes
/// the place of the file or directory, and is changed.
///
/// # Errors
/// When `change` fails for another reason, the file can't be read, or its directory not be written to.
pub fn change_as_owner(
    path: &Path,
    change: impl Fn(&Path) -> Result<(), io::Error>,
) -> Result<(), FilesError> {
    match change(path) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            // A link stays the link that it is.
            let path = fs_err::canonicalize(path)?;
            take_over(&path)?;
            change(&path).map_err(|error| FilesError::replacing(&path, error))
        }
        other => Ok(other?),
    }
}

/// Replaces a file or directory by an own copy. Of a pipe or a socket there is none.
fn take_over(path: &Path) -> Result<(), FilesError> {
    let metadata = fs_err::symlink_metadata(path)?;
    let replacing = |error| FilesError::replacing(path, error);
    let directory = path.parent().unwrap_or(path);
    let temporary = tempfile::Builder::new();
    if metadata.is_dir() {
        let copy = temporary.tempdir_in(directory).map_err(replacing)?;
        fs_err::set_permissions(copy.path(), metadata.permissions())?;
        // From here on it holds what is the app's and must not go with it.
        replace_directory(path, &copy.keep())
    } else if metadata.is_file() {
        let copy = temporary.tempfile_in(directory).map_err(replacing)?;
        fs_err::copy(path, copy.path()).map_err(|error| FilesError::reading(path, error))?;
        let persisted = copy.persist(path);
        persisted.map_err(|error| replacing(error.error))?;
        Ok(())
    } else {
        Ok(())
    }
}

/// Where that fails, the content is where it was.
fn replace_directory(path: &Path, copy: &Path) -> Result<(), FilesError> {
    let replacing = |error| FilesError::replacing(path, error);
    let replaced = move_content(path, copy).and_then(|()| {
        fs_err::remove_dir(path).map_err(replacing)?;
        fs_err::rename(copy, path).map_err(replacing)
    });
    if replaced.is_err() {
        move_content(copy, path)?;
        fs_err::remove_dir(copy)?;
    }
    replaced
}

fn move_content(from: &Path, to: &Path) -> Result<(), FilesError> {
    let entries = fs_err::read_dir(from).map_err(|error| FilesError::reading(from, error))?;
    for entry in entries.collect::<Result<Vec<_>, _>>()? {
        let path = entry.path();
        fs_err::rename(&path, to.join(entry.file_name())).map_err(|error| {
            // The parent that a directory knows is a change of that directory.
            let changed = if path.is_dir() { &path } else { from };
            FilesError::of(Access::Write, changed, error)
        })?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "ownership_tests.rs"]
mod tests;
