use std::cell::Cell;

use super::*;

/// `change_as_owner` where the first attempt is refused, as it is for who isn't the owner.
#[track_caller]
fn refused_once(path: &Path) {
    let attempts = Cell::new(0);
    let changed = change_as_owner(path, |_| {
        attempts.set(attempts.get() + 1);
        if attempts.get() == 1 {
            return Err(ErrorKind::PermissionDenied.into());
        }
        Ok(())
    });
    changed.unwrap();
    assert_eq!(attempts.get(), 2);
}

fn inode(path: &Path) -> u64 {
    fs_err::symlink_metadata(path).unwrap().ino()
}

#[test]
fn what_only_its_owner_may_change_becomes_ours_and_stays_what_it_is() {
    let app = testkit::directory(
        "-- a/file 0640 --\ntext\n-- a/b/program 0755 --\n-- a/link -> file --\n-- empty/ --\n",
    );
    let before = testkit::tree(app.path());
    for (path, replaced) in [
        ("a/file", "a/file"),
        ("a/link", "a/file"),
        ("a", "a"),
        ("empty", "empty"),
    ] {
        let (path, replaced) = (app.path().join(path), app.path().join(replaced));
        let inode_before = inode(&replaced);
        refused_once(&path);
        assert_ne!(inode(&replaced), inode_before, "{}", path.display());
        assert_eq!(testkit::tree(app.path()), before, "{}", path.display());
    }
}

#[test]
fn what_may_be_changed_or_fails_for_another_reason_is_not_replaced() {
    let app = testkit::directory("-- a --\n");
    let path = app.path().join("a");
    let inode_before = inode(&path);
    change_as_owner(&path, |_| Ok(())).unwrap();
    let full = change_as_owner(&path, |_| Err(ErrorKind::StorageFull.into()));
    assert!(
        matches!(full, Err(FilesError::Io { source }) if source.kind() == ErrorKind::StorageFull)
    );
    assert_eq!(inode(&path), inode_before);
}

#[test]
fn the_file_or_directory_that_keeps_the_build_out_is_named() {
    let app = testkit::directory("-- a/file 0600 --\n");
    let root = fs_err::metadata(app.path()).unwrap();
    let denied = |path: &str, failure: fn(&Path, io::Error) -> FilesError| {
        let error = failure(&app.path().join(path), ErrorKind::PermissionDenied.into());
        let FilesError::Denied { denied, .. } = error else {
            panic!("{error:?}")
        };
        denied
    };
    let expected = |path: &str, access, mode| Denied {
        path: app.path().join(path),
        access,
        owner: root.uid(),
        mode,
        user: root.uid(),
        group: root.gid(),
    };
    assert_eq!(
        [
            denied("a/file", FilesError::reading),
            denied("a/not-seen/file", FilesError::reading),
            denied("a/file", FilesError::replacing),
        ],
        [
            expected("a/file", Access::Read, 0o600),
            expected("a", Access::Read, 0o755),
            expected("a", Access::Write, 0o755),
        ]
    );
}
