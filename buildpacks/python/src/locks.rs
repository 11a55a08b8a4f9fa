//! Lock files of Poetry, PDM and Pipenv, read by us and installed by uv.
//!
//! uv gets the *direct* requirements of the app and, as constraints, every package of the lock with its version and
//! hashes: uv resolves, the lock decides. The managers' own exporters lose packages, take a second each, and
//! would have to be in the builder.

mod index;
pub(crate) mod pdm;
pub(crate) mod pipfile;
pub(crate) mod poetry;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use buildpack_kit::environment::Sourced;

pub(crate) use self::index::{Index, IndexPriority, beside_the_usual};

use crate::python_version::Requested;
use crate::syntax::SyntaxError;

/// A lock file and what of the project's own file counts with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lock {
    /// `poetry.lock`, relative to the app.
    pub(crate) file: PathBuf,
    /// Everything that is locked, whoever needs it.
    pub(crate) packages: Vec<LockedPackage>,
    /// What the app itself asks for, of the groups that are installed; in the form of PEP 508, without versions.
    pub(crate) direct: Vec<String>,
    /// Where packages come from, when not from where uv looks by itself.
    pub(crate) indexes: Vec<Index>,
    /// The version of Python that the lock is for, where it says so.
    pub(crate) version: Option<Sourced<Requested>>,
}

/// A package in a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LockedPackage {
    /// As it was written.
    pub(crate) name: String,
    pub(crate) version: String,
    /// `sha256:…`, sorted.
    pub(crate) hashes: BTreeSet<String>,
    /// The names of its wheels and archives, where the lock has them.
    pub(crate) files: BTreeSet<String>,
    /// When it is installed.
    pub(crate) marker: Option<String>,
    pub(crate) source: PackageSource,
}

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PackageSource {
    /// An index.
    Index,
    /// A commit of a repository.
    Git {
        url: String,
        revision: String,
        subdirectory: Option<String>,
    },
    /// An archive.
    Url(String),
    /// A directory or an archive of the app, relative to it.
    Path(PathBuf),
}

/// A lock that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LockError {
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// Made from another state of the project's file.
    #[error("{lock} is out of date")]
    OutOfDate {
        lock: &'static str,
        project: &'static str,
        /// What brings it up to date.
        command: &'static str,
    },
    /// Of a format that isn't known.
    #[error("{lock} is of format {version}")]
    Format {
        lock: &'static str,
        version: String,
        known: &'static str,
        command: &'static str,
    },
    /// What packages need and the lock doesn't have.
    #[error("{} are not in {lock}", .names.join(", "))]
    NotLocked {
        names: Vec<String>,
        lock: &'static str,
    },
    /// A group that the user asks for and that isn't there.
    #[error("there is no group {group}")]
    NoGroup {
        group: String,
        variable: &'static str,
        known: Vec<String>,
    },
}

impl LockedPackage {
    /// `name==1.0 ; marker --hash=…`, as uv takes it in a file of constraints; nothing for what is from no index.
    fn constraint(&self) -> Option<String> {
        if self.source != PackageSource::Index {
            return None;
        }
        let mut line = format!("{}=={}", self.name, self.version);
        if let Some(marker) = &self.marker {
            line.push_str(" ; ");
            line.push_str(marker);
        }
        for hash in &self.hashes {
            line.push_str(" --hash=");
            line.push_str(hash);
        }
        Some(line)
    }

    /// `name @ git+https://…`, for what is from no index.
    fn reference(&self, app_dir: &Path) -> Option<String> {
        let place = match &self.source {
            PackageSource::Index => return None,
            PackageSource::Git {
                url,
                revision,
                subdirectory,
            } => {
                let url = if url.contains("://") {
                    url.clone()
                } else {
                    // git@example.com:team/app, as git itself writes it.
                    format!("ssh://{}", url.replacen(':', "/", 1))
                };
                let subdirectory = subdirectory.as_ref();
                let fragment =
                    subdirectory.map_or(String::new(), |path| format!("#subdirectory={path}"));
                format!("git+{url}@{revision}{fragment}")
            }
            PackageSource::Url(url) => url.clone(),
            PackageSource::Path(path) => file_url(&app_dir.join(path)),
        };
        let name = &self.name;
        Some(match &self.marker {
            Some(marker) => format!("{name} @ {place} ; {marker}"),
            None => format!("{name} @ {place}"),
        })
    }
}

impl Lock {
    /// Every package with its version and hashes, or with its place where it is from no index, a line each, sorted.
    ///
    /// A name that is locked in several versions without saying which is for when (locks of Poetry before 2.1) can
    /// only be kept between the lowest and the highest: see [`Lock::undecided`].
    pub(crate) fn constraints(&self, app_dir: &Path) -> Vec<String> {
        let undecided = self.undecided();
        let mut lines = BTreeSet::new();
        for package in &self.packages {
            if undecided.contains_key(package.name.as_str()) {
                continue;
            }
            lines.extend(package.constraint());
            lines.extend(package.reference(app_dir));
        }
        for (name, versions) in undecided {
            let versions = versions.into_iter();
            let mut versions: Vec<pep440_rs::Version> = versions
                .filter_map(|version| version.parse().ok())
                .collect();
            versions.sort();
            if let (Some(lowest), Some(highest)) = (versions.first(), versions.last()) {
                lines.insert(format!("{name}>={lowest},<={highest}"));
            }
        }
        lines.into_iter().collect()
    }

    /// The paths in the app that are installed.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        let paths = self
            .packages
            .iter()
            .filter_map(|package| match &package.source {
                PackageSource::Path(path) => Some(path.clone()),
                _ => None,
            });
        let paths: BTreeSet<PathBuf> = paths.collect();
        paths.into_iter().collect()
    }

    /// Names with several versions of which the lock doesn't say when.
    pub(crate) fn undecided(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let of_index = self.packages.iter();
        for package in of_index.filter(|package| package.source == PackageSource::Index) {
            if package.marker.is_none() {
                let of_name = versions.entry(package.name.as_str()).or_default();
                of_name.insert(package.version.as_str());
            }
        }
        versions.retain(|_, versions| versions.len() > 1);
        versions
    }
}

/// A path as a URL.
pub(crate) fn file_url(path: &Path) -> String {
    let mut url = "file://".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            url.push(char::from(*byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// The normalised name at the start of a requirement.
pub(crate) fn requirement_name(requirement: &str) -> String {
    let is_of_name =
        |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let end = requirement.find(|character| !is_of_name(character));
    crate::pyproject::normalised(&requirement[..end.unwrap_or(requirement.len())])
}

/// A requirement of PEP 508 without its version: its name, extras and marker; with the place of one that has one.
pub(crate) fn without_version(requirement: &str) -> String {
    let (what, marker) = match requirement.split_once(';') {
        Some((what, marker)) => (what.trim(), Some(marker.trim())),
        None => (requirement.trim(), None),
    };
    if what.contains('@') {
        return requirement.trim().to_owned();
    }
    let end = match what.find(']') {
        Some(end) => end + 1,
        None => what
            .find(|character: char| " <>=!~(".contains(character))
            .unwrap_or(what.len()),
    };
    let named = what[..end].replace(' ', "");
    match marker {
        Some(marker) if !marker.is_empty() => format!("{named} ; {marker}"),
        _ => named,
    }
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod index_tests;
#[cfg(test)]
#[path = "locks/tests.rs"]
mod tests;
