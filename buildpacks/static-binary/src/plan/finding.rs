//! What makes a program unusable in an image that holds nothing else.

use linkage::{Class, Elf, Kind, Linkage, Machine, ParseError, RequiredVersion};

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
    /// It is a 32-bit program.
    Bits32(Machine),
    /// It is for another machine.
    ForeignMachine(Machine),
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
    if elf.class == Class::Bits32 {
        return Err(Finding::Bits32(elf.machine));
    }
    if elf.machine.to_string() != target {
        return Err(Finding::ForeignMachine(elf.machine));
    }
    if elf.linkage() == Linkage::Dynamic {
        return Err(dynamic(elf));
    }
    if file.mode & 0o6000 != 0 {
        return Err(Finding::SetUser(file.mode));
    }
    Ok(elf.machine)
}

fn dynamic(elf: &Elf) -> Finding {
    Finding::Dynamic {
        interpreter: elf.interpreter.clone(),
        needed: elf.needed.clone(),
        versions: elf.required_versions.clone(),
    }
}
