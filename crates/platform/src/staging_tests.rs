use std::os::unix::ffi::OsStrExt as _;

use super::*;
use crate::project_descriptor::Selection;

fn staged(app: &Path, selection: &Selection) -> Result<tempfile::TempDir, StagingError> {
    let work = tempfile::tempdir().unwrap();
    let matcher = Matcher::new(selection).unwrap();
    stage(
        app,
        &matcher,
        &[&app.join("own-cache"), &app.join("docs/../image.tar")],
        &work.path().join("app"),
    )?;
    Ok(work)
}

fn refused(app: &Path) -> String {
    staged(app, &Selection::Everything).unwrap_err().to_string()
}

#[test]
fn a_copy_has_everything_but_our_own_cache_and_outputs() {
    let app = testkit::directory(
        "
-- main.go --
package main
-- bin/tool 0755 --
x
-- secret 0400 --
x
-- set 4755 --
x
-- docs/a.md --
a
-- empty/ --
-- own-cache/downloads --
x
-- image.tar --
x
-- docs/image.tar --
x
-- docs/link -> ../main.go --
-- same -> /workspace/bin --
",
    );
    let work = staged(app.path(), &Selection::Everything).unwrap();
    insta::assert_snapshot!(testkit::tree_without_digests(&work.path().join("app")), @"
    bin             dir  0755
    bin/tool        file 0755
    docs            dir  0755
    docs/a.md       file 0644
    docs/image.tar  file 0644
    docs/link       link -> ../main.go
    empty           dir  0755
    main.go         file 0644
    same            link -> /workspace/bin
    secret          file 0600
    set             file 0755
    ");
}

#[test]
fn times_are_those_of_an_image() {
    use std::os::unix::fs::MetadataExt as _;
    let app = testkit::directory("-- a/b --\nx\n-- link -> a --\n");
    let work = staged(app.path(), &Selection::Everything).unwrap();
    for path in ["app", "app/a", "app/a/b", "app/link"] {
        let metadata = fs_err::symlink_metadata(work.path().join(path)).unwrap();
        assert_eq!(metadata.mtime(), i64::from(oci::FILE_TIME), "{path}");
    }
    let mode = fs_err::metadata(work.path().join("app")).unwrap().mode();
    assert_eq!(mode & 0o7777, 0o777);
}

#[test]
fn patterns_choose_files_and_the_directories_they_need() {
    let app = testkit::directory(
        "-- README.md --\nx\n-- docs/guide/a.md --\nx\n-- docs/b.md --\nx\n-- src/main.go --\nx\n",
    );
    let tree = |selection| {
        let work = staged(app.path(), &selection).unwrap();
        testkit::tree_without_digests(&work.path().join("app"))
    };
    insta::assert_snapshot!(tree(Selection::Exclude(vec!["docs".into(), "!docs/guide/a.md".into()])), @"
    README.md        file 0644
    docs             dir  0755
    docs/guide       dir  0755
    docs/guide/a.md  file 0644
    src              dir  0755
    src/main.go      file 0644
    ");
    insta::assert_snapshot!(tree(Selection::Include(vec!["docs/guide/*.md".into()])), @"
    docs             dir  0755
    docs/guide       dir  0755
    docs/guide/a.md  file 0644
    ");
}

#[test]
fn what_cannot_be_built_is_refused_by_name() {
    let app = testkit::directory("-- a/up -> ../../x --\n");
    assert_eq!(
        refused(app.path()),
        "a/up points to ../../x, outside of the app"
    );
    let app = testkit::directory("-- passwd -> /etc/passwd --\n");
    assert_eq!(
        refused(app.path()),
        "passwd points to /etc/passwd, outside of the app"
    );
    let app = testkit::directory("-- a/ --\n");
    assert!(refused(app.path()).ends_with("has no file to build"));
    assert!(refused(&app.path().join("none")).ends_with("doesn't exist"));
    let app = testkit::directory("-- file --\nx\n");
    assert!(refused(&app.path().join("file")).ends_with("is not a directory"));
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9");
    fs_err::write(app.path().join(name), "").unwrap();
    assert_eq!(refused(app.path()), "\"caf\\xE9\" is not UTF-8");
}

#[test]
fn links_are_judged_by_where_they_lead() {
    let table = [
        ("a", "b", false),
        ("a", "..", true),
        ("a/b", "..", false),
        ("a/b", "../..", true),
        ("a/b", "../c/../../d", true),
        ("a/b/c", "../../d", false),
        ("a", "/workspace/x", false),
        ("a", "/workspace/../etc", true),
        ("a", "/etc", true),
    ];
    for (link, target, outside) in table {
        assert_eq!(
            leaves(Path::new(link), Path::new(target)),
            outside,
            "{link} -> {target}"
        );
    }
}
