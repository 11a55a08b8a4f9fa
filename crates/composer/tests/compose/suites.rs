//! Images of more than one release of Debian.

use std::path::Path;

use composer::{AptSettings, Architecture, Composer};
use store::Store;

use crate::repository::Repository;

const STACK: &str = r#"
-- stack/old.toml --
description = "A package as an earlier release has it."
suite = "bookworm"
packages = ["tool"]
-- stack/heir.toml --
description = "The same."
extends = "old"
-- stack/new.toml --
description = "The package as it is today."
[select]
tool = ["version"]
"#;

/// An archive of two releases, the package `tool` of each in the given version.
fn publish(directory: &Path, versions: [(&str, &str); 2]) -> AptSettings {
    for (suite, version) in versions {
        let mut repository = Repository::new();
        let files = format!("-- version --\n{suite} {version}\n");
        repository.add("tool", version, "", &files);
        repository.publish("");
        let archive = directory.join(suite);
        let _ = fs_err::remove_dir_all(&archive);
        fs_err::rename(repository.path(""), &archive).unwrap();
    }
    let sources = directory.join("sources.list");
    let archive = directory.join("trixie");
    let line = format!("deb [trusted=yes] file:{} ./\n", archive.display());
    fs_err::write(&sources, line).unwrap();
    AptSettings {
        sources: Some(sources),
    }
}

#[test]
fn a_package_of_two_releases_is_two_packages() {
    let directory = testkit::directory(STACK);
    let path = |name: &str| directory.path().join(name);
    let composer = |versions, home: &str| {
        let settings = publish(directory.path(), versions);
        let store = Store::open(path(home)).unwrap();
        let amd64 = Architecture::Amd64;
        Composer::with_apt(&path("stack"), &store, amd64, false, settings).unwrap()
    };
    let version = |composer: &Composer, image: &str| {
        let root = tempfile::tempdir().unwrap();
        composer.compose_directory(image, root.path()).unwrap();
        fs_err::read_to_string(root.path().join("version")).unwrap()
    };
    let before = [("bookworm", "1"), ("trixie", "2")];
    let report = composer(before, "home").lock().unwrap();
    assert_eq!(report.packages, 4);
    let lock = fs_err::read_to_string(path("stack/debian.lock")).unwrap();
    let beginnings: Vec<String> = lock
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            format!("{} {}", words[..4].join(" "), words[words.len() - 1])
        })
        .collect();
    assert_eq!(
        beginnings,
        [
            "amd64 bookworm tool 1 heir,old",
            "amd64 trixie tool 2 new",
            "arm64 bookworm tool 1 heir,old",
            "arm64 trixie tool 2 new",
        ]
    );
    let contents = fs_err::read_to_string(path("stack/debian.contents")).unwrap();
    assert!(contents.contains("\namd64 trixie tool\n"), "{contents}");

    let locked = composer(before, "second-home");
    locked.prefetch(&["old", "heir", "new"]).unwrap();
    assert_eq!(version(&locked, "old"), "bookworm 1\n");
    assert_eq!(version(&locked, "heir"), "bookworm 1\n");
    assert_eq!(version(&locked, "new"), "trixie 2\n");

    // What one of them no longer has is nothing to the other.
    let replacing = composer([("bookworm", "1"), ("trixie", "3")], "third-home");
    replacing.prefetch(&["old", "new"]).unwrap();
    assert_eq!(version(&replacing, "old"), "bookworm 1\n");
    assert_eq!(version(&replacing, "new"), "trixie 3\n");
    assert_eq!(replacing.key("old").unwrap(), locked.key("old").unwrap());
    assert_ne!(replacing.key("new").unwrap(), locked.key("new").unwrap());
}
