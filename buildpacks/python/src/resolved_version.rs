//! Which version of Python an app gets, and why.

use buildpack_kit::environment::{Origin, Sourced};

use crate::python_version::{Constraint, PythonVersion, Requested};
use crate::releases::{Releases, Support};
use crate::version_error::VersionError;

/// Higher than any patch that there was or will be.
const PATCHES: u64 = 60;

/// The version that an app gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) choice: Choice,
    /// What was asked for, and where.
    pub(crate) request: Sourced<Requested>,
    /// Why it is not simply what was written; fits after a comma.
    pub(crate) reason: String,
    /// How long it is mended.
    pub(crate) support: Support,
}

/// Where a version comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The builder has it.
    Bundled(PythonVersion),
    /// uv fetches it.
    Fetched {
        /// A minor version, or an exact one.
        version: PythonVersion,
        /// As `uv python install` takes it.
        request: String,
    },
}

impl Choice {
    /// The version; of one that is fetched perhaps without its patch.
    pub(crate) fn version(&self) -> &PythonVersion {
        match self {
            Self::Bundled(version) | Self::Fetched { version, .. } => version,
        }
    }
}

/// What versions are chosen from.
#[derive(Clone, Copy)]
pub(crate) struct Candidates<'a> {
    /// What the builder has.
    pub(crate) bundled: &'a [PythonVersion],
    pub(crate) releases: &'a Releases,
    /// How many locked packages have no wheel for a version.
    pub(crate) without_wheel: &'a dyn Fn(&PythonVersion) -> usize,
}

/// The version for the first of the wishes, or for none, that all constraints allow.
pub(crate) fn resolve(
    wish: Option<Sourced<Requested>>,
    constraints: &[Sourced<Constraint>],
    candidates: Candidates<'_>,
) -> Result<Resolved, Box<VersionError>> {
    let request = wish.unwrap_or_else(|| Sourced::new(Requested::Any, Origin::Default));
    let (choice, reason) = match &request.value {
        Requested::Exact(version) => exact(version, &request, constraints, candidates)?,
        Requested::Minor(minor) => patch_of(minor, &request, constraints, candidates)?,
        Requested::Within(_) | Requested::Any | Requested::Latest => {
            among(&request, constraints, candidates)?
        }
    };
    check_age(choice.version(), &request, constraints, candidates)?;
    Ok(Resolved {
        support: candidates.releases.support(choice.version()),
        choice,
        request,
        reason,
    })
}

fn exact(
    version: &PythonVersion,
    request: &Sourced<Requested>,
    constraints: &[Sourced<Constraint>],
    candidates: Candidates<'_>,
) -> Result<(Choice, String), Box<VersionError>> {
    if let Some(constraint) = constraints
        .iter()
        .find(|constraint| !constraint.value.allows(version))
    {
        return Err(contradiction(request, constraint, candidates));
    }
    let choice = if candidates.bundled.contains(version) {
        Choice::Bundled(version.clone())
    } else {
        fetched(version, Vec::new())
    };
    Ok((choice, "as asked".to_owned()))
}

fn patch_of(
    minor: &PythonVersion,
    request: &Sourced<Requested>,
    constraints: &[Sourced<Constraint>],
    candidates: Candidates<'_>,
) -> Result<(Choice, String), Box<VersionError>> {
    for constraint in constraints {
        if !patches(minor.minor()).any(|patch| constraint.value.allows(&patch)) {
            return Err(contradiction(request, constraint, candidates));
        }
    }
    let mut bundled = candidates
        .bundled
        .iter()
        .filter(|version| version.minor() == minor.minor());
    let is_allowed = |version: &&PythonVersion| allows(constraints, version);
    if let Some(version) = bundled.clone().find(is_allowed) {
        return Ok((
            Choice::Bundled(version.clone()),
            "the bundled patch".to_owned(),
        ));
    }
    if !patches(minor.minor()).any(|patch| allows(constraints, &patch)) {
        return Err(Box::new(VersionError::NoneAllowed {
            constraints: constraints.to_vec(),
            wish: Some(request.clone()),
            bundled: candidates.bundled.to_vec(),
        }));
    }
    let reason = match bundled.next() {
        Some(bundled) => format!("the newest patch that the app allows; {bundled} is bundled"),
        None => "the newest patch".to_owned(),
    };
    Ok((fetched(minor, within(constraints)), reason))
}

/// The default where it will do, else another bundled one, else the newest that there is.
fn among(
    request: &Sourced<Requested>,
    constraints: &[Sourced<Constraint>],
    candidates: Candidates<'_>,
) -> Result<(Choice, String), Box<VersionError>> {
    let mut all = constraints.to_vec();
    if let Requested::Within(constraint) = &request.value {
        all.push(Sourced::new(constraint.clone(), request.origin.clone()));
    }
    let mut bundled: Vec<&PythonVersion> = candidates
        .bundled
        .iter()
        .filter(|version| allows(&all, version))
        .collect();
    bundled.sort();
    if let Some((version, reason)) = best(&bundled, request, &all, candidates) {
        return Ok((Choice::Bundled(version), reason));
    }
    let minors = candidates
        .releases
        .minors
        .iter()
        .map(|minor| &minor.version);
    let allowed = |minor: &&PythonVersion| patches(minor.minor()).any(|patch| allows(&all, &patch));
    match minors.clone().find(allowed) {
        Some(minor) => Ok((
            fetched(minor, within(&all)),
            "because no bundled version is allowed".to_owned(),
        )),
        None => Err(Box::new(VersionError::NoneAllowed {
            constraints: constraints.to_vec(),
            wish: matches!(request.value, Requested::Within(_)).then(|| request.clone()),
            bundled: candidates.bundled.to_vec(),
        })),
    }
}

/// Of bundled versions that are allowed, oldest first.
fn best(
    bundled: &[&PythonVersion],
    request: &Sourced<Requested>,
    constraints: &[Sourced<Constraint>],
    candidates: Candidates<'_>,
) -> Option<(PythonVersion, String)> {
    let newest = *bundled.last()?;
    if request.value == Requested::Latest {
        return Some((newest.clone(), "the newest that is bundled".to_owned()));
    }
    let default = candidates.releases.default.minor();
    let default = bundled.iter().find(|version| version.minor() == default);
    let usual = *default.unwrap_or(&newest);
    // Of equally good ones the newest.
    let best = bundled
        .iter()
        .rev()
        .min_by_key(|version| (candidates.without_wheel)(version));
    let gain = |version: &PythonVersion| {
        let (fewer, more) = (
            (candidates.without_wheel)(version),
            (candidates.without_wheel)(usual),
        );
        (fewer < more).then_some((fewer, more))
    };
    if let Some((best, (fewer, more))) = best.and_then(|best| Some((*best, gain(best)?))) {
        let reason =
            format!("because {more} locked packages have no wheel for {usual}, and {fewer} for it");
        return Some((best.clone(), reason));
    }
    let reason = match (default, constraints) {
        (Some(_), []) => "the default".to_owned(),
        (Some(_), _) => "the default, which the app allows".to_owned(),
        (None, _) => "the newest bundled one that the app allows".to_owned(),
    };
    Some((usual.clone(), reason))
}

fn allows(constraints: &[Sourced<Constraint>], version: &PythonVersion) -> bool {
    constraints
        .iter()
        .all(|constraint| constraint.value.allows(version))
}

fn patches(minor: u64) -> impl Iterator<Item = PythonVersion> {
    (0..PATCHES).map(move |patch| PythonVersion::of_patch(minor, patch))
}

fn within(constraints: &[Sourced<Constraint>]) -> Vec<String> {
    let specifiers = constraints
        .iter()
        .filter_map(|constraint| constraint.value.as_specifiers());
    specifiers.filter(|text| !text.is_empty()).collect()
}

fn fetched(version: &PythonVersion, mut specifiers: Vec<String>) -> Choice {
    let request = if version.is_minor() && !specifiers.is_empty() {
        specifiers.insert(0, format!("=={version}.*"));
        specifiers.join(",")
    } else {
        version.to_string()
    };
    Choice::Fetched {
        version: version.clone(),
        request,
    }
}

fn contradiction(
    wish: &Sourced<Requested>,
    constraint: &Sourced<Constraint>,
    candidates: Candidates<'_>,
) -> Box<VersionError> {
    Box::new(VersionError::Contradiction {
        wish: wish.clone(),
        constraint: constraint.clone(),
        bundled: candidates.bundled.to_vec(),
    })
}

fn check_age(
    version: &PythonVersion,
    request: &Sourced<Requested>,
    constraints: &[Sourced<Constraint>],
    candidates: Candidates<'_>,
) -> Result<(), Box<VersionError>> {
    let releases = candidates.releases;
    let bundled = candidates.bundled.to_vec();
    let request = request.clone();
    let is_exact = matches!(request.value, Requested::Exact(_));
    if version.minor() < releases.oldest.minor() && !is_exact {
        let end = match releases.support(version) {
            Support::EndedIn(end) | Support::EndsIn(end) => Some(end),
            Support::Long => None,
        };
        return Err(Box::new(VersionError::EndOfLife {
            version: version.clone(),
            end,
            request,
            constraints: constraints.to_vec(),
            bundled,
        }));
    }
    let newest = releases.newest();
    if version.minor() > newest && !candidates.bundled.contains(version) {
        return Err(Box::new(VersionError::Unknown {
            version: version.clone(),
            request,
            newest,
            bundled,
        }));
    }
    Ok(())
}

#[cfg(test)]
#[path = "resolved_version_tests.rs"]
mod tests;
