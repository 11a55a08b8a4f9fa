//! The blobs of a layout: reading, checking, and bringing them in from another one.
//!
//! A layout may be anybody's, so what is no ordinary file is never opened: a pipe would keep us waiting. A
//! symbolic link to a file is followed, since Bazel makes layouts of them; a blob that is brought in is
//! what its digest says wherever it came from.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::digest::Hasher;
use crate::{Descriptor, Digest, Layout, LayoutError};

/// Documents larger than this are refused: registries cap manifests at 4 MiB.
const LARGEST_DOCUMENT: u64 = 16 << 20;

/// How much is copied, in bytes, between two looks at whether to go on.
const COPIED_AT_ONCE: u64 = 4 << 20;

/// Whether the bytes of a blob are known to be those of its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// We wrote it, and nobody else has it to write to.
    Ours,
    /// It may be anything: its digest is computed while it is copied.
    Foreign,
}

/// Fails when copying is to end before it is done.
pub type GoOn<'a> = &'a dyn Fn() -> io::Result<()>;

impl Layout {
    /// Where the blob of this digest is, whether it is there or not.
    #[must_use]
    pub fn blob_path(&self, digest: &Digest) -> PathBuf {
        self.path().join("blobs/sha256").join(digest.hex())
    }

    /// Writes a blob; one that is there already is left alone.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<Digest, LayoutError> {
        let digest = Digest::of(bytes);
        let path = self.blob_path(&digest);
        if !path.exists() {
            self.guarded(|| fs_err::write(&path, bytes))?;
        }
        Ok(digest)
    }

    /// Brings in a blob of another layout: a hard link, or a copy where the two are on different file
    /// systems or the file system has no links.
    ///
    /// # Errors
    /// When the blob isn't there or can't be written.
    pub fn link_blob(&self, from: &Self, digest: &Digest) -> Result<(), LayoutError> {
        let (source, target) = (from.blob_path(digest), self.blob_path(digest));
        if target.exists() {
            return Ok(());
        }
        self.guarded(|| {
            fs_err::hard_link(&source, &target)
                .or_else(|_| fs_err::copy(&source, &target).map(drop))
        })
    }

    /// Checks that a blob is there and has the size that its descriptor promises.
    ///
    /// # Errors
    /// [`LayoutError::WrongSize`], or [`LayoutError::NoFile`] when it is not there.
    pub fn check_size(&self, descriptor: &Descriptor) -> Result<(), LayoutError> {
        let path = self.blob_path(&descriptor.digest);
        let found = self.size_of_file(&path)?;
        if found == descriptor.size {
            Ok(())
        } else {
            Err(LayoutError::WrongSize {
                path,
                expected: descriptor.size,
                found,
            })
        }
    }

    /// Reads a blob and checks that its digest is the one it is named by.
    ///
    /// # Errors
    /// [`LayoutError::Damaged`], or [`LayoutError::NoFile`] when it is not there; when `go_on` fails.
    pub fn check_digest(&self, digest: &Digest, go_on: GoOn<'_>) -> Result<(), LayoutError> {
        let path = self.blob_path(digest);
        self.size_of_file(&path)?;
        let mut hasher = Hasher::new(io::sink());
        self.guarded(|| copy(&mut fs_err::File::open(&path)?, &mut hasher, go_on))?;
        let found = hasher.finish().digest;
        if found == *digest {
            Ok(())
        } else {
            Err(LayoutError::Damaged { path, found })
        }
    }

    /// The bytes of a manifest or configuration, checked against their digest.
    ///
    /// # Errors
    /// [`LayoutError::Damaged`], or [`LayoutError::NoFile`] when it is not there.
    pub fn read_blob(&self, digest: &Digest) -> Result<Vec<u8>, LayoutError> {
        let path = self.blob_path(digest);
        let bytes = self.read_document(&path)?;
        let found = Digest::of(&bytes);
        if found == *digest {
            Ok(bytes)
        } else {
            Err(LayoutError::Damaged { path, found })
        }
    }

    /// Writes a blob of `from` to a file. `file` is of this layout, which errors of writing name.
    ///
    /// # Errors
    /// When the blob isn't there, has another size or digest than it should, can't be copied, or `go_on` fails.
    pub(crate) fn copy_to(
        &self,
        from: &Self,
        blob: &Descriptor,
        trust: Trust,
        mut file: impl Write,
        go_on: GoOn<'_>,
    ) -> Result<(), LayoutError> {
        from.check_size(blob)?;
        let path = from.blob_path(&blob.digest);
        // The file itself, so that the system copies where it can.
        let mut source = from.guarded(|| fs_err::File::open(&path))?.into_file();
        if trust == Trust::Ours {
            return self.guarded(|| copy(&mut source, &mut file, go_on));
        }
        let mut hasher = Hasher::new(file);
        // One byte more tells a file that grows.
        let mut source = source.take(blob.size + 1);
        self.guarded(|| copy(&mut source, &mut hasher, go_on))?;
        let found = hasher.finish().digest;
        if found == blob.digest {
            Ok(())
        } else {
            Err(LayoutError::Damaged { path, found })
        }
    }

    /// Brings in a blob of a layout that isn't ours: a copy, and never a link, whose digest is checked.
    ///
    /// # Errors
    /// When the blob isn't there, isn't what its descriptor promises, or can't be copied; when `go_on` fails.
    pub fn copy_foreign_blob(
        &self,
        from: &Self,
        blob: &Descriptor,
        go_on: GoOn<'_>,
    ) -> Result<(), LayoutError> {
        let target = self.blob_path(&blob.digest);
        let file = self.guarded(|| fs_err::File::create(&target))?;
        self.copy_to(from, blob, Trust::Foreign, file, go_on)
    }

    pub(crate) fn read_document(&self, path: &Path) -> Result<Vec<u8>, LayoutError> {
        let size = self.size_of_file(path)?;
        if size > LARGEST_DOCUMENT {
            return Err(LayoutError::TooLarge {
                path: path.to_owned(),
                limit: LARGEST_DOCUMENT,
                found: size,
            });
        }
        self.guarded(|| {
            let mut bytes = Vec::new();
            let file = fs_err::File::open(path)?;
            file.take(LARGEST_DOCUMENT).read_to_end(&mut bytes)?;
            Ok(bytes)
        })
    }

    /// In bytes, of what is a file, or a link to one.
    fn size_of_file(&self, path: &Path) -> Result<u64, LayoutError> {
        match fs_err::metadata(path) {
            Ok(metadata) if metadata.is_file() => Ok(metadata.len()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => self.guarded(|| Err(error)),
            _ => Err(LayoutError::NoFile {
                path: path.to_owned(),
            }),
        }
    }
}

fn copy(source: &mut impl Read, target: &mut impl Write, go_on: GoOn<'_>) -> io::Result<()> {
    loop {
        go_on()?;
        if io::copy(&mut source.by_ref().take(COPIED_AT_ONCE), target)? == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
#[path = "blobs_tests.rs"]
mod tests;
