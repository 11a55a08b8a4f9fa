//! Gzip by libdeflate: smaller than zlib at every level, and the same bytes on every machine.
//!
//! Long data becomes several gzip members (RFC 1952 §2.2), one for every [`MEMBER_SIZE`] bytes, so
//! that memory stays bounded and all cores work. Where a member ends depends on the data alone, never
//! on the number of cores.

use std::io::{self, Write};
use std::num::NonZero;
use std::thread;

use libdeflater::{CompressionLvl, Compressor};

/// Uncompressed bytes of a gzip member; only the last is shorter.
pub(crate) const MEMBER_SIZE: usize = 16 << 20;

/// How hard to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// libdeflate level 6: about as small as `gzip -9`, some 60 MB/s and core.
    Fast,
    /// libdeflate level 12, 4 % smaller, some 3 MB/s and core: for what is downloaded often.
    Best,
}

impl Compression {
    fn level(self) -> CompressionLvl {
        match self {
            Self::Fast => CompressionLvl::default(),
            Self::Best => CompressionLvl::best(),
        }
    }
}

/// A writer that passes on what it is given as gzip.
pub(crate) struct GzipWriter<W> {
    inner: W,
    compression: Compression,
    members: Vec<Vec<u8>>,
    batch: usize,
    empty: bool,
}

impl<W: Write> GzipWriter<W> {
    /// Wraps a writer. Nothing is written before a batch of members is full.
    pub(crate) fn new(inner: W, compression: Compression) -> Self {
        Self {
            inner,
            compression,
            members: Vec::new(),
            batch: thread::available_parallelism().map_or(1, NonZero::get),
            empty: true,
        }
    }

    /// Writes what is still buffered and gives back the writer underneath.
    ///
    /// # Errors
    /// Whatever the writer underneath fails with.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        if self.empty {
            self.members.push(Vec::new());
        }
        self.compress_members()?;
        Ok(self.inner)
    }

    fn compress_members(&mut self) -> io::Result<()> {
        let members = std::mem::take(&mut self.members);
        let compression = self.compression;
        let compressed: Vec<io::Result<Vec<u8>>> = thread::scope(|scope| {
            let workers: Vec<_> = members
                .iter()
                .map(|member| scope.spawn(move || gzip_member(member, compression)))
                .collect();
            workers
                .into_iter()
                .map(|worker| {
                    worker
                        .join()
                        .unwrap_or_else(|_| Err(io::Error::other("compression panicked")))
                })
                .collect()
        });
        for member in compressed {
            self.inner.write_all(&member?)?;
        }
        Ok(())
    }
}

impl<W: Write> Write for GzipWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        self.empty = false;
        if self
            .members
            .last()
            .is_none_or(|last| last.len() == MEMBER_SIZE)
        {
            if self.members.len() == self.batch {
                self.compress_members()?;
            }
            self.members.push(Vec::new());
        }
        let Some(member) = self.members.last_mut() else {
            return Ok(0);
        };
        let taken = bytes.len().min(MEMBER_SIZE - member.len());
        member.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn gzip_member(bytes: &[u8], compression: Compression) -> io::Result<Vec<u8>> {
    let mut compressor = Compressor::new(compression.level());
    let mut compressed = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let size = compressor
        .gzip_compress(bytes, &mut compressed)
        .map_err(io::Error::other)?;
    compressed.truncate(size);
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn compress(bytes: &[u8], batch: usize) -> Vec<u8> {
        let mut writer = GzipWriter::new(Vec::new(), Compression::Fast);
        writer.batch = batch;
        for piece in bytes.chunks(1 << 20) {
            writer.write_all(piece).unwrap();
        }
        writer.finish().unwrap()
    }

    #[test]
    fn what_was_compressed_comes_back_and_does_not_depend_on_the_cores() {
        let long: Vec<u8> = (0..MEMBER_SIZE + 70_001)
            .map(|index| u8::try_from(index % 251).unwrap())
            .collect();
        for bytes in [&b""[..], b"short", &long] {
            let compressed = compress(bytes, 1);
            let mut back = Vec::new();
            flate2::read::MultiGzDecoder::new(&compressed[..])
                .read_to_end(&mut back)
                .unwrap();
            assert!(back == bytes, "{} bytes", bytes.len());
            assert!(compressed == compress(bytes, 3), "{} bytes", bytes.len());
        }
    }
}
