//! Which version of Node an app gets.

use std::fmt;

use buildpack_kit::environment::{Origin, Sourced};
use nodejs_semver::Version;

use crate::node_version::{Kind, Requested};
use crate::releases::Releases;

/// The version that the app gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) version: Version,
    /// Who decided.
    pub(crate) request: Sourced<Requested>,
    pub(crate) reason: Reason,
}

/// Why it is this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Bundled, and allowed.
    Bundled,
    /// The newest with long support that is allowed.
    LongSupport,
    /// The newest that is allowed.
    Newest,
    /// Asked for by its number, and not on the list.
    Exact,
}

/// As it stands behind the version in the log.
impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Bundled => "which the builder has",
            Self::LongSupport => "the newest with long support that is allowed",
            Self::Newest => "the newest that is allowed",
            Self::Exact => "as it was asked for",
        })
    }
}

/// A wish that no version meets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VersionError {
    /// There is no version in this range.
    #[error("{} asks for Node {}, and there is none", .request.origin, .request.value)]
    None {
        request: Sourced<Requested>,
        /// What there is, a version of each line, newest first.
        newest: Vec<Version>,
    },
    /// There is no line with this code name.
    #[error("{} asks for Node {}, and there is none", .request.origin, .request.value)]
    CodeName {
        request: Sourced<Requested>,
        known: Vec<String>,
    },
}

/// The first wish decides; without one it is the version that the builder has.
pub(crate) fn resolve(
    wishes: &[Sourced<Requested>],
    bundled: &[Version],
    releases: &Releases,
    architecture: &str,
) -> Result<Resolved, VersionError> {
    let request = wishes.first().cloned();
    let request = request.unwrap_or_else(|| Sourced::new(Requested::any(), Origin::Default));
    let mut candidates = releases.versions(architecture);
    candidates.extend(bundled.iter().cloned());
    candidates.sort();
    candidates.reverse();
    let is_long = |version: &Version| {
        releases
            .line(version)
            .is_some_and(|line| line.long_support.is_some())
    };
    let allows = |version: &Version| match &request.value.kind {
        Kind::Range(range) => range.satisfies(version),
        Kind::Newest => true,
        Kind::LongSupport => is_long(version),
        Kind::CodeName(name) => {
            let line = releases.line(version);
            line.is_some_and(|line| line.long_support.as_ref() == Some(name))
        }
    };
    if let Kind::CodeName(name) = &request.value.kind {
        let known = releases
            .lines
            .iter()
            .filter_map(|line| line.long_support.clone());
        let known: Vec<String> = known.collect();
        if !known.contains(name) {
            return Err(VersionError::CodeName { request, known });
        }
    }
    let decided = |version: &Version, reason| Resolved {
        version: version.clone(),
        request: request.clone(),
        reason,
    };
    // Who asks for the newest means it.
    let mut of_builder = bundled
        .iter()
        .filter(|_| request.value.kind != Kind::Newest);
    if let Some(version) = of_builder.find(|version| allows(version)) {
        return Ok(decided(version, Reason::Bundled));
    }
    let mut allowed = candidates.iter().filter(|version| allows(version));
    let first = allowed.clone().next();
    let long = allowed
        .find(|version| is_long(version))
        .filter(|_| request.value.kind != Kind::Newest);
    match (long, first, request.value.exact()) {
        (Some(version), _, _) => Ok(decided(version, Reason::LongSupport)),
        (None, Some(version), _) => Ok(decided(version, Reason::Newest)),
        (None, None, Some(version)) => Ok(decided(&version, Reason::Exact)),
        (None, None, None) => {
            let mut newest = candidates;
            newest.dedup_by_key(|version| version.major());
            Err(VersionError::None { request, newest })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builders_version_where_it_is_allowed_else_the_newest_with_long_support() {
        let releases = Releases::embedded().unwrap();
        let bundled = [crate::releases::default_version()];
        let rows = [
            None,
            Some(">=18"),
            Some("20"),
            Some("<24"),
            Some("26"),
            Some(">=25"),
            Some("22.11.0"),
            Some("20.11.99"),
            Some("lts/*"),
            Some("lts/iron"),
            Some("latest"),
            Some("12.x"),
            Some("lts/nothing"),
        ];
        let lines = rows.map(|wish| {
            let wishes = wish.map(|text| {
                Sourced::new(
                    text.parse().unwrap(),
                    Origin::file("package.json (engines.node)"),
                )
            });
            let wishes: Vec<_> = wishes.into_iter().collect();
            let show = |architecture| match resolve(&wishes, &bundled, &releases, architecture) {
                Ok(Resolved {
                    version, reason, ..
                }) => format!("{version}, {reason}"),
                Err(VersionError::None { newest, .. }) => format!("none of {}", newest.len()),
                Err(error) => error.to_string(),
            };
            format!("{wish:?}: {}; {}", show("amd64"), show("arm64"))
        });
        insta::assert_snapshot!(lines.join("\n"), @r#"
        None: 24.19.0, which the builder has; 24.19.0, which the builder has
        Some(">=18"): 24.19.0, which the builder has; 24.19.0, which the builder has
        Some("20"): 20.20.2, the newest with long support that is allowed; 20.20.2, the newest with long support that is allowed
        Some("<24"): 22.23.3, the newest with long support that is allowed; 22.23.3, the newest with long support that is allowed
        Some("26"): 26.10.0, the newest that is allowed; 26.12.0, the newest that is allowed
        Some(">=25"): 26.10.0, the newest that is allowed; 26.12.0, the newest that is allowed
        Some("22.11.0"): 22.11.0, the newest with long support that is allowed; 22.11.0, as it was asked for
        Some("20.11.99"): 20.11.99, as it was asked for; 20.11.99, as it was asked for
        Some("lts/*"): 24.19.0, which the builder has; 24.19.0, which the builder has
        Some("lts/iron"): 20.20.2, the newest with long support that is allowed; 20.20.2, the newest with long support that is allowed
        Some("latest"): 26.10.0, the newest that is allowed; 26.12.0, the newest that is allowed
        Some("12.x"): 12.22.12, the newest with long support that is allowed; none of 7
        Some("lts/nothing"): package.json (engines.node) asks for Node lts/nothing, and there is none; package.json (engines.node) asks for Node lts/nothing, and there is none
        "#);
    }
}
