//! Which version an app gets, by what it asks for and allows.

use super::*;

fn version(text: &str) -> PythonVersion {
    text.parse().unwrap()
}

/// A wish and constraints, in words.
fn row(wish: &str, constraints: &[&str]) -> String {
    row_with(wish, constraints, &|_| 0)
}

fn row_with(
    wish: &str,
    constraints: &[&str],
    without_wheel: &dyn Fn(&PythonVersion) -> usize,
) -> String {
    let bundled = ["3.11.2", "3.13.5", "3.14.8"].map(version);
    let releases = Releases::embedded().unwrap();
    let requested = (!wish.is_empty())
        .then(|| Sourced::new(wish.parse().unwrap(), Origin::line(".python-version", 1)));
    let constraints: Vec<Sourced<Constraint>> = constraints
        .iter()
        .map(|text| Sourced::new(text.parse().unwrap(), Origin::line("pyproject.toml", 5)))
        .collect();
    let candidates = Candidates {
        bundled: &bundled,
        releases: &releases,
        without_wheel,
    };
    let found = match resolve(requested, &constraints, candidates) {
        Ok(Resolved {
            choice: Choice::Bundled(version),
            reason,
            ..
        }) => format!("{version}, {reason}"),
        Ok(Resolved {
            choice: Choice::Fetched { version, request },
            reason,
            ..
        }) => {
            format!("fetch {version} as {request}, {reason}")
        }
        Err(error) => format!("error: {error}"),
    };
    let allowed: Vec<String> = constraints
        .iter()
        .map(|constraint| constraint.value.to_string())
        .collect();
    format!("{wish:?} {allowed:?}: {found}")
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table and what it gives")]
fn wishes_and_constraints() {
    let lines = [
        row("", &[]),
        row("", &[">=3.10"]),
        row("", &[">=3.14"]),
        row("", &["<3.13"]),
        row("", &["==3.12.*"]),
        row("", &[">=3.12.4,<3.13"]),
        row("", &["<3.9 || >=3.14"]),
        row("", &["<3.10"]),
        row("", &["<3.6"]),
        row("", &[">=3.16"]),
        row("", &["<3.12", ">=3.13"]),
        row("3", &["<3.13"]),
        row("latest", &[]),
        row("latest", &["<3.14"]),
        row("3.13", &[]),
        row("3.13", &[">=3.13.9"]),
        row("3.13", &[">=3.14"]),
        row("3.13", &[">=3.13.9", "<3.13.9"]),
        row("3.12", &[]),
        row("3.12", &[">=3.10,<3.14"]),
        row("3.9", &[]),
        row("3.9.20", &[]),
        row("3.99", &[]),
        row("3.13.5", &[]),
        row("3.13.6", &[">=3.13"]),
        row("3.13.6", &["<3.13"]),
        row(">=3.11", &[]),
        row(">=3.11", &["<3.12"]),
        row(">=3.12,<3.13", &[]),
        row(">=3.14", &["<3.13"]),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "" []: 3.13.5, the default
    "" [">=3.10"]: 3.13.5, the default, which the app allows
    "" [">=3.14"]: 3.14.8, the newest bundled one that the app allows
    "" ["<3.13"]: 3.11.2, the newest bundled one that the app allows
    "" ["==3.12.*"]: fetch 3.12 as ==3.12.*,==3.12.*, because no bundled version is allowed
    "" [">=3.12.4,<3.13"]: fetch 3.12 as ==3.12.*,>=3.12.4,<3.13, because no bundled version is allowed
    "" ["<3.9 || >=3.14"]: 3.14.8, the newest bundled one that the app allows
    "" ["<3.10"]: error: Python 3.9 is no longer mended
    "" ["<3.6"]: error: no version of Python is allowed
    "" [">=3.16"]: error: no version of Python is allowed
    "" ["<3.12", ">=3.13"]: error: no version of Python is allowed
    "3" ["<3.13"]: 3.11.2, the newest bundled one that the app allows
    "latest" []: 3.14.8, the newest that is bundled
    "latest" ["<3.14"]: 3.13.5, the newest that is bundled
    "3.13" []: 3.13.5, the bundled patch
    "3.13" [">=3.13.9"]: fetch 3.13 as ==3.13.*,>=3.13.9, the newest patch that the app allows; 3.13.5 is bundled
    "3.13" [">=3.14"]: error: .python-version line 1 asks for 3.13 and pyproject.toml line 5 allows >=3.14
    "3.13" [">=3.13.9", "<3.13.9"]: error: no version of Python is allowed
    "3.12" []: fetch 3.12 as 3.12, the newest patch
    "3.12" [">=3.10,<3.14"]: fetch 3.12 as ==3.12.*,>=3.10,<3.14, the newest patch
    "3.9" []: error: Python 3.9 is no longer mended
    "3.9.20" []: fetch 3.9.20 as 3.9.20, as asked
    "3.99" []: error: there is no Python 3.99
    "3.13.5" []: 3.13.5, as asked
    "3.13.6" [">=3.13"]: fetch 3.13.6 as 3.13.6, as asked
    "3.13.6" ["<3.13"]: error: .python-version line 1 asks for 3.13.6 and pyproject.toml line 5 allows <3.13
    ">=3.11" []: 3.13.5, the default, which the app allows
    ">=3.11" ["<3.12"]: 3.11.2, the newest bundled one that the app allows
    ">=3.12,<3.13" []: fetch 3.12 as ==3.12.*,>=3.12,<3.13, because no bundled version is allowed
    ">=3.14" ["<3.13"]: error: no version of Python is allowed
    "#);
}

#[test]
fn the_version_for_which_locked_packages_have_wheels() {
    let missing = |version: &PythonVersion| match version.minor() {
        11 => 0,
        13 => 1,
        _ => 4,
    };
    let lines = [
        row_with("", &[], &missing),
        row_with("", &[">=3.12"], &missing),
        row_with("", &[">=3.14"], &missing),
        row_with("3.13", &[], &missing),
        row_with("", &[], &|_| 3),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "" []: 3.11.2, because 1 locked packages have no wheel for 3.13.5, and 0 for it
    "" [">=3.12"]: 3.13.5, the default, which the app allows
    "" [">=3.14"]: 3.14.8, the newest bundled one that the app allows
    "3.13" []: 3.13.5, the bundled patch
    "" []: 3.13.5, the default
    "#);
}

#[test]
fn how_long_the_version_is_mended() {
    let bundled = [version("3.11.2"), version("3.10.1")];
    let releases = Releases::embedded().unwrap();
    let support = |wish: &str| {
        let wish = Sourced::new(wish.parse().unwrap(), Origin::Default);
        let candidates = Candidates {
            bundled: &bundled,
            releases: &releases,
            without_wheel: &|_| 0,
        };
        resolve(Some(wish), &[], candidates).unwrap().support
    };
    assert!(matches!(support("3.11"), Support::EndsIn(_)));
    assert!(matches!(support("3.10"), Support::EndedIn(_)));
    assert_eq!(support("3.14"), Support::Long);
}
