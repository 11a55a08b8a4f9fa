//! Made-up workspaces in which each rule of packaging is broken once.

use super::*;

const SOUND: &str = r#"
-- Cargo.toml --
[workspace.package]
version = "0.1.0"
[workspace.dependencies]
tar = "0.4"
-- CHANGELOG.md --
## [Unreleased]
-- tests/Cargo.toml --
[lints]
workspace = true
-- crates/oci/Cargo.toml --
[lints]
workspace = true
[dependencies]
tar.workspace = true
-- buildpacks/go/buildpack.toml --
api = "0.10"
[buildpack]
id = "coracle/go"
version = "0.1.0"
-- buildpacks/go/Cargo.toml --
[package]
version.workspace = true
[lints]
workspace = true
-- buildpacks/go/CHANGELOG.md --
## [0.1.0] - 2026-01-01
-- buildpacks/go/README.md --
-- buildpacks/go/src/detect.rs --
-- buildpacks/go/src/errors.rs --
-- buildpacks/go/src/main.rs --
-- buildpacks/go/src/messages.rs --
-- buildpacks/go/src/plan.rs --
-- buildpacks/go/src/processes.rs --
-- buildpacks/go/src/project.rs --
-- builder.toml --
[[buildpacks]]
id = "coracle/go"
version = "0.1.0"
[[order]]
[[order.group]]
id = "coracle/go"
"#;

fn all_violations(root: &Path) -> Vec<String> {
    [
        missing_files(root).unwrap(),
        disagreements(root).unwrap(),
        builder_disagreements(root, "builder.toml").unwrap(),
        not_inherited(root).unwrap(),
    ]
    .concat()
}

/// A sound workspace in which `path` holds `text` instead.
#[track_caller]
fn found_with(path: &str, text: &str) -> String {
    let tree = testkit::directory(SOUND);
    fs_err::write(tree.path().join(path), text).unwrap();
    all_violations(tree.path()).join("\n")
}

#[test]
fn a_sound_workspace_has_no_violations() {
    let tree = testkit::directory(SOUND);
    assert_eq!(all_violations(tree.path()), Vec::<String>::new());
}

#[test]
fn a_missing_skeleton_file_is_named() {
    let tree = testkit::directory(SOUND);
    fs_err::remove_file(tree.path().join("buildpacks/go/src/plan.rs")).unwrap();
    assert_eq!(
        all_violations(tree.path()),
        ["buildpacks/go/src/plan.rs is missing"]
    );
}

#[test]
fn another_id_version_or_api_is_named() {
    let other = "api = '0.8'\n[buildpack]\nid = 'coracle/golang'\nversion = '0.2.0'\n";
    insta::assert_snapshot!(found_with("buildpacks/go/buildpack.toml", other), @r#"
    buildpacks/go/buildpack.toml: id is "coracle/golang", not "coracle/go"
    buildpacks/go/buildpack.toml: version is "0.2.0", not "0.1.0"
    buildpacks/go/buildpack.toml: api is "0.8", not "0.10"
    builder.toml: "coracle/go" is no buildpack of ours
    builder.toml: "coracle/go" is no buildpack of ours
    builder.toml: coracle/golang is in no order
    "#);
}

#[test]
fn a_changelog_of_another_version_is_named() {
    let older = "## [0.0.9] - 2025-01-01\n";
    insta::assert_snapshot!(found_with("CHANGELOG.md", older), @"CHANGELOG.md: neither [Unreleased] nor [0.1.0]");
    insta::assert_snapshot!(found_with("buildpacks/go/CHANGELOG.md", older), @"buildpacks/go/CHANGELOG.md: neither [Unreleased] nor [0.1.0]");
}

#[test]
fn a_builder_that_says_otherwise_is_named() {
    let other = "
[[buildpacks]]
id = 'coracle/go'
version = '0.0.9'
[[order]]
[[order.group]]
id = 'coracle/ruby'
";
    insta::assert_snapshot!(found_with("builder.toml", other), @r#"
    builder.toml: coracle/go is 0.0.9, not 0.1.0
    builder.toml: "coracle/ruby" is no buildpack of ours
    builder.toml: coracle/ruby is in the order and not listed
    builder.toml: coracle/go is in no order
    "#);
}

#[test]
fn a_member_that_goes_its_own_way_is_named() {
    let own = "[dependencies]\ntar = '0.4'\n";
    insta::assert_snapshot!(found_with("crates/oci/Cargo.toml", own), @r"
    crates/oci/Cargo.toml: [lints] workspace = true is missing
    crates/oci/Cargo.toml: tar states its own version; use workspace = true
    ");
}

#[test]
fn a_dependency_that_nobody_has_is_named() {
    let more = "[workspace.package]\nversion = '0.1.0'\n[workspace.dependencies]\ntar = '0.4'\nanyhow = '1'\n";
    insta::assert_snapshot!(found_with("Cargo.toml", more), @"Cargo.toml: no member has the dependency anyhow");
}

#[test]
fn commands_of_a_readme_are_the_lines_of_its_shell_blocks() {
    let readme =
        "```sh\ncargo coracle run app\n\n```\n```toml\na = 1\n```\n```sh\ncargo test\n```\n";
    assert_eq!(
        readme_commands(readme),
        ["cargo coracle run app", "cargo test"]
    );
}
