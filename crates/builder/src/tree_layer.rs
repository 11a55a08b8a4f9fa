//! Directories of components as trees for image layers.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use oci::{Content, Entry, Tree};
use walkdir::WalkDir;

/// Puts everything below `directory` into `tree` at `at`, root's, with the modes that it has.
///
/// # Errors
/// When something can't be read, or is neither a directory, a regular file nor a symbolic link.
pub(crate) fn insert(tree: &mut Tree, directory: &Path, at: &str) -> io::Result<()> {
    // A cache directory may be put together of links to another one's components.
    let directory = &fs_err::canonicalize(directory)?;
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
        tree.insert(&path, entry(&found)?)
            .map_err(io::Error::other)?;
    }
    Ok(())
}

fn entry(found: &walkdir::DirEntry) -> io::Result<Entry> {
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
    let mode = fs_err::metadata(found.path())?.permissions().mode() & 0o7777;
    if kind.is_dir() {
        return Ok(Entry::directory(mode));
    }
    Ok(Entry::file(mode, Content::Disk(found.path().to_owned())))
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
        let mut tree = Tree::default();

        let link = directory.path().join("link");
        fs_err::os::unix::fs::symlink("root", &link).unwrap();

        insert(&mut tree, &link, "cnb/x").unwrap();

        let lines: Vec<String> = tree
            .iter()
            .map(|(path, entry)| match &entry.kind {
                EntryKind::Symlink(target) => format!("{path} -> {target}"),
                EntryKind::File(_) => format!("{path} {:04o}", entry.mode),
                EntryKind::Directory => format!("{path}/ {:04o}", entry.mode),
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        cnb/ 0755
        cnb/x/ 0755
        cnb/x/bin/ 0755
        cnb/x/bin/build 0755
        cnb/x/bin/detect -> build
        cnb/x/data 0644
        ");
    }
}
