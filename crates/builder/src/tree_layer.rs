//! Directories of components as trees for image layers.

use std::collections::HashMap;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use oci::{Content, Entry, Tree};
use walkdir::WalkDir;

/// Puts everything below `directory` into `tree` at `at`, root's, with the modes that it has. What is one file under
/// several names becomes hard links.
///
/// # Errors
/// When something can't be read, or is neither a directory, a regular file nor a symbolic link.
pub(crate) fn insert(tree: &mut Tree, directory: &Path, at: &str) -> io::Result<()> {
    // A cache directory may be put together of links to another one's components.
    let directory = &fs_err::canonicalize(directory)?;
    let mut first_names = HashMap::new();
    for found in WalkDir::new(directory).sort_by_file_name() {
        let found = found.map_err(io::Error::from)?;
        let relative = found
            .path()
            .strip_prefix(directory)
            .unwrap_or(found.path())
            .to_str()
            .ok_or_else(|| io::Error::other(format!("{} is not UTF-8", found.path().display())))?;
        let path = if relative.is_empty() {
            at.to_owned()
        } else {
            format!("{at}/{relative}")
        };
        tree.insert(&path, entry(&found, &mut first_names)?)
            .map_err(io::Error::other)?;
    }
    Ok(())
}

/// `first_names` is the name of each file that was met, by device and number.
fn entry(
    found: &walkdir::DirEntry,
    first_names: &mut HashMap<(u64, u64), PathBuf>,
) -> io::Result<Entry> {
    let kind = found.file_type();
    if kind.is_symlink() {
        let target = fs_err::read_link(found.path())?;
        let target = target.to_str().map(str::to_owned);
        let target = target.ok_or_else(|| {
            io::Error::other(format!(
                "the target of {} is not UTF-8",
                found.path().display()
            ))
        })?;
        return Ok(Entry::symlink(target));
    }
    let metadata = fs_err::metadata(found.path())?;
    let mode = metadata.mode() & 0o7777;
    if kind.is_dir() {
        return Ok(Entry::directory(mode));
    }
    let first = first_names
        .entry((metadata.dev(), metadata.ino()))
        .or_insert_with(|| found.path().to_owned());
    Ok(Entry::file(mode, Content::Disk(first.clone())))
}

#[cfg(test)]
mod tests {
    use oci::EntryKind;

    use super::*;

    #[test]
    fn a_directory_keeps_modes_and_links() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("root");
        fs_err::create_dir_all(root.join("bin")).unwrap();
        fs_err::write(root.join("bin/build"), "program").unwrap();
        fs_err::write(root.join("data"), "text").unwrap();
        for (path, mode) in [
            ("bin", 0o755),
            ("bin/build", 0o755),
            ("data", 0o644),
            ("", 0o755),
        ] {
            crate::tree::set_mode(&root.join(path), mode).unwrap();
        }
        fs_err::os::unix::fs::symlink("build", root.join("bin/detect")).unwrap();
        fs_err::hard_link(root.join("data"), root.join("same")).unwrap();
        let mut tree = Tree::default();

        let link = directory.path().join("link");
        fs_err::os::unix::fs::symlink("root", &link).unwrap();

        insert(&mut tree, &link, "cnb/x").unwrap();

        let lines: Vec<String> = tree
            .iter()
            .map(|(path, entry)| match &entry.kind {
                EntryKind::Symlink(target) => format!("{path} -> {target}"),
                EntryKind::File(Content::Disk(file)) => {
                    let name = file.file_name().unwrap_or_default().display();
                    format!("{path} {:04o} is {name}", entry.mode)
                }
                EntryKind::File(Content::Bytes(_)) => panic!("{path}"),
                EntryKind::Directory => format!("{path}/ {:04o}", entry.mode),
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        cnb/ 0755
        cnb/x/ 0755
        cnb/x/bin/ 0755
        cnb/x/bin/build 0755 is build
        cnb/x/bin/detect -> build
        cnb/x/data 0644 is data
        cnb/x/same 0644 is data
        ");
    }
}
