use std::fmt::Write as _;

use super::*;

/// What one entry of a test layer is.
enum Is<'text> {
    Dir(u32),
    File(u32, &'text str),
    Link(&'text str),
    Hard(&'text str),
}

fn layer(entries: &[(&str, Is)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, is) in entries {
        let mut header = tar::Header::new_gnu();
        let (kind, mode, content, target) = match is {
            Is::Dir(mode) => (EntryType::Directory, *mode, "", ""),
            Is::File(mode, content) => (EntryType::Regular, *mode, *content, ""),
            Is::Link(target) => (EntryType::Symlink, 0o777, "", *target),
            Is::Hard(target) => (EntryType::Link, 0o644, "", *target),
        };
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(content.len() as u64);
        // Written by hand, since `tar` itself refuses to write the names of an attack.
        let old = header.as_old_mut();
        old.name[..name.len()].copy_from_slice(name.as_bytes());
        old.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_cksum();
        builder.append(&header, content.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn listing(root: &Path) -> String {
    let mut lines: Vec<String> = walkdir::WalkDir::new(root)
        .min_depth(1)
        .into_iter()
        .map(|entry| {
            let entry = entry.unwrap();
            let path = entry.path().strip_prefix(root).unwrap().display();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
            if entry.file_type().is_symlink() {
                let target = fs_err::read_link(entry.path()).unwrap();
                format!("{path} -> {}", target.display())
            } else if entry.file_type().is_dir() {
                format!("{path}/ {mode:04o}")
            } else {
                let content = fs_err::read_to_string(entry.path()).unwrap();
                format!("{path} {mode:04o} {content}")
            }
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

fn unpack_tar(tar: &[u8], name: &str, destination: &Path) -> Result<(), UnpackError> {
    let mut tree = Tree {
        root: destination,
        modes: BTreeMap::new(),
    };
    tree.tar(tar, name)?;
    tree.finish()
}

#[test]
fn later_layers_change_and_hide_what_earlier_ones_wrote() {
    let root = tempfile::tempdir().unwrap();
    let lower = layer(&[
        ("/app", Is::Dir(0o555)),
        ("/app/run", Is::File(0o4755, "one")),
        ("/app/again", Is::Hard("/app/run")),
        ("./etc/old", Is::File(0o644, "old")),
        ("etc/gone", Is::Dir(0o755)),
        ("etc/gone/file", Is::File(0o644, "x")),
        ("var/all/a", Is::File(0o644, "a")),
    ]);
    let upper = layer(&[
        ("etc/.wh.gone", Is::File(0o644, "")),
        ("etc/old", Is::Link("../app/run")),
        ("var/all/.wh..wh..opq", Is::File(0o644, "")),
        ("var/all/b", Is::File(0o000, "b")),
    ]);
    unpack_tar(&lower[..], "lower", root.path()).unwrap();
    unpack_tar(&upper[..], "upper", root.path()).unwrap();
    insta::assert_snapshot!(listing(root.path()), @"
    app/ 0555
    app/again 0755 one
    app/run 0755 one
    etc/ 0755
    etc/old -> ../app/run
    var/ 0755
    var/all/ 0755
    var/all/b 0400 b
    ");
}

#[test]
fn nothing_reaches_outside() {
    let attacks: [(&str, &[(&str, Is)]); 6] = [
        ("parent", &[("../evil", Is::File(0o644, "x"))]),
        ("inner parent", &[("a/../../evil", Is::File(0o644, "x"))]),
        (
            "through a link",
            &[("a", Is::Link("/")), ("a/evil", Is::File(0o644, "x"))],
        ),
        (
            "through a file",
            &[("a", Is::File(0o644, "")), ("a/evil", Is::File(0o644, "x"))],
        ),
        ("hard link out", &[("a", Is::Hard("../../etc/passwd"))]),
        (
            "hard link through a link",
            &[("a", Is::Link("/etc")), ("b", Is::Hard("a/passwd"))],
        ),
    ];
    let mut report = String::new();
    for (name, entries) in attacks {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        fs_err::create_dir(&root).unwrap();
        let error = unpack_tar(&layer(entries)[..], "sha256:1", &root).unwrap_err();
        let _ = writeln!(report, "{name}: {error}");
        assert_eq!(fs_err::read_dir(directory.path()).unwrap().count(), 1);
    }
    insta::assert_snapshot!(report, @"
    parent: layer sha256:1 has an entry that leaves the image: ../evil
    inner parent: layer sha256:1 has an entry that leaves the image: a/../../evil
    through a link: layer sha256:1 writes through /a, which is not a directory: a/evil
    through a file: layer sha256:1 writes through /a, which is not a directory: a/evil
    hard link out: layer sha256:1 has an entry that leaves the image: ../../etc/passwd
    hard link through a link: layer sha256:1 writes through /a, which is not a directory: b
    ");
}

#[test]
fn a_file_replaces_the_link_of_its_name_and_not_its_target() {
    let directory = tempfile::tempdir().unwrap();
    let outside = directory.path().join("outside");
    fs_err::write(&outside, "mine").unwrap();
    let root = directory.path().join("root");
    fs_err::create_dir(&root).unwrap();
    let bytes = layer(&[
        ("a", Is::Link(outside.to_str().unwrap())),
        ("a", Is::File(0o644, "theirs")),
    ]);
    unpack_tar(&bytes[..], "sha256:1", &root).unwrap();
    assert_eq!(fs_err::read_to_string(&outside).unwrap(), "mine");
    assert_eq!(fs_err::read_to_string(root.join("a")).unwrap(), "theirs");
}
