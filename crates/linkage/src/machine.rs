//! Machines, by the names that CNB, OCI and Go give them.

use std::fmt;

use object::elf;

/// The machine that an ELF file is for (`e_machine`, with class and byte order where one number
/// stands for several).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Machine {
    /// x86-64.
    Amd64,
    /// x86-64 with 32-bit addresses, which few kernels start.
    X32,
    /// 64-bit Arm.
    Arm64,
    /// 32-bit x86.
    I386,
    /// 32-bit Arm.
    Arm,
    /// 64-bit RISC-V.
    Riscv64,
    /// 64-bit POWER, little-endian.
    Ppc64le,
    /// IBM Z.
    S390x,
    /// 64-bit `LoongArch`.
    Loong64,
    /// Any other, by its `e_machine`.
    Other(u16),
}

const NAMES: &[(Machine, &str)] = &[
    (Machine::Amd64, "amd64"),
    (Machine::X32, "x32"),
    (Machine::Arm64, "arm64"),
    (Machine::I386, "386"),
    (Machine::Arm, "arm"),
    (Machine::Riscv64, "riscv64"),
    (Machine::Ppc64le, "ppc64le"),
    (Machine::S390x, "s390x"),
    (Machine::Loong64, "loong64"),
];

impl Machine {
    pub(crate) fn from_header(machine: u16, is_64: bool, is_little: bool) -> Self {
        match (machine, is_64, is_little) {
            (elf::EM_X86_64, true, true) => Self::Amd64,
            (elf::EM_X86_64, false, true) => Self::X32,
            (elf::EM_AARCH64, true, true) => Self::Arm64,
            (elf::EM_386, false, true) => Self::I386,
            (elf::EM_ARM, false, true) => Self::Arm,
            (elf::EM_RISCV, true, true) => Self::Riscv64,
            (elf::EM_PPC64, true, true) => Self::Ppc64le,
            (elf::EM_S390, true, false) => Self::S390x,
            (elf::EM_LOONGARCH, true, true) => Self::Loong64,
            (other, ..) => Self::Other(other),
        }
    }

    /// The machine by its name in `CNB_TARGET_ARCH`, in an OCI image's `architecture` and in
    /// `GOARCH`, which are the same; `x32`, which none of them knows, is Debian's.
    #[must_use]
    pub fn from_target(architecture: &str) -> Option<Self> {
        let mut names = NAMES.iter();
        names
            .find(|(_, name)| *name == architecture)
            .map(|(machine, _)| *machine)
    }
}

/// The name of [`Machine::from_target`]; `machine 8` for another one.
impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, NAMES.iter().find(|(machine, _)| machine == self)) {
            (_, Some((_, name))) => formatter.write_str(name),
            (Self::Other(number), None) => write!(formatter, "machine {number}"),
            (_, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_machines_and_back() {
        for (machine, name) in NAMES {
            assert_eq!(Machine::from_target(name), Some(*machine));
            assert_eq!(machine.to_string(), *name);
        }
        assert_eq!(Machine::from_target("x86_64"), None);
        assert_eq!(Machine::Other(8).to_string(), "machine 8");
    }

    #[test]
    fn one_number_can_stand_for_several_machines() {
        assert_eq!(
            Machine::from_header(elf::EM_X86_64, false, true),
            Machine::X32
        );
        assert_eq!(
            Machine::from_header(elf::EM_PPC64, true, false),
            Machine::Other(21)
        );
    }
}
