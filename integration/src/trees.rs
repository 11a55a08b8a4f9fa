//! Copies of app directories.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use walkdir::WalkDir;

/// A writable copy of a directory, removed when dropped.
///
/// # Panics
/// When it can't be copied.
#[track_caller]
#[must_use]
pub fn copy_of(source: &Path) -> TempDir {
    let target = testkit::directory("");
    copy(source, target.path());
    target
}

/// Copies what is in `source` into `target`, modes included; directories become writable, as the ones
/// of Go's module cache aren't.
///
/// # Panics
/// When it can't be copied.
#[track_caller]
pub fn copy(source: &Path, target: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    for entry in WalkDir::new(source).min_depth(1) {
        let entry = entry.expect("the source can be read");
        let relative = entry.path().strip_prefix(source).expect("below source");
        let to = target.join(relative);
        let kind = entry.file_type();
        if kind.is_symlink() {
            let link = fs_err::read_link(entry.path()).expect("the link can be read");
            symlink(link, to).expect("the link can be made");
        } else if kind.is_dir() {
            fs_err::create_dir_all(&to).expect("the directory can be made");
        } else {
            fs_err::copy(entry.path(), &to).expect("the file can be copied");
            let mode = entry.metadata().expect("it is there").permissions().mode();
            fs_err::set_permissions(&to, std::fs::Permissions::from_mode(mode | 0o200))
                .expect("the mode can be set");
        }
    }
}

/// Gives every file and directory another modification time: `seconds` after 2001-09-09 01:46:40 UTC.
///
/// # Panics
/// When a time can't be set.
#[track_caller]
pub fn touch_all(root: &Path, seconds: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + seconds);
    for entry in WalkDir::new(root).contents_first(true) {
        let entry = entry.expect("the tree can be read");
        if !entry.path_is_symlink() {
            let file = fs_err::File::open(entry.path()).expect("the file can be opened");
            file.file().set_modified(time).expect("the time can be set");
        }
    }
}
