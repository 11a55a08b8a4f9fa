//! Versions of Node as people ask for them: ranges as npm has them, code names, `lts/*`.

use std::fmt;
use std::str::FromStr;

use nodejs_semver::{Range, Version};

/// A version that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Requested {
    /// As it was written.
    text: String,
    pub(crate) kind: Kind,
}

/// What it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `20`, `^20.11`, `>=18 <23`, `20.11.1`.
    Range(Range),
    /// `latest`, `current`, `node`.
    Newest,
    /// `lts/*`, `lts`, `stable`.
    LongSupport,
    /// `lts/jod`, `jod`: in lower case.
    CodeName(String),
}

/// Text that asks for no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidVersion {
    #[error("it is empty")]
    Empty,
    /// A character that isn't seen, by its number in Unicode.
    #[error("it has an invisible character, U+{0:04X}")]
    Invisible(u32),
    #[error("it is no range of versions")]
    NoRange,
}

impl FromStr for Requested {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(InvalidVersion::Empty);
        }
        let is_invisible = |character: &char| {
            character.is_control()
                || ('\u{200b}'..='\u{200f}').contains(character)
                || *character == '\u{feff}'
        };
        if let Some(character) = trimmed.chars().find(is_invisible) {
            return Err(InvalidVersion::Invisible(character.into()));
        }
        Ok(Self {
            kind: kind(trimmed)?,
            text: trimmed.to_owned(),
        })
    }
}

fn kind(text: &str) -> Result<Kind, InvalidVersion> {
    let lower = text.to_ascii_lowercase();
    let name = lower.strip_prefix("node@").unwrap_or(&lower);
    match name {
        "latest" | "current" | "node" => return Ok(Kind::Newest),
        "lts" | "lts/*" | "stable" => return Ok(Kind::LongSupport),
        _ => {}
    }
    let code = name.strip_prefix("lts/").unwrap_or(name);
    if code.len() > 2 && code.chars().all(|character| character.is_ascii_lowercase()) {
        return Ok(Kind::CodeName(code.to_owned()));
    }
    let range = name.strip_prefix('v').unwrap_or(name);
    let range = Range::parse(range).map_err(|_| InvalidVersion::NoRange)?;
    Ok(Kind::Range(range))
}

impl Requested {
    /// Anything.
    pub(crate) fn any() -> Self {
        Self {
            text: "any version".to_owned(),
            kind: Kind::Range(Range::any()),
        }
    }

    /// The one version that is asked for, where it is one.
    pub(crate) fn exact(&self) -> Option<Version> {
        let text = self.text.trim_start_matches("node@");
        let text = text.trim_start_matches(['v', '=', ' ']);
        Version::parse(text)
            .ok()
            .filter(|version| version.pre_release().is_empty() && version.to_string() == text)
    }
}

impl fmt::Display for Requested {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_mean_what_npm_means() {
        let versions = [
            "16.20.2", "18.20.8", "20.9.0", "20.11.1", "22.0.0", "24.19.0",
        ];
        let rows = [
            "20",
            "v20",
            "20.x",
            "^20.10",
            "~20.9",
            "~20.9.0",
            ">=18",
            ">= 18.0.0",
            ">=18 <22",
            ">=18.0.0 || ^16",
            "18 - 20",
            "*",
            "x",
            "20.11.1",
            "v20.11.1",
            "=20.11.1",
            "node@22",
            ">20",
            "<=18",
            "18 || 20 || 22",
            ">=20.9.0 <21 || >=22.0.0",
            "^18.18.0 || >=20.0.0",
            "20.x.x",
            ">=20.*",
            "lts/*",
            "LTS/Jod",
            "krypton",
            "latest",
            "stable",
            "",
            "twenty",
            "20.11.1.2",
            "\u{feff}20",
            "lts/-1",
            ">=",
            "20,22",
            "iojs-v3",
            "latest-ish",
        ];
        let lines = rows.map(|text| match text.parse::<Requested>() {
            Ok(requested) => match &requested.kind {
                Kind::Range(range) => {
                    let fits = versions
                        .into_iter()
                        .filter(|version| range.satisfies(&Version::parse(version).unwrap()));
                    let exact = requested.exact().map_or("", |_| " exactly");
                    format!("{text:?}: {}{exact}", fits.collect::<Vec<_>>().join(" "))
                }
                kind => format!("{text:?}: {kind:?}"),
            },
            Err(error) => format!("{text:?}: {error}"),
        });
        insta::assert_snapshot!(lines.join("\n"), @r#"
        "20": 20.9.0 20.11.1
        "v20": 20.9.0 20.11.1
        "20.x": 20.9.0 20.11.1
        "^20.10": 20.11.1
        "~20.9": 20.9.0
        "~20.9.0": 20.9.0
        ">=18": 18.20.8 20.9.0 20.11.1 22.0.0 24.19.0
        ">= 18.0.0": 18.20.8 20.9.0 20.11.1 22.0.0 24.19.0
        ">=18 <22": 18.20.8 20.9.0 20.11.1
        ">=18.0.0 || ^16": 16.20.2 18.20.8 20.9.0 20.11.1 22.0.0 24.19.0
        "18 - 20": 18.20.8 20.9.0 20.11.1
        "*": 16.20.2 18.20.8 20.9.0 20.11.1 22.0.0 24.19.0
        "x": 16.20.2 18.20.8 20.9.0 20.11.1 22.0.0 24.19.0
        "20.11.1": 20.11.1 exactly
        "v20.11.1": 20.11.1 exactly
        "=20.11.1": 20.11.1 exactly
        "node@22": 22.0.0
        ">20": 22.0.0 24.19.0
        "<=18": 16.20.2 18.20.8
        "18 || 20 || 22": 18.20.8 20.9.0 20.11.1 22.0.0
        ">=20.9.0 <21 || >=22.0.0": 20.9.0 20.11.1 22.0.0 24.19.0
        "^18.18.0 || >=20.0.0": 18.20.8 20.9.0 20.11.1 22.0.0 24.19.0
        "20.x.x": 20.9.0 20.11.1
        ">=20.*": 20.9.0 20.11.1 22.0.0 24.19.0
        "lts/*": LongSupport
        "LTS/Jod": CodeName("jod")
        "krypton": CodeName("krypton")
        "latest": Newest
        "stable": LongSupport
        "": it is empty
        "twenty": CodeName("twenty")
        "20.11.1.2": it is no range of versions
        "\u{feff}20": it has an invisible character, U+FEFF
        "lts/-1": it is no range of versions
        ">=": it is no range of versions
        "20,22": it is no range of versions
        "iojs-v3": it is no range of versions
        "latest-ish": it is no range of versions
        "#);
    }
}
