//! A file that may be a program: what its first bytes and its headers say.

use std::io::{Read, Seek};
use std::path::PathBuf;

use linkage::{Elf, ParseError};
use sbom::Hash;

use crate::composition::Composition;

/// What a file is, by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    /// An ELF file, or what is left of one.
    Elf(Result<Elf, ParseError>),
    /// A text that begins with `#!`, and the interpreter it names.
    Script {
        /// The first line without `#!`.
        interpreter: String,
    },
    /// A program for macOS.
    MachO,
    /// A program for Windows.
    Windows,
    /// A file without content.
    Empty,
    /// Anything else.
    Unknown,
}

/// A file of the app that may be a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProgramFile {
    /// Relative to the app directory.
    pub(crate) path: PathBuf,
    /// Permission bits, setuid, setgid and sticky included.
    pub(crate) mode: u32,
    /// In bytes.
    pub(crate) size: u64,
    /// What it is.
    pub(crate) format: Format,
    /// Its SHA-256.
    pub(crate) hash: Hash,
    /// What it is made of.
    pub(crate) composition: Composition,
    /// Whether it unpacks itself when it starts, so that its headers say nothing of what it is.
    pub(crate) is_packed: bool,
}

impl Format {
    /// What the bytes of a whole file are.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [] => Self::Empty,
            _ if linkage::is_elf(bytes) => Self::Elf(linkage::parse(bytes)),
            [b'#', b'!', rest @ ..] => {
                let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
                Self::Script {
                    interpreter: String::from_utf8_lossy(line).trim().to_owned(),
                }
            }
            _ if is_mach_o(bytes) => Self::MachO,
            [b'M', b'Z', ..] => Self::Windows,
            _ => Self::Unknown,
        }
    }

    /// Whether it is a whole program for Linux, be it for this machine or not.
    pub(crate) fn is_program(&self) -> bool {
        matches!(self, Self::Elf(Ok(elf)) if elf.is_program())
    }

    /// Whether somebody may have meant it to be a program.
    pub(crate) fn may_be_program(&self) -> bool {
        match self {
            // A file that is cut can't tell what it was.
            Self::Elf(elf) => elf.as_ref().map_or(true, Elf::is_program),
            Self::MachO | Self::Windows => true,
            _ => false,
        }
    }
}

/// Whether Go compiled a program. The runtime of Go has a handler of SIGTERM.
pub(crate) fn is_go(file: impl Read + Seek) -> bool {
    linkage::has_section(file, ".go.buildinfo")
}

/// Whether UPX packed the bytes of a whole file: its mark follows the program headers (`p_lx_elf.cpp` of UPX).
pub(crate) fn is_packed(bytes: &[u8]) -> bool {
    let beginning = &bytes[..bytes.len().min(512)];
    linkage::is_elf(bytes) && beginning.windows(4).any(|bytes| bytes == b"UPX!")
}

/// Whether the first bytes, eight are enough, are those of a program's file, for ELF, and for macOS and
/// Windows, whose programs are put here by mistake often enough to deserve an answer.
pub(crate) fn is_native(bytes: &[u8]) -> bool {
    linkage::is_elf(bytes) || is_mach_o(bytes) || is_windows(bytes)
}

/// Whether the first bytes are those of a script.
pub(crate) fn is_script(bytes: &[u8]) -> bool {
    bytes.starts_with(b"#!")
}

/// What follows the two letters are small numbers of 16 bits, so a text that begins with them is none.
fn is_windows(bytes: &[u8]) -> bool {
    bytes.starts_with(b"MZ") && bytes.iter().take(8).any(|byte| *byte == 0)
}

/// 64-bit Mach-O, either byte order, and "universal" files. Java classes share the magic number of the
/// latter, but have their version, at least 45, where universal files count their few parts.
fn is_mach_o(bytes: &[u8]) -> bool {
    match bytes {
        [0xcf, 0xfa, 0xed, 0xfe, ..] | [0xfe, 0xed, 0xfa, 0xcf, ..] => true,
        [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, parts, ..] => *parts < 45,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_by_content() {
        let script = |interpreter: &str| Format::Script {
            interpreter: interpreter.to_owned(),
        };
        let table: [(&[u8], Format); 8] = [
            (b"", Format::Empty),
            (b"#!/bin/sh\necho", script("/bin/sh")),
            (b"#! /usr/bin/env python3", script("/usr/bin/env python3")),
            (b"MZ\x90\0", Format::Windows),
            (b"\xcf\xfa\xed\xfe\x0c", Format::MachO),
            (b"\xca\xfe\xba\xbe\0\0\0\x02", Format::MachO),
            (b"\xca\xfe\xba\xbe\0\0\0\x34", Format::Unknown),
            (b"hello", Format::Unknown),
        ];
        for (bytes, format) in table {
            assert_eq!(Format::of(bytes), format);
        }
        let cut = Format::of(b"\x7fELF\x02");
        assert!(matches!(
            cut,
            Format::Elf(Err(ParseError::Truncated { .. }))
        ));
        assert!(cut.may_be_program());
    }
}
