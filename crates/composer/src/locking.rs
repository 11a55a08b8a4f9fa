//! `coracle stack lock`: which versions images are made of from now on.

use std::collections::BTreeSet;
use std::fmt;

use store::Store;

use crate::Architecture;
use crate::apt::{Available, Root};
use crate::assemble::unpack_all;
use crate::contents::Contents;
use crate::error::Problem;
use crate::fetch::{Fetched, Packages};
use crate::lock::{Lock, LockedPackage};
use crate::stack::Stack;

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
            "{} {}: {from} -> {to}",
            self.architecture, self.package
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
        let work = store.work_directory()?;
        let apt = packages.open_apt(&work, architecture)?;
        let selected = lock_images(stack, &apt, architecture, &mut lock)?;
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
            contents.insert(architecture, &name, package.contents());
        }
    }
    stack.write_lock(&lock, &contents)?;
    Ok(LockReport {
        packages: lock.iter().count(),
        changes: changes(&stack.lock, &lock),
    })
}

/// Adds the packages of every image to the lock; gives those of which images take only some files.
fn lock_images(
    stack: &Stack,
    apt: &Root,
    architecture: Architecture,
    lock: &mut Lock,
) -> Result<Vec<Available>, Problem> {
    let mut selected: Vec<Available> = Vec::new();
    let title = format!("Resolving the packages of every image ({architecture})");
    let step = tracing::info_span!("step", title, total = stack.images().count()).entered();
    for (position, image) in stack.images().enumerate() {
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
            add(lock, architecture, image, package);
        }
    }
    Ok(selected)
}

fn add(lock: &mut Lock, architecture: Architecture, image: &str, package: Available) {
    if let Some(known) = lock.get_mut(architecture, &package.name) {
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
    let names: BTreeSet<(Architecture, &str)> = before
        .iter()
        .chain(now.iter())
        .map(|(architecture, package)| (architecture, package.name.as_str()))
        .collect();
    let version = |lock: &Lock, architecture, name: &str| {
        let package = lock.get(architecture, name)?;
        Some(package.version.clone())
    };
    names
        .into_iter()
        .map(|(architecture, name)| LockChange {
            architecture,
            package: name.to_owned(),
            from: version(before, architecture, name),
            to: version(now, architecture, name),
        })
        .filter(|change| change.from != change.to)
        .collect()
}
