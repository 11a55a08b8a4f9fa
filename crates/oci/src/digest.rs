//! The content digests of the OCI image specification ("descriptor", section "Digests").

use std::fmt;
use std::io::{self, Read, Write};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A SHA-256 content digest, shown as `sha256:<64 lower-case hexadecimal digits>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest {
    hex: String,
}

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            hex: hex::encode(Sha256::digest(bytes)),
        }
    }

    /// The digest of everything a reader gives.
    ///
    /// # Errors
    /// Whatever the reader fails with.
    pub fn of_reader(mut reader: impl Read) -> io::Result<Self> {
        let mut hasher = Hasher::new(io::sink());
        io::copy(&mut reader, &mut hasher)?;
        Ok(hasher.finish().digest)
    }

    /// The 64 hexadecimal digits without the algorithm: the file name of a blob.
    #[must_use]
    pub fn hex(&self) -> &str {
        &self.hex
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", self.hex)
    }
}

/// A text that is no SHA-256 digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not of the form sha256:<64 hexadecimal digits>")]
pub struct DigestError(String);

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        match text.strip_prefix("sha256:") {
            Some(hex)
                if hex.len() == 64
                    && hex
                        .bytes()
                        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) =>
            {
                Ok(Self {
                    hex: hex.to_owned(),
                })
            }
            _ => Err(DigestError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// A writer that passes bytes on and knows their digest and number.
pub(crate) struct Hasher<W> {
    inner: W,
    sha256: Sha256,
    size: u64,
}

/// What a [`Hasher`] saw.
pub(crate) struct Hashed<W> {
    /// The writer underneath.
    pub(crate) inner: W,
    /// The digest of all bytes written.
    pub(crate) digest: Digest,
    /// The number of bytes written.
    pub(crate) size: u64,
}

impl<W> Hasher<W> {
    /// Wraps a writer.
    pub(crate) fn new(inner: W) -> Self {
        Self {
            inner,
            sha256: Sha256::new(),
            size: 0,
        }
    }

    /// Ends the hashing.
    pub(crate) fn finish(self) -> Hashed<W> {
        Hashed {
            inner: self.inner,
            digest: Digest {
                hex: hex::encode(self.sha256.finalize()),
            },
            size: self.size,
        }
    }
}

impl<W: Write> Write for Hasher<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_parse_only_in_their_canonical_form() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), empty);
        assert_eq!(empty.parse(), Ok(Digest::of(b"")));
        for wrong in [
            "",
            "sha256:",
            "sha512:00",
            &empty.to_uppercase(),
            &empty[..70],
        ] {
            assert_eq!(
                wrong.parse::<Digest>(),
                Err(DigestError(wrong.to_owned())),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_hasher_counts_what_it_passes_on() {
        let mut hasher = Hasher::new(Vec::new());
        hasher.write_all(b"abc").unwrap();
        let seen = hasher.finish();
        assert_eq!((seen.inner, seen.size), (b"abc".to_vec(), 3));
        assert_eq!(seen.digest, Digest::of(b"abc"));
    }
}
