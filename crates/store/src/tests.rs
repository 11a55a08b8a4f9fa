use super::directories::{park_and_rename, rename_error};
use super::*;
use crate::lock::file_name;

#[test]
fn a_commit_replaces_and_leaves_no_work_behind() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    for text in ["first", "second"] {
        let work = store.work_directory().unwrap();
        fs_err::create_dir(work.path().join("out")).unwrap();
        fs_err::write(work.path().join("out/file"), text).unwrap();
        work.commit("out", &store.path("a/b")).unwrap();
        let found = fs_err::read_to_string(store.path("a/b/file")).unwrap();
        assert_eq!(found, text);
    }
    assert_eq!(fs_err::read_dir(store.path("tmp")).unwrap().count(), 0);
}

#[test]
fn work_of_a_dead_process_is_removed_and_of_a_living_one_kept() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    let living = store.work_directory().unwrap();
    fs_err::create_dir_all(store.path("tmp/work-dead/deep")).unwrap();
    fs_err::write(store.path("tmp/work-dead.alive"), "").unwrap();

    Store::open(directory.path()).unwrap();

    assert!(living.path().is_dir());
    assert!(!store.path("tmp/work-dead").exists());
    assert!(!store.path("tmp/work-dead.alive").exists());
}

#[test]
fn an_uncommitted_work_directory_vanishes() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    drop(store.work_directory().unwrap());
    assert_eq!(fs_err::read_dir(store.path("tmp")).unwrap().count(), 0);
}

#[test]
fn only_our_own_work_is_removed_and_only_when_nobody_can_hold_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    for name in ["tmp/precious", "tmp/work-locked", "tmp/work-orphan"] {
        fs_err::create_dir_all(store.path(name)).unwrap();
    }
    // A lock that can't be opened for another reason than its absence: a link to itself, ELOOP.
    fs_err::os::unix::fs::symlink("work-locked.alive", store.path("tmp/work-locked.alive"))
        .unwrap();

    Store::open(directory.path()).unwrap();

    assert!(store.path("tmp/precious").exists());
    assert!(store.path("tmp/work-locked").exists());
    assert!(!store.path("tmp/work-orphan").exists());
}

#[test]
fn long_names_of_locks_fit_into_a_file_name() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    let long = "a/".repeat(300);
    let _held = store.lock(&long).unwrap();
    assert_eq!(file_name(&long).len(), "long-".len() + 64);
    assert_ne!(file_name(&long), file_name(&format!("{long}b")));
    assert_eq!(file_name("image a/b"), "image a-b");
}

#[test]
fn a_directory_is_replaced_in_two_steps_where_one_is_not_to_be_had() {
    let directory = tempfile::tempdir().unwrap();
    let [new, old] = ["new", "old"].map(|name| directory.path().join(name));
    for path in [&new, &old] {
        fs_err::create_dir(path).unwrap();
    }
    fs_err::write(new.join("file"), "new").unwrap();
    park_and_rename(&new, &old).unwrap();
    assert_eq!(fs_err::read_to_string(old.join("file")).unwrap(), "new");
    assert_eq!(fs_err::read_dir(directory.path()).unwrap().count(), 1);

    park_and_rename(&directory.path().join("missing"), &old).unwrap_err();
    assert_eq!(fs_err::read_to_string(old.join("file")).unwrap(), "new");
}

#[test]
fn a_rename_across_file_systems_says_so() {
    let error = rename_error(
        Path::new("/cache/new"),
        Path::new("/elsewhere/old"),
        &std::io::ErrorKind::CrossesDevices.into(),
    );
    insta::assert_snapshot!(error, @"/cache/new can't become /elsewhere/old: they are on different file systems, and only within one a directory appears in one step");
}

#[test]
fn after_a_cancellation_nothing_is_begun_and_nothing_appears() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    let work = store.work_directory().unwrap();
    store.clone().cancellation().cancel();
    let is_cancelled = |error| matches!(error, StoreError::Cancelled);
    assert!(is_cancelled(store.work_directory().unwrap_err()));
    assert!(is_cancelled(store.lock("a").unwrap_err()));
    assert!(is_cancelled(work.commit("", &store.path("a")).unwrap_err()));
    assert!(!store.path("a").exists());
}

#[test]
fn all_is_removed_by_name_and_only_when_nobody_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    for name in ["images/a", "mine"] {
        fs_err::create_dir_all(store.path(name)).unwrap();
    }
    // Another process, which hasn't taken any lock of its own yet.
    let other = Store::open(directory.path()).unwrap();
    let in_use = store.remove_all(&["images", "roots"]).unwrap_err();
    assert!(matches!(in_use, StoreError::InUse { .. }));
    assert!(store.path("images/a").exists());
    drop(other);
    let freed = store.remove_all(&["images", "roots"]).unwrap();
    assert!(freed > 0, "{freed}");
    assert!(!store.path("images").exists());
    assert!(store.path("mine").exists());
    // We are there as before.
    let other = Store::open(directory.path()).unwrap();
    other.remove_all(&["mine"]).unwrap_err();
}

#[test]
fn a_lock_is_had_alone_or_shared() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    let one = store.share("a").unwrap();
    let two = store.share("a").unwrap();
    assert!(store.try_lock("a").unwrap().is_none());
    drop((one, two));
    let alone = store.try_lock("a").unwrap();
    assert!(alone.is_some());
    assert!(store.try_lock("a").unwrap().is_none());
}
