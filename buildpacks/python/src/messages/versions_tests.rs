//! What a person reads of versions that can't be fetched.

use buildpack_kit::environment::Origin;

use super::*;
use crate::errors::BuildpackError;
use crate::messages::tests::{assert_messages, bundled, full, text};
use crate::plan::install::Purpose;

#[test]
fn versions_that_are_fetched() {
    let fetch = |source: FetchError| {
        BuildpackError::Unavailable(Box::new(PythonUnavailable {
            version: "3.12".parse().unwrap(),
            request: Sourced::new("3.12".parse().unwrap(), Origin::line(".python-version", 1)),
            bundled: bundled(),
            source: LayerError::Create(source),
        }))
    };
    let of_uv = |failure| {
        fetch(FetchError::Uv(UvError::Failed {
            command: text("uv python install 3.12"),
            purpose: Purpose::FetchPython,
            failure,
            output: text("error: what uv wrote"),
        }))
    };
    let fetching = [
        of_uv(UvFailure::NoDownload),
        of_uv(UvFailure::Network),
        of_uv(UvFailure::HashMismatch {
            package: text("cpython"),
        }),
        of_uv(UvFailure::DiskFull),
        of_uv(UvFailure::Other),
        fetch(FetchError::Io(full())),
        fetch(FetchError::Nothing("/layers/fetched-3.12".into())),
        fetch(FetchError::Name("3.12".parse().unwrap())),
    ];
    assert_messages("fetching", fetching);
}

#[test]
fn the_nearest_version_is_asked_for_where_the_wish_was() {
    let advice = |version: &str, origin: &Origin| {
        let advice = nearest(&version.parse().unwrap(), &bundled(), origin);
        advice.lines().last().unwrap_or_default().to_owned()
    };
    let variable = Origin::Variable("BP_CPYTHON_VERSION".to_owned());
    for (version, expected) in [
        ("3.8", "3.11"),
        ("3.11.9", "3.11"),
        ("3.12", "3.13"),
        ("3.13.99", "3.13"),
        ("3.99", "3.14"),
    ] {
        let of_variable = format!("BP_CPYTHON_VERSION={expected}");
        assert_eq!(advice(version, &variable), of_variable);
        assert_eq!(advice(version, &Origin::line("runtime.txt", 1)), expected);
    }
}
