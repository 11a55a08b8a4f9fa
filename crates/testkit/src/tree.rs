//! Trees read as text, so that a test can compare a whole directory with one snapshot.

use std::fmt::Write as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

/// Everything below `root`, sorted by path, one line an entry: the path padded to the longest, the
/// kind, the mode in octal, and the first eight digits of a file's SHA-256 or a link's target.
///
/// ```text
/// bin       dir  0755
/// bin/tool  file 0755 e3b0c442
/// current   link -> bin/tool
/// ```
///
/// # Panics
/// When something can't be read.
#[must_use]
#[track_caller]
pub fn tree(root: &Path) -> String {
    render(root, true)
}

/// [`tree`] without the digests of files, for content that differs from run to run.
///
/// # Panics
/// When something can't be read.
#[must_use]
#[track_caller]
pub fn tree_without_digests(root: &Path) -> String {
    render(root, false)
}

#[track_caller]
fn render(root: &Path, digests: bool) -> String {
    let entries: Vec<(String, String)> = WalkDir::new(root)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter()
        .map(|entry| {
            let entry = entry.expect("the tree can be read");
            let relative = entry.path().strip_prefix(root).expect("an entry of root");
            let relative = relative.to_string_lossy().into_owned();
            (relative, describe(&entry, digests))
        })
        .collect();
    let width = entries.iter().map(|(path, _)| path.chars().count()).max();
    let width = width.unwrap_or(0);
    let mut text = String::new();
    for (path, description) in entries {
        let _ = writeln!(text, "{path:width$}  {description}");
    }
    text
}

#[track_caller]
fn describe(entry: &walkdir::DirEntry, digests: bool) -> String {
    let metadata = entry.metadata().expect("the entry can be read");
    let mode = metadata.mode() & 0o7777;
    let kind = metadata.file_type();
    if kind.is_symlink() {
        let target = fs_err::read_link(entry.path()).expect("the link can be read");
        format!("link -> {}", target.display())
    } else if kind.is_dir() {
        format!("dir  {mode:04o}")
    } else if kind.is_file() && digests {
        let content = fs_err::read(entry.path()).expect("the file can be read");
        format!(
            "file {mode:04o} {}",
            &hex::encode(Sha256::digest(content))[..8]
        )
    } else if kind.is_file() {
        format!("file {mode:04o}")
    } else if kind.is_fifo() {
        format!("fifo {mode:04o}")
    } else {
        format!("node {mode:04o}")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn digests_can_be_left_out() {
        let made = crate::directory("-- a --\nchanging\n");
        assert_eq!(super::tree_without_digests(made.path()), "a  file 0644\n");
    }

    #[test]
    fn an_empty_directory_is_an_empty_text() {
        let made = tempfile::tempdir().unwrap();
        assert_eq!(super::tree(made.path()), "");
    }
}
