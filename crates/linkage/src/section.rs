//! Sections by their names. Linkers put what is not for the loader there; stripped files may have none.

use object::elf::{FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, SectionHeader as _};
use object::{Endianness, FileKind};

/// The bytes of the first section of that name; nothing where there is none, or the file is damaged.
#[must_use]
pub fn section<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    match FileKind::parse(bytes).ok()? {
        FileKind::Elf32 => find::<FileHeader32<Endianness>>(bytes, name),
        FileKind::Elf64 => find::<FileHeader64<Endianness>>(bytes, name),
        _ => None,
    }
}

fn find<'a, F: FileHeader<Endian = Endianness>>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let header = F::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let sections = header.sections(endian, bytes).ok()?;
    let (_, section) = sections.section_by_name(endian, name.as_bytes())?;
    section.data(endian, bytes).ok()
}
