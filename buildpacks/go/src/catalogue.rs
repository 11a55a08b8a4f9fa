//! `stack/runtimes/go.toml`: which versions exist and how everything is compiled. The builder reads the
//! same file, so that the standard-library cache it makes is the one that builds hit.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::go_version::GoVersion;

const SOURCE: &str = include_str!("../../../stack/runtimes/go.toml");

/// The part of the file that a build needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Catalogue {
    /// The version of an app that asks for none.
    pub(crate) default: GoVersion,
    /// How everything is compiled.
    pub(crate) build: Build,
    /// The minors, newest first.
    #[serde(rename = "minor")]
    pub(crate) minors: Vec<Minor>,
}

/// Flags that the shipped build cache and a build share.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Build {
    /// Environment variables of every `go` command.
    pub(crate) environment: BTreeMap<String, String>,
    /// Arguments of `go build`.
    pub(crate) arguments: Vec<String>,
    /// What `-ldflags` begins with.
    pub(crate) linker_flags: Vec<String>,
}

/// A line of releases, such as 1.26.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Minor {
    /// The newest patch that can be had.
    pub(crate) newest: GoVersion,
    /// Whether upstream still mends it.
    pub(crate) supported: bool,
}

impl Catalogue {
    /// The file as it was when this buildpack was compiled.
    pub(crate) fn embedded() -> Result<Self, toml::de::Error> {
        toml::from_str(SOURCE)
    }

    /// The line of releases that a version belongs to.
    pub(crate) fn minor(&self, version: GoVersion) -> Option<&Minor> {
        let mut minors = self.minors.iter();
        minors.find(|minor| minor.newest.minor == version.minor)
    }

    /// The newest version that is known to exist.
    pub(crate) fn newest(&self) -> GoVersion {
        let newest = self.minors.iter().map(|minor| minor.newest).max();
        newest.unwrap_or(self.default)
    }

    /// The oldest minor that can be had on demand.
    pub(crate) fn oldest(&self) -> GoVersion {
        let oldest = self.minors.iter().map(|minor| minor.newest).min();
        oldest.unwrap_or(self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct File {
        bundled: Vec<GoVersion>,
        #[serde(rename = "minor")]
        minors: Vec<FileMinor>,
    }

    #[derive(Deserialize)]
    struct FileMinor {
        version: String,
        newest: GoVersion,
    }

    #[test]
    fn the_file_agrees_with_itself() {
        let catalogue = Catalogue::embedded().unwrap();
        let file: File = toml::from_str(SOURCE).unwrap();
        assert!(file.bundled.contains(&catalogue.default));
        for minor in &file.minors {
            assert_eq!(minor.version, format!("1.{}", minor.newest.minor));
        }
        let newest: Vec<GoVersion> = file.minors.iter().map(|minor| minor.newest).collect();
        assert!(newest.is_sorted_by(|one, next| one > next));
    }

    #[test]
    fn what_a_user_may_not_set_is_not_needed_to_make_the_cache() {
        let build = Catalogue::embedded().unwrap().build;
        assert_eq!(build.environment["CGO_ENABLED"], "0");
        assert_eq!(build.environment["GOTOOLCHAIN"], "local");
        assert!(build.arguments.contains(&"-trimpath".to_owned()));
    }
}
