//! One tree as one layer blob.

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::compress::{Compression, GzipWriter};
use crate::digest::Hasher;
use crate::{Digest, Tree};

/// A layer that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The digest of the uncompressed tar.
    pub diff_id: Digest,
    /// The digest of the gzip-compressed blob.
    pub digest: Digest,
    /// Bytes of the blob.
    pub size: u64,
    /// Bytes of the uncompressed tar.
    pub uncompressed_size: u64,
    /// The blob: `<directory>/<hexadecimal digest>`.
    pub blob: PathBuf,
}

/// Writes a tree as a gzip-compressed tar into `directory`, under the name that its digest gives it in
/// the `blobs/sha256` of an OCI layout. The same tree gives the same bytes.
///
/// # Errors
/// When a file of the tree can't be read or the blob can't be written.
pub fn write_layer(tree: &Tree, compression: Compression, directory: &Path) -> io::Result<Layer> {
    write_blob(compression, directory, |writer| tree.write_tar(writer))
}

/// The same of whatever writes the tar.
pub(crate) fn write_blob(
    compression: Compression,
    directory: &Path,
    write_tar: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> io::Result<Layer> {
    let unfinished = tempfile::Builder::new()
        .prefix(".layer-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(directory)?;
    let blob = Hasher::new(BufWriter::new(unfinished));
    let mut tar = Hasher::new(GzipWriter::new(blob, compression));
    write_tar(&mut tar)?;
    let tar = tar.finish();
    let mut blob = tar.inner.finish()?.finish();
    blob.inner.flush()?;
    let unfinished = blob
        .inner
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    let path = directory.join(blob.digest.hex());
    unfinished.persist(&path).map_err(|error| error.error)?;
    Ok(Layer {
        diff_id: tar.digest,
        digest: blob.digest,
        size: blob.size,
        uncompressed_size: tar.size,
        blob: path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Content, Entry};

    #[test]
    fn a_layer_is_named_by_its_digest_and_always_the_same() {
        let directory = tempfile::tempdir().unwrap();
        let mut tree = Tree::default();
        tree.insert(
            "etc/passwd",
            Entry::file(0o644, Content::Bytes(b"root\n".to_vec())),
        )
        .unwrap();

        let first = write_layer(&tree, Compression::Best, directory.path()).unwrap();
        let second = write_layer(&tree, Compression::Best, directory.path()).unwrap();

        assert_eq!(first, second);
        let bytes = fs_err::read(&first.blob).unwrap();
        assert_eq!(first.digest, Digest::of(&bytes));
        assert_eq!(first.size, bytes.len() as u64);
        let mut tar = Vec::new();
        tree.write_tar(&mut tar).unwrap();
        assert_eq!(first.diff_id, Digest::of(&tar));
        assert_eq!(first.uncompressed_size, tar.len() as u64);
        assert_eq!(fs_err::read_dir(directory.path()).unwrap().count(), 1);
    }
}
