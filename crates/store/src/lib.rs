//! The cache directory: work that becomes visible only when it is whole.
//!
//! Everything Coracle keeps on disk is made in a [`WorkDirectory`] under `tmp/` and renamed to its
//! final name in one step. A process that is killed leaves its work directory behind; the next one
//! that opens the store finds that nobody holds its lock and removes it.

mod cancellation;
mod directories;
mod disk_usage;
mod error;
mod lock;
mod messages;
mod work_directory;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use cancellation::Cancellation;
pub use directories::{remove_tree, replace_directory};
pub use disk_usage::disk_usage;
pub use error::StoreError;
pub use lock::Lock;
pub use messages::io_message;
pub use work_directory::WorkDirectory;

/// Shared by every process that has the store open.
const USERS: &str = "locks/.users";

/// The cache directory and its `tmp` and `locks`.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
    cancellation: Cancellation,
    /// A shared lock of [`USERS`].
    presence: Arc<File>,
}

impl Store {
    /// Opens, and where needed makes, the cache directory; removes what dead processes left in `tmp`.
    /// Waits while another process empties it.
    ///
    /// # Errors
    /// When a directory can't be made or read.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        let presence = (|| {
            fs_err::create_dir_all(root.join("tmp"))?;
            fs_err::create_dir_all(root.join("locks"))?;
            let presence = lock::open(&root.join(USERS))?;
            presence.lock_shared()?;
            Ok(presence)
        })()
        .map_err(|source| StoreError::Io {
            root: root.clone(),
            source,
        })?;
        let store = Self {
            root,
            cancellation: Cancellation::default(),
            presence: Arc::new(presence),
        };
        store.io(|| store.remove_abandoned_work())?;
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

    /// Does something with files of the cache directory; its errors then say which directory that is.
    ///
    /// # Errors
    /// When the operation fails.
    pub fn io<T>(&self, operation: impl FnOnce() -> std::io::Result<T>) -> Result<T, StoreError> {
        operation().map_err(|source| StoreError::Io {
            root: self.root.clone(),
            source,
        })
    }

    /// Removes a directory that is there, in one step as far as others can see: away from its place
    /// first, so that what a killed process leaves of it doesn't look whole.
    ///
    /// # Errors
    /// When it can't be moved, or the work is to end; it is then still there.
    pub fn discard(&self, directory: &Path) -> Result<(), StoreError> {
        let work = self.work_directory()?;
        self.io(|| fs_err::rename(directory, work.path().join("discarded")))
    }

    /// Removes these directories, each in one step as far as others can see, and gives the bytes that
    /// this freed. Nobody else may have the store open; who opens it meanwhile waits.
    ///
    /// # Errors
    /// [`StoreError::InUse`], and when something can't be removed.
    pub fn remove_all(&self, names: &[&str]) -> Result<u64, StoreError> {
        self.io(|| self.presence.unlock())?;
        let alone = self.io(|| lock::open(&self.root.join(USERS)))?;
        let freed = match alone.try_lock() {
            Ok(()) => self.remove_each(names),
            Err(_) => Err(StoreError::InUse {
                root: self.root.clone(),
            }),
        };
        drop(alone);
        self.io(|| self.presence.lock_shared())?;
        freed
    }

    fn remove_each(&self, names: &[&str]) -> Result<u64, StoreError> {
        let mut freed = 0;
        for name in names {
            self.check_cancelled()?;
            let path = self.root.join(name);
            // Without a lock beside it, so that the next process removes what we leave.
            let removed = self.root.join("tmp").join(format!("work-removed-{name}"));
            freed += self.io(|| {
                remove_tree(&removed)?;
                match fs_err::rename(&path, &removed) {
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
                    result => result?,
                }
                let bytes = disk_usage(&removed)?;
                remove_tree(&removed)?;
                Ok(bytes)
            })?;
        }
        Ok(freed)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
