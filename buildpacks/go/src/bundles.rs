//! The versions of Go that the build image carries.

use std::path::{Path, PathBuf};

use buildpack_kit::detection::Detection;
use serde::Deserialize;

use crate::go_version::GoVersion;

/// `[metadata]` of `buildpack.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metadata {
    /// The directory that [`list`] reads.
    pub(crate) bundles: PathBuf,
    /// The directory that has the program that runs start commands.
    pub(crate) start: PathBuf,
    /// What makes an app ours.
    pub(crate) detection: Detection,
}

/// One bundled version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bundle {
    pub(crate) version: GoVersion,
    /// Its GOROOT.
    pub(crate) goroot: PathBuf,
    /// A GOCACHE that holds the standard library.
    pub(crate) build_cache: PathBuf,
}

/// No bundled version can be found, without which not even `go.mod` can be read.
#[derive(Debug, thiserror::Error)]
#[error("there is no Go in {}", .directory.display())]
pub(crate) struct NoBundle {
    pub(crate) directory: PathBuf,
    #[source]
    pub(crate) source: Option<std::io::Error>,
}

/// What is bundled is what lies there: `<directory>/<version>/toolchain` and `build-cache`. Newest
/// first, never empty.
pub(crate) fn list(directory: &Path) -> Result<Vec<Bundle>, NoBundle> {
    let failure = |source| NoBundle {
        directory: directory.to_owned(),
        source,
    };
    let mut bundles = Vec::new();
    for entry in fs_err::read_dir(directory).map_err(|error| failure(Some(error)))? {
        let path = entry.map_err(|error| failure(Some(error)))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(Ok(version)) = name.map(str::parse) else {
            continue;
        };
        bundles.push(Bundle {
            version,
            goroot: path.join("toolchain"),
            build_cache: path.join("build-cache"),
        });
    }
    if bundles.is_empty() {
        return Err(failure(None));
    }
    bundles.sort_by_key(|bundle| std::cmp::Reverse(bundle.version));
    Ok(bundles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_directories_newest_first() {
        let directory = testkit::directory("-- 1.9.7/ --\n-- 1.26.8/ --\n-- lost+found/ --\n");
        let bundles = list(directory.path()).unwrap();
        let versions: Vec<String> = bundles
            .iter()
            .map(|bundle| bundle.version.to_string())
            .collect();
        assert_eq!(versions, ["1.26.8", "1.9.7"]);
        assert_eq!(bundles[0].goroot, directory.path().join("1.26.8/toolchain"));
    }

    #[test]
    fn a_builder_without_go_is_an_error() {
        let directory = testkit::directory("-- other/ --\n");
        assert!(list(directory.path()).unwrap_err().source.is_none());
        assert!(
            list(&directory.path().join("absent"))
                .unwrap_err()
                .source
                .is_some()
        );
    }
}
