//! Directory trees as components need them: trimmed, with fixed modes and times.

use std::fs::File;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest as _, Sha256};
use walkdir::{DirEntry, WalkDir};

/// The time of every file in a component.
fn released() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(oci::FILE_TIME.into())
}

/// Removes what `remove` says; it sees each relative path and whether a file is there. A directory
/// that is removed is not entered.
pub(crate) fn remove_where(root: &Path, remove: impl Fn(&str, bool) -> bool) -> io::Result<()> {
    let mut walk = WalkDir::new(root).min_depth(1).into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry.map_err(io::Error::from)?;
        let is_directory = entry.file_type().is_dir();
        if remove(&relative(root, &entry), !is_directory) {
            if is_directory {
                walk.skip_current_dir();
                fs_err::remove_dir_all(entry.path())?;
            } else {
                fs_err::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

/// The relative paths of all regular files, sorted.
pub(crate) fn files(root: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(root).sort_by_file_name() {
        let entry = entry.map_err(io::Error::from)?;
        if entry.file_type().is_file() {
            files.push(relative(root, &entry));
        }
    }
    Ok(files)
}

/// Gives every directory and every file that is `executable` mode 0755, every other file 0644, and
/// all of them one time, [`released`].
pub(crate) fn normalise(root: &Path, executable: impl Fn(&str) -> bool) -> io::Result<()> {
    for entry in WalkDir::new(root).contents_first(true) {
        let entry = entry.map_err(io::Error::from)?;
        if entry.file_type().is_symlink() {
            continue;
        }
        let open = entry.file_type().is_dir() || executable(&relative(root, &entry));
        set_mode(entry.path(), if open { 0o755 } else { 0o644 })?;
        let file: File = fs_err::File::open(entry.path())?.into();
        file.set_modified(released())?;
    }
    Ok(())
}

/// SHA-256, in hexadecimal, of the paths, kinds and contents of a tree, and of who may execute its files.
pub(crate) fn digest(root: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    for entry in WalkDir::new(root).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(io::Error::from)?;
        let kind = entry.file_type();
        let (kind, content) = if kind.is_dir() {
            ("directory", Vec::new())
        } else if kind.is_symlink() {
            let target = fs_err::read_link(entry.path())?;
            ("link", target.into_os_string().into_encoded_bytes())
        } else if entry.metadata().map_err(io::Error::from)?.mode() & 0o100 == 0 {
            ("file", fs_err::read(entry.path())?)
        } else {
            ("program", fs_err::read(entry.path())?)
        };
        hasher.update(format!(
            "{kind} {} {}\n",
            content.len(),
            relative(root, &entry)
        ));
        hasher.update(content);
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Copies a tree of directories and regular files.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in WalkDir::new(from) {
        let entry = entry.map_err(io::Error::from)?;
        let target = to.join(relative(from, &entry));
        if entry.file_type().is_dir() {
            fs_err::create_dir_all(&target)?;
        } else {
            fs_err::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

fn relative(root: &Path, entry: &DirEntry) -> String {
    entry
        .path()
        .strip_prefix(root)
        .unwrap_or(entry.path())
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_is_not_entered() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for path in ["keep/a", "keep/b_test.go", "drop/deep/x"] {
            fs_err::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs_err::write(root.join(path), "").unwrap();
        }
        remove_where(root, |path, is_file| {
            assert!(!path.starts_with("drop/"), "{path}");
            path == "drop" || (is_file && path.ends_with("_test.go"))
        })
        .unwrap();
        assert_eq!(files(root).unwrap(), ["keep/a"]);
    }

    #[test]
    fn a_digest_is_of_all_that_a_layer_holds() {
        let digest = |files: &str| super::digest(testkit::directory(files).path()).unwrap();
        let files = "-- a/b --\nx\n-- c -> a/b --\n";
        assert_eq!(digest(files), digest(files));
        for other in [
            "-- a/b --\ny\n-- c -> a/b --\n",
            "-- a/b 0755 --\nx\n-- c -> a/b --\n",
            "-- a/b --\nx\n-- c -> a --\n",
            "-- a/b --\nx\n-- d -> a/b --\n",
            "-- a/b --\nx\n-- c -> a/b --\n-- e/ --\n",
        ] {
            assert_ne!(digest(other), digest(files), "{other}");
        }
    }

    #[test]
    fn modes_and_times_become_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs_err::create_dir(root.join("bin")).unwrap();
        fs_err::write(root.join("bin/go"), "").unwrap();
        fs_err::write(root.join("VERSION"), "").unwrap();
        set_mode(&root.join("VERSION"), 0o400).unwrap();
        let time = released();

        normalise(root, |path| path == "bin/go").unwrap();

        let facts = |path: &str| {
            let metadata = fs_err::metadata(root.join(path)).unwrap();
            let mode = metadata.permissions().mode() & 0o7777;
            (mode, metadata.modified().unwrap())
        };
        assert_eq!(facts(""), (0o755, time));
        assert_eq!(facts("bin/go"), (0o755, time));
        assert_eq!(facts("VERSION"), (0o644, time));
    }
}
