//! The file header and the program headers.

use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader as _};
use object::{Endianness, FileKind};

use crate::dynamic::Dynamic;
use crate::{ByteOrder, Class, Elf, Kind, MAGIC, Machine, ParseError, extent, is_elf, system};

/// The least that tells one class of file headers from the other (`e_ident`).
const IDENTIFICATION: u64 = 16;

/// Parses the bytes of a whole file. Never panics, whatever the bytes are.
///
/// # Errors
/// When they are no ELF file, or are not whole.
pub fn parse(bytes: &[u8]) -> Result<Elf, ParseError> {
    if !is_elf(bytes) {
        let cut = !bytes.is_empty() && MAGIC.starts_with(bytes);
        return Err(if cut {
            truncated(IDENTIFICATION, bytes)
        } else {
            ParseError::NotElf
        });
    }
    if length(bytes) < IDENTIFICATION {
        return Err(truncated(IDENTIFICATION, bytes));
    }
    match FileKind::parse(bytes) {
        Ok(FileKind::Elf32) => parse_class::<FileHeader32<Endianness>>(bytes, Class::Bits32),
        Ok(FileKind::Elf64) => parse_class::<FileHeader64<Endianness>>(bytes, Class::Bits64),
        _ => Err(malformed("the class is neither 32 nor 64 bits")),
    }
}

fn parse_class<F: FileHeader<Endian = Endianness>>(
    bytes: &[u8],
    class: Class,
) -> Result<Elf, ParseError> {
    extent::check(size_of::<F>() as u64, length(bytes))?;
    let header = F::parse(bytes).map_err(|error| malformed(&error.to_string()))?;
    let endian = header
        .endian()
        .map_err(|error| malformed(&error.to_string()))?;
    // The number of a version that has only one value. Read in the wrong order, every other number of the header
    // is wrong, too, and a whole file looks cut off.
    if header.e_version(endian) == u32::from(elf::EV_CURRENT).swap_bytes() {
        return Err(malformed(
            "its numbers aren't in the byte order that it names",
        ));
    }
    extent::check(extent::of_tables(header, endian), length(bytes))?;
    let programs = header
        .program_headers(endian, bytes)
        .map_err(|error| malformed(&error.to_string()))?;
    let sections = header
        .section_headers(endian, bytes)
        .map_err(|error| malformed(&error.to_string()))?;
    extent::check(
        extent::of_contents::<F>(endian, programs, sections),
        length(bytes),
    )?;

    let interpreter = interpreter::<F>(bytes, endian, programs)?;
    let dynamic = Dynamic::read::<F>(bytes, endian, programs)?;
    let is_little = endian == Endianness::Little;
    Ok(Elf {
        class,
        byte_order: if is_little {
            ByteOrder::Little
        } else {
            ByteOrder::Big
        },
        machine: Machine::from_header(header.e_machine(endian), class == Class::Bits64, is_little),
        other_system: system::other_than_linux(header, endian, programs, bytes),
        kind: kind(header.e_type(endian), interpreter.is_some(), &dynamic),
        entry: header.e_entry(endian).into(),
        is_loaded: programs
            .iter()
            .any(|segment| segment.p_type(endian) == elf::PT_LOAD),
        interpreter,
        needed: dynamic.needed,
        rpath: dynamic.rpath,
        runpath: dynamic.runpath,
        required_versions: dynamic.required_versions,
        defined_versions: dynamic.defined_versions,
    })
}

/// Programs and libraries share `ET_DYN`. Linkers mark programs with `DF_1_PIE` (binutils since
/// 2.26, lld) and with `DT_DEBUG`, which libraries don't get; a library that can be started, as
/// `libc.so.6` can, has a soname.
fn kind(file_type: u16, has_interpreter: bool, dynamic: &Dynamic) -> Kind {
    let is_marked = dynamic.is_marked_as_program || has_interpreter;
    match file_type {
        elf::ET_EXEC => Kind::Program,
        elf::ET_DYN if is_marked && !dynamic.has_soname => Kind::PositionIndependentProgram,
        elf::ET_DYN => Kind::SharedObject,
        elf::ET_REL => Kind::Relocatable,
        elf::ET_CORE => Kind::Core,
        other => Kind::Other(other),
    }
}

fn interpreter<F: FileHeader<Endian = Endianness>>(
    bytes: &[u8],
    endian: Endianness,
    programs: &[F::ProgramHeader],
) -> Result<Option<String>, ParseError> {
    for segment in programs {
        let interpreter = segment
            .interpreter(endian, bytes)
            .map_err(|error| malformed(&error.to_string()))?;
        if let Some(path) = interpreter {
            return Ok(Some(String::from_utf8_lossy(path).into_owned()));
        }
    }
    Ok(None)
}

pub(crate) fn malformed(problem: &str) -> ParseError {
    ParseError::Malformed {
        problem: problem.to_owned(),
    }
}

fn truncated(needed: u64, bytes: &[u8]) -> ParseError {
    ParseError::Truncated {
        needed,
        present: length(bytes),
    }
}

fn length(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}
