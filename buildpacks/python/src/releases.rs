//! `stack/runtimes/python.toml`: which minor versions of Python there are, which one is the default, and until when
//! they are mended. The builder reads the same file, and bundles what it says.

use serde::{Deserialize, Deserializer};

use crate::python_version::PythonVersion;

const SOURCE: &str = include_str!("../../../stack/runtimes/python.toml");

/// The part of the file that a build needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Releases {
    /// When this was last looked after.
    as_of: Month,
    /// The minor version of an app that asks for none.
    pub(crate) default: PythonVersion,
    /// An older one is given only to who asks for it by name.
    pub(crate) oldest: PythonVersion,
    /// Newest first.
    #[serde(rename = "minor")]
    pub(crate) minors: Vec<Minor>,
}

/// A minor version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Minor {
    pub(crate) version: PythonVersion,
    /// The month of its last release.
    pub(crate) end_of_life: Month,
}

/// A month, displayed as in `October 2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month {
    year: u32,
    month: u32,
}

/// How long a minor version is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    /// For more than a year.
    Long,
    /// For less than a year.
    EndsIn(Month),
    /// No more.
    EndedIn(Month),
}

impl Releases {
    /// The file as it was when this buildpack was compiled.
    pub(crate) fn embedded() -> Result<Self, toml::de::Error> {
        toml::from_str(SOURCE)
    }

    /// How long a version is mended; one that isn't known is a new one.
    pub(crate) fn support(&self, version: &PythonVersion) -> Support {
        let known = self
            .minors
            .iter()
            .find(|minor| minor.version.minor() == version.minor());
        let Some(end) = known.map(|minor| minor.end_of_life) else {
            return Support::Long;
        };
        let next_year = Month {
            year: self.as_of.year + 1,
            ..self.as_of
        };
        if end < self.as_of {
            Support::EndedIn(end)
        } else if end < next_year {
            Support::EndsIn(end)
        } else {
            Support::Long
        }
    }

    /// The newest minor version that is known.
    pub(crate) fn newest(&self) -> u64 {
        let minors = self.minors.iter().map(|minor| minor.version.minor());
        minors.max().unwrap_or(self.default.minor())
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once('-');
        let month = parts.and_then(|(year, month)| {
            let month: u32 = month.parse().ok()?;
            (1..=12).contains(&month).then_some(())?;
            let year = year.parse().ok()?;
            Some(Self { year, month })
        });
        month.ok_or_else(|| serde::de::Error::custom("not a month such as 2026-10"))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let name = self
            .month
            .checked_sub(1)
            .and_then(|index| NAMES.get(index as usize));
        write!(formatter, "{} {}", name.unwrap_or(&"?"), self.year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_in_order() {
        let releases = Releases::embedded().unwrap();
        let minors: Vec<u64> = releases
            .minors
            .iter()
            .map(|minor| minor.version.minor())
            .collect();
        assert!(
            minors.is_sorted_by(|newer, older| newer > older),
            "{minors:?}"
        );
        assert!(minors.contains(&releases.default.minor()));
        assert!(minors.contains(&releases.oldest.minor()));
        assert_eq!(releases.newest(), minors[0]);
    }

    #[test]
    fn the_end_of_a_version_is_told_by_the_month_of_the_file() {
        let releases: Releases = toml::from_str(
            "as-of = \"2026-11\"\ndefault = \"3.13\"\noldest = \"3.10\"\n\
             [[minor]]\nversion = \"3.12\"\nend-of-life = \"2027-11\"\n\
             [[minor]]\nversion = \"3.11\"\nend-of-life = \"2027-10\"\n\
             [[minor]]\nversion = \"3.10\"\nend-of-life = \"2026-10\"\n",
        )
        .unwrap();
        let support = |text: &str| {
            let version = text.parse().unwrap();
            match releases.support(&version) {
                Support::Long => "long".to_owned(),
                Support::EndsIn(month) => format!("ends in {month}"),
                Support::EndedIn(month) => format!("ended in {month}"),
            }
        };
        assert_eq!(support("3.12.1"), "long");
        assert_eq!(support("3.11"), "ends in October 2027");
        assert_eq!(support("3.10.0"), "ended in October 2026");
        assert_eq!(support("3.99"), "long");
    }
}
