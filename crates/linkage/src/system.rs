//! The operating system that a file says it is for. ELF is that of many, with one machine and the same headers.

use object::elf;
use object::read::elf::{FileHeader, ProgramHeader as _};

/// Names of notes (`PT_NOTE`) by which the systems know their programs, and what the systems are called.
const NOTES: [(&[u8], &str); 4] = [
    (b"FreeBSD", "FreeBSD"),
    (b"NetBSD", "NetBSD"),
    (b"OpenBSD", "OpenBSD"),
    (b"DragonFly", "DragonFly"),
];

/// The system, where it isn't Linux. `EI_OSABI` is that of System V for most Linux programs, and for some of others.
pub(crate) fn other_than_linux<F: FileHeader>(
    header: &F,
    endian: F::Endian,
    programs: &[F::ProgramHeader],
    bytes: &[u8],
) -> Option<&'static str> {
    match header.e_ident().os_abi {
        elf::ELFOSABI_NETBSD => return Some("NetBSD"),
        elf::ELFOSABI_SOLARIS => return Some("Solaris"),
        elf::ELFOSABI_FREEBSD => return Some("FreeBSD"),
        elf::ELFOSABI_OPENBSD => return Some("OpenBSD"),
        _ => {}
    }
    for segment in programs {
        let Ok(Some(mut notes)) = segment.notes(endian, bytes) else {
            continue;
        };
        // Notes that can't be read are the business of whoever needs them.
        while let Ok(Some(note)) = notes.next() {
            let known = NOTES.iter().find(|(name, _)| *name == note.name());
            if let Some((_, system)) = known {
                return Some(system);
            }
        }
    }
    None
}
