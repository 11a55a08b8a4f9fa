//! What is used instead of locked versions that the archive no longer has.
//!
//! It is remembered for as long as the lock stays, in a lock of its own below the cache directory. So an
//! image that is made of replacements has another key than one that is made of what was locked, is found
//! again without asking apt, and is never taken for the locked one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use oci::Digest;
use store::Store;

use crate::error::Problem;
use crate::lock::{Lock, LockedPackage};
use crate::{Architecture, Suite};

/// The replacements of one lock.
#[derive(Debug)]
pub(crate) struct Replacements {
    path: PathBuf,
    packages: Mutex<Lock>,
    /// The packages that a warning was given about.
    told: Mutex<BTreeSet<(Suite, String)>>,
}

impl Replacements {
    /// Those that earlier processes found.
    pub(crate) fn recall(store: &Store, lock: &Lock) -> Self {
        let lock = Digest::of(lock.render().as_bytes());
        let path = store.path(format!("downloads/replaced/{}.lock", lock.hex()));
        Self {
            packages: Mutex::new(remembered(&path)),
            path,
            told: Mutex::default(),
        }
    }

    /// What stands for a locked package: itself, where it was not replaced.
    pub(crate) fn in_use(
        &self,
        architecture: Architecture,
        package: &LockedPackage,
    ) -> LockedPackage {
        let packages = held(&self.packages);
        let found = packages.get(architecture, package.suite, &package.name);
        let mut found = found.unwrap_or(package).clone();
        found.images.clone_from(&package.images);
        found
    }

    /// Adds to the memory, on disk too. Others that do so must be kept away meanwhile.
    pub(crate) fn add(
        &self,
        store: &Store,
        architecture: Architecture,
        packages: &[LockedPackage],
    ) -> Result<(), Problem> {
        let text = {
            let mut known = held(&self.packages);
            // Others may have added to it since.
            *known = remembered(&self.path);
            for package in packages {
                known.insert(architecture, package.clone());
            }
            known.render()
        };
        let work = store.work_directory()?;
        let draft = work.path().join("replaced.lock");
        let directory = store.path("downloads/replaced");
        let write = || -> std::io::Result<()> {
            fs_err::create_dir_all(&directory)?;
            fs_err::write(&draft, text)?;
            fs_err::rename(&draft, &self.path)
        };
        write().map_err(|source| Problem::Io {
            path: directory.clone(),
            source,
        })
    }

    /// Warns of what is used instead of these locked packages, of each package once a process.
    pub(crate) fn tell(&self, architecture: Architecture, packages: &[&LockedPackage]) {
        let mut told = held(&self.told);
        let used: Vec<String> = packages
            .iter()
            .filter_map(|locked| {
                let now = self.in_use(architecture, locked);
                (now != **locked && told.insert((locked.suite, locked.name.clone())))
                    .then(|| format!("{} {} for {}", now.name, now.version, locked.version))
            })
            .collect();
        if !used.is_empty() {
            tracing::warn!(
                "Debian no longer has all locked versions; used are {}. \
                 Images are reproducible again after `coracle stack lock`",
                used.join(", ")
            );
        }
    }
}

/// A memory that is damaged is one that is lost.
fn remembered(path: &Path) -> Lock {
    let text = fs_err::read_to_string(path).ok();
    let lock = text.and_then(|text| Lock::parse(&text).ok());
    lock.unwrap_or_default()
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str) -> LockedPackage {
        LockedPackage {
            suite: Suite::Trixie,
            name: name.to_owned(),
            version: "1".to_owned(),
            source: name.to_owned(),
            size: 1,
            digest: Digest::of(name.as_bytes()),
            images: BTreeSet::from(["run".to_owned()]),
        }
    }

    #[test]
    fn what_two_processes_replaced_is_remembered() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let recall = || Replacements::recall(&store, &Lock::default());
        let (first, second) = (recall(), recall());
        for (replacements, name) in [(&first, "one"), (&second, "two")] {
            let packages = [package(name)];
            replacements
                .add(&store, Architecture::Amd64, &packages)
                .unwrap();
        }
        let known = held(&recall().packages).render();
        assert!(known.contains("one") && known.contains("two"), "{known}");
    }
}
