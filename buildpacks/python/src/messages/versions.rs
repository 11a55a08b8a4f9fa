//! Versions of Python: wishes that can't be read or met.

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::layer::LayerError;
use explain::{Explain, Message, quote};

use crate::errors::PythonUnavailable;
use crate::layers::fetched::FetchError;
use crate::messages::install::last_lines;
use crate::python_version::{Constraint, InvalidVersion, PythonVersion, Requested};
use crate::releases::Month;
use crate::uv_command::UvError;
use crate::uv_failure::UvFailure;
use crate::version_error::VersionError;

/// Why a text is no version, as a sentence.
pub(super) fn reason_of(reason: InvalidVersion) -> &'static str {
    match reason {
        InvalidVersion::Malformed => "That is no version, and no range of versions, of Python.",
        InvalidVersion::Python2 => {
            "Python 2 gets no security fixes since 2020, and isn't available."
        }
        InvalidVersion::OtherImplementation => {
            "Only CPython is available, the Python of python.org."
        }
        InvalidVersion::FreeThreaded => {
            "Only the usual build of CPython is available, with its lock."
        }
    }
}

/// `3.14.8, 3.13.5 and 3.11.2`.
pub(super) fn listed(versions: &[PythonVersion]) -> String {
    let names: Vec<String> = versions.iter().map(PythonVersion::to_string).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "none".to_owned(),
    }
}

impl Explain for PythonUnavailable {
    fn explain(&self) -> Message {
        let LayerError::Create(FetchError::Uv(UvError::Failed {
            failure, output, ..
        })) = &self.source
        else {
            return self.source.explain();
        };
        let asked = asked(&self.request);
        let bundled = listed(&self.bundled);
        let version = &self.version;
        let title = format!("Python {version} isn't available");
        let message = match failure {
            UvFailure::NoDownload => {
                Message::yours("python/version/no-download", title).body(format!(
                    "{asked}\n\n\
                 This builder bundles Python {bundled}, and uv knows no other\n\
                 of that number.\n\n\
                 {}",
                    nearest(version, &self.bundled, &self.request.origin)
                ))
            }
            UvFailure::Network => Message::network("python/version/network", title).body(format!(
                "{asked}\n\n\
                 This builder bundles Python {bundled}. Others are fetched by\n\
                 uv, and that failed. A version that is bundled needs no network."
            )),
            UvFailure::HashMismatch { .. } => Message::yours(
                "python/version/hash",
                "An interpreter isn't what its hash says",
            )
            .body(format!(
                "{asked}\n\n\
                 What was downloaded differs from what uv knows of it: somebody on the way\n\
                 changed it. Find out who, such as the mirror that UV_PYTHON_INSTALL_MIRROR\n\
                 names, or ask for a version that is bundled: {bundled}"
            )),
            UvFailure::DiskFull => Message::machine("python/version/disk-full", "The disk is full")
                .body(format!("{asked} Fetching it takes about 200 MB.")),
            _ => Message::yours("python/version/failed", title).body(format!(
                "{asked}\n\n\
                 It isn't bundled, and uv, which fetches it, failed as told below. Mend that, or\n\
                 ask for a version that is bundled: {bundled}"
            )),
        };
        message.details(last_lines(output))
    }
}

impl Explain for FetchError {
    fn explain(&self) -> Message {
        match self {
            Self::Uv(error) => error.explain(),
            Self::Io(error) => {
                let title = "What was fetched of Python can't be read";
                Message::machine("python/version/io", title).cause(error)
            }
            Self::Nothing(directory) => {
                let title = "uv fetched no Python";
                Message::ours("python/version/nothing", title)
                    .body(format!("It should lie in {}.", directory.display()))
            }
            Self::Name(version) => {
                let title = format!("Python {version} has no valid layer name");
                Message::ours("python/version/name", title)
            }
        }
    }
}

fn asked(request: &Sourced<Requested>) -> String {
    match request.value {
        Requested::Any => "The app allows no other version.".to_owned(),
        _ => format!(
            "{} asks for Python {}.",
            request.origin,
            quote(&request.value.to_string(), 60)
        ),
    }
}

/// How to ask for the bundled version that is nearest to another, where that was asked for. Of two that are equally
/// near, it is the newer one.
fn nearest(version: &PythonVersion, bundled: &[PythonVersion], origin: &Origin) -> String {
    let distance = |one: &&PythonVersion| (one.minor().abs_diff(version.minor()), !one.minor());
    let nearest = bundled.iter().min_by_key(distance).unwrap_or(version);
    let minor = nearest.to_minor();
    match origin {
        Origin::Variable(name) => format!("Ask for the nearest of them:\n{name}={minor}"),
        _ => {
            format!("Ask for the nearest of them, with a .python-version file that says:\n{minor}")
        }
    }
}

fn ranges(constraints: &[Sourced<Constraint>]) -> String {
    let lines = constraints.iter().map(|constraint| {
        format!(
            "{} allows: {}",
            constraint.origin,
            quote(&constraint.value.to_string(), 100)
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

impl Explain for VersionError {
    fn explain(&self) -> Message {
        match self {
            Self::Contradiction {
                wish,
                constraint,
                bundled,
            } => contradiction(wish, constraint, bundled),
            Self::NoneAllowed {
                constraints,
                wish,
                bundled,
            } => none_allowed(constraints, wish.as_ref(), bundled),
            Self::EndOfLife {
                version,
                end,
                request,
                constraints,
                bundled,
            } => {
                let asked = match request.value {
                    Requested::Any => ranges(constraints),
                    _ => asked(request),
                };
                end_of_life(version, *end, &asked, bundled)
            }
            Self::Unknown {
                version,
                request,
                newest,
                bundled,
            } => {
                let title = format!("There is no Python {version}");
                Message::yours("python/version/unknown", title).body(format!(
                    "{}\n\n\
                     The newest that is known is 3.{newest}. This builder bundles Python {}.\n\n\
                     {}",
                    asked(request),
                    listed(bundled),
                    nearest(version, bundled, &request.origin)
                ))
            }
        }
    }
}

fn contradiction(
    wish: &Sourced<Requested>,
    constraint: &Sourced<Constraint>,
    bundled: &[PythonVersion],
) -> Message {
    let wished = quote(&wish.value.to_string(), 60);
    let title = format!("The app doesn't allow Python {}", quote(&wished, 25));
    let allowed = bundled
        .iter()
        .filter(|version| constraint.value.allows(version));
    let allowed: Vec<PythonVersion> = allowed.cloned().collect();
    let fitting = if allowed.is_empty() {
        format!("This builder bundles Python {}.", listed(bundled))
    } else {
        let listed = listed(&allowed);
        format!("Of the bundled versions, that allows {listed}.")
    };
    Message::yours("python/version/contradiction", title).body(format!(
        "{} asks for Python {wished}, but\n{} allows: {}\n\n\
         {fitting}\n\n\
         Change one of them so that both mean the same version.",
        wish.origin,
        constraint.origin,
        quote(&constraint.value.to_string(), 100)
    ))
}

fn none_allowed(
    constraints: &[Sourced<Constraint>],
    wish: Option<&Sourced<Requested>>,
    bundled: &[PythonVersion],
) -> Message {
    let wish = wish.into_iter().map(|wish| {
        let text = quote(&wish.value.to_string(), 100);
        format!("{} asks for: {text}", wish.origin)
    });
    let lines: Vec<String> = wish.chain([ranges(constraints)]).collect();
    let title = "No version of Python is allowed by all";
    Message::yours("python/version/none-allowed", title).body(format!(
        "{}\n\n\
         No version that there is meets that. This builder bundles\n\
         Python {}.\n\n\
         Change the ranges so that one of these is in all of them.",
        lines.join("\n").trim_end(),
        listed(bundled)
    ))
}

fn end_of_life(
    version: &PythonVersion,
    end: Option<Month>,
    asked: &str,
    bundled: &[PythonVersion],
) -> Message {
    let version = version.to_minor();
    let since = end.map_or_else(String::new, |end| format!(" since {end}"));
    let title = format!("Python {version} is too old");
    Message::yours("python/version/end-of-life", title).body(format!(
        "{asked}\n\n\
         Python {version} gets no security fixes{since}. This builder bundles\n\
         Python {}.\n\n\
         Move to one of them.",
        listed(bundled)
    ))
}

#[cfg(test)]
#[path = "versions_tests.rs"]
mod tests;
