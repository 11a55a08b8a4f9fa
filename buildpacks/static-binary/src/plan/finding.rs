//! What makes a program unusable in an image that holds nothing else.

use std::collections::BTreeMap;

use linkage::{
    ByteOrder, Class, Elf, Kind, Libraries, Linkage, Machine, Missing, ParseError, RequiredVersion,
};

use crate::plan::Target;
use crate::program::{Format, ProgramFile};

/// What makes a program unusable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Nothing lies there.
    Absent,
    /// A directory or the like lies there.
    NoFile,
    /// It lies outside of the app.
    Outside,
    /// It has no content.
    Empty,
    /// It is a script for an interpreter.
    Script(String),
    /// It is for macOS.
    MacOs,
    /// It is for Windows.
    Windows,
    /// It is an ELF file for another system.
    OtherSystem(&'static str),
    /// It is no program of any kind that is known.
    NoProgram,
    /// Its end is missing.
    Truncated {
        /// How long it must be at least, in bytes.
        needed: u64,
        /// How long it is, in bytes.
        present: u64,
    },
    /// Its headers contradict themselves.
    Malformed(String),
    /// It would run as another user; the permission bits.
    SetUser(u32),
    /// It is an ELF file of another kind.
    WrongKind(Kind),
    /// It is for another machine than the target.
    Foreign(Foreign),
    /// The kernel would find nothing to load.
    NothingToLoad,
    /// It doesn't say where it starts.
    NoEntry,
    /// It needs a loader or libraries, and the run image has none at all.
    Dynamic(Needs),
    /// It needs a loader, a library or a version of one that the run image lacks.
    Lacking(Lacking),
}

/// What a program that is linked dynamically needs of its system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needs {
    /// The loader.
    pub(crate) interpreter: Option<String>,
    /// The libraries, by their sonames.
    pub(crate) libraries: Vec<String>,
    /// The versions that the libraries must have.
    pub(crate) versions: Vec<RequiredVersion>,
}

/// What a program needs and the run image lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacking {
    /// Not empty.
    pub(crate) missing: Vec<Missing>,
    /// By library, the newest version that the run image has of the kind that is missing.
    pub(crate) newest: BTreeMap<String, String>,
}

/// How a program's machine differs from the target, by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// A 32-bit machine.
    Bits32(Machine),
    /// x86-64 with 32-bit addresses.
    X32,
    /// A machine that has the most significant byte of a number first.
    BigEndian(Machine),
    /// Any other.
    Machine(Machine),
}

/// What is wrong with a file, the most fundamental first; what its headers say when nothing is.
pub(crate) fn examine<'a>(file: &'a ProgramFile, target: &Target<'_>) -> Result<&'a Elf, Finding> {
    let elf = match &file.format {
        Format::Elf(Ok(elf)) => elf,
        Format::Elf(Err(ParseError::Truncated { needed, present })) => {
            return Err(Finding::Truncated {
                needed: *needed,
                present: *present,
            });
        }
        Format::Elf(Err(ParseError::Malformed { problem })) => {
            return Err(Finding::Malformed(problem.clone()));
        }
        Format::Script { interpreter } => return Err(Finding::Script(interpreter.clone())),
        Format::MachO => return Err(Finding::MacOs),
        Format::Windows => return Err(Finding::Windows),
        Format::Empty => return Err(Finding::Empty),
        Format::Elf(Err(ParseError::NotElf)) | Format::Unknown => return Err(Finding::NoProgram),
    };
    if let Some(system) = elf.other_system {
        return Err(Finding::OtherSystem(system));
    }
    if !elf.is_program() {
        return Err(Finding::WrongKind(elf.kind));
    }
    if let Some(foreign) = foreign(elf, target.architecture) {
        return Err(Finding::Foreign(foreign));
    }
    if !elf.is_loaded {
        return Err(Finding::NothingToLoad);
    }
    if elf.entry == 0 {
        return Err(Finding::NoEntry);
    }
    if elf.linkage() == Linkage::Dynamic {
        check_libraries(elf, target.libraries)?;
    }
    if file.mode & 0o6000 != 0 {
        return Err(Finding::SetUser(file.mode));
    }
    Ok(elf)
}

fn foreign(elf: &Elf, target: &str) -> Option<Foreign> {
    match (elf.machine, elf.class, elf.byte_order) {
        (Machine::X32, ..) => Some(Foreign::X32),
        (machine, Class::Bits32, _) => Some(Foreign::Bits32(machine)),
        // A machine that is always big-endian is told by its name.
        (machine, _, ByteOrder::Big) if machine != Machine::S390x => {
            Some(Foreign::BigEndian(machine))
        }
        (machine, ..) => (machine.to_string() != target).then_some(Foreign::Machine(machine)),
    }
}

fn check_libraries(elf: &Elf, libraries: &Libraries) -> Result<(), Finding> {
    if libraries.is_empty() {
        return Err(Finding::Dynamic(Needs {
            interpreter: elf.interpreter.clone(),
            libraries: elf.needed.clone(),
            versions: elf.required_versions.clone(),
        }));
    }
    let missing = libraries.missing(elf);
    if missing.is_empty() {
        return Ok(());
    }
    let newest = missing.iter().filter_map(|missing| match missing {
        Missing::Version(required) => {
            let newest = newest_like(libraries, required)?;
            Some((required.library.clone(), newest))
        }
        _ => None,
    });
    Err(Finding::Lacking(Lacking {
        newest: newest.collect(),
        missing,
    }))
}

/// `GLIBC_2.41` for `GLIBC_2.99`, and not `GLIBC_PRIVATE`.
fn newest_like(libraries: &Libraries, required: &RequiredVersion) -> Option<String> {
    let (family, _) = required.version.split_once('_')?;
    let versions = libraries.libraries.get(&required.library)?.iter();
    let of_family = versions.filter(|version| {
        let rest = version.strip_prefix(family);
        let number = rest.and_then(|rest| rest.strip_prefix('_'));
        number.is_some_and(|number| number.starts_with(|first: char| first.is_ascii_digit()))
    });
    of_family
        .max_by_key(|version| version_numbers(version))
        .cloned()
}

/// The numbers in the name of a symbol version: as text, `GLIBC_2.4` is more than `GLIBC_2.38`.
pub(crate) fn version_numbers(version: &str) -> Vec<u32> {
    let digits = |character: char| !character.is_ascii_digit();
    let parts = version.split(digits).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().unwrap_or(u32::MAX)).collect()
}
