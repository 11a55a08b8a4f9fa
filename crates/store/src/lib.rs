//! The cache directory: work that becomes visible only when it is whole.
//!
//! Everything Coracle keeps on disk is made in a [`WorkDirectory`] under `tmp/` and renamed to its
//! final name in one step. A process that is killed leaves its work directory behind; the next one
//! that opens the store finds that nobody holds its lock and removes it.

mod messages;

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

pub use messages::io_message;

/// In bytes; longer names of locks are hashed.
const LONGEST_LOCK_NAME: usize = 200;

/// The cache directory and its `tmp` and `locks`.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

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
}

impl Store {
    /// Opens, and where needed makes, the cache directory; removes what dead processes left in `tmp`.
    ///
    /// # Errors
    /// When a directory can't be made or read.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let store = Self { root: root.into() };
        store.guarded(|| {
            fs_err::create_dir_all(store.root.join("tmp"))?;
            fs_err::create_dir_all(store.root.join("locks"))?;
            store.remove_abandoned_work()
        })?;
        Ok(store)
    }

    /// The cache directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the cache directory.
    #[must_use]
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A new, empty work directory on the file system of the store, so that a rename is enough.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn work_directory(&self) -> Result<WorkDirectory, StoreError> {
        self.guarded(|| {
            // Held while making, so that a cleaner never sees a directory before its lock.
            let _making = lock_file(&self.root.join("locks/.tmp"))?;
            let directory = tempfile::Builder::new()
                .prefix("work-")
                .tempdir_in(self.root.join("tmp"))?;
            let alive = lock_file(&alive_path(directory.path()))?;
            Ok(WorkDirectory {
                store: self.clone(),
                directory,
                alive,
            })
        })
    }

    /// Waits until no other process holds the lock of this name, then holds it until dropped.
    /// Slashes in the name become dashes; of a name that no file system takes, the digest counts.
    ///
    /// # Errors
    /// When the lock file can't be made.
    pub fn lock(&self, name: &str) -> Result<Lock, StoreError> {
        let path = self.root.join("locks").join(lock_name(name));
        self.guarded(|| {
            let file = fs_err::File::options()
                .create(true)
                .append(true)
                .open(&path)?
                .into_file();
            if file.try_lock().is_err() {
                tracing::info!("Waiting for another coracle that works on {name}");
                file.lock()?;
            }
            Ok(Lock { _file: file })
        })
    }

    fn remove_abandoned_work(&self) -> std::io::Result<()> {
        let _making = lock_file(&self.root.join("locks/.tmp"))?;
        for entry in fs_err::read_dir(self.root.join("tmp"))? {
            let entry = entry?;
            // Nothing but our own work: the directory may be anybody's who named it CORACLE_HOME.
            let is_work = entry.file_name().as_encoded_bytes().starts_with(b"work-");
            if !is_work || !entry.file_type()?.is_dir() {
                continue;
            }
            let path = entry.path();
            let alive = alive_path(&path);
            if is_abandoned(&alive) {
                remove_tree(&path)?;
                let _ = fs_err::remove_file(&alive);
            }
        }
        Ok(())
    }

    fn guarded<T>(&self, operation: impl FnOnce() -> std::io::Result<T>) -> Result<T, StoreError> {
        operation().map_err(|source| StoreError::Io {
            root: self.root.clone(),
            source,
        })
    }
}

/// A held lock; dropping it, or the end of the process, lets it go.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// A directory for work in progress. Dropped without [`WorkDirectory::commit`], it is removed.
#[derive(Debug)]
pub struct WorkDirectory {
    store: Store,
    directory: TempDir,
    alive: File,
}

impl WorkDirectory {
    /// Where to work.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Renames `self.path()/inner` (or the whole, for an empty `inner`) to `destination`, replacing a
    /// directory that stands there; readers see the old one or the new one, never a mixture of their
    /// contents. What else the work directory holds is removed.
    ///
    /// # Errors
    /// When a rename fails; the old `destination` is then still in its place.
    pub fn commit(self, inner: &str, destination: &Path) -> Result<(), StoreError> {
        let source = if inner.is_empty() {
            self.path().to_owned()
        } else {
            self.path().join(inner)
        };
        self.store.guarded(|| {
            if let Some(parent) = destination.parent() {
                fs_err::create_dir_all(parent)?;
            }
            replace_directory(&source, destination)
        })
    }
}

impl Drop for WorkDirectory {
    fn drop(&mut self) {
        let _ = remove_tree(self.directory.path());
        let _ = fs_err::remove_file(alive_path(self.directory.path()));
        let _ = self.alive.unlock();
    }
}

/// A file name for a lock. Most file systems end at 255 bytes.
fn lock_name(name: &str) -> String {
    if name.len() <= LONGEST_LOCK_NAME {
        return name.replace('/', "-");
    }
    let digest = Sha256::digest(name.as_bytes());
    digest.iter().fold("long-".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// One atomic step: where something stands already, the two change places (`renameat2(2)`,
/// `RENAME_EXCHANGE`), so that a process killed here loses neither.
fn replace_directory(source: &Path, destination: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    if fs_err::symlink_metadata(destination).is_ok() {
        match renameat_with(CWD, source, CWD, destination, RenameFlags::EXCHANGE) {
            Ok(()) => remove_tree(source),
            // Not every file system can: NFS and some overlays.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                park_and_rename(source, destination)
            }
            Err(error) => Err(rename_error(source, destination, error.into())),
        }
    } else {
        fs_err::rename(source, destination)
            .map_err(|error| rename_error(source, destination, error))
    }
}

/// Two steps where one can't be had: the old directory is parked beside the source, in a work
/// directory, and put back when the second step fails.
fn park_and_rename(source: &Path, destination: &Path) -> std::io::Result<()> {
    let mut parked = source.as_os_str().to_owned();
    parked.push(".replaced");
    let parked = PathBuf::from(parked);
    fs_err::rename(destination, &parked)?;
    if let Err(error) = fs_err::rename(source, destination) {
        fs_err::rename(&parked, destination)?;
        return Err(error);
    }
    remove_tree(&parked)
}

/// Names both ends, which the operating system doesn't.
fn rename_error(source: &Path, destination: &Path, error: std::io::Error) -> std::io::Error {
    let (source, destination) = (source.display(), destination.display());
    let why = if error.kind() == std::io::ErrorKind::CrossesDevices {
        "they are on different file systems, and only within one a directory appears in one step"
            .to_owned()
    } else {
        error.to_string()
    };
    std::io::Error::new(
        error.kind(),
        format!("{source} can't become {destination}: {why}"),
    )
}

/// Removes a tree even where directories in it are read-only, as Go's module cache makes them.
///
/// # Errors
/// When something can't be removed; a tree that is not there is no error.
pub fn remove_tree(path: &Path) -> std::io::Result<()> {
    match fs_err::remove_dir_all(path) {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            make_writable(path)?;
            fs_err::remove_dir_all(path)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn make_writable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs_err::symlink_metadata(path)?;
    if metadata.is_dir() {
        let mut permissions = metadata.permissions();
        permissions.set_mode(permissions.mode() | 0o700);
        fs_err::set_permissions(path, permissions)?;
        for entry in fs_err::read_dir(path)? {
            make_writable(&entry?.path())?;
        }
    }
    Ok(())
}

/// A lock that can't be looked at (too many open files, another user's) may well be held.
fn is_abandoned(alive: &Path) -> bool {
    match fs_err::File::open(alive) {
        Ok(file) => file.into_file().try_lock().is_ok(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

fn alive_path(work: &Path) -> PathBuf {
    work.with_extension("alive")
}

fn lock_file(path: &Path) -> std::io::Result<File> {
    let file = fs_err::File::options()
        .create(true)
        .append(true)
        .open(path)?
        .into_file();
    file.lock()?;
    Ok(file)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
