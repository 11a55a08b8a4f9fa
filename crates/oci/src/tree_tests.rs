use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt};

use super::*;

fn bytes(text: &str) -> Content {
    Content::Bytes(text.as_bytes().to_vec())
}

fn sample() -> Tree {
    let mut tree = Tree::default();
    tree.insert("usr/bin/tool", Entry::file(0o755, bytes("#!tool\n")))
        .unwrap();
    tree.insert("bin", Entry::symlink("usr/bin")).unwrap();
    tree.insert("tmp", Entry::directory(0o1777)).unwrap();
    tree.insert("home/cnb", Entry::directory(0o755).owned_by(1000, 1000))
        .unwrap();
    tree
}

/// One line an entry: `/etc/passwd file 0644 0:0 root`.
fn describe(tree: &Tree) -> String {
    let line = |(path, entry): (&str, &Entry)| {
        let Entry {
            kind,
            mode,
            uid,
            gid,
        } = entry;
        match kind {
            EntryKind::Directory => format!("/{path}/ directory {mode:04o} {uid}:{gid}\n"),
            EntryKind::File(content) => {
                let text = String::from_utf8(content.read().unwrap()).unwrap();
                format!("/{path} file {mode:04o} {uid}:{gid} {}\n", text.trim_end())
            }
            EntryKind::Symlink(target) => format!("/{path} symlink {uid}:{gid} {target}\n"),
        }
    };
    tree.iter().map(line).collect()
}

#[test]
fn a_tree_is_sorted_and_its_parents_are_there() {
    insta::assert_snapshot!(describe(&sample()), @"
    /bin symlink 0:0 usr/bin
    /home/ directory 0755 0:0
    /home/cnb/ directory 0755 1000:1000
    /tmp/ directory 1777 0:0
    /usr/ directory 0755 0:0
    /usr/bin/ directory 0755 0:0
    /usr/bin/tool file 0755 0:0 #!tool
    ");
}

#[test]
fn what_can_not_be_inserted_is_named_and_changes_nothing() {
    let mut tree = sample();
    let before = tree.clone();
    let file = || Entry::file(0o644, bytes("other"));
    let cases = [
        ("usr/bin/tool", TreeError::Taken("usr/bin/tool".into())),
        ("usr/bin", TreeError::Taken("usr/bin".into())),
        (
            "bin/new/deep",
            TreeError::NotBelowDirectory {
                path: "bin/new/deep".into(),
                ancestor: "bin".into(),
            },
        ),
        ("/etc/x", TreeError::NotPlain("/etc/x".into())),
        ("etc/../x", TreeError::NotPlain("etc/../x".into())),
        ("etc//x", TreeError::NotPlain("etc//x".into())),
        ("", TreeError::NotPlain(String::new())),
    ];
    for (path, error) in cases {
        assert_eq!(tree.insert(path, file()), Err(error), "{path}");
    }
    assert_eq!(tree, before);
}

#[test]
fn equal_entries_and_directories_may_meet() {
    let mut tree = sample();
    tree.insert("bin", Entry::symlink("usr/bin")).unwrap();
    tree.insert("usr", Entry::directory(0o700)).unwrap();
    assert_eq!(tree.get("usr"), Some(&Entry::directory(0o700)));
    assert_eq!(tree.iter().count(), 7);
}

#[test]
fn a_tar_holds_long_names_links_and_one_time() {
    let scratch = tempfile::tempdir().unwrap();
    let linked = scratch.path().join("linked");
    fs_err::write(&linked, "same").unwrap();
    let long = format!("{}/{}", "d".repeat(90), "ü".repeat(90));
    let mut tree = sample();
    tree.insert("long", Entry::symlink("t".repeat(150)))
        .unwrap();
    tree.insert(&long, Entry::file(0o600, bytes("deep")))
        .unwrap();
    for name in ["one", "two"] {
        let content = Content::Disk(linked.clone());
        tree.insert(name, Entry::file(0o644, content)).unwrap();
    }
    let mut archive = Vec::new();
    tree.write_tar(&mut archive).unwrap();

    let mut found = Vec::new();
    for entry in tar::Archive::new(&archive[..]).entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        let header = entry.header();
        assert_eq!(header.mtime().unwrap(), 315_532_801);
        assert_eq!(header.username().unwrap(), Some(""));
        let link = entry.link_name().unwrap();
        found.push(format!(
            "{} {:04o} {} {} {content}",
            entry.path().unwrap().display(),
            header.mode().unwrap(),
            header.uid().unwrap(),
            link.map(|link| link.display().to_string())
                .unwrap_or_default(),
        ));
    }
    let expected = [
        "bin 0777 0 usr/bin ".to_owned(),
        format!("{}/ 0755 0  ", "d".repeat(90)),
        format!("{long} 0600 0  deep"),
        "home/ 0755 0  ".to_owned(),
        "home/cnb/ 0755 1000  ".to_owned(),
        format!("long 0777 0 {} ", "t".repeat(150)),
        "one 0644 0  same".to_owned(),
        "tmp/ 1777 0  ".to_owned(),
        "two 0644 0 one ".to_owned(),
        "usr/ 0755 0  ".to_owned(),
        "usr/bin/ 0755 0  ".to_owned(),
        "usr/bin/tool 0755 0  #!tool\n".to_owned(),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_directory_links_what_it_can_and_has_the_modes() {
    let scratch = tempfile::tempdir().unwrap();
    let source = scratch.path().join("source");
    fs_err::write(&source, "text").unwrap();
    fs_err::set_permissions(&source, PermissionsExt::from_mode(0o644)).unwrap();
    let mut tree = sample();
    let disk = || Content::Disk(source.clone());
    tree.insert("linked", Entry::file(0o644, disk())).unwrap();
    tree.insert("copied", Entry::file(0o444, disk())).unwrap();
    tree.insert("closed/file", Entry::file(0o644, bytes("")))
        .unwrap();
    tree.insert("closed", Entry::directory(0o555)).unwrap();

    let root = scratch.path().join("root");
    tree.write_directory(&root).unwrap();

    let metadata = |path: &str| fs_err::symlink_metadata(root.join(path)).unwrap();
    let inode = fs_err::metadata(&source).unwrap().ino();
    assert_eq!(metadata("linked").ino(), inode);
    assert_ne!(metadata("copied").ino(), inode);
    for (path, mode) in [
        ("usr/bin/tool", 0o755),
        ("tmp", 0o1777),
        ("copied", 0o444),
        ("closed", 0o555),
        ("", 0o755),
    ] {
        assert_eq!(metadata(path).mode() & 0o7777, mode, "{path}");
    }
    let link = fs_err::read_link(root.join("bin")).unwrap();
    assert_eq!(link, Path::new("usr/bin"));
    fs_err::set_permissions(root.join("closed"), PermissionsExt::from_mode(0o755)).unwrap();
}
