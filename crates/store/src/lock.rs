//! Locks between processes: files in `locks/` with an advisory lock (`flock(2)`) that ends with the
//! process that holds it, however that ends.

use std::fmt::Write as _;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::{Store, StoreError};

/// In bytes; longer names of locks are hashed.
const LONGEST_NAME: usize = 200;

/// How often a process that waits for another looks whether it is to end.
const WAIT: Duration = Duration::from_millis(50);

/// A held lock; dropping it, or the end of the process, lets it go.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Store {
    /// Waits until no other process holds the lock of this name, then holds it until dropped.
    /// Slashes in the name become dashes; of a name that no file system takes, the digest counts.
    ///
    /// # Errors
    /// When the lock file can't be made, or the work is to end.
    pub fn lock(&self, name: &str) -> Result<Lock, StoreError> {
        self.wait_for(name, File::try_lock)
    }

    /// The same, held together with all others that share it.
    ///
    /// # Errors
    /// When the lock file can't be made, or the work is to end.
    pub fn share(&self, name: &str) -> Result<Lock, StoreError> {
        self.wait_for(name, File::try_lock_shared)
    }

    /// The lock of this name unless somebody holds or shares it.
    ///
    /// # Errors
    /// When the lock file can't be made.
    pub fn try_lock(&self, name: &str) -> Result<Option<Lock>, StoreError> {
        self.io(|| {
            let file = open(&self.root.join("locks").join(file_name(name)))?;
            match file.try_lock() {
                Ok(()) => Ok(Some(Lock { _file: file })),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            }
        })
    }

    fn wait_for(
        &self,
        name: &str,
        attempt: impl Fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Lock, StoreError> {
        let file = self.io(|| open(&self.root.join("locks").join(file_name(name))))?;
        let mut waits = false;
        loop {
            self.check_cancelled()?;
            match attempt(&file) {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => self.io(|| Err(error))?,
            }
            if !waits {
                tracing::info!("Waiting for another coracle that works on {name}");
            }
            waits = true;
            std::thread::sleep(WAIT);
        }
    }
}

/// A lock file, made where it is missing. Never removed: who waits for it would wait for another file
/// than who comes later.
pub(crate) fn open(path: &Path) -> std::io::Result<File> {
    let mut options = fs_err::File::options();
    Ok(options.create(true).append(true).open(path)?.into_file())
}

/// The lock of a path, waited for.
pub(crate) fn hold(path: &Path) -> std::io::Result<File> {
    let file = open(path)?;
    file.lock()?;
    Ok(file)
}

/// A file name for a lock. Most file systems end at 255 bytes.
pub(crate) fn file_name(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.replace('/', "-");
    }
    let digest = Sha256::digest(name.as_bytes());
    digest.iter().fold("long-".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
