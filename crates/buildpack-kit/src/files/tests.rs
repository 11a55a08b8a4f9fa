use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use super::*;

fn keep(patterns: &[&str]) -> KeepPatterns {
    KeepPatterns::new(patterns.iter().map(ToString::to_string)).unwrap()
}

#[test]
fn a_tree_is_listed_in_order() {
    let app = testkit::directory(
        "
-- b/file 0600 --
12345
-- b/link -> ../a --
-- a 4755 --
-- c/ --
",
    );
    let entries: Vec<String> = list(app.path())
        .unwrap()
        .into_iter()
        .map(|entry| {
            let path = entry.path.display().to_string();
            format!("{path} {:?} {:o} {}", entry.kind, entry.mode, entry.size)
        })
        .collect();
    assert_eq!(
        entries,
        [
            "a File 4755 0",
            "b Directory 755 0",
            "b/file File 600 6",
            "b/link Link(\"../a\") 777 0",
            "c Directory 755 0",
        ]
    );
}

#[test]
fn links_may_not_leave_the_app() {
    for (link, leaves_app) in [
        ("-- a -> b --", false),
        ("-- a/b/c -> ../../d --", false),
        ("-- a/b -> ./../a/../c --", false),
        ("-- a -> ../b --", true),
        ("-- a/b -> ../../c --", true),
        ("-- a -> b/../../c --", true),
        ("-- a -> /etc/passwd --", true),
        ("-- a -> /workspace/b --", false),
        ("-- a -> /workspace/../etc/passwd --", true),
    ] {
        let app = testkit::directory(link);
        let is_refused = match list(app.path()) {
            Ok(_) => false,
            Err(FilesError::LinkLeavesApp { .. }) => true,
            Err(other) => panic!("{link}: {other}"),
        };
        assert_eq!(is_refused, leaves_app, "{link}");
    }
}

#[test]
fn a_name_that_is_no_text_is_named() {
    let app = testkit::directory("-- a/ --");
    let name = OsStr::from_bytes(b"a/\xff.txt");
    fs_err::write(app.path().join(name), "").unwrap();
    let error = list(app.path()).unwrap_err();
    assert!(matches!(error, FilesError::NameNotUnicode { path } if path == name));
}

#[test]
fn a_file_is_read_if_it_is_there() {
    let app = testkit::directory("-- a --\ntext\n");
    fs_err::write(app.path().join("bytes"), [0xff]).unwrap();
    assert_eq!(
        read_text(app.path(), "a").unwrap().as_deref(),
        Some("text\n")
    );
    assert_eq!(read_text(app.path(), "b").unwrap(), None);
    assert_eq!(read_text(app.path(), "a/b").unwrap(), None);
    let error = read_text(app.path(), "bytes").unwrap_err();
    assert!(matches!(error, FilesError::NotText { path } if path == Path::new("bytes")));
}

#[test]
fn patterns_keep_files_and_whole_directories() {
    let patterns = keep(&["public/", "./templates/*.html", "**/*.pem", "a[bc]"]);
    for (path, is_kept) in [
        ("public/deep/file", true),
        ("public", true),
        ("publication", false),
        ("templates/a.html", true),
        ("templates/b/a.html", false),
        ("x/y/z.pem", true),
        ("z.pem", true),
        ("ab", true),
        ("ad", false),
    ] {
        assert_eq!(patterns.matches(Path::new(path)), is_kept, "{path}");
    }
    assert!(matches!(
        KeepPatterns::new(["a[".to_owned()]),
        Err(FilesError::Pattern { pattern, .. }) if pattern == "a["
    ));
}

#[test]
fn patterns_without_a_match_are_told() {
    let app = testkit::directory("-- public/a --\n");
    let entries = list(app.path()).unwrap();
    let patterns = keep(&["public", "pubic"]);
    assert_eq!(
        patterns.warnings(&entries),
        ["BP_KEEP_FILES: pubic matches no file. Check its spelling."]
    );
}

#[test]
fn what_nobody_keeps_is_removed_and_counted() {
    let app = testkit::directory(
        "
-- a.go --
12345
-- cmd/b.go --
-- cmd/deep/c.go --
-- cmd/page.html --
-- empty/ --
-- link -> a.go --
",
    );
    let is_asset = |entry: &Entry| entry.path.extension().is_some_and(|name| name == "html");
    let removed = remove_unless(app.path(), is_asset).unwrap();
    let by_top: Vec<(&str, usize)> = removed
        .by_top
        .iter()
        .map(|(name, files)| (name.as_str(), *files))
        .collect();
    assert_eq!((removed.files, removed.bytes), (4, 6));
    assert_eq!(by_top, [("a.go", 1), ("cmd/", 2), ("link", 1)]);
    insta::assert_snapshot!(testkit::tree_without_digests(app.path()), @"
    cmd            dir  0755
    cmd/page.html  file 0644
    ");
}

#[test]
fn modes_lose_what_depends_on_the_machine() {
    let app = || {
        testkit::directory(
            "
-- a/plain 0600 --
-- a/shared 0664 --
-- a/program 0700 --
-- a/setuid 4711 --
-- link -> a/plain --
",
        )
    };
    let normal = app();
    normalise_content_modes(normal.path()).unwrap();
    insta::assert_snapshot!(testkit::tree_without_digests(normal.path()), @"
    a          dir  0755
    a/plain    file 0644
    a/program  file 0755
    a/setuid   file 0755
    a/shared   file 0644
    link       link -> a/plain
    ");
}

#[test]
fn the_directory_of_the_platform_keeps_its_mode() {
    let app = testkit::directory("-- a 0600 --");
    let mode = |mode| std::fs::Permissions::from_mode(mode);
    fs_err::set_permissions(app.path(), mode(0o777)).unwrap();
    normalise_content_modes(app.path()).unwrap();
    let found = fs_err::metadata(app.path()).unwrap().permissions().mode();
    assert_eq!(found & 0o7777, 0o777);
}
