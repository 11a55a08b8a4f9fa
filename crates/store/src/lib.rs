//! The cache directory: work that becomes visible only when it is whole.
//!
//! Everything Coracle keeps on disk is made in a [`WorkDirectory`] under `tmp/` and renamed to its
//! final name in one step. A process that is killed leaves its work directory behind; the next one
//! that opens the store finds that nobody holds its lock and removes it.

mod cancellation;
mod directories;
mod error;
mod messages;

use std::fmt::Write as _;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

pub use cancellation::Cancellation;
pub use directories::{remove_tree, replace_directory};
pub use error::StoreError;
pub use messages::io_message;

/// In bytes; longer names of locks are hashed.
const LONGEST_LOCK_NAME: usize = 200;

/// The cache directory and its `tmp` and `locks`.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
    cancellation: Cancellation,
}

/// How often a process that waits for another looks whether it is to end.
const WAIT: std::time::Duration = std::time::Duration::from_millis(50);

impl Store {
    /// Opens, and where needed makes, the cache directory; removes what dead processes left in `tmp`.
    ///
    /// # Errors
    /// When a directory can't be made or read.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let store = Self {
            root: root.into(),
            cancellation: Cancellation::default(),
        };
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

    /// The wish to end that all clones of this store share.
    #[must_use]
    pub fn cancellation(&self) -> &Cancellation {
        &self.cancellation
    }

    /// To be asked before anything is started.
    ///
    /// # Errors
    /// [`StoreError::Cancelled`] when the work is to end.
    pub fn check_cancelled(&self) -> Result<(), StoreError> {
        if self.cancellation.is_cancelled() {
            return Err(StoreError::Cancelled);
        }
        Ok(())
    }

    /// Removes these directories, each in one step as far as others can see. Nobody else may hold a
    /// lock or a work directory; who begins meanwhile waits.
    ///
    /// # Errors
    /// [`StoreError::InUse`], and when something can't be removed.
    pub fn remove_all(&self, names: &[&str]) -> Result<(), StoreError> {
        let (_making, locks) = self.guarded(|| {
            let making = lock_file(&self.root.join("locks/.tmp"))?;
            Ok((making, self.held_by_nobody()?))
        })?;
        let _locks = locks.ok_or_else(|| StoreError::InUse {
            root: self.root.clone(),
        })?;
        for name in names {
            self.check_cancelled()?;
            let path = self.root.join(name);
            // Without a lock beside it, so that the next process removes what we leave.
            let removed = self.root.join("tmp").join(format!("work-removed-{name}"));
            self.guarded(|| {
                remove_tree(&removed)?;
                match fs_err::rename(&path, &removed) {
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
                    result => result.and_then(|()| remove_tree(&removed)),
                }
            })?;
        }
        Ok(())
    }

    /// All locks there are, or `None` when another process holds one.
    fn held_by_nobody(&self) -> std::io::Result<Option<Vec<File>>> {
        let mut held = Vec::new();
        for directory in ["locks", "tmp"] {
            for entry in fs_err::read_dir(self.root.join(directory))? {
                let path = entry?.path();
                let is_alive = path.extension().is_some_and(|name| name == "alive");
                let is_lock = directory == "locks" && !path.ends_with(".tmp");
                if !path.is_file() || !(is_alive || is_lock) {
                    continue;
                }
                let file = fs_err::File::open(path)?.into_file();
                if file.try_lock().is_err() {
                    return Ok(None);
                }
                held.push(file);
            }
        }
        Ok(Some(held))
    }

    /// A new, empty work directory on the file system of the store, so that a rename is enough.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn work_directory(&self) -> Result<WorkDirectory, StoreError> {
        self.check_cancelled()?;
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
    /// When the lock file can't be made, or the work is to end.
    pub fn lock(&self, name: &str) -> Result<Lock, StoreError> {
        let path = self.root.join("locks").join(lock_name(name));
        let file = self.guarded(|| {
            let mut options = fs_err::File::options();
            Ok(options.create(true).append(true).open(&path)?.into_file())
        })?;
        let mut waits = false;
        loop {
            self.check_cancelled()?;
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => self.guarded(|| Err(error))?,
            }
            if !waits {
                tracing::info!("Waiting for another coracle that works on {name}");
            }
            waits = true;
            std::thread::sleep(WAIT);
        }
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
        self.store.check_cancelled()?;
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
