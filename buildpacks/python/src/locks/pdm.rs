//! `pdm.lock`, formats 3 and 4.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Index, IndexPriority, Lock, LockError, LockedPackage, PackageSource, beside_the_usual,
    without_version,
};
use crate::pyproject::{Pyproject, normalised};
use crate::python_json::{Separators, of_toml, sha256};
use crate::syntax::SyntaxError;

/// The file's name.
pub(crate) const FILE: &str = "pdm.lock";

const UPDATE: &str = "pdm lock";

#[derive(Debug, Deserialize)]
struct Document {
    #[serde(default)]
    package: Vec<Package>,
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    lock_version: String,
    content_hash: String,
    /// Before format 4.1, by `name version`.
    #[serde(default)]
    files: BTreeMap<String, Vec<File>>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    /// Absent for what is taken from a place.
    version: Option<String>,
    marker: Option<String>,
    #[serde(default)]
    files: Vec<File>,
    git: Option<String>,
    r#ref: Option<String>,
    revision: Option<String>,
    subdirectory: Option<String>,
    url: Option<String>,
    path: Option<String>,
}

#[derive(Debug, Deserialize)]
struct File {
    #[serde(rename = "file")]
    name: Option<String>,
    /// In place of the name, with the strategy `static_urls`.
    url: Option<String>,
    hash: String,
}

impl File {
    fn file_name(&self) -> Option<String> {
        if self.name.is_some() {
            return self.name.clone();
        }
        let url = self.url.as_ref()?;
        let url = url.split(['#', '?']).next().unwrap_or_default();
        url.rsplit('/').next().map(str::to_owned)
    }
}

/// Reads the lock and checks that it is of this project.
pub(crate) fn read(text: &str, project: &Pyproject) -> Result<Lock, LockError> {
    let file = Path::new(FILE);
    let document: Document =
        toml::from_str(text).map_err(|error| SyntaxError::of_toml(file, text, &error))?;
    let Metadata {
        lock_version,
        content_hash,
        files,
    } = document.metadata;
    if !(lock_version.starts_with('4') || lock_version.starts_with('3')) {
        return Err(LockError::Format {
            lock: FILE,
            version: lock_version,
            known: "3 and 4",
            command: "pdm lock",
        });
    }
    if content_hash
        .strip_prefix("sha256:")
        .unwrap_or(&content_hash)
        != self::content_hash(project)
    {
        return Err(LockError::OutOfDate {
            lock: FILE,
            project: crate::pyproject::FILE,
            command: UPDATE,
        });
    }
    let packages = document.package.into_iter();
    let mut packages: Vec<LockedPackage> =
        packages.map(|package| locked(package, &files)).collect();
    // With extras a package is there once more.
    let mut seen: Vec<LockedPackage> = Vec::new();
    packages.retain(|package| {
        let is_new = !seen.contains(package);
        seen.push(package.clone());
        is_new
    });
    let of_project = project
        .project
        .iter()
        .flat_map(|project| &project.dependencies);
    Ok(Lock {
        file: file.to_owned(),
        packages,
        direct: of_project.map(|text| without_version(text)).collect(),
        indexes: beside_the_usual(indexes(project)),
        version: None,
    })
}

fn locked(package: Package, files: &BTreeMap<String, Vec<File>>) -> LockedPackage {
    let Package {
        name,
        version,
        marker,
        files: own,
        git,
        r#ref,
        revision,
        subdirectory,
        url,
        path,
    } = package;
    let version = version.unwrap_or_default();
    let key = format!("{name} {version}");
    let all: Vec<&File> = own
        .iter()
        .chain(files.get(&key).into_iter().flatten())
        .collect();
    let source = match (git, url, path) {
        (Some(url), _, _) => PackageSource::Git {
            url,
            revision: revision.or(r#ref).unwrap_or_else(|| "HEAD".to_owned()),
            subdirectory,
        },
        (None, Some(url), _) => PackageSource::Url(url),
        (None, None, Some(path)) => {
            PackageSource::Path(path.strip_prefix("./").unwrap_or(&path).into())
        }
        (None, None, None) => PackageSource::Index,
    };
    LockedPackage {
        hashes: all.iter().map(|file| file.hash.clone()).collect(),
        files: all.iter().filter_map(|file| file.file_name()).collect(),
        marker: marker.filter(|marker| !marker.is_empty()),
        name,
        version,
        source,
    }
}

/// What `pdm` would have written for this project.
fn content_hash(project: &Pyproject) -> String {
    let table = &project.table;
    let metadata = table.get("project");
    let settings = table.get("tool").and_then(|tool| tool.get("pdm"));
    let or = |value: Option<&toml::Value>, default: Value| value.map_or(default, of_toml);
    let of = |table: Option<&toml::Value>, key: &str, default: Value| {
        or(table.and_then(|table| table.get(key)), default)
    };
    let mut groups = Map::new();
    let of_settings = settings.and_then(|settings| settings.get("dev-dependencies"));
    for table in [table.get("dependency-groups"), of_settings]
        .into_iter()
        .flatten()
    {
        for (group, items) in table.as_table().into_iter().flatten() {
            let all = groups.entry(normalised(group)).or_insert_with(|| json!([]));
            if let (Value::Array(all), Value::Array(items)) = (all, of_toml(items)) {
                all.extend(items);
            }
        }
    }
    let content = json!({
        "sources": of(settings, "source", json!([])),
        "dependencies": of(metadata, "dependencies", json!([])),
        "dev-dependencies": groups,
        "optional-dependencies": of(metadata, "optional-dependencies", json!({})),
        "requires-python": of(metadata, "requires-python", json!("")),
        "resolution": of(settings, "resolution", json!({})),
    });
    sha256(&content, Separators::Spaced)
}

/// One that is called like the usual index takes its place.
fn indexes(project: &Pyproject) -> Vec<Index> {
    const USUAL: &str = "pypi";
    let sources = project
        .table
        .get("tool")
        .and_then(|tool| tool.get("pdm")?.get("source"));
    let sources = sources
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    sources
        .filter_map(|source| {
            let text = |key: &str| source.get(key).and_then(toml::Value::as_str);
            let name = text("name")?.to_owned();
            Some(Index {
                priority: if name == USUAL {
                    IndexPriority::Default
                } else {
                    IndexPriority::Additional
                },
                url: text("url")?.to_owned(),
                name,
            })
        })
        .collect()
}
