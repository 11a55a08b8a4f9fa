//! `coracle stack lock`: which versions images are made of from now on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use store::Store;

use crate::apt::{Available, Root};
use crate::assemble::unpack_all;
use crate::contents::Contents;
use crate::error::Problem;
use crate::fetch::{Fetched, Packages};
use crate::lock::{Lock, LockedPackage};
use crate::stack::Stack;
use crate::{Architecture, Suite};

/// What a new lock changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockReport {
    /// The number of packages, each counted once an architecture.
    pub packages: usize,
    /// What is not as it was.
    pub changes: Vec<LockChange>,
}

/// One package that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockChange {
    /// For which architecture.
    pub architecture: Architecture,
    /// Of which release of Debian.
    pub suite: Suite,
    /// The package.
    pub package: String,
    /// The version before; none for a new package.
    pub from: Option<String>,
    /// The version now; none for one that is no longer used.
    pub to: Option<String>,
}

impl fmt::Display for LockChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.from.as_deref().unwrap_or("(new)");
        let to = self.to.as_deref().unwrap_or("(no longer used)");
        write!(
            formatter,
            "{} {} {}: {from} -> {to}",
            self.architecture, self.suite, self.package
        )
    }
}

/// Resolves every image for every architecture and writes lock and contents.
pub(crate) fn lock(
    stack: &Stack,
    store: &Store,
    packages: &Packages,
) -> Result<LockReport, Problem> {
    let mut lock = Lock::default();
    let mut contents = Contents::default();
    let _downloading = store.lock("downloads")?;
    for architecture in Architecture::ALL {
        for (suite, images) in images_by_suite(stack, architecture)? {
            let work = store.work_directory()?;
            let apt = packages.open_apt(&work, architecture, suite)?;
            let selected = lock_images(stack, &images, &apt, architecture, &mut lock)?;
            packages.download(&apt, &selected)?;
            let fetched: Vec<Fetched> = selected
                .into_iter()
                .map(|package| Fetched {
                    path: packages.path(&package.digest),
                    name: package.name,
                    version: package.version,
                    replaced: false,
                })
                .collect();
            for (name, package) in unpack_all(&fetched, &work.path().join("packages"))? {
                contents.insert(architecture, suite, &name, package.contents());
            }
        }
    }
    stack.write_lock(&lock, &contents)?;
    Ok(LockReport {
        packages: lock.iter().count(),
        changes: changes(&stack.lock, &lock),
    })
}

fn images_by_suite(
    stack: &Stack,
    architecture: Architecture,
) -> Result<BTreeMap<Suite, Vec<&str>>, Problem> {
    let mut images: BTreeMap<Suite, Vec<&str>> = BTreeMap::new();
    for image in stack.images() {
        let suite = stack.definition(image, architecture)?.suite();
        images.entry(suite).or_default().push(image);
    }
    Ok(images)
}

/// Adds the packages of images to the lock; gives those of which images take only some files.
fn lock_images(
    stack: &Stack,
    images: &[&str],
    apt: &Root,
    architecture: Architecture,
    lock: &mut Lock,
) -> Result<Vec<Available>, Problem> {
    let mut selected: Vec<Available> = Vec::new();
    let suite = apt.suite();
    let title = format!("Resolving packages ({suite}, {architecture})");
    let step = tracing::info_span!("step", title, total = images.len()).entered();
    for (position, &image) in images.iter().enumerate() {
        step.in_scope(|| tracing::info!(target: "progress", position));
        let definition = stack.definition(image, architecture)?;
        let names: Vec<&str> = definition.package_names().collect();
        let found = if definition.resolve_dependencies {
            apt.resolve(&names)?
        } else {
            apt.newest(&names)?
        };
        for package in found {
            if definition.select.contains_key(&package.name) && !selected.contains(&package) {
                selected.push(package.clone());
            }
            add(lock, architecture, suite, image, package);
        }
    }
    Ok(selected)
}

fn add(lock: &mut Lock, architecture: Architecture, suite: Suite, image: &str, package: Available) {
    if let Some(known) = lock.get_mut(architecture, suite, &package.name) {
        known.images.insert(image.to_owned());
        return;
    }
    let Available {
        name,
        version,
        source,
        size,
        digest,
    } = package;
    let package = LockedPackage {
        suite,
        name,
        version,
        source,
        size,
        digest,
        images: BTreeSet::from([image.to_owned()]),
    };
    lock.insert(architecture, package);
}

fn changes(before: &Lock, now: &Lock) -> Vec<LockChange> {
    let names: BTreeSet<(Architecture, Suite, &str)> = before
        .iter()
        .chain(now.iter())
        .map(|(architecture, package)| (architecture, package.suite, package.name.as_str()))
        .collect();
    let version = |lock: &Lock, architecture, suite, name: &str| {
        let package = lock.get(architecture, suite, name)?;
        Some(package.version.clone())
    };
    names
        .into_iter()
        .map(|(architecture, suite, name)| LockChange {
            architecture,
            suite,
            package: name.to_owned(),
            from: version(before, architecture, suite, name),
            to: version(now, architecture, suite, name),
        })
        .filter(|change| change.from != change.to)
        .collect()
}
