//! What the build image carries: Node, and the Python that native addons are compiled with.

use std::path::{Path, PathBuf};

use buildpack_kit::detection::Detection;
use nodejs_semver::Version;
use serde::Deserialize;

/// `[metadata]` of `buildpack.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metadata {
    /// The directory of the versions of Node.
    pub(crate) bundles: PathBuf,
    /// The directory of the versions of Python.
    pub(crate) python: PathBuf,
    /// The directory of the program that runs start commands.
    pub(crate) start: PathBuf,
    /// Which files make an app ours.
    pub(crate) detection: Detection,
}

/// A Node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bundle {
    pub(crate) version: Version,
    /// What is in the image.
    pub(crate) launch: PathBuf,
    /// Where `bin/node` and `include` are.
    pub(crate) build: PathBuf,
    /// Another text is another runtime.
    pub(crate) description: String,
    /// Whether it is one that was fetched.
    pub(crate) is_fetched: bool,
}

/// A builder that lacks what every build needs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BundleError {
    /// There is no Node in the directory.
    #[error("there is no Node in {}", .directory.display())]
    None {
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
    version: String,
}

impl Bundle {
    /// The program.
    pub(crate) fn program(&self) -> PathBuf {
        self.build.join("bin/node")
    }

    /// npm, of a bundled one.
    pub(crate) fn npm(&self) -> PathBuf {
        self.build.join("lib/node_modules/npm")
    }
}

/// What is bundled is what lies there. Newest first, never empty.
pub(crate) fn list(directory: &Path) -> Result<Vec<Bundle>, BundleError> {
    let none = |source| BundleError::None {
        directory: directory.to_owned(),
        source,
    };
    let mut bundles = Vec::new();
    for path in entries(directory).map_err(|error| none(Some(error)))? {
        let file = path.join("runtime.toml");
        let Ok(description) = fs_err::read_to_string(&file) else {
            continue;
        };
        let parsed = toml::from_str(&description);
        let Description { version } =
            parsed.map_err(|source| BundleError::Format { file, source })?;
        if let Ok(version) = Version::parse(&version) {
            bundles.push(Bundle {
                version,
                launch: path.join("launch"),
                build: path.join("build"),
                description,
                is_fetched: false,
            });
        }
    }
    if bundles.is_empty() {
        return Err(none(None));
    }
    bundles.sort_by(|one, other| other.version.cmp(&one.version));
    Ok(bundles)
}

/// The newest Python that extensions can be compiled with; compilers of native addons are written in it.
pub(crate) fn python(directory: &Path) -> Option<PathBuf> {
    let programs = entries(directory).ok()?.into_iter();
    let mut programs: Vec<PathBuf> = programs
        .map(|path| path.join("build/bin/python3"))
        .filter(|program| program.is_file())
        .collect();
    programs.pop()
}

/// The entries of a directory, sorted.
pub(crate) fn entries(directory: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut entries = Vec::new();
    for entry in fs_err::read_dir(directory)? {
        entries.push(entry?.path());
    }
    entries.sort();
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_directories_newest_first() {
        let directory = testkit::directory(
            "-- 9.1.0/runtime.toml --\nversion = \"9.1.0\"\n-- 24.19.0/runtime.toml --\nversion = \"24.19.0\"\n\
             npm = \"11.0.0\"\ndigest = \"x\"\n-- lost+found/ --\n",
        );
        let bundles = list(directory.path()).unwrap();
        let versions: Vec<String> = bundles
            .iter()
            .map(|bundle| bundle.version.to_string())
            .collect();
        assert_eq!(versions, ["24.19.0", "9.1.0"]);
        assert!(
            bundles[0]
                .npm()
                .ends_with("24.19.0/build/lib/node_modules/npm")
        );
    }

    #[test]
    fn a_builder_without_one_is_an_error() {
        let directory =
            testkit::directory("-- other/ --\n-- bad/24/runtime.toml --\nversion = 3\n");
        let text = |error: BundleError| {
            error
                .to_string()
                .replace(&directory.path().display().to_string(), "ROOT")
        };
        assert_eq!(
            text(list(directory.path()).unwrap_err()),
            "there is no Node in ROOT"
        );
        assert_eq!(
            text(list(&directory.path().join("none")).unwrap_err()),
            "there is no Node in ROOT/none"
        );
        assert_eq!(
            text(list(&directory.path().join("bad")).unwrap_err()),
            "ROOT/bad/24/runtime.toml is not of its format"
        );
    }
}
