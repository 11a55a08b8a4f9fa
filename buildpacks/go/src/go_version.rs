//! Go versions: how they are written, and which one an app gets.

use std::fmt;
use std::str::FromStr;

use buildpack_kit::environment::{Origin, Sourced};
use serde::{Deserialize, Deserializer};

use crate::catalogue::Catalogue;

/// A version of Go 1, ordered as Go orders them: 1.21 < 1.21rc1 < 1.21.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GoVersion {
    pub(crate) minor: u32,
    release: Release,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Release {
    /// `1.21`: the language, not a release of the tools.
    Language,
    Beta(u32),
    Candidate(u32),
    Patch(u32),
}

/// Text that is no Go version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a Go version")]
pub(crate) struct InvalidVersion;

impl GoVersion {
    /// `GOCACHEPROG` came with Go 1.24.
    pub(crate) fn has_cache_program(self) -> bool {
        self.minor >= 24
    }
}

impl FromStr for GoVersion {
    type Err = InvalidVersion;

    /// `1.26.8`, `1.26`, `1.27rc1`.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let rest = text.strip_prefix("1.").ok_or(InvalidVersion)?;
        let end = rest.find(|character: char| !character.is_ascii_digit());
        let (minor, suffix) = rest.split_at(end.unwrap_or(rest.len()));
        let release = if suffix.is_empty() {
            Release::Language
        } else if let Some(patch) = suffix.strip_prefix('.') {
            Release::Patch(number(patch)?)
        } else if let Some(candidate) = suffix.strip_prefix("rc") {
            Release::Candidate(number(candidate)?)
        } else if let Some(beta) = suffix.strip_prefix("beta") {
            Release::Beta(number(beta)?)
        } else {
            return Err(InvalidVersion);
        };
        let minor = number(minor)?;
        Ok(Self { minor, release })
    }
}

/// Digits without a sign and without a leading zero.
fn number(text: &str) -> Result<u32, InvalidVersion> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_padded = text.len() > 1 && text.starts_with('0');
    match text.parse() {
        Ok(number) if is_plain && !is_padded => Ok(number),
        _ => Err(InvalidVersion),
    }
}

impl fmt::Display for GoVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "1.{}", self.minor)?;
        match self.release {
            Release::Language => Ok(()),
            Release::Beta(number) => write!(formatter, "beta{number}"),
            Release::Candidate(number) => write!(formatter, "rc{number}"),
            Release::Patch(number) => write!(formatter, ".{number}"),
        }
    }
}

impl<'de> Deserialize<'de> for GoVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Requested {
    /// `1.26.8`, `1.27rc1`.
    Exact(GoVersion),
    /// `1.26`, `1.26.x`, `=1.26`: the newest patch; `~1.26.3`: the newest that is no older than this one.
    Newest(GoVersion),
    /// `1`, `1.x`, `1.*`: what is bundled will do.
    Any,
    /// `latest`: the newest that is known to exist.
    Latest,
    /// `>=1.26`, `^1.26`, and a `go` or `toolchain` line: this or newer, as the go command reads it.
    AtLeast(GoVersion),
}

impl FromStr for Requested {
    type Err = InvalidVersion;

    /// The forms of `BP_GO_VERSION`, its aliases and `// +heroku goVersion`.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let operators = [">=", "^", "~", "==", "="];
        let operator = operators
            .iter()
            .find(|operator| text.starts_with(**operator));
        if let Some(operator) = operator {
            let rest = without_prefix(text[operator.len()..].trim_start());
            let version: GoVersion = rest.parse()?;
            return Ok(match (*operator, version.release) {
                (">=" | "^", _) => Self::AtLeast(version),
                ("~", _) | (_, Release::Language) => Self::Newest(version),
                _ => Self::Exact(version),
            });
        }
        let text = without_prefix(text);
        match text {
            "1" | "1.x" | "1.*" => return Ok(Self::Any),
            "latest" => return Ok(Self::Latest),
            _ => {}
        }
        let minor = text.strip_suffix(".x").or(text.strip_suffix(".*"));
        let version: GoVersion = minor.unwrap_or(text).parse()?;
        match (version.release, minor) {
            (Release::Language, _) => Ok(Self::Newest(version)),
            (_, Some(_)) => Err(InvalidVersion),
            (_, None) => Ok(Self::Exact(version)),
        }
    }
}

/// Both `go1.26` and `v1.26` are written.
fn without_prefix(text: &str) -> &str {
    let text = text.strip_prefix("go").unwrap_or(text);
    text.strip_prefix('v').unwrap_or(text)
}

impl fmt::Display for Requested {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newest(version) if version.release != Release::Language => {
                write!(formatter, "~{version}")
            }
            Self::Exact(version) | Self::Newest(version) => version.fmt(formatter),
            Self::Any => formatter.write_str("1"),
            Self::Latest => formatter.write_str("latest"),
            Self::AtLeast(version) => write!(formatter, "{version} or newer"),
        }
    }
}

/// The version that an app gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) version: GoVersion,
    /// Whether the build image has it; else it is fetched.
    pub(crate) bundled: bool,
    /// What was asked for, and where.
    pub(crate) request: Sourced<Requested>,
    /// Why it is not simply what was written; fits after a comma.
    pub(crate) reason: &'static str,
}

/// A wish that contradicts the app's own minimum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} from {} is older than {} from {}", .chosen, .wish.origin, .minimum.value, .minimum.origin)]
pub(crate) struct BelowMinimum {
    pub(crate) wish: Sourced<Requested>,
    pub(crate) chosen: GoVersion,
    pub(crate) minimum: Sourced<GoVersion>,
}

/// The version for a wish, or for none, among what is bundled and what can be had.
pub(crate) fn resolve(
    wish: Option<Sourced<Requested>>,
    minimum: Option<&Sourced<GoVersion>>,
    bundled: &[GoVersion],
    catalogue: &Catalogue,
) -> Result<Resolved, Box<BelowMinimum>> {
    let request = wish.unwrap_or_else(|| match minimum {
        Some(minimum) => minimum.clone().map(Requested::AtLeast),
        None => Sourced::new(Requested::Any, Origin::Default),
    });
    let least = minimum.map(|minimum| minimum.value);
    let (version, reason) = choose(request.value, least, bundled, catalogue);
    if let Some(minimum) = minimum.filter(|minimum| version < minimum.value) {
        return Err(Box::new(BelowMinimum {
            wish: request,
            chosen: version,
            minimum: minimum.clone(),
        }));
    }
    Ok(Resolved {
        version,
        bundled: bundled.contains(&version),
        request,
        reason,
    })
}

fn choose(
    request: Requested,
    least: Option<GoVersion>,
    bundled: &[GoVersion],
    catalogue: &Catalogue,
) -> (GoVersion, &'static str) {
    match (request, least) {
        (Requested::Exact(version), _) => (version, "as asked"),
        (Requested::Newest(minor), _) => newest_patch(minor, least, bundled, catalogue),
        (Requested::Latest, _) => {
            let known = catalogue.newest();
            let newest = bundled.iter().copied().fold(known, Ord::max);
            (newest, "the newest that is known")
        }
        (Requested::Any, None) => (catalogue.default, "the default"),
        (Requested::Any, Some(least)) | (Requested::AtLeast(least), _) => {
            at_least(least, bundled, catalogue)
        }
    }
}

/// A bundled patch where it is new enough for the app, else the newest one.
fn newest_patch(
    minor: GoVersion,
    least: Option<GoVersion>,
    bundled: &[GoVersion],
    catalogue: &Catalogue,
) -> (GoVersion, &'static str) {
    let newest = newest_of(minor, bundled).filter(|version| *version >= minor);
    if let Some(version) = newest.filter(|version| least.is_none_or(|least| *version >= least)) {
        return (version, "the bundled patch");
    }
    match catalogue.minor(minor).filter(|known| known.newest >= minor) {
        Some(known) => (known.newest, "the newest patch"),
        None => (first_release(minor), "as asked"),
    }
}

/// The line's own minor while upstream supports it, else what is bundled and newer.
fn at_least(
    least: GoVersion,
    bundled: &[GoVersion],
    catalogue: &Catalogue,
) -> (GoVersion, &'static str) {
    let known = catalogue.minor(least);
    let same_minor = newest_of(least, bundled).filter(|version| *version >= least);
    if let (Some(version), Some(true)) = (same_minor, known.map(|minor| minor.supported)) {
        return (version, "bundled, and new enough");
    }
    let newest_bundled = bundled.iter().max().filter(|version| **version >= least);
    if let Some(version) = newest_bundled {
        return (*version, "bundled, and new enough");
    }
    match known.filter(|minor| minor.newest >= least) {
        Some(minor) => (minor.newest, "because nothing bundled is new enough"),
        None => (
            first_release(least),
            "because nothing bundled is new enough",
        ),
    }
}

fn newest_of(minor: GoVersion, versions: &[GoVersion]) -> Option<GoVersion> {
    let same = versions
        .iter()
        .filter(|version| version.minor == minor.minor);
    same.max().copied()
}

/// The first release of a language version has the patch number 0 since Go 1.21.
fn first_release(version: GoVersion) -> GoVersion {
    match version.release {
        Release::Language if version.minor >= 21 => GoVersion {
            release: Release::Patch(0),
            ..version
        },
        _ => version,
    }
}

#[cfg(test)]
#[path = "go_version_tests.rs"]
mod tests;
