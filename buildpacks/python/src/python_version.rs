//! Versions of Python: how they are written.
//!
//! What is *requested* ([`Requested`], from a variable or a file that names a version) and what an app *allows*
//! ([`Constraint`], from `requires-python` and Poetry's `python`) become one [`Resolved`](crate::resolved_version::Resolved).

use std::fmt;
use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use serde::{Deserialize, Deserializer};

/// A version of Python 3: `3.13`, `3.13.5`, `3.15.0rc1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PythonVersion(Version);

/// Why text is no version that can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidVersion {
    #[error("not a version of Python")]
    Malformed,
    #[error("Python 2 can't be had")]
    Python2,
    #[error("only CPython can be had")]
    OtherImplementation,
    #[error("only the usual build of CPython can be had")]
    FreeThreaded,
}

impl PythonVersion {
    /// The second number.
    pub(crate) fn minor(&self) -> u64 {
        self.0.release().get(1).copied().unwrap_or_default()
    }

    /// Whether it has two numbers, and so means whatever patch there is.
    pub(crate) fn is_minor(&self) -> bool {
        self.0.release().len() == 2 && !self.0.any_prerelease()
    }

    /// `3.13`, of this version.
    pub(crate) fn of_minor(minor: u64) -> Self {
        Self(Version::new([3, minor]))
    }

    /// `3.13` of `3.13.5`.
    pub(crate) fn to_minor(&self) -> Self {
        Self::of_minor(self.minor())
    }

    /// A patch of a minor version.
    pub(crate) fn of_patch(minor: u64, patch: u64) -> Self {
        Self(Version::new([3, minor, patch]))
    }
}

impl FromStr for PythonVersion {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let version: Version = text.parse().map_err(|_| InvalidVersion::Malformed)?;
        let is_plain = version.epoch() == 0
            && !version.is_post()
            && !version.is_dev()
            && !version.is_local()
            && text.starts_with(|first: char| first.is_ascii_digit());
        match (version.release(), is_plain) {
            ([2, ..], true) => Err(InvalidVersion::Python2),
            ([3, _] | [3, _, _], true) => Ok(Self(version)),
            _ => Err(InvalidVersion::Malformed),
        }
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl<'de> Deserialize<'de> for PythonVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What somebody asks for by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Requested {
    /// `3.12.4`, `3.15.0rc1`.
    Exact(PythonVersion),
    /// `3.12`, `3.12.x`, `3.12.*`: whatever patch is at hand, else the newest.
    Minor(PythonVersion),
    /// `>=3.10,<3.14`, `^3.11`.
    Within(Constraint),
    /// `3`, `3.x`: what an app gets that asks for nothing.
    Any,
    /// `latest`: the newest that is bundled.
    Latest,
}

impl FromStr for Requested {
    type Err = InvalidVersion;

    /// The forms of the variables, of `.python-version`, `runtime.txt` and Pipfile.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let text = text.trim();
        let text = without_implementation(text)?;
        if text.is_empty() {
            return Err(InvalidVersion::Malformed);
        }
        if matches!(text, "3" | "3.x" | "3.*" | "*") {
            return Ok(Self::Any);
        }
        if text.eq_ignore_ascii_case("latest") {
            return Ok(Self::Latest);
        }
        if text.contains(['<', '>', '=', '~', '^', ',', '|']) {
            return Ok(Self::Within(text.parse()?));
        }
        if text.ends_with('t') && text.starts_with("3.") {
            return Err(InvalidVersion::FreeThreaded);
        }
        let minor = text.strip_suffix(".x").or(text.strip_suffix(".*"));
        let version: PythonVersion = minor.unwrap_or(text).parse()?;
        match (version.is_minor(), minor) {
            (true, _) => Ok(Self::Minor(version)),
            (false, Some(_)) => Err(InvalidVersion::Malformed),
            (false, None) => Ok(Self::Exact(version)),
        }
    }
}

/// `python-3.12`, `cpython@3.12`, `python3.12` and `v3.12` are all written.
fn without_implementation(text: &str) -> Result<&str, InvalidVersion> {
    let name_end = text.find(|character: char| !character.is_ascii_alphabetic());
    let (name, rest) = text.split_at(name_end.unwrap_or(text.len()));
    match name.to_ascii_lowercase().as_str() {
        "python" | "cpython" => Ok(rest.trim_start_matches(['-', '@', ' '])),
        "v" | "py" => Ok(rest),
        "" | "latest" => Ok(text),
        "pypy" | "graalpy" | "graalvm" | "jython" | "ironpython" | "micropython" | "pyston"
        | "stackless" | "miniconda" | "anaconda" | "miniforge" | "mambaforge" | "activepython" => {
            Err(InvalidVersion::OtherImplementation)
        }
        _ => Err(InvalidVersion::Malformed),
    }
}

impl fmt::Display for Requested {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(version) | Self::Minor(version) => version.fmt(formatter),
            Self::Within(constraint) => constraint.fmt(formatter),
            Self::Any => formatter.write_str("3"),
            Self::Latest => formatter.write_str("latest"),
        }
    }
}

/// Which versions an app works with, as it was written. PEP 440 and the forms of Poetry: `>=3.10,<4`,
/// `^3.11`, `~3.11.2`, `3.11.*`, `>=3.9 <3.12`, `<3.9 || >=3.11`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Constraint {
    text: String,
    /// Any of these will do.
    alternatives: Vec<VersionSpecifiers>,
}

impl Constraint {
    /// Whether the version is allowed.
    pub(crate) fn allows(&self, version: &PythonVersion) -> bool {
        let mut alternatives = self.alternatives.iter();
        alternatives.any(|specifiers| specifiers.contains(&version.0))
    }

    /// In PEP 440, for uv; none where PEP 440 has no words for it.
    pub(crate) fn as_specifiers(&self) -> Option<String> {
        match self.alternatives.as_slice() {
            [specifiers] => Some(specifiers.to_string().replace(' ', "")),
            _ => None,
        }
    }
}

impl FromStr for Constraint {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let alternatives = text.split('|').filter(|part| !part.trim().is_empty());
        let alternatives: Result<Vec<_>, _> = alternatives.map(specifiers).collect();
        let alternatives = alternatives?;
        if alternatives.is_empty() {
            return Err(InvalidVersion::Malformed);
        }
        Ok(Self {
            text: text.trim().to_owned(),
            alternatives,
        })
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn specifiers(text: &str) -> Result<VersionSpecifiers, InvalidVersion> {
    let spaced = spaced_clauses(text);
    let clauses = spaced
        .split(',')
        .map(str::trim)
        .filter(|clause| !clause.is_empty());
    let clauses: Result<Vec<String>, _> = clauses.map(clause).collect();
    let joined: Vec<String> = clauses?
        .into_iter()
        .filter(|clause| !clause.is_empty())
        .collect();
    joined
        .join(",")
        .parse()
        .map_err(|_| InvalidVersion::Malformed)
}

/// Poetry allows spaces between clauses, and PEP 440 after an operator.
fn spaced_clauses(text: &str) -> String {
    let mut joined = String::new();
    for word in text.split_whitespace() {
        let follows_version = joined.ends_with(|last: char| last.is_alphanumeric() || last == '*');
        if follows_version && !word.starts_with(',') {
            joined.push(',');
        }
        joined.push_str(word);
    }
    joined
}

/// A clause in PEP 440; empty for one that allows everything.
fn clause(clause: &str) -> Result<String, InvalidVersion> {
    if clause == "*" {
        return Ok(String::new());
    }
    for (operator, keeps) in [("^", 1), ("~", 2)] {
        let Some(version) = clause.strip_prefix(operator) else {
            continue;
        };
        if version.starts_with('=') {
            break;
        }
        let version = version.trim();
        let parsed: Version = version.parse().map_err(|_| InvalidVersion::Malformed)?;
        let mut end: Vec<u64> = parsed.release().iter().take(keeps).copied().collect();
        let Some(last) = end.last_mut() else {
            return Err(InvalidVersion::Malformed);
        };
        *last += 1;
        return Ok(format!(">={version},<{}", Version::new(end)));
    }
    let version = match clause.strip_prefix('=') {
        Some(rest) if !rest.starts_with('=') => rest.trim(),
        _ => clause,
    };
    if !version.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(version.to_owned());
    }
    // What is a version to Poetry and no specifier to PEP 440. Two numbers mean the patch that there is.
    let numbers = version.split('.').count();
    Ok(match numbers {
        1 | 2 if !version.ends_with('*') => format!("=={version}.*"),
        _ => format!("=={version}"),
    })
}

#[cfg(test)]
#[path = "python_version_tests.rs"]
mod tests;
