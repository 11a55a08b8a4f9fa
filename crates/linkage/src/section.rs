//! Sections by their names. Linkers put what is not for the loader there; stripped files may have none.

use std::io::{Read, Seek};

use object::elf::{FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, SectionHeader as _};
use object::read::{ReadCache, ReadRef};
use object::{Endianness, FileKind};

/// The bytes of the first section of that name; nothing where there is none, or the file is damaged.
#[must_use]
pub fn section<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    of_kind(bytes, name)
}

/// Whether [`section`] would find one. Of the file no more is read than tells it: programs are large.
pub fn has_section(file: impl Read + Seek, name: &str) -> bool {
    of_kind(&ReadCache::new(file), name).is_some()
}

fn of_kind<'a, R: ReadRef<'a>>(data: R, name: &str) -> Option<&'a [u8]> {
    match FileKind::parse(data).ok()? {
        FileKind::Elf32 => find::<FileHeader32<Endianness>, R>(data, name),
        FileKind::Elf64 => find::<FileHeader64<Endianness>, R>(data, name),
        _ => None,
    }
}

fn find<'a, F, R>(data: R, name: &str) -> Option<&'a [u8]>
where
    F: FileHeader<Endian = Endianness>,
    R: ReadRef<'a>,
{
    let header = F::parse(data).ok()?;
    let endian = header.endian().ok()?;
    let sections = header.sections(endian, data).ok()?;
    let (_, section) = sections.section_by_name(endian, name.as_bytes())?;
    section.data(endian, data).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_file_is_asked_as_its_bytes_are() {
        let own = fs_err::read("/proc/self/exe").unwrap();
        for (bytes, name, is_there) in [
            (&own[..], ".text", true),
            (&own[..], ".none", false),
            (&own[..own.len() / 2], ".text", false),
            (b"no program", ".text", false),
        ] {
            assert_eq!(section(bytes, name).is_some(), is_there, "{name}");
            assert_eq!(has_section(Cursor::new(bytes), name), is_there, "{name}");
        }
    }
}
