//! `poetry.lock`, formats 1.1, 2.0 and 2.1.

mod content_hash;
mod direct;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use self::content_hash::content_hashes;
use self::direct::direct;
use super::{
    Index, IndexPriority, Lock, LockError, LockedPackage, PackageSource, beside_the_usual,
};
use crate::pyproject::{Pyproject, normalised};
use crate::syntax::SyntaxError;

/// The file's name.
pub(crate) const FILE: &str = "poetry.lock";

const UPDATE: &str = "poetry lock";

/// The group that always is.
const MAIN: &str = "main";

#[derive(Debug, Deserialize)]
struct Document {
    #[serde(default)]
    package: Vec<Package>,
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    lock_version: String,
    content_hash: String,
    /// Of format 1.1, by the names of packages.
    #[serde(default)]
    files: BTreeMap<String, Vec<File>>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(default)]
    files: Vec<File>,
    #[serde(default)]
    markers: Option<Markers>,
    source: Option<Source>,
}

#[derive(Debug, Deserialize)]
struct File {
    file: String,
    hash: String,
}

/// Of format 2.1: for all groups alike, or for each.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Markers {
    Same(String),
    ByGroup(BTreeMap<String, String>),
}

#[derive(Debug, Deserialize)]
struct Source {
    r#type: String,
    url: String,
    reference: Option<String>,
    resolved_reference: Option<String>,
    subdirectory: Option<String>,
}

/// Reads the lock, checks that it is of this project, and takes what these groups need.
pub(crate) fn read(
    text: &str,
    project: &Pyproject,
    groups: Option<&[String]>,
) -> Result<Lock, LockError> {
    let file = Path::new(FILE);
    let document: Document =
        toml::from_str(text).map_err(|error| SyntaxError::of_toml(file, text, &error))?;
    let Metadata {
        lock_version,
        content_hash,
        files,
    } = document.metadata;
    if !(lock_version.starts_with("1.") || lock_version.starts_with("2.")) {
        return Err(LockError::Format {
            lock: FILE,
            version: lock_version,
            known: "1.1, 2.0 and 2.1",
            command: "poetry lock",
        });
    }
    if !content_hashes(project).contains(&content_hash) {
        return Err(LockError::OutOfDate {
            lock: FILE,
            project: crate::pyproject::FILE,
            command: UPDATE,
        });
    }
    let packages = document.package.into_iter();
    Ok(Lock {
        file: file.to_owned(),
        packages: packages.map(|package| locked(package, &files)).collect(),
        direct: direct(project, groups)?,
        indexes: beside_the_usual(indexes(project)),
        version: None,
    })
}

fn locked(package: Package, files: &BTreeMap<String, Vec<File>>) -> LockedPackage {
    let Package {
        name,
        version,
        files: own,
        markers,
        source,
    } = package;
    let of_format_1 = files
        .iter()
        .filter(|(other, _)| normalised(other) == normalised(&name));
    let all: Vec<&File> = own
        .iter()
        .chain(of_format_1.flat_map(|(_, files)| files))
        .collect();
    let marker = match markers {
        Some(Markers::Same(marker)) => Some(marker),
        // Only the main group is sure to be installed; without a marker for it, it is always.
        Some(Markers::ByGroup(markers)) => markers.get(MAIN).cloned(),
        None => None,
    };
    LockedPackage {
        hashes: all.iter().map(|file| file.hash.clone()).collect(),
        files: all.iter().map(|file| file.file.clone()).collect(),
        marker: marker.filter(|marker| !marker.is_empty()),
        source: source.map_or(PackageSource::Index, source_of),
        name,
        version,
    }
}

fn source_of(source: Source) -> PackageSource {
    let Source {
        r#type,
        url,
        reference,
        resolved_reference,
        subdirectory,
    } = source;
    match r#type.as_str() {
        "git" => PackageSource::Git {
            url,
            revision: resolved_reference
                .or(reference)
                .unwrap_or_else(|| "HEAD".to_owned()),
            subdirectory,
        },
        "url" => PackageSource::Url(url),
        "directory" | "file" => PackageSource::Path(url.into()),
        // `legacy`: an index that isn't the usual one.
        _ => PackageSource::Index,
    }
}

fn indexes(project: &Pyproject) -> Vec<Index> {
    let sources = project
        .table
        .get("tool")
        .and_then(|tool| tool.get("poetry")?.get("source"));
    let sources = sources
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    sources
        .filter_map(|source| {
            let text = |key: &str| source.get(key).and_then(toml::Value::as_str);
            let is_on = |key: &str| source.get(key).and_then(toml::Value::as_bool) == Some(true);
            let is_additional = match text("priority") {
                Some(priority) => !matches!(priority, "primary" | "default"),
                None => is_on("secondary"),
            };
            Some(Index {
                name: text("name")?.to_owned(),
                url: text("url")?.to_owned(),
                priority: if is_additional {
                    IndexPriority::Additional
                } else {
                    IndexPriority::Default
                },
            })
        })
        .collect()
}
