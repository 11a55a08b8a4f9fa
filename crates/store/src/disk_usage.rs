//! How much space a tree takes.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The size of a block in `stat(2)`'s `st_blocks`, whatever the file system's own is.
const BLOCK: u64 = 512;

/// The bytes that removing a tree frees. A file that has another name outside the tree, as a layer that
/// several images share, stays on the disk and doesn't count.
///
/// # Errors
/// When a directory can't be read.
pub fn disk_usage(path: &Path) -> io::Result<u64> {
    let mut shared = BTreeMap::new();
    let mut bytes = 0;
    add(path, &mut bytes, &mut shared)?;
    let whole = shared
        .into_values()
        .filter(|(unseen, _)| *unseen == 0)
        .map(|(_, bytes)| bytes);
    Ok(bytes + whole.sum::<u64>())
}

/// `shared`: by device and inode, how many of a file's names were not seen yet, and its bytes.
fn add(
    path: &Path,
    bytes: &mut u64,
    shared: &mut BTreeMap<(u64, u64), (u64, u64)>,
) -> io::Result<()> {
    let metadata = fs_err::symlink_metadata(path)?;
    let size = metadata.blocks() * BLOCK;
    if metadata.is_dir() {
        *bytes += size;
        for entry in fs_err::read_dir(path)? {
            add(&entry?.path(), bytes, shared)?;
        }
    } else if metadata.nlink() > 1 {
        let (unseen, _) = shared
            .entry((metadata.dev(), metadata.ino()))
            .or_insert((metadata.nlink(), size));
        *unseen -= 1;
    } else {
        *bytes += size;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_once_and_only_when_all_its_names_go() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs_err::create_dir(path("tree")).unwrap();
        let empty = disk_usage(&path("tree")).unwrap();
        fs_err::write(path("tree/one"), vec![1; 100_000]).unwrap();
        let one = disk_usage(&path("tree")).unwrap();
        assert!(one - empty >= 100_000, "{empty} {one}");
        fs_err::hard_link(path("tree/one"), path("tree/two")).unwrap();
        assert_eq!(disk_usage(&path("tree")).unwrap(), one);
        fs_err::hard_link(path("tree/one"), path("outside")).unwrap();
        assert_eq!(disk_usage(&path("tree")).unwrap(), empty);
    }
}
