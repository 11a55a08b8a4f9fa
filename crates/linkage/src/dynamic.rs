//! The dynamic table: what the loader reads.

use object::Endianness;
use object::elf::{self, Verdaux, Verdef, Vernaux, Verneed};
use object::read::ReadRef as _;
use object::read::elf::{Dyn as _, FileHeader, ProgramHeader as _};

use crate::parse::malformed;
use crate::{ParseError, RequiredVersion, strings};

#[derive(Debug, Default)]
pub(crate) struct Dynamic {
    pub(crate) needed: Vec<String>,
    pub(crate) has_soname: bool,
    pub(crate) rpath: Option<String>,
    pub(crate) runpath: Option<String>,
    pub(crate) required_versions: Vec<RequiredVersion>,
    pub(crate) defined_versions: Vec<String>,
    pub(crate) is_marked_as_program: bool,
}

/// The entries that are looked at, by tag, and the bytes that addresses lead to.
struct Table<'a, F: FileHeader<Endian = Endianness>> {
    bytes: &'a [u8],
    endian: Endianness,
    programs: &'a [F::ProgramHeader],
    entries: Vec<(i64, u64)>,
    strings: &'a [u8],
}

impl Dynamic {
    pub(crate) fn read<F: FileHeader<Endian = Endianness>>(
        bytes: &[u8],
        endian: Endianness,
        programs: &[F::ProgramHeader],
    ) -> Result<Self, ParseError> {
        let table = Table::<F>::find(bytes, endian, programs)?;
        let mut dynamic = Self {
            required_versions: table.required_versions()?,
            defined_versions: table.defined_versions()?,
            ..Self::default()
        };
        for &(tag, value) in &table.entries {
            match tag {
                elf::DT_NEEDED => dynamic.needed.push(table.string(value)?),
                elf::DT_SONAME => dynamic.has_soname = true,
                elf::DT_RPATH => dynamic.rpath = Some(table.string(value)?),
                elf::DT_RUNPATH => dynamic.runpath = Some(table.string(value)?),
                elf::DT_DEBUG => dynamic.is_marked_as_program = true,
                elf::DT_FLAGS_1 if value & u64::from(elf::DF_1_PIE) != 0 => {
                    dynamic.is_marked_as_program = true;
                }
                _ => {}
            }
        }
        Ok(dynamic)
    }
}

impl<'a, F: FileHeader<Endian = Endianness>> Table<'a, F> {
    fn find(
        bytes: &'a [u8],
        endian: Endianness,
        programs: &'a [F::ProgramHeader],
    ) -> Result<Self, ParseError> {
        let mut table = Self {
            bytes,
            endian,
            programs,
            entries: Vec::new(),
            strings: &[],
        };
        for segment in programs {
            let found = segment
                .dynamic(endian, bytes)
                .map_err(|error| malformed(&error.to_string()))?;
            for entry in found.unwrap_or_default() {
                let tag: i64 = entry.d_tag(endian).into();
                if tag == elf::DT_NULL {
                    break;
                }
                table.entries.push((tag, entry.d_val(endian).into()));
            }
        }
        if let Some(address) = table.value(elf::DT_STRTAB) {
            let strings = table.at_address(address)?;
            let size = table.value(elf::DT_STRSZ).unwrap_or(u64::MAX);
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            table.strings = &strings[..size.min(strings.len())];
        }
        Ok(table)
    }

    fn value(&self, tag: i64) -> Option<u64> {
        let mut entries = self.entries.iter();
        entries
            .find(|(found, _)| *found == tag)
            .map(|(_, value)| *value)
    }

    /// The bytes from an address to the end of the segment that is loaded there.
    fn at_address(&self, address: u64) -> Result<&'a [u8], ParseError> {
        for segment in self.programs {
            let start: u64 = segment.p_vaddr(self.endian).into();
            let size: u64 = segment.p_filesz(self.endian).into();
            let is_loaded = segment.p_type(self.endian) == elf::PT_LOAD;
            let Some(distance) = address.checked_sub(start).filter(|_| is_loaded) else {
                continue;
            };
            if distance < size {
                let (offset, _) = segment.file_range(self.endian);
                return self
                    .bytes
                    .read_bytes_at(offset.saturating_add(distance), size - distance)
                    .map_err(|()| malformed("a segment lies outside of the file"));
            }
        }
        Err(malformed(
            "the dynamic table has an address that no segment loads",
        ))
    }

    fn string(&self, offset: u64) -> Result<String, ParseError> {
        strings::at(self.strings, offset)
            .ok_or_else(|| malformed("the dynamic table names a string that isn't there"))
    }

    /// `DT_VERNEED`: records of libraries, each with a chain of versions, linked by distances.
    fn required_versions(&self) -> Result<Vec<RequiredVersion>, ParseError> {
        let mut versions = Vec::new();
        let Some(address) = self.value(elf::DT_VERNEED) else {
            return Ok(versions);
        };
        let data = self.at_address(address)?;
        let mut offset = 0;
        for _ in 0..self.value(elf::DT_VERNEEDNUM).unwrap_or(0) {
            let record: &Verneed<Endianness> = record_at(data, offset)?;
            let library = self.string(record.vn_file.get(self.endian).into())?;
            let mut next = offset + u64::from(record.vn_aux.get(self.endian));
            for _ in 0..record.vn_cnt.get(self.endian) {
                let auxiliary: &Vernaux<Endianness> = record_at(data, next)?;
                if auxiliary.vna_flags.get(self.endian) & elf::VER_FLG_WEAK == 0 {
                    versions.push(RequiredVersion {
                        library: library.clone(),
                        version: self.string(auxiliary.vna_name.get(self.endian).into())?,
                    });
                }
                let Some(further) = further(next, auxiliary.vna_next.get(self.endian)) else {
                    break;
                };
                next = further;
            }
            let Some(further) = further(offset, record.vn_next.get(self.endian)) else {
                break;
            };
            offset = further;
        }
        versions.sort();
        versions.dedup();
        Ok(versions)
    }

    /// `DT_VERDEF`: records of versions, linked by distances; the first name of each is its own, and the
    /// one that is marked as the base is the name of the file.
    fn defined_versions(&self) -> Result<Vec<String>, ParseError> {
        let mut versions = Vec::new();
        let Some(address) = self.value(elf::DT_VERDEF) else {
            return Ok(versions);
        };
        let data = self.at_address(address)?;
        let mut offset = 0;
        for _ in 0..self.value(elf::DT_VERDEFNUM).unwrap_or(0) {
            let record: &Verdef<Endianness> = record_at(data, offset)?;
            let name = offset + u64::from(record.vd_aux.get(self.endian));
            let name: &Verdaux<Endianness> = record_at(data, name)?;
            if record.vd_flags.get(self.endian) & elf::VER_FLG_BASE == 0 {
                versions.push(self.string(name.vda_name.get(self.endian).into())?);
            }
            let Some(further) = further(offset, record.vd_next.get(self.endian)) else {
                break;
            };
            offset = further;
        }
        versions.sort();
        versions.dedup();
        Ok(versions)
    }
}

/// Distances only lead forward, so a chain always ends.
fn further(offset: u64, distance: u32) -> Option<u64> {
    (distance != 0).then(|| offset + u64::from(distance))
}

fn record_at<T: object::pod::Pod>(data: &[u8], offset: u64) -> Result<&T, ParseError> {
    data.read_at(offset)
        .map_err(|()| malformed("a version record lies outside of its segment"))
}
