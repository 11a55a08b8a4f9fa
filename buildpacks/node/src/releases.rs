//! `stack/runtimes/node.toml`: which versions of Node and of package managers there are.

use nodejs_semver::Version;
use serde::Deserialize;

/// The part of the file that the buildpack reads; the rest is the builder's.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Releases {
    /// The month in which the lines were last looked after: what is past its end is told by it and never by the clock,
    /// so that two builds of one tree say the same.
    #[serde(rename = "as-of")]
    pub(crate) as_of: String,
    #[serde(rename = "line")]
    pub(crate) lines: Vec<Line>,
    #[serde(rename = "manager")]
    pub(crate) managers: Vec<ManagerRelease>,
    pub(crate) bun: Bun,
}

/// A line of Node.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) major: u64,
    /// The month in which upstream ends it.
    pub(crate) end_of_life: String,
    /// The code name, of those that are supported for long.
    pub(crate) long_support: Option<String>,
    amd64: Vec<String>,
    arm64: Vec<String>,
}

/// A version of a package manager.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ManagerRelease {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The versions of Node that it works with, as a range.
    pub(crate) node: String,
    /// The formats of locks that it is for.
    pub(crate) locks: Vec<String>,
    /// `sha512-…`, as the registry has it.
    pub(crate) integrity: String,
}

/// Bun, which is a program for each architecture.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bun {
    pub(crate) version: String,
    amd64: String,
    arm64: String,
}

impl Releases {
    /// The file that is compiled into this buildpack.
    pub(crate) fn embedded() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../../stack/runtimes/node.toml"))
    }

    /// The line of a version.
    pub(crate) fn line(&self, version: &Version) -> Option<&Line> {
        self.lines.iter().find(|line| line.major == version.major())
    }

    /// What can be fetched for an architecture, newest first.
    pub(crate) fn versions(&self, architecture: &str) -> Vec<Version> {
        let lines = self.lines.iter().flat_map(|line| match architecture {
            "arm64" => &line.arm64,
            _ => &line.amd64,
        });
        let mut versions: Vec<Version> =
            lines.filter_map(|text| Version::parse(text).ok()).collect();
        versions.sort();
        versions.reverse();
        versions
    }
}

impl Bun {
    /// The integrity of the package for an architecture.
    pub(crate) fn integrity(&self, architecture: &str) -> &str {
        match architecture {
            "arm64" => &self.arm64,
            _ => &self.amd64,
        }
    }
}

/// The version that the builder has.
#[cfg(test)]
pub(crate) fn default_version() -> Version {
    let text = include_str!("../../../stack/runtimes/node.toml");
    let table: toml::Table = toml::from_str(text).unwrap();
    Version::parse(table["default"].as_str().unwrap()).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_this_tree_is_whole() {
        let releases = Releases::embedded().unwrap();
        for architecture in ["amd64", "arm64"] {
            let versions = releases.versions(architecture);
            assert!(versions.len() > 40, "{architecture}");
            assert!(
                versions.is_sorted_by(|one, other| one > other),
                "{architecture}"
            );
            let known = |version: &Version| releases.line(version).is_some();
            assert!(versions.iter().all(known), "{architecture}");
        }
        let default = default_version();
        assert!(releases.line(&default).unwrap().long_support.is_some());
        for release in &releases.managers {
            assert_eq!(
                release.integrity.len(),
                "sha512-".len() + 88,
                "{}",
                release.name
            );
        }
    }
}
