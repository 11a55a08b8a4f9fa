//! `Pipfile` and `Pipfile.lock`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use buildpack_kit::environment::{Origin, Sourced};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Index, IndexPriority, Lock, LockError, LockedPackage, PackageSource, beside_the_usual,
};
use crate::python_json::{Separators, of_toml, sha256};
use crate::python_version::Requested;
use crate::syntax::{SyntaxError, line_at};

/// The lock's name.
pub(crate) const FILE: &str = "Pipfile.lock";

/// The name of the file that people write.
pub(crate) const PIPFILE: &str = "Pipfile";

const UPDATE: &str = "pipenv lock";

/// A `Pipfile`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pipfile {
    pub(crate) table: toml::Table,
    /// Of `[requires]`.
    pub(crate) version: Option<Sourced<Requested>>,
}

#[derive(Debug, Deserialize)]
struct Document {
    #[serde(rename = "_meta")]
    meta: Meta,
    #[serde(default)]
    default: BTreeMap<String, Package>,
}

#[derive(Debug, Deserialize)]
struct Meta {
    hash: Hash,
    #[serde(default)]
    requires: BTreeMap<String, String>,
    #[serde(default)]
    sources: Vec<LockedSource>,
}

#[derive(Debug, Deserialize)]
struct Hash {
    sha256: String,
}

#[derive(Debug, Deserialize)]
struct LockedSource {
    name: Option<String>,
    url: String,
}

#[derive(Debug, Deserialize)]
struct Package {
    version: Option<String>,
    #[serde(default)]
    hashes: Vec<String>,
    markers: Option<String>,
    #[serde(default)]
    extras: Vec<String>,
    git: Option<String>,
    r#ref: Option<String>,
    subdirectory: Option<String>,
    path: Option<String>,
    file: Option<String>,
}

/// Reads a `Pipfile`.
pub(crate) fn parse(text: &str) -> Result<Pipfile, SyntaxError> {
    let file = Path::new(PIPFILE);
    let table: toml::Table =
        toml::from_str(text).map_err(|error| SyntaxError::of_toml(file, text, &error))?;
    let requires = table.get("requires");
    let mut version = None;
    for key in ["python_full_version", "python_version"] {
        let written = requires.and_then(|requires| requires.get(key)?.as_str());
        if let Some(written) = written.filter(|_| version.is_none()) {
            version = Some(requested(file, text, key, written)?);
        }
    }
    Ok(Pipfile { table, version })
}

fn requested(
    file: &Path,
    text: &str,
    key: &str,
    written: &str,
) -> Result<Sourced<Requested>, SyntaxError> {
    let offset = text.find(key).unwrap_or_default();
    let requested = written.parse().map_err(|_| {
        SyntaxError::at(
            file,
            text,
            offset,
            format!("{key} is not a version of Python"),
        )
    })?;
    Ok(Sourced::new(
        requested,
        Origin::line(file, line_at(text, offset)),
    ))
}

/// Reads the lock and checks that it is of this `Pipfile`, where there is one.
pub(crate) fn read(text: &str, pipfile: Option<&Pipfile>) -> Result<Lock, LockError> {
    let file = Path::new(FILE);
    let failure = |error: serde_json::Error| SyntaxError::of_json(file, text, &error);
    let raw: Value = serde_json::from_str(text).map_err(failure)?;
    let document: Document = serde_json::from_str(text).map_err(failure)?;
    if let Some(pipfile) = pipfile {
        let sources = raw.get("_meta").and_then(|meta| meta.get("sources"));
        if content_hash(pipfile, sources) != document.meta.hash.sha256 {
            return Err(LockError::OutOfDate {
                lock: FILE,
                project: PIPFILE,
                command: UPDATE,
            });
        }
    }
    let mut version = None;
    for key in ["python_full_version", "python_version"] {
        if let (Some(written), None) = (document.meta.requires.get(key), &version) {
            version = Some(requested(file, text, key, written)?);
        }
    }
    // The lock is flat: everything that is to be installed, with markers.
    let direct = document.default.iter().map(|(name, package)| {
        let mut requirement = name.clone();
        if !package.extras.is_empty() {
            let _ = write!(requirement, "[{}]", package.extras.join(","));
        }
        if let Some(marker) = &package.markers {
            requirement.push_str(" ; ");
            requirement.push_str(marker);
        }
        requirement
    });
    let direct = direct.collect();
    let packages = document.default.into_iter();
    Ok(Lock {
        file: file.to_owned(),
        packages: packages
            .map(|(name, package)| locked(name, package))
            .collect(),
        direct,
        indexes: beside_the_usual(indexes(document.meta.sources)),
        version,
    })
}

fn locked(name: String, package: Package) -> LockedPackage {
    let Package {
        version,
        hashes,
        markers,
        extras: _,
        git,
        r#ref,
        subdirectory,
        path,
        file,
    } = package;
    let is_url = |text: &str| text.contains("://");
    let source = match (git, path, file) {
        (Some(url), _, _) => PackageSource::Git {
            url: url.strip_prefix("git+").unwrap_or(&url).to_owned(),
            revision: r#ref.unwrap_or_else(|| "HEAD".to_owned()),
            subdirectory,
        },
        (None, None, Some(url)) if is_url(&url) => PackageSource::Url(url),
        (None, Some(path), _) | (None, None, Some(path)) => {
            PackageSource::Path(path.strip_prefix("./").unwrap_or(&path).into())
        }
        (None, None, None) => PackageSource::Index,
    };
    let version = version.unwrap_or_default();
    LockedPackage {
        name,
        version: version.strip_prefix("==").unwrap_or(&version).to_owned(),
        hashes: hashes.into_iter().collect(),
        files: BTreeSet::new(),
        marker: markers.filter(|marker| !marker.is_empty()),
        source,
    }
}

/// What `pipenv` would have written for this file. A `Pipfile` without sources has the usual one, which `pipenv`
/// writes into the lock.
fn content_hash(pipfile: &Pipfile, locked_sources: Option<&Value>) -> String {
    const SECTIONS: [&str; 7] = [
        "source",
        "packages",
        "dev-packages",
        "requires",
        "scripts",
        "pipfile",
        "pipenv",
    ];
    let table = &pipfile.table;
    let section = |key: &str, default: Value| table.get(key).map_or(default, of_toml);
    let usual = locked_sources.cloned().unwrap_or_else(|| json!([]));
    let mut content = Map::new();
    let meta = json!({
        "sources": section("source", usual),
        "requires": section("requires", json!({})),
    });
    content.insert("_meta".to_owned(), meta);
    content.insert("default".to_owned(), section("packages", json!({})));
    content.insert("develop".to_owned(), section("dev-packages", json!({})));
    for (category, packages) in table {
        if !SECTIONS.contains(&category.as_str()) && category != "default" && category != "develop"
        {
            content.insert(category.clone(), of_toml(packages));
        }
    }
    sha256(&Value::Object(content), Separators::Compact)
}

/// The first index is asked first, as `pipenv` does.
fn indexes(sources: Vec<LockedSource>) -> Vec<Index> {
    let sources = sources.into_iter().enumerate();
    sources
        .map(|(number, LockedSource { name, url })| Index {
            name: name.unwrap_or_else(|| format!("source-{}", number + 1)),
            url,
            priority: if number == 0 {
                IndexPriority::Default
            } else {
                IndexPriority::Additional
            },
        })
        .collect()
}
