//! Level 0: the rules of docs/architecture.md hold in this workspace.

use cargo_metadata::MetadataCommand;
use workspace_tests::{crates, modules, shown_messages, sources, variables, workspace};

#[track_caller]
fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn packages_know_only_whom_they_may() {
    let metadata = MetadataCommand::new()
        .manifest_path(testkit::workspace_root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let packages = crates::packages(&metadata);
    assert!(packages.iter().any(|package| package.name == "coracle"));
    assert_none(&crates::violations(&packages));
}

#[test]
fn files_of_a_buildpack_keep_to_their_role() {
    let root = testkit::workspace_root();
    let mut looked_at = 0;
    let mut violations = Vec::new();
    for source in workspace::sources(&root.join("buildpacks")).unwrap() {
        let Some((buildpack, file)) = source.path.split_once("/src/") else {
            continue;
        };
        // A further binary (libcnb's additional buildpack binaries) is a main of its own.
        let is_rust = file.rsplit('.').next() == Some("rs");
        if !is_rust || file.starts_with("bin/") {
            continue;
        }
        looked_at += 1;
        let found = modules::violations(file, &source.text).unwrap();
        violations.extend(found.iter().map(|line| format!("{buildpack}: {line}")));
    }
    assert!(looked_at > 10, "only {looked_at} files were looked at");
    assert_none(&violations);
}

#[test]
fn no_file_is_overlong_or_names_a_registry_or_a_developers_path() {
    let sources = workspace::sources(&testkit::workspace_root()).unwrap();
    assert!(sources.iter().any(|source| source.path == "Cargo.lock"));
    let violations: Vec<String> = sources.iter().flat_map(sources::violations).collect();
    assert_none(&violations);
}

#[test]
fn buildpacks_declare_the_variables_that_they_read() {
    let sources = workspace::sources(&testkit::workspace_root()).unwrap();
    let declares = |source: &&workspace::Source| source.path == "buildpacks/go/src/variables.rs";
    assert!(sources.iter().any(|source| declares(&source)));
    assert_none(&variables::violations(&sources));
}

#[test]
fn every_message_of_a_buildpack_is_shown_by_a_test() {
    let sources = workspace::sources(&testkit::workspace_root()).unwrap();
    assert_none(&shown_messages::not_shown(&sources));
}
