//! Packages that are not in the store: as they are locked, or what the archive has instead.

use std::collections::BTreeSet;

use super::Packages;
use crate::Suite;
use crate::apt::{AptError, Available, Root};
use crate::error::Problem;
use crate::lock::LockedPackage;

impl Packages {
    pub(super) fn download_missing(
        &self,
        all: &[&LockedPackage],
        missing: &[&LockedPackage],
    ) -> Result<(), Problem> {
        let suites: BTreeSet<Suite> = missing.iter().map(|package| package.suite).collect();
        let work = self.store.work_directory()?;
        for suite in suites {
            let apt = self.open_apt(&work, self.architecture, suite)?;
            let is_of_suite = |package: &&&LockedPackage| package.suite == suite;
            let missing: Vec<_> = missing.iter().filter(is_of_suite).copied().collect();
            let all: Vec<_> = all.iter().filter(is_of_suite).copied().collect();
            self.download_from(&apt, &all, &missing)?;
        }
        Ok(())
    }

    fn download_from(
        &self,
        apt: &Root,
        all: &[&LockedPackage],
        missing: &[&LockedPackage],
    ) -> Result<(), Problem> {
        let today = apt.show(missing.iter().map(|package| package.name.as_str()))?;
        let mut wanted = Vec::new();
        let mut gone = Vec::new();
        for locked in missing {
            let package = self.current(locked);
            let mut versions = today.get(&package.name).into_iter().flatten();
            match versions.find(|found| found.version == package.version) {
                Some(found) => wanted.push(same_digest(&package, found)?),
                None => gone.push(package),
            }
        }
        if !gone.is_empty() {
            let found = self.replace(apt, &gone, all)?;
            wanted.retain(|package| found.iter().all(|found| found.name != package.name));
            wanted.extend(found);
        }
        self.download(apt, &wanted)
    }

    /// Replaces packages that are gone, and all others of the same sources, by today's version: packages
    /// of one source depend on one another by exact version. Gives those that are in `all`.
    fn replace(
        &self,
        apt: &Root,
        gone: &[LockedPackage],
        all: &[&LockedPackage],
    ) -> Result<Vec<Available>, Problem> {
        let Some(replacements) = &self.replacements else {
            let packages = gone
                .iter()
                .map(|package| format!("{} {}", package.name, package.version))
                .collect();
            return Err(Problem::Superseded { packages });
        };
        let sources: BTreeSet<&str> = gone.iter().map(|package| package.source.as_str()).collect();
        let siblings: Vec<&LockedPackage> = self
            .lock
            .iter()
            .filter(|(architecture, package)| {
                *architecture == self.architecture
                    && package.suite == apt.suite()
                    && sources.contains(package.source.as_str())
            })
            .map(|(_, package)| package)
            .collect();
        let today = apt.show(siblings.iter().map(|package| package.name.as_str()))?;
        let mut replaced = Vec::new();
        let mut wanted = Vec::new();
        for locked in siblings {
            let is_wanted = all.iter().any(|package| package.name == locked.name);
            match today.get(&locked.name).and_then(|found| found.first()) {
                Some(newest) => {
                    if newest.version == locked.version {
                        same_digest(locked, newest)?;
                    }
                    replaced.push(LockedPackage {
                        suite: locked.suite,
                        name: newest.name.clone(),
                        version: newest.version.clone(),
                        source: newest.source.clone(),
                        size: newest.size,
                        digest: newest.digest.clone(),
                        images: locked.images.clone(),
                    });
                    wanted.extend(is_wanted.then(|| newest.clone()));
                }
                None if is_wanted => Err(AptError::UnknownPackages {
                    suite: locked.suite,
                    names: vec![locked.name.clone()],
                })?,
                None => {}
            }
        }
        replacements.add(&self.store, self.architecture, &replaced)?;
        Ok(wanted)
    }
}

/// The version of the lock must be the bytes of the lock.
fn same_digest(locked: &LockedPackage, found: &Available) -> Result<Available, AptError> {
    if found.digest == locked.digest {
        return Ok(found.clone());
    }
    Err(AptError::Altered {
        package: format!("{} {}", locked.name, locked.version),
        expected: locked.digest.to_string(),
        found: found.digest.to_string(),
    })
}
