mod kept;

use std::convert::Infallible;

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::*;

const LAUNCH: LayerTypes = LayerTypes {
    launch: true,
    build: false,
    cache: false,
};
const LAUNCH_AND_CACHE: LayerTypes = LayerTypes {
    cache: true,
    ..LAUNCH
};

#[derive(Debug, Serialize, Deserialize)]
struct Key {
    version: String,
    flags: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { version, flags } = self;
        [
            Change::between("the version", &previous.version, version),
            Change::between("the flags", &previous.flags, flags),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn key(version: &str, flags: &str) -> Key {
    Key {
        version: version.into(),
        flags: flags.into(),
    }
}

fn name() -> LayerName {
    layer_name!("tool")
}

fn layers() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[track_caller]
fn build(layers: &TempDir, types: LayerTypes, key: &Key) -> Outcome {
    build_in(layers.path(), types, key)
}

#[track_caller]
fn build_in(layers: &Path, types: LayerTypes, key: &Key) -> Outcome {
    let outcome = keyed(layers, &name(), types, key, |directory| {
        fs_err::write(directory.join("file"), &key.version)
    });
    outcome.unwrap()
}

fn reasons(reasons: &[Reason]) -> Outcome {
    Outcome::Created {
        reasons: reasons.to_vec(),
    }
}

fn metadata(layers: &TempDir) -> String {
    fs_err::read_to_string(layers.path().join("tool.toml")).unwrap()
}

#[test]
fn a_first_build_makes_the_layer() {
    let layers = layers();
    let outcome = build(&layers, LAUNCH, &key("1", "-a"));
    assert_eq!(outcome, reasons(&[Reason::NoPrevious]));
    insta::assert_snapshot!(metadata(&layers), @r#"
    [types]
    launch = true
    build = false
    cache = false

    [metadata]
    version = "1"
    flags = "-a"
    "#);
    insta::assert_snapshot!(testkit::tree_without_digests(layers.path()), @"
    tool       dir  0755
    tool/file  file 0644
    tool.toml  file 0644
    ");
}

#[test]
fn a_launch_layer_without_content_is_left_to_the_lifecycle() {
    let layers = layers();
    // What the lifecycle restores: metadata, no types, no directory.
    let restored = "[metadata]\nversion = \"1\"\nflags = \"-a\"\n";
    fs_err::write(layers.path().join("tool.toml"), restored).unwrap();
    let outcome = build(&layers, LAUNCH, &key("1", "-a"));
    assert_eq!(outcome, Outcome::ReusedWithoutContent);
    assert!(metadata(&layers).contains("launch = true"));
    assert!(!layers.path().join("tool").exists());
}

#[test]
fn a_cached_layer_keeps_its_content_and_gets_its_types_back() {
    let layers = layers();
    build(&layers, LAUNCH_AND_CACHE, &key("1", "-a"));
    let restored = "[metadata]\nversion = \"1\"\nflags = \"-a\"\n";
    fs_err::write(layers.path().join("tool.toml"), restored).unwrap();
    fs_err::write(layers.path().join("tool/mark"), "").unwrap();
    let outcome = build(&layers, LAUNCH_AND_CACHE, &key("1", "-a"));
    assert_eq!(outcome, Outcome::Reused);
    assert!(layers.path().join("tool/mark").exists());
    assert!(metadata(&layers).contains("cache = true"));
}

#[test]
fn a_cached_layer_without_content_is_made_anew() {
    let layers = layers();
    let restored = "[metadata]\nversion = \"1\"\nflags = \"-a\"\n";
    fs_err::write(layers.path().join("tool.toml"), restored).unwrap();
    let outcome = build(&layers, LAUNCH_AND_CACHE, &key("1", "-a"));
    assert_eq!(outcome, reasons(&[Reason::ContentMissing]));
    assert!(layers.path().join("tool/file").exists());
}

#[test]
fn every_change_is_a_reason_and_nothing_of_the_old_layer_stays() {
    let layers = layers();
    build(&layers, LAUNCH_AND_CACHE, &key("1", "-a"));
    fs_err::write(layers.path().join("tool/old"), "").unwrap();
    fs_err::write(layers.path().join("tool.sbom.cdx.json"), "{}").unwrap();
    let outcome = build(&layers, LAUNCH_AND_CACHE, &key("2", "-b"));
    let Outcome::Created { reasons } = outcome else {
        panic!("{outcome:?}");
    };
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    assert_eq!(
        reasons,
        [
            "the version changed from 1 to 2",
            "the flags changed from -a to -b"
        ]
    );
    insta::assert_snapshot!(testkit::tree_without_digests(layers.path()), @"
    tool       dir  0755
    tool/file  file 0644
    tool.toml  file 0644
    ");
}

#[test]
fn metadata_of_another_form_is_a_reason() {
    let layers = layers();
    for (text, problem) in [
        ("[metadata]\nversion = 1\nflags = \"\"\n", "invalid type"),
        ("[metadata]\nversion = \"1\"\n", "missing field"),
        ("", "missing field"),
        ("[metadata", "unclosed table"),
    ] {
        fs_err::write(layers.path().join("tool.toml"), text).unwrap();
        let outcome = build(&layers, LAUNCH, &key("1", "-a"));
        let Outcome::Created { reasons } = outcome else {
            panic!("{outcome:?}");
        };
        let [Reason::InvalidMetadata { problem: found }] = reasons.as_slice() else {
            panic!("{reasons:?}");
        };
        assert!(found.contains(problem), "{found}");
    }
}

#[test]
fn a_layer_that_fails_leaves_nothing_behind() {
    let layers = layers();
    build(&layers, LAUNCH_AND_CACHE, &key("1", "-a"));
    let result = keyed(
        layers.path(),
        &name(),
        LAUNCH,
        &key("2", "-a"),
        |directory| {
            fs_err::write(directory.join("half"), "")?;
            Err(std::io::Error::other("no more"))
        },
    );
    assert!(matches!(result, Err(LayerError::Create(_))));
    assert_eq!(testkit::tree(layers.path()), "");
}

#[test]
fn a_cache_directory_is_kept_until_its_key_changes() {
    let layers = layers();
    let open = |version: &str| {
        let key = key(version, "");
        cache_directory::<_, Infallible>(layers.path(), &name(), &key).unwrap()
    };
    let first = open("1");
    assert_eq!(first.path, layers.path().join("tool"));
    fs_err::write(first.path.join("entry"), "").unwrap();
    assert_eq!(open("1").outcome, Outcome::Reused);
    assert!(first.path.join("entry").exists());
    assert!(matches!(open("2").outcome, Outcome::Created { .. }));
    assert!(!first.path.join("entry").exists());
}

#[test]
fn read_only_content_can_go() {
    let layers = layers();
    let build = |version: &str, file: &str| {
        let key = key(version, "");
        keyed(layers.path(), &name(), LAUNCH, &key, |directory| {
            let closed = directory.join("closed");
            fs_err::create_dir(&closed)?;
            fs_err::write(closed.join(file), "")
        })
    };
    build("1", "one").unwrap();
    let closed = layers.path().join("tool/closed");
    let read_only = std::os::unix::fs::PermissionsExt::from_mode(0o555);
    fs_err::set_permissions(closed, read_only).unwrap();
    build("2", "two").unwrap();
    insta::assert_snapshot!(testkit::tree_without_digests(layers.path()), @"
    tool             dir  0755
    tool/closed      dir  0755
    tool/closed/two  file 0644
    tool.toml        file 0644
    ");
}

#[test]
fn an_outcome_is_one_word_or_says_why() {
    let made = |reasons: &[Reason]| Outcome::Created {
        reasons: reasons.to_vec(),
    };
    let version = Change::between("the version", "1", "2").unwrap();
    let program = Change::of_content("web", "01ab", "02cd").unwrap();
    for (outcome, text) in [
        (Outcome::Reused, "reused"),
        (Outcome::ReusedWithoutContent, "reused"),
        (made(&[Reason::NoPrevious]), "new"),
        (
            made(&[Reason::ContentMissing]),
            "made anew, its content was not restored",
        ),
        (
            made(&[Reason::Changed(version), Reason::Changed(program)]),
            "made anew, the version changed from 1 to 2, web changed",
        ),
    ] {
        assert_eq!(outcome.to_string(), text);
    }
    assert_eq!(Change::of_content("web", "01ab", "01ab"), None);
}

#[test]
fn layers_that_nobody_uses_go_and_other_files_stay() {
    let layers = testkit::directory(
        "
-- launch.toml --
-- store.toml --
-- killed/half --
-- old.toml --
-- old/file --
-- older.toml --
-- tool.toml --
-- tool/file --
",
    );
    let removed = remove_unused(layers.path(), &[name()]).unwrap();
    let expected = ["killed", "old", "older"].map(|name| name.parse::<LayerName>().unwrap());
    assert_eq!(removed, expected);
    insta::assert_snapshot!(testkit::tree_without_digests(layers.path()), @"
    launch.toml  file 0644
    store.toml   file 0644
    tool         dir  0755
    tool/file    file 0644
    tool.toml    file 0644
    ");
}
