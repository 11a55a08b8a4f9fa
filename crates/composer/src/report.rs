//! What is said of an image that was composed.

use std::io;

use oci::{Digest, EntryKind, Tree};

use crate::fetch::Fetched;

/// What became of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageReport {
    /// Its name.
    pub image: String,
    /// The number of regular files.
    pub files: usize,
    /// Bytes of the layer's tar, or of the files of a directory.
    pub uncompressed_size: u64,
    /// Bytes of the layer; none for directories.
    pub compressed_size: Option<u64>,
    /// The digest of the manifest; none for directories.
    pub manifest_digest: Option<Digest>,
    /// Packages that are not of the locked version, as `name version`: the archive no longer has it.
    pub replaced: Vec<String>,
}

impl ImageReport {
    /// Without sizes and digest, which the form of the image decides.
    pub(crate) fn new(image: &str, tree: &Tree, fetched: &[Fetched]) -> Self {
        let is_file = |kind: &EntryKind| matches!(kind, EntryKind::File(_));
        let replaced = fetched.iter().filter(|package| package.replaced);
        Self {
            image: image.to_owned(),
            files: tree
                .iter()
                .filter(|(_, entry)| is_file(&entry.kind))
                .count(),
            uncompressed_size: 0,
            compressed_size: None,
            manifest_digest: None,
            replaced: replaced
                .map(|package| format!("{} {}", package.name, package.version))
                .collect(),
        }
    }
}

/// Bytes of all files.
pub(crate) fn tree_size(tree: &Tree) -> io::Result<u64> {
    tree.iter()
        .map(|(_, entry)| match &entry.kind {
            EntryKind::File(content) => content.size(),
            EntryKind::Directory | EntryKind::Symlink(_) => Ok(0),
        })
        .sum()
}
