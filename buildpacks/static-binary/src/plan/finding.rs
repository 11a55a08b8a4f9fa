//! What makes a program unusable in an image that holds nothing else.

use linkage::{ByteOrder, Class, Elf, Kind, Linkage, Machine, ParseError, RequiredVersion};

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
    /// It needs a loader or libraries.
    Dynamic {
        /// The loader.
        interpreter: Option<String>,
        /// The libraries.
        needed: Vec<String>,
        /// The versions that the libraries must have.
        versions: Vec<RequiredVersion>,
    },
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

/// What is wrong with a file, the most fundamental first; its machine when nothing is.
pub(crate) fn examine(file: &ProgramFile, target: &str) -> Result<Machine, Finding> {
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
    if !elf.is_program() {
        return Err(Finding::WrongKind(elf.kind));
    }
    if let Some(foreign) = foreign(elf, target) {
        return Err(Finding::Foreign(foreign));
    }
    if !elf.is_loaded {
        return Err(Finding::NothingToLoad);
    }
    if elf.entry == 0 {
        return Err(Finding::NoEntry);
    }
    if elf.linkage() == Linkage::Dynamic {
        return Err(dynamic(elf));
    }
    if file.mode & 0o6000 != 0 {
        return Err(Finding::SetUser(file.mode));
    }
    Ok(elf.machine)
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

fn dynamic(elf: &Elf) -> Finding {
    Finding::Dynamic {
        interpreter: elf.interpreter.clone(),
        needed: elf.needed.clone(),
        versions: elf.required_versions.clone(),
    }
}
