//! Directories for work in progress, below `tmp/`.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::directories::{remove_tree, replace_directory};
use crate::{Store, StoreError, lock};

/// A directory for work in progress. Dropped without [`WorkDirectory::commit`], it is removed.
#[derive(Debug)]
pub struct WorkDirectory {
    store: Store,
    directory: TempDir,
    alive: File,
}

impl Store {
    /// A new, empty work directory on the file system of the store, so that a rename is enough.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn work_directory(&self) -> Result<WorkDirectory, StoreError> {
        self.check_cancelled()?;
        self.io(|| {
            // Held while making, so that a cleaner never sees a directory before its lock.
            let _making = lock::hold(&self.root.join("locks/.tmp"))?;
            let directory = tempfile::Builder::new()
                .prefix("work-")
                .tempdir_in(self.root.join("tmp"))?;
            let alive = lock::hold(&alive_path(directory.path()))?;
            Ok(WorkDirectory {
                store: self.clone(),
                directory,
                alive,
            })
        })
    }

    pub(crate) fn remove_abandoned_work(&self) -> std::io::Result<()> {
        let _making = lock::hold(&self.root.join("locks/.tmp"))?;
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
                match remove_tree(&path) {
                    // What a killed coracle had started may live a little longer, and write. The
                    // next one removes the rest.
                    Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => continue,
                    result => result?,
                }
                let _ = fs_err::remove_file(&alive);
            }
        }
        Ok(())
    }
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
        self.store.io(|| {
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

/// A lock that can't be looked at (too many open files, another user's) may well be held.
fn is_abandoned(alive: &Path) -> bool {
    match fs_err::File::open(alive) {
        Ok(file) => file.into_file().try_lock().is_ok(),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

fn alive_path(work: &Path) -> PathBuf {
    work.with_extension("alive")
}
