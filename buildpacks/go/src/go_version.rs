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
    /// `1.26`, `1.26.x`, `1.26.*`: the newest patch.
    Newest(GoVersion),
    /// `1`, `1.x`, `1.*`, `latest`: what is bundled will do.
    Any,
    /// A `go` or `toolchain` line: this or newer, as the go command reads it.
    AtLeast(GoVersion),
}

impl FromStr for Requested {
    type Err = InvalidVersion;

    /// The forms of `BP_GO_VERSION` and its aliases.
    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let text = text.strip_prefix("go").unwrap_or(text);
        let text = text.strip_prefix('v').unwrap_or(text);
        if matches!(text, "1" | "1.x" | "1.*" | "latest") {
            return Ok(Self::Any);
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

impl fmt::Display for Requested {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(version) | Self::Newest(version) => version.fmt(formatter),
            Self::Any => formatter.write_str("1"),
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
    let newest = newest_of(minor, bundled);
    if let Some(version) = newest.filter(|version| least.is_none_or(|least| *version >= least)) {
        return (version, "the bundled patch");
    }
    match catalogue.minor(minor) {
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
mod tests {
    use super::*;

    fn version(text: &str) -> GoVersion {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_ordered_as_go_orders_them() {
        let texts = [
            "1.9",
            "1.20",
            "1.20.14",
            "1.21",
            "1.21beta1",
            "1.21rc2",
            "1.21.0",
            "1.21.13",
            "1.26",
        ];
        let versions: Vec<GoVersion> = texts.iter().map(|text| version(text)).collect();
        assert!(versions.is_sorted_by(|one, next| one < next));
        let again: Vec<String> = versions.iter().map(ToString::to_string).collect();
        assert_eq!(again, texts);
    }

    #[test]
    fn what_is_no_version_is_refused() {
        for text in [
            "",
            "1",
            "1.",
            "2.0",
            "1.26.",
            "1.26.08",
            "1.26.8.1",
            "1.26rc",
            "1.+6",
            "1.26-x",
            "1.26 ",
            "go1.26",
            "1.99999999999",
        ] {
            assert_eq!(text.parse::<GoVersion>(), Err(InvalidVersion), "{text:?}");
        }
    }

    #[test]
    fn wishes_take_these_forms() {
        let exact = |text| Ok(Requested::Exact(version(text)));
        let newest = |text| Ok(Requested::Newest(version(text)));
        for (text, expected) in [
            ("1.26.8", exact("1.26.8")),
            ("go1.26.8", exact("1.26.8")),
            ("v1.26.8", exact("1.26.8")),
            ("1.27rc1", exact("1.27rc1")),
            ("1.26", newest("1.26")),
            ("1.26.x", newest("1.26")),
            ("1.26.*", newest("1.26")),
            ("1", Ok(Requested::Any)),
            ("1.x", Ok(Requested::Any)),
            ("latest", Ok(Requested::Any)),
            ("1.26.8.x", Err(InvalidVersion)),
            ("~1.26", Err(InvalidVersion)),
            ("go", Err(InvalidVersion)),
        ] {
            assert_eq!(text.parse::<Requested>(), expected, "{text}");
        }
    }

    /// Two bundled versions, to see the choice between them.
    fn resolution(wish: &str, line: &str) -> String {
        let catalogue: Catalogue = toml::from_str(
            "default = '1.26.8'
             build = { environment = {}, arguments = [], linker-flags = [] }
             minor = [
                { newest = '1.27.4', supported = true },
                { newest = '1.26.11', supported = true },
                { newest = '1.25.14', supported = false },
             ]",
        )
        .unwrap();
        let variable = Origin::Variable("BP_GO_VERSION".into());
        let wish = (!wish.is_empty()).then(|| Sourced::new(wish.parse().unwrap(), variable));
        let line =
            (!line.is_empty()).then(|| Sourced::new(version(line), Origin::line("go.mod", 3)));
        let bundled = [version("1.25.9"), version("1.26.8")];
        match resolve(wish, line.as_ref(), &bundled, &catalogue) {
            Ok(resolved) => format!(
                "{}{} from {}, {}",
                resolved.version,
                if resolved.bundled { "" } else { " on demand" },
                resolved.request.origin,
                resolved.reason
            ),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_bundled_version_is_used_where_it_satisfies() {
        let table = [
            ("", ""),
            ("1", "1.20"),
            ("1", "1.27"),
            ("1.26.8", ""),
            ("1.26.7", ""),
            ("1.26", "1.26.3"),
            ("1.25", ""),
            ("1.27", ""),
            ("1.28", ""),
            ("1.27rc1", ""),
            ("", "1.20"),
            ("", "1.25"),
            ("", "1.25.9"),
            ("", "1.25.10"),
            ("", "1.26"),
            ("", "1.26.9"),
            ("", "1.26.12"),
            ("", "1.27"),
            ("", "1.99"),
            ("1.25", "1.26"),
            ("1.26", "1.26.9"),
        ];
        let lines: Vec<String> = table
            .iter()
            .map(|(wish, line)| format!("{wish:8}{line:9}{}", resolution(wish, line)))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @"
                         1.26.8 from the default, the default
        1       1.20     1.26.8 from BP_GO_VERSION, bundled, and new enough
        1       1.27     1.27.4 on demand from BP_GO_VERSION, because nothing bundled is new enough
        1.26.8           1.26.8 from BP_GO_VERSION, as asked
        1.26.7           1.26.7 on demand from BP_GO_VERSION, as asked
        1.26    1.26.3   1.26.8 from BP_GO_VERSION, the bundled patch
        1.25             1.25.9 from BP_GO_VERSION, the bundled patch
        1.27             1.27.4 on demand from BP_GO_VERSION, the newest patch
        1.28             1.28.0 on demand from BP_GO_VERSION, as asked
        1.27rc1          1.27rc1 on demand from BP_GO_VERSION, as asked
                1.20     1.26.8 from go.mod line 3, bundled, and new enough
                1.25     1.26.8 from go.mod line 3, bundled, and new enough
                1.25.9   1.26.8 from go.mod line 3, bundled, and new enough
                1.25.10  1.26.8 from go.mod line 3, bundled, and new enough
                1.26     1.26.8 from go.mod line 3, bundled, and new enough
                1.26.9   1.26.11 on demand from go.mod line 3, because nothing bundled is new enough
                1.26.12  1.26.12 on demand from go.mod line 3, because nothing bundled is new enough
                1.27     1.27.4 on demand from go.mod line 3, because nothing bundled is new enough
                1.99     1.99.0 on demand from go.mod line 3, because nothing bundled is new enough
        1.25    1.26     1.25.14 from BP_GO_VERSION is older than 1.26 from go.mod line 3
        1.26    1.26.9   1.26.11 on demand from BP_GO_VERSION, the newest patch
        ");
    }
}
