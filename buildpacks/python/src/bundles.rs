//! The versions of Python that the build image carries, and uv.

use std::path::{Path, PathBuf};

use buildpack_kit::detection::Detection;
use serde::Deserialize;

use crate::python_version::PythonVersion;

/// `[metadata]` of `buildpack.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metadata {
    /// The directory of the interpreters.
    pub(crate) bundles: PathBuf,
    /// The directory of uv.
    pub(crate) uv: PathBuf,
    /// The directory of the program that runs start commands.
    pub(crate) start: PathBuf,
    /// What makes an app ours.
    pub(crate) detection: Detection,
}

/// One bundled version: `<minor>/runtime.toml`, `build` and `launch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bundle {
    pub(crate) version: PythonVersion,
    /// What environments are made with.
    pub(crate) build: PathBuf,
    /// What is in the image.
    pub(crate) launch: PathBuf,
    /// What of Debian is in `launch`.
    pub(crate) packages: Vec<DebianPackage>,
    /// The text of `runtime.toml`: another one is another runtime.
    pub(crate) description: String,
    /// Whether it is one that was fetched, whole, in place of a bundled one.
    pub(crate) is_fetched: bool,
}

/// A Debian package of which files are in a runtime.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DebianPackage {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) architecture: String,
    pub(crate) source: Option<String>,
    pub(crate) release: Option<String>,
}

/// uv, of which a builder has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UvBundle {
    pub(crate) version: String,
    pub(crate) program: PathBuf,
}

/// A builder that lacks what every build needs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BundleError {
    /// There is nothing of the kind in the directory.
    #[error("there is no {what} in {}", .directory.display())]
    None {
        what: &'static str,
        directory: PathBuf,
        #[source]
        source: Option<std::io::Error>,
    },
    /// What describes a runtime can't be read.
    #[error("{} is not of its format", .file.display())]
    Format {
        file: PathBuf,
        #[source]
        source: toml::de::Error,
    },
}

#[derive(Deserialize)]
struct Description {
    version: PythonVersion,
    #[serde(default)]
    packages: Vec<DebianPackage>,
}

impl Bundle {
    /// The interpreter that environments are made with.
    pub(crate) fn python(&self) -> PathBuf {
        let program = format!("bin/python{}", self.version.to_minor());
        self.build.join(program)
    }
}

/// What is bundled is what lies there. Newest first, never empty.
pub(crate) fn list(directory: &Path) -> Result<Vec<Bundle>, BundleError> {
    let mut bundles = Vec::new();
    for path in entries(directory, "Python")? {
        let file = path.join("runtime.toml");
        let Ok(description) = fs_err::read_to_string(&file) else {
            continue;
        };
        let parsed = toml::from_str(&description);
        let Description { version, packages } =
            parsed.map_err(|source| BundleError::Format { file, source })?;
        bundles.push(Bundle {
            version,
            build: path.join("build"),
            launch: path.join("launch"),
            packages,
            description,
            is_fetched: false,
        });
    }
    if bundles.is_empty() {
        return Err(none("Python", directory, None));
    }
    bundles.sort_by(|one, other| other.version.cmp(&one.version));
    Ok(bundles)
}

/// The uv that lies there.
pub(crate) fn uv(directory: &Path) -> Result<UvBundle, BundleError> {
    let mut found = entries(directory, "uv")?.into_iter().filter_map(|path| {
        let program = path.join("uv");
        let version = path.file_name()?.to_str()?.to_owned();
        program.is_file().then_some(UvBundle { version, program })
    });
    found.next().ok_or_else(|| none("uv", directory, None))
}

/// Sorted.
fn entries(directory: &Path, what: &'static str) -> Result<Vec<PathBuf>, BundleError> {
    let failure = |error| none(what, directory, Some(error));
    let mut entries = Vec::new();
    for entry in fs_err::read_dir(directory).map_err(failure)? {
        entries.push(entry.map_err(failure)?.path());
    }
    entries.sort();
    Ok(entries)
}

fn none(what: &'static str, directory: &Path, source: Option<std::io::Error>) -> BundleError {
    BundleError::None {
        what,
        directory: directory.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_directories_newest_first() {
        let directory = testkit::directory(
            "-- 3.9/runtime.toml --\nversion = \"3.9.2\"\n-- 3.13/runtime.toml --\nversion = \"3.13.5\"\n\
             [[packages]]\nname = \"libssl3t64\"\nversion = \"3.5.7-1\"\narchitecture = \"amd64\"\n\
             source = \"openssl\"\nrelease = \"13\"\n-- lost+found/ --\n",
        );
        let bundles = list(directory.path()).unwrap();
        let versions: Vec<String> = bundles
            .iter()
            .map(|bundle| bundle.version.to_string())
            .collect();
        assert_eq!(versions, ["3.13.5", "3.9.2"]);
        assert_eq!(
            bundles[0].python(),
            directory.path().join("3.13/build/bin/python3.13")
        );
        assert_eq!(bundles[0].packages[0].source.as_deref(), Some("openssl"));
    }

    #[test]
    fn a_builder_without_them_is_an_error() {
        let directory =
            testkit::directory("-- other/ --\n-- bad/3.13/runtime.toml --\nversion = 3\n");
        let text = |error: BundleError| {
            error
                .to_string()
                .replace(&directory.path().display().to_string(), "ROOT")
        };
        assert_eq!(
            text(list(directory.path()).unwrap_err()),
            "there is no Python in ROOT"
        );
        assert_eq!(
            text(list(&directory.path().join("none")).unwrap_err()),
            "there is no Python in ROOT/none"
        );
        assert_eq!(
            text(uv(directory.path()).unwrap_err()),
            "there is no uv in ROOT"
        );
        assert_eq!(
            text(list(&directory.path().join("bad")).unwrap_err()),
            "ROOT/bad/3.13/runtime.toml is not of its format"
        );
    }

    #[test]
    fn uv_is_found_with_its_version() {
        let directory = testkit::directory("-- 0.13.8/uv 0755 --\n#!/bin/sh\n");
        assert_eq!(uv(directory.path()).unwrap().version, "0.13.8");
    }
}
