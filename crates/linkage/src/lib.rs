//! What an ELF file says about itself: for which machine it is, how it is linked, what it needs to run
//! and whether it is whole; and the few things that can be changed in one. Works on bytes, and touches nothing else.
//!
//! Everything is read from the program headers and the dynamic table, as the kernel and the loader
//! do, so that files without section headers are understood too.

mod dynamic;
mod edit;
mod extent;
mod libraries;
mod machine;
mod parse;
mod section;
mod strings;
mod system;

pub use edit::{EditError, replace_version, set_rpath};
pub use libraries::{Libraries, Missing};
pub use machine::Machine;
pub use parse::parse;
pub use section::{has_section, section};

/// The first bytes of every ELF file.
const MAGIC: &[u8; 4] = b"\x7fELF";

/// The width of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 32 bits.
    Bits32,
    /// 64 bits.
    Bits64,
}

/// The order of bytes in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ByteOrder {
    /// Least significant first.
    Little,
    /// Most significant first.
    Big,
}

/// What an ELF file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A program at a fixed address (`ET_EXEC`).
    Program,
    /// A program at any address (`ET_DYN` that its linker marked as a program).
    PositionIndependentProgram,
    /// A shared library or a plug-in (`ET_DYN`).
    SharedObject,
    /// The output of a compiler before linking (`ET_REL`).
    Relocatable,
    /// The memory of a process that crashed (`ET_CORE`).
    Core,
    /// Anything else, by its `e_type`.
    Other(u16),
}

/// What a program needs from the system that starts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Linkage {
    /// Nothing but the kernel.
    Static,
    /// Nothing but the kernel; it relocates itself.
    StaticPositionIndependent,
    /// A loader, libraries or both.
    Dynamic,
}

/// A symbol version that a library must have, such as `GLIBC_2.38` of `libc.so.6`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequiredVersion {
    /// The soname of the library.
    pub library: String,
    /// The version.
    pub version: String,
}

/// An ELF file that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elf {
    /// The width of its addresses.
    pub class: Class,
    /// The order of its bytes.
    pub byte_order: ByteOrder,
    /// The machine it is for.
    pub machine: Machine,
    /// The operating system that it is for, where it says that it isn't for Linux: `FreeBSD`.
    pub other_system: Option<&'static str>,
    /// What it is.
    pub kind: Kind,
    /// Where it starts (`e_entry`), as an address in the file; 0 when it starts nowhere.
    pub entry: u64,
    /// Whether anything of it is loaded into memory (`PT_LOAD`).
    pub is_loaded: bool,
    /// The loader that must start it (`PT_INTERP`).
    pub interpreter: Option<String>,
    /// The sonames of the libraries it is linked with (`DT_NEEDED`), in their order.
    pub needed: Vec<String>,
    /// Where the loader looks for them and for those of what is loaded later, unless there is a `runpath`
    /// (`DT_RPATH`): paths between colons.
    pub rpath: Option<String>,
    /// Where the loader looks for them after `LD_LIBRARY_PATH` (`DT_RUNPATH`).
    pub runpath: Option<String>,
    /// The symbol versions that the needed libraries must have, sorted; without weak ones, which the
    /// loader does without.
    pub required_versions: Vec<RequiredVersion>,
    /// The symbol versions that it has itself, sorted.
    pub defined_versions: Vec<String>,
}

impl Elf {
    /// Whether the kernel can start it, given its loader.
    #[must_use]
    pub fn is_program(&self) -> bool {
        matches!(self.kind, Kind::Program | Kind::PositionIndependentProgram)
    }

    /// What it needs from the system that starts it.
    #[must_use]
    pub fn linkage(&self) -> Linkage {
        if self.interpreter.is_some() || !self.needed.is_empty() {
            Linkage::Dynamic
        } else if self.kind == Kind::Program {
            Linkage::Static
        } else {
            Linkage::StaticPositionIndependent
        }
    }
}

/// Why bytes are no ELF file that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The bytes don't begin as an ELF file does.
    #[error("not an ELF file")]
    NotElf,
    /// Tables, segments or sections lie behind the end of the file.
    #[error("truncated: {needed} bytes are needed, {present} are there")]
    Truncated {
        /// How long the file must be at least, in bytes.
        needed: u64,
        /// How long it is, in bytes.
        present: u64,
    },
    /// A field has a value that it can't have.
    #[error("malformed: {problem}")]
    Malformed {
        /// What is wrong.
        problem: String,
    },
}

/// Whether the bytes begin as an ELF file does; four of them are enough.
#[must_use]
pub fn is_elf(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}
