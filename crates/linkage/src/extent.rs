//! How long a file must be to hold what its headers speak of.

use object::elf;
use object::read::elf::{FileHeader, ProgramHeader as _, SectionHeader as _};

use crate::ParseError;

/// The end of both tables of headers.
pub(crate) fn of_tables<F: FileHeader>(header: &F, endian: F::Endian) -> u64 {
    let table = |offset: u64, count: u64, size: u64| {
        let end = offset.saturating_add(count.saturating_mul(size));
        if offset == 0 { 0 } else { end }
    };
    let programs = table(
        header.e_phoff(endian).into(),
        header.e_phnum(endian).into(),
        header.e_phentsize(endian).into(),
    );
    let section_offset: u64 = header.e_shoff(endian).into();
    // Zero sections at an offset means that the first section header holds the number; a file that
    // uses that has more than 65,279 sections and is no program.
    let section_count = u64::from(header.e_shnum(endian)).max(1);
    let sections = table(
        section_offset,
        section_count,
        header.e_shentsize(endian).into(),
    );
    programs.max(sections)
}

/// The end of the last segment and the last section that lie in the file.
pub(crate) fn of_contents<F: FileHeader>(
    endian: F::Endian,
    programs: &[F::ProgramHeader],
    sections: &[F::SectionHeader],
) -> u64 {
    let segments = programs
        .iter()
        .map(|segment| segment.file_range(endian))
        .map(|(offset, size)| {
            if size == 0 {
                0
            } else {
                offset.saturating_add(size)
            }
        });
    let sections = sections.iter().map(|section| {
        let offset: u64 = section.sh_offset(endian).into();
        let size: u64 = section.sh_size(endian).into();
        match section.sh_type(endian) {
            elf::SHT_NULL | elf::SHT_NOBITS => 0,
            _ => offset.saturating_add(size),
        }
    });
    segments.chain(sections).max().unwrap_or(0)
}

/// An error when the file is shorter than it must be.
pub(crate) fn check(needed: u64, present: u64) -> Result<(), ParseError> {
    if needed > present {
        return Err(ParseError::Truncated { needed, present });
    }
    Ok(())
}
