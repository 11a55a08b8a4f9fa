//! From the lock to `.deb` files in the store, by way of apt only where one is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;

use oci::Digest;
use store::Store;

use crate::Architecture;
use crate::apt::{AptError, AptSettings, Available, Root};
use crate::error::Problem;
use crate::lock::LockedPackage;

/// Where `.deb` files come from.
#[derive(Debug)]
pub(crate) struct Packages {
    store: Store,
    architecture: Architecture,
    settings: AptSettings,
    /// Whether only the locked versions will do.
    locked: bool,
    /// What is used instead of versions that the archive no longer has; asked for once a process.
    replaced: Mutex<BTreeMap<String, Available>>,
}

/// A package that is in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fetched {
    pub(crate) name: String,
    /// The version that is in the store, today's where the locked one is gone.
    pub(crate) version: String,
    /// Whether it is another than the locked one.
    pub(crate) replaced: bool,
    /// The `.deb`.
    pub(crate) path: PathBuf,
}

impl Packages {
    pub(crate) fn new(
        store: &Store,
        architecture: Architecture,
        settings: AptSettings,
        locked: bool,
    ) -> Self {
        Self {
            store: store.clone(),
            architecture,
            settings,
            locked,
            replaced: Mutex::default(),
        }
    }

    /// Makes every package present and says where it is. Without anything missing, apt is not asked.
    pub(crate) fn fetch(&self, packages: &[&LockedPackage]) -> Result<Vec<Fetched>, Problem> {
        if packages.iter().any(|package| self.is_missing(package)) {
            // Held while downloading, so that nothing is downloaded twice at the same time.
            let _downloading = self.store.lock("downloads")?;
            let missing: Vec<&LockedPackage> = packages
                .iter()
                .copied()
                .filter(|package| self.is_missing(package))
                .collect();
            if !missing.is_empty() {
                self.download_missing(packages, &missing)?;
            }
        }
        Ok(packages
            .iter()
            .map(|package| self.fetched(package))
            .collect())
    }

    /// Downloads packages into the store through a root of apt that is open already.
    pub(crate) fn download(&self, apt: &Root, wanted: &[Available]) -> Result<(), Problem> {
        let missing: Vec<Available> = wanted
            .iter()
            .filter(|package| !self.path(&package.digest).exists())
            .cloned()
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let size: u64 = missing.iter().map(|package| package.size).sum();
        let title = format!(
            "Downloading {} Debian packages ({} MB)",
            missing.len(),
            size.div_ceil(1_000_000)
        );
        let _step = tracing::info_span!("step", title, total = missing.len()).entered();
        let found = apt.download(&missing, |count| {
            tracing::info!(target: "progress", position = count);
        })?;
        let directory = self.store.path("downloads/debs");
        let keep = || -> std::io::Result<()> {
            fs_err::create_dir_all(&directory)?;
            for package in &missing {
                if let Some(path) = found.get(&package.digest) {
                    fs_err::rename(path, self.path(&package.digest))?;
                }
            }
            Ok(())
        };
        keep().map_err(|source| Problem::Io {
            path: directory.clone(),
            source,
        })
    }

    /// Where the package of this digest is, whether it is there or not.
    pub(crate) fn path(&self, digest: &Digest) -> PathBuf {
        let name = format!("downloads/debs/{}.deb", digest.hex());
        self.store.path(name)
    }

    /// An index of today, in a work directory that must outlive it.
    pub(crate) fn open_apt(
        &self,
        work: &store::WorkDirectory,
        architecture: Architecture,
    ) -> Result<Root, Problem> {
        let title = format!("Reading Debian's package index ({architecture})");
        let _step = tracing::info_span!("step", title).entered();
        let directory = work.path().join(architecture.name());
        fs_err::create_dir_all(&directory).map_err(|source| Problem::Io {
            path: directory.clone(),
            source,
        })?;
        Ok(Root::open(&directory, architecture, &self.settings)?)
    }

    fn download_missing(
        &self,
        all: &[&LockedPackage],
        missing: &[&LockedPackage],
    ) -> Result<(), Problem> {
        let work = self.store.work_directory()?;
        let apt = self.open_apt(&work, self.architecture)?;
        let today = apt.show(all.iter().map(|package| package.name.as_str()))?;
        let mut wanted = Vec::new();
        let mut gone = Vec::new();
        for package in missing {
            let versions = today.get(&package.name).map_or(&[][..], Vec::as_slice);
            match versions
                .iter()
                .find(|found| found.version == package.version)
            {
                Some(found) => wanted.push(same_digest(package, found)?),
                None => gone.push(*package),
            }
        }
        if !gone.is_empty() {
            let replacements = self.replacements(&gone, all, &today)?;
            wanted.retain(|package| !replacements.contains_key(&package.name));
            wanted.extend(replacements.values().cloned());
            if let Ok(mut replaced) = self.replaced.lock() {
                replaced.extend(replacements);
            }
        }
        self.download(&apt, &wanted)
    }

    /// Today's version of packages whose locked version is gone and of all others of the same sources:
    /// packages of one source depend on one another by exact version.
    fn replacements(
        &self,
        gone: &[&LockedPackage],
        all: &[&LockedPackage],
        today: &BTreeMap<String, Vec<Available>>,
    ) -> Result<BTreeMap<String, Available>, Problem> {
        if self.locked {
            let packages = gone
                .iter()
                .map(|package| format!("{} {}", package.name, package.version))
                .collect();
            return Err(Problem::Superseded { packages });
        }
        let sources: BTreeSet<&str> = gone.iter().map(|package| package.source.as_str()).collect();
        let mut replacements = BTreeMap::new();
        for package in all {
            if !sources.contains(package.source.as_str()) {
                continue;
            }
            let newest = today
                .get(&package.name)
                .and_then(|versions| versions.first());
            let newest = newest.ok_or_else(|| AptError::UnknownPackages {
                names: vec![package.name.clone()],
            })?;
            if newest.version == package.version {
                continue;
            }
            tracing::warn!(
                "Debian no longer has {name} {old}; {new} is used instead. \
                 Images are reproducible again after `coracle stack lock`",
                name = package.name,
                old = package.version,
                new = newest.version,
            );
            replacements.insert(package.name.clone(), newest.clone());
        }
        Ok(replacements)
    }

    fn replacement(&self, name: &str) -> Option<Available> {
        let replaced = self.replaced.lock().ok()?;
        replaced.get(name).cloned()
    }

    fn is_missing(&self, package: &LockedPackage) -> bool {
        let (digest, size) = match self.replacement(&package.name) {
            Some(available) => (available.digest, available.size),
            None => (package.digest.clone(), package.size),
        };
        !fs_err::metadata(self.path(&digest)).is_ok_and(|metadata| metadata.len() == size)
    }

    fn fetched(&self, package: &LockedPackage) -> Fetched {
        let replacement = self.replacement(&package.name);
        let replaced = replacement.is_some();
        let (version, digest) = match replacement {
            Some(available) => (available.version, available.digest),
            None => (package.version.clone(), package.digest.clone()),
        };
        Fetched {
            name: package.name.clone(),
            version,
            replaced,
            path: self.path(&digest),
        }
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
