//! A build cache for Go before 1.24, which knows no `GOCACHEPROG`: the layer is the `GOCACHE`, the shipped
//! entries are links in it, and what was used is told by its time.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

/// `go` renews the time of an entry that it uses when that is older than an hour
/// (`mtimeInterval` in `cmd/go/internal/cache/cache.go`).
const BEFORE_THE_BUILD: Duration = Duration::from_hours(2);

/// The layer during a build.
#[derive(Debug)]
pub(crate) struct PlainCache {
    directory: PathBuf,
    /// The time that every entry has which was not used yet.
    marked: SystemTime,
}

impl PlainCache {
    /// Links the shipped entries in and sets the times back.
    pub(crate) fn prepare(directory: &Path, lower: Option<&Path>) -> Result<Self, std::io::Error> {
        // The clock of the file system: the machine's would not do on a share.
        let stamp = directory.join("stamp");
        fs_err::write(&stamp, "")?;
        let marked = fs_err::metadata(&stamp)?.modified()? - BEFORE_THE_BUILD;
        fs_err::remove_file(&stamp)?;
        for entry in entries(directory)? {
            fs_err::File::open(entry)?.set_modified(marked)?;
        }
        if let Some(lower) = lower {
            link(lower, directory)?;
        }
        Ok(Self {
            directory: directory.to_owned(),
            marked,
        })
    }

    /// Removes the links and what was not used.
    pub(crate) fn sweep(&self) -> Result<(), std::io::Error> {
        for entry in entries(&self.directory)? {
            let metadata = fs_err::symlink_metadata(&entry)?;
            if metadata.is_symlink() || metadata.modified()? <= self.marked {
                fs_err::remove_file(entry)?;
            }
        }
        Ok(())
    }
}

fn link(lower: &Path, directory: &Path) -> Result<(), std::io::Error> {
    for entry in entries(lower)? {
        let relative = entry.strip_prefix(lower).unwrap_or(&entry);
        let link = directory.join(relative);
        if let Some(parent) = link.parent() {
            fs_err::create_dir_all(parent)?;
        }
        if !link.exists() {
            fs_err::os::unix::fs::symlink(&entry, &link)?;
        }
    }
    Ok(())
}

/// The action and output files; not the README and not the time of the last trim.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut entries = Vec::new();
    for entry in WalkDir::new(directory).min_depth(2).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_dir() {
            entries.push(entry.into_path());
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_entries_stay_and_links_go() {
        let cache = testkit::directory(
            "-- upper/01/used-a --\n-- upper/01/unused-a --\n-- upper/trim.txt --\n-- lower/02/shipped-a --\n",
        );
        let upper = cache.path().join("upper");
        let plain = PlainCache::prepare(&upper, Some(&cache.path().join("lower"))).unwrap();
        assert!(upper.join("02/shipped-a").is_symlink());
        // What go does with an entry that it uses, and with a new one.
        fs_err::write(upper.join("01/used-a"), "x").unwrap();
        fs_err::write(upper.join("02/new-a"), "x").unwrap();
        plain.sweep().unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(&upper), @"
        01         dir  0755
        01/used-a  file 0644
        02         dir  0755
        02/new-a   file 0644
        trim.txt   file 0644
        ");
    }
}
