//! Level 0: facts that stand in several files agree.

use workspace_tests::{documents, packaging};

#[track_caller]
fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn every_buildpack_has_the_skeleton() {
    assert_none(&packaging::missing_files(&testkit::workspace_root()).unwrap());
}

#[test]
fn ids_versions_and_changelogs_agree() {
    assert_none(&packaging::disagreements(&testkit::workspace_root()).unwrap());
}

#[test]
fn builders_offer_the_buildpacks_as_they_are() {
    let root = testkit::workspace_root();
    for builder in ["builder.toml", "builder-static.toml"] {
        assert_none(&packaging::builder_disagreements(&root, builder).unwrap());
    }
}

#[test]
fn members_inherit_lints_and_versions() {
    assert_none(&packaging::not_inherited(&testkit::workspace_root()).unwrap());
}

#[test]
fn continuous_integration_runs_the_readmes_test_command() {
    let root = testkit::workspace_root();
    let readme = fs_err::read_to_string(root.join("README.md")).unwrap();
    let script = fs_err::read_to_string(root.join(".ci/run")).unwrap();
    let commands = packaging::readme_commands(&readme);
    assert_eq!(
        commands[..2],
        [
            "cargo coracle run samples/go-http",
            "cargo test --workspace -- --include-ignored"
        ]
    );
    assert!(
        script.lines().any(|line| line.ends_with(commands[1])),
        ".ci/run doesn't run `{}`",
        commands[1]
    );
}

#[test]
fn documents_name_the_lifecycle_that_is_pinned() {
    let root = testkit::workspace_root();
    let text = |path: &str| fs_err::read_to_string(root.join(path)).unwrap();
    let requirements = text("stack/lifecycle/go.mod");
    let pinned = documents::lifecycle_version(&requirements).unwrap();
    for path in ["README.md", "docs/platform-teams.md"] {
        let document = text(path);
        let named: Vec<&str> = documents::lifecycle_images(&document).collect();
        assert!(!named.is_empty(), "{path} names no lifecycle image");
        assert!(
            named.iter().all(|version| *version == pinned),
            "{path}: {named:?}"
        );
    }
}
