//! Images unpacked for running, below `roots/` of the cache directory, by image ID.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use oci::unpack_image;
use store::{Store, StoreError};

use crate::run_error::RunError;
use crate::stored_image::StoredImage;

/// Where the sandbox mounts something. Made while the root can still be written.
const MOUNT_POINTS: [&str; 3] = ["proc", "dev", "tmp"];

/// The files that come from the host.
const HOST_FILES: [&str; 2] = ["etc/hosts", "etc/resolv.conf"];

/// An unpacked image.
pub(crate) struct Root {
    /// The directory.
    pub(crate) path: PathBuf,
    /// Locked, shared, for as long as somebody uses the directory.
    pub(crate) in_use: File,
}

/// The unpacked image, made if it is not there yet; the one that this app ran before is removed unless
/// it still runs.
pub(crate) fn unpacked_root(
    store: &Store,
    image: &StoredImage,
    app_key: &str,
) -> Result<Root, RunError> {
    let hex = image.id().hex();
    let io_error = |source| RunError::Io {
        root: store.root().to_owned(),
        source,
    };
    let _making = store.lock(&format!("root {hex}"))?;
    let in_use = lock_file(store, hex).map_err(io_error)?;
    in_use.lock_shared().map_err(io_error)?;
    let path = store.path("roots").join(hex);
    if !path.exists() {
        let work = store.work_directory()?;
        let root = work.path().join("root");
        fs_err::create_dir(&root).map_err(io_error)?;
        let _step = tracing::info_span!("step", title = "Unpacking the image").entered();
        unpack_image(&image.layout, &root)?;
        make_mount_points(&root).map_err(io_error)?;
        work.commit("root", &path)?;
    }
    replace_previous(store, app_key, hex)?;
    Ok(Root { path, in_use })
}

fn make_mount_points(root: &Path) -> io::Result<()> {
    for directory in MOUNT_POINTS {
        make_missing(&root.join(directory), |path| fs_err::create_dir(path))?;
    }
    for file in HOST_FILES {
        let path = root.join(file);
        if let Some(parent) = path.parent() {
            make_missing(parent, |path| fs_err::create_dir(path))?;
            // Through a link, the image would have us write anywhere on this machine.
            if !fs_err::symlink_metadata(parent)?.is_dir() {
                continue;
            }
        }
        make_missing(&path, |path| fs_err::write(path, ""))?;
    }
    Ok(())
}

/// Something else than a directory or file, such as a link, is left to the sandbox, which puts the
/// directory together around it.
fn make_missing(path: &Path, make: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    if fs_err::symlink_metadata(path).is_ok() {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(path);
    let before = fs_err::metadata(parent)?.permissions();
    let mut writable = before.clone();
    std::os::unix::fs::PermissionsExt::set_mode(&mut writable, 0o700);
    fs_err::set_permissions(parent, writable)?;
    make(path)?;
    fs_err::set_permissions(parent, before)
}

/// Notes which images this app ran, the last one first, and removes the earlier ones that nobody runs
/// any more.
fn replace_previous(store: &Store, app_key: &str, hex: &str) -> Result<(), StoreError> {
    let note = store.path("apps").join(app_key).join("roots");
    let before = fs_err::read_to_string(&note).unwrap_or_default();
    if before == hex {
        return Ok(());
    }
    let is_hex = |text: &&str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let mut kept = vec![hex];
    for earlier in before.lines().filter(is_hex).filter(|line| *line != hex) {
        // Held until all is gone: who starts this image meanwhile waits, and unpacks it anew.
        let in_use = store.io(|| lock_file(store, earlier))?;
        let root = store.path("roots").join(earlier);
        if in_use.try_lock().is_err() {
            kept.push(earlier);
        } else if root.exists() {
            store.discard(&root)?;
        }
    }
    store.io(|| {
        if let Some(parent) = note.parent() {
            fs_err::create_dir_all(parent)?;
        }
        fs_err::write(&note, kept.join("\n"))
    })
}

fn lock_file(store: &Store, hex: &str) -> io::Result<File> {
    let path = store.path("locks").join(format!("in-use-{hex}"));
    let file = fs_err::File::options()
        .create(true)
        .append(true)
        .open(path)?;
    Ok(file.into_file())
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd as _;

    use super::*;

    #[test]
    fn mount_points_are_made_where_they_are_missing_and_modes_stay() {
        let root = testkit::directory(
            "-- etc/passwd --\n-- etc/resolv.conf -> ../run/resolv.conf --\n-- proc/ --\n",
        );
        let etc = root.path().join("etc");
        let read_only = std::os::unix::fs::PermissionsExt::from_mode(0o555);
        fs_err::set_permissions(&etc, read_only).unwrap();
        make_mount_points(root.path()).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(root.path()), @"
        dev              dir  0755
        etc              dir  0555
        etc/hosts        file 0644
        etc/passwd       file 0644
        etc/resolv.conf  link -> ../run/resolv.conf
        proc             dir  0755
        tmp              dir  0755
        ");
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        let outside = tempfile::tempdir().unwrap();
        let root = tempfile::tempdir().unwrap();
        fs_err::os::unix::fs::symlink(outside.path(), root.path().join("etc")).unwrap();
        make_mount_points(root.path()).unwrap();
        assert_eq!(fs_err::read_dir(outside.path()).unwrap().count(), 0);
    }

    #[test]
    fn only_an_image_that_nobody_runs_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let [one, two, three] = ["1", "2", "3"].map(|digit| digit.repeat(64));
        for hex in [&one, &two, &three] {
            fs_err::create_dir_all(store.path("roots").join(hex)).unwrap();
        }
        let running = lock_file(&store, &two).unwrap();
        running.lock_shared().unwrap();
        let removed = fs_err::File::open(store.path("roots").join(&one)).unwrap();
        for hex in [&one, &two, &three] {
            replace_previous(&store, "app", hex).unwrap();
        }
        let is_there = [&one, &two, &three].map(|hex| store.path("roots").join(hex).exists());
        assert_eq!(is_there, [false, true, true]);
        // Where its directory was when it went: a killed process leaves no half of it among the roots.
        let removed = format!("/proc/self/fd/{}", removed.as_raw_fd());
        let removed = fs_err::read_link(removed).unwrap();
        assert!(removed.starts_with(store.path("tmp")), "{removed:?}");
        running.unlock().unwrap();
        replace_previous(&store, "app", &three).unwrap();
        assert!(!store.path("roots").join(&two).exists());
    }
}
