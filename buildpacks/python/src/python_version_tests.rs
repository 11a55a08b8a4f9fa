//! Versions as people write them.

use super::*;

fn read(text: &str) -> String {
    match text.parse::<Requested>() {
        Ok(Requested::Exact(version)) => format!("exact {version}"),
        Ok(Requested::Minor(version)) => format!("minor {version}"),
        Ok(Requested::Within(constraint)) => {
            format!(
                "within {}",
                constraint
                    .as_specifiers()
                    .unwrap_or_else(|| "alternatives".into())
            )
        }
        Ok(other) => format!("{other:?}"),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table and what it gives")]
fn every_way_to_ask_for_a_version() {
    let texts = [
        "3.12",
        "3.12.4",
        "3.15.0rc1",
        "3.12.x",
        "3.12.*",
        "3",
        "3.x",
        "*",
        "latest",
        "python-3.12.4",
        "python3.12",
        "cpython@3.12",
        "cpython-3.12.4",
        "python@3.12",
        "v3.12",
        ">=3.10,<3.13",
        ">= 3.10, < 3.13",
        ">=3.10 <3.13",
        "==3.12.*",
        "~=3.11",
        "^3.11",
        "~3.11.2",
        "^3",
        "~3",
        "=3.12",
        "!=3.12.0,>=3.11",
        "<3.9 || >=3.11",
        "pypy-3.10",
        "3.13t",
        "2.7",
        "2.7.18",
        "4.0",
        "3.12.4.1",
        "3.12-slim",
        "nonsense",
        "",
        "3.",
        "3.12.x.x",
        "1!3.12",
        "3.12.post1",
        ">=three",
        "==",
        "3.12 3.13",
        "python",
        "\u{feff}3.12",
    ];
    let lines: Vec<String> = texts
        .iter()
        .map(|text| format!("{text:?}: {}", read(text)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "3.12": minor 3.12
    "3.12.4": exact 3.12.4
    "3.15.0rc1": exact 3.15.0rc1
    "3.12.x": minor 3.12
    "3.12.*": minor 3.12
    "3": Any
    "3.x": Any
    "*": Any
    "latest": Latest
    "python-3.12.4": exact 3.12.4
    "python3.12": minor 3.12
    "cpython@3.12": minor 3.12
    "cpython-3.12.4": exact 3.12.4
    "python@3.12": minor 3.12
    "v3.12": minor 3.12
    ">=3.10,<3.13": within >=3.10,<3.13
    ">= 3.10, < 3.13": within >=3.10,<3.13
    ">=3.10 <3.13": within >=3.10,<3.13
    "==3.12.*": within ==3.12.*
    "~=3.11": within ~=3.11
    "^3.11": within >=3.11,<4
    "~3.11.2": within >=3.11.2,<3.12
    "^3": within >=3,<4
    "~3": within >=3,<4
    "=3.12": within ==3.12.*
    "!=3.12.0,>=3.11": within >=3.11,!=3.12.0
    "<3.9 || >=3.11": within alternatives
    "pypy-3.10": error: only CPython can be had
    "3.13t": error: only the usual build of CPython can be had
    "2.7": error: Python 2 can't be had
    "2.7.18": error: Python 2 can't be had
    "4.0": error: not a version of Python
    "3.12.4.1": error: not a version of Python
    "3.12-slim": error: not a version of Python
    "nonsense": error: not a version of Python
    "": error: not a version of Python
    "3.": error: not a version of Python
    "3.12.x.x": error: not a version of Python
    "1!3.12": error: not a version of Python
    "3.12.post1": error: not a version of Python
    ">=three": error: not a version of Python
    "==": error: not a version of Python
    "3.12 3.13": error: not a version of Python
    "python": error: not a version of Python
    "\u{feff}3.12": error: not a version of Python
    "#);
}

#[test]
fn what_constraints_allow() {
    let rows = [
        ("^3.11", ["3.10.9", "3.11.0", "3.99.1", "4.0.0"]),
        ("~3.11", ["3.10.9", "3.11.0", "3.11.9", "3.12.0"]),
        ("~3.11.4", ["3.11.3", "3.11.4", "3.11.99", "3.12.0"]),
        ("3.11", ["3.10.9", "3.11.0", "3.11.9", "3.12.0"]),
        ("3.11.*", ["3.10.9", "3.11.0", "3.11.9", "3.12.0"]),
        ("=3.11.4", ["3.11.3", "3.11.4", "3.11.5", "3.12.0"]),
        (">=3.9, <3.12", ["3.8.1", "3.9.0", "3.11.9", "3.12.0"]),
        ("<3.9 || >=3.11", ["3.8.1", "3.9.0", "3.11.9", "3.12.0"]),
        ("*", ["3.8.1", "3.9.0", "3.11.9", "3.12.0"]),
        (
            ">=3.12.4,!=3.12.5",
            ["3.12.3", "3.12.4", "3.12.5", "3.13.0"],
        ),
    ];
    let lines = rows.map(|(text, versions)| {
        let constraint: Constraint = text.parse().unwrap();
        let allowed = versions.iter().filter(|version| {
            let version = if **version == "4.0.0" {
                return constraint
                    .alternatives
                    .iter()
                    .any(|one| one.contains(&"4.0.0".parse().unwrap()));
            } else {
                version.parse().unwrap()
            };
            constraint.allows(&version)
        });
        let allowed: Vec<&str> = allowed.copied().collect();
        format!("{text}: {}", allowed.join(" "))
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    ^3.11: 3.11.0 3.99.1
    ~3.11: 3.11.0 3.11.9
    ~3.11.4: 3.11.4 3.11.99
    3.11: 3.11.0 3.11.9
    3.11.*: 3.11.0 3.11.9
    =3.11.4: 3.11.4
    >=3.9, <3.12: 3.9.0 3.11.9
    <3.9 || >=3.11: 3.8.1 3.11.9 3.12.0
    *: 3.8.1 3.9.0 3.11.9 3.12.0
    >=3.12.4,!=3.12.5: 3.12.4 3.13.0
    ");
}

#[test]
fn versions_are_ordered_by_their_numbers() {
    let mut versions = ["3.9.1", "3.13.5", "3.13", "3.13.0rc1", "3.10"]
        .map(|text| text.parse::<PythonVersion>().unwrap());
    versions.sort();
    assert_eq!(
        versions.map(|version| version.to_string()),
        ["3.9.1", "3.10", "3.13.0rc1", "3.13", "3.13.5"]
    );
}
