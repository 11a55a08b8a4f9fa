//! Which variables a buildpack reads, and whether it says so: `src/variables.rs` of each one declares them, so
//! that the log can tell of those that have no effect, and the README of those that have.

use std::collections::BTreeSet;

use crate::workspace::Source;

/// What the names begin with that must be declared.
const FAMILIES: &[&str] = &["BP_", "GOOGLE_", "NIXPACKS_", "RAILPACK_"];

/// Where those are declared that every buildpack reads.
const SHARED: &str = "crates/buildpack-kit/src/variables.rs";

/// Names in the code of buildpacks that are not declared, and declared ones that are nowhere else.
#[must_use]
pub fn violations(sources: &[Source]) -> Vec<String> {
    let shared = names_in(sources.iter().filter(|source| source.path == SHARED));
    let directories: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source.path.strip_prefix("buildpacks/")?.split('/').next())
        .collect();
    let mut violations = Vec::new();
    for directory in directories {
        let code = format!("buildpacks/{directory}/src/");
        let declaration = format!("{code}variables.rs");
        let of_it = sources
            .iter()
            .filter(|source| source.path.starts_with(&code));
        let (declared, used): (Vec<&Source>, Vec<&Source>) =
            of_it.partition(|source| source.path == declaration);
        let is_read = |source: &&Source| {
            source.path.rsplit('.').next() == Some("rs") && !source.path.ends_with("tests.rs")
        };
        let declared = names_in(declared);
        let used = names_in(used.into_iter().filter(is_read));
        for name in used
            .difference(&declared)
            .filter(|name| !shared.contains(*name))
        {
            violations.push(format!("{declaration}: {name} is read and not declared"));
        }
        for name in declared.difference(&used) {
            violations.push(format!("{declaration}: {name} is declared and not read"));
        }
    }
    violations
}

/// The names that stand in quotes, before the tests of a file begin.
fn names_in<'source>(sources: impl IntoIterator<Item = &'source Source>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in sources {
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in code.split('"') {
            let is_name = |character: char| {
                character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_'
            };
            let is_of_family = FAMILIES.iter().any(|family| {
                let rest = word.strip_prefix(family);
                rest.is_some_and(|rest| !rest.is_empty() && !rest.ends_with('_'))
            });
            if is_of_family && word.chars().all(is_name) {
                names.insert(word.to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn what_is_read_is_declared_and_what_is_declared_is_read() {
        let sources = [
            source(SHARED, r#"["BP_LOG_LEVEL"]"#),
            source("buildpacks/go/src/variables.rs", r#"["BP_A", "BP_OLD"]"#),
            source(
                "buildpacks/go/src/settings.rs",
                r#"text("BP_A"); text("BP_NEW"); text("BP_LOG_LEVEL"); "BP_ in words"; "HOME"
                #[cfg(test)] mod tests { "BP_OF_A_TEST" }"#,
            ),
            source("buildpacks/go/src/messages_tests.rs", r#""BP_OF_A_TEST""#),
            source("buildpacks/go/README.md", r#""BP_ELSEWHERE""#),
        ];
        assert_eq!(
            violations(&sources),
            [
                "buildpacks/go/src/variables.rs: BP_NEW is read and not declared",
                "buildpacks/go/src/variables.rs: BP_OLD is declared and not read",
            ]
        );
    }
}
