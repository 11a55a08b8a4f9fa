//! From the lock to `.deb` files in the store, by way of apt only where one is missing.

mod missing;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use oci::Digest;
use store::Store;

use crate::apt::{AptSettings, Available, Root};
use crate::error::Problem;
use crate::lock::{Lock, LockedPackage};
use crate::replacements::Replacements;
use crate::{Architecture, Suite};

/// Where `.deb` files come from.
#[derive(Debug)]
pub(crate) struct Packages {
    store: Store,
    architecture: Architecture,
    settings: AptSettings,
    lock: Lock,
    /// None where only the locked versions will do.
    replacements: Option<Replacements>,
    /// The digests of the files that this process has read to the end.
    verified: Mutex<BTreeSet<Digest>>,
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
        lock: &Lock,
        locked: bool,
    ) -> Self {
        Self {
            store: store.clone(),
            architecture,
            settings,
            lock: lock.clone(),
            replacements: (!locked).then(|| Replacements::recall(store, lock)),
            verified: Mutex::default(),
        }
    }

    /// What stands for each locked package today, as far as is known without asking apt. Says so where
    /// it is another version.
    pub(crate) fn in_use(&self, packages: &[&LockedPackage]) -> Vec<LockedPackage> {
        if let Some(replacements) = &self.replacements {
            replacements.tell(self.architecture, packages);
        }
        packages
            .iter()
            .map(|package| self.current(package))
            .collect()
    }

    /// Makes every package present and says where it is. Without anything missing, apt is not asked.
    pub(crate) fn fetch(&self, packages: &[&LockedPackage]) -> Result<Vec<Fetched>, Problem> {
        if !self.missing(packages).is_empty() {
            // Held while downloading, so that nothing is downloaded twice at the same time.
            let _downloading = self.store.lock("downloads")?;
            let missing = self.missing(packages);
            if !missing.is_empty() {
                self.download_missing(packages, &missing)?;
            }
        }
        let in_use = self.in_use(packages).into_iter().zip(packages);
        let fetched = in_use.map(|(package, locked)| Fetched {
            replaced: package != **locked,
            path: self.path(&package.digest),
            name: package.name,
            version: package.version,
        });
        Ok(fetched.collect())
    }

    /// Downloads packages into the store through a root of apt that is open already. Whoever calls this
    /// holds the lock `downloads`.
    pub(crate) fn download(&self, apt: &Root, wanted: &[Available]) -> Result<(), Problem> {
        let missing: Vec<Available> = wanted
            .iter()
            .filter(|package| !self.is_present(&package.digest))
            .cloned()
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let directory = self.store.path("downloads/debs");
        let io_problem = |source| Problem::Io {
            path: directory.clone(),
            source,
        };
        for package in &missing {
            let path = self.path(&package.digest);
            if path.exists() {
                let Available { name, version, .. } = package;
                tracing::info!("{name} {version} in the cache is damaged and is downloaded again");
                fs_err::remove_file(path).map_err(io_problem)?;
            }
        }
        let size: u64 = missing.iter().map(|package| package.size).sum();
        let title = format!(
            "Downloading {} Debian packages ({})",
            missing.len(),
            explain::size(size)
        );
        let _step = tracing::info_span!("step", title, total = missing.len()).entered();
        let found = apt.download(&missing, |count| {
            tracing::info!(target: "progress", position = count);
        })?;
        let keep = || -> std::io::Result<()> {
            fs_err::create_dir_all(&directory)?;
            for package in &missing {
                if let Some(path) = found.get(&package.digest) {
                    fs_err::rename(path, self.path(&package.digest))?;
                    self.note_verified(&package.digest);
                }
            }
            Ok(())
        };
        keep().map_err(io_problem)
    }

    /// Where the package of this digest is, whether it is there or not.
    pub(crate) fn path(&self, digest: &Digest) -> PathBuf {
        let name = format!("downloads/debs/{}.deb", digest.hex());
        self.store.path(name)
    }

    /// An index of today of one suite, in a work directory that must outlive it.
    pub(crate) fn open_apt(
        &self,
        work: &store::WorkDirectory,
        architecture: Architecture,
        suite: Suite,
    ) -> Result<Root, Problem> {
        let title = format!("Reading Debian's package index ({suite}, {architecture})");
        let _step = tracing::info_span!("step", title).entered();
        let directory = work.path().join(format!("{suite}-{architecture}"));
        fs_err::create_dir_all(&directory).map_err(|source| Problem::Io {
            path: directory.clone(),
            source,
        })?;
        Ok(Root::open(&directory, architecture, suite, &self.settings)?)
    }

    fn current(&self, locked: &LockedPackage) -> LockedPackage {
        match &self.replacements {
            Some(replacements) => replacements.in_use(self.architecture, locked),
            None => locked.clone(),
        }
    }

    fn missing<'a>(&self, packages: &[&'a LockedPackage]) -> Vec<&'a LockedPackage> {
        let is_missing = |package: &&LockedPackage| !self.is_present(&self.current(package).digest);
        packages.iter().copied().filter(is_missing).collect()
    }

    /// Whether the package is in the store, and is what its name says: a file may have been cut short
    /// by a disk, or written by somebody else. Read once a process, a fifth of a second for 150 MB.
    fn is_present(&self, digest: &Digest) -> bool {
        let is_verified = {
            let verified = self.verified.lock();
            let verified = verified.unwrap_or_else(PoisonError::into_inner);
            verified.contains(digest)
        };
        let is_present = is_verified || digest_of(&self.path(digest)).as_ref() == Some(digest);
        if is_present {
            self.note_verified(digest);
        }
        is_present
    }

    fn note_verified(&self, digest: &Digest) {
        let verified = self.verified.lock();
        let mut verified = verified.unwrap_or_else(PoisonError::into_inner);
        verified.insert(digest.clone());
    }
}

/// The digest of a file; none where it can't be read.
fn digest_of(path: &Path) -> Option<Digest> {
    let file = fs_err::File::open(path).ok()?;
    Digest::of_reader(file).ok()
}
