//! Changes of programs and libraries in place: nothing moves, and the length stays.
//!
//! patchelf would give a file further segments, one of them writable and with the dynamic table outside of what
//! is protected after relocation (`PT_GNU_RELRO`). What is done here takes room that linkers leave: they fill
//! segments up to a page, and GNU ld ends the dynamic table with five spare entries (`--spare-dynamic-tags`).

use object::Endianness;
use object::elf::{self, Dyn64, FileHeader64, ProgramHeader64, Vernaux, Verneed};
use object::pod::{Pod, from_bytes, from_bytes_mut};
use object::read::elf::{FileHeader as _, ProgramHeader as _};

use crate::{Class, ParseError, parse, strings};

type Header = FileHeader64<Endianness>;
type Segment = ProgramHeader64<Endianness>;
type Entry = Dyn64<Endianness>;

/// The page size that Debian's linkers lay files out for on amd64; the smallest of any machine.
const PAGE: u64 = 4096;

/// A change that a file has no room for, or nothing to change for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The bytes are no whole ELF file.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// Only 64-bit files are changed.
    #[error("it isn't a 64-bit file")]
    Class,
    /// The file has no dynamic table, or one without strings.
    #[error("it isn't linked dynamically")]
    NotDynamic,
    /// The file says already where its libraries are.
    #[error("it has a search path: {0}")]
    SearchPath(String),
    /// There is no spare entry in the dynamic table, or no room for the text.
    #[error("it has no room for {0}")]
    NoRoom(&'static str),
    /// The file doesn't need this version of the library.
    #[error("it doesn't need {version} of {library}")]
    Version {
        /// The soname.
        library: String,
        /// The version.
        version: String,
    },
}

/// Makes the loader look for libraries in `path` first: for those of the file, and, if it is a program, for those
/// of everything that it loads and that has no `DT_RUNPATH`. `$ORIGIN` in it stands for the directory of the file.
/// Such a `DT_RPATH` comes before `LD_LIBRARY_PATH` (`ld.so(8)`).
///
/// `strip` undoes it, because no section has the text.
///
/// # Errors
/// When the file has a search path already or no room for one; it is then as it was.
pub fn set_rpath(bytes: &mut [u8], path: &str) -> Result<(), EditError> {
    let file = File::read(bytes)?;
    let parsed = parse(bytes)?;
    if let Some(present) = parsed.rpath.or(parsed.runpath) {
        return Err(EditError::SearchPath(present));
    }
    let strings = file.value(elf::DT_STRTAB).ok_or(EditError::NotDynamic)?;
    let end_of_table = file
        .entries
        .iter()
        .position(|(tag, _)| *tag == elf::DT_NULL);
    let spare = end_of_table.filter(|spare| spare + 1 < file.entries.len());
    let spare = spare.ok_or(EditError::NoRoom("an entry of its dynamic table"))?;
    let length = path.len() as u64 + 1;
    let (index, room) = file.room_behind(strings, bytes, length)?;
    let distance = file.segments[index].end() - strings;

    let start = usize::try_from(room).map_err(|_| outside())?;
    bytes[start..start + path.len()].copy_from_slice(path.as_bytes());
    let endian = file.endian;
    let segment: &mut Segment = record_mut(bytes, file.segments[index].header)?;
    let size = segment.p_filesz.get(endian) + length;
    segment.p_filesz.set(endian, size);
    segment.p_memsz.set(endian, size);
    let entry: &mut Entry = record_mut(bytes, file.entry_offset(spare))?;
    entry.d_tag.set(endian, elf::DT_RPATH);
    entry.d_val.set(endian, distance);
    // Nothing at run time asks for the size, but readers of the table do, `parse` among them.
    if let Some(sizes) = file
        .entries
        .iter()
        .position(|(tag, _)| *tag == elf::DT_STRSZ)
    {
        let entry: &mut Entry = record_mut(bytes, file.entry_offset(sizes))?;
        entry.d_val.set(endian, distance + length);
    }
    Ok(())
}

/// Makes a file ask for another version of a library than it was linked with, one that it needs as well. That is
/// right only where the symbols do the same in both.
///
/// # Errors
/// When the file doesn't need both versions; it is then as it was.
pub fn replace_version(
    bytes: &mut [u8],
    library: &str,
    from: &str,
    to: &str,
) -> Result<(), EditError> {
    let file = File::read(bytes)?;
    let needed = file.needed_versions(bytes, library)?;
    let find = |version: &str| {
        let found = needed.iter().find(|(name, _)| name == version);
        let offset = found.map(|(_, offset)| *offset);
        offset.ok_or_else(|| EditError::Version {
            library: library.to_owned(),
            version: version.to_owned(),
        })
    };
    let (from, to) = (find(from)?, find(to)?);
    let model: Vernaux<Endianness> = *record(bytes, to)?;
    let changed: &mut Vernaux<Endianness> = record_mut(bytes, from)?;
    changed.vna_hash = model.vna_hash;
    changed.vna_name = model.vna_name;
    Ok(())
}

/// Where in a file what is changed lies. Offsets are those of the file.
struct File {
    endian: Endianness,
    segments: Vec<Loaded>,
    dynamic: u64,
    /// Tag and value of every entry, spare ones too.
    entries: Vec<(i64, u64)>,
}

/// A segment that is loaded.
struct Loaded {
    header: u64,
    offset: u64,
    address: u64,
    size: u64,
    size_in_memory: u64,
}

impl Loaded {
    /// The address behind it.
    fn end(&self) -> u64 {
        self.address.saturating_add(self.size)
    }
}

impl File {
    fn read(bytes: &[u8]) -> Result<Self, EditError> {
        if parse(bytes)?.class != Class::Bits64 {
            return Err(EditError::Class);
        }
        let header = Header::parse(bytes).map_err(malformed)?;
        let endian = header.endian().map_err(malformed)?;
        let programs = header.program_headers(endian, bytes).map_err(malformed)?;
        let mut file = Self {
            endian,
            segments: Vec::new(),
            dynamic: 0,
            entries: Vec::new(),
        };
        for (index, segment) in programs.iter().enumerate() {
            if segment.p_type(endian) == elf::PT_LOAD {
                let (offset, size) = segment.file_range(endian);
                file.segments.push(Loaded {
                    header: header.e_phoff.get(endian) + (index * size_of::<Segment>()) as u64,
                    offset,
                    address: segment.p_vaddr.get(endian),
                    size,
                    size_in_memory: segment.p_memsz.get(endian),
                });
            }
            if let Some(entries) = segment.dynamic(endian, bytes).map_err(malformed)? {
                file.dynamic = segment.p_offset.get(endian);
                let entries = entries.iter();
                file.entries = entries
                    .map(|entry| (entry.d_tag.get(endian), entry.d_val.get(endian)))
                    .collect();
            }
        }
        if file.entries.is_empty() {
            return Err(EditError::NotDynamic);
        }
        Ok(file)
    }

    fn value(&self, wanted: i64) -> Option<u64> {
        let mut used = self
            .entries
            .iter()
            .take_while(|(tag, _)| *tag != elf::DT_NULL);
        used.find(|(tag, _)| *tag == wanted)
            .map(|(_, value)| *value)
    }

    fn entry_offset(&self, index: usize) -> u64 {
        self.dynamic + (index * size_of::<Entry>()) as u64
    }

    /// The offset of what is loaded at an address, as long as it comes from the file.
    fn offset_of(&self, address: u64) -> Result<u64, EditError> {
        let holds = |segment: &&Loaded| (segment.address..segment.end()).contains(&address);
        let segment = self.segments.iter().find(holds);
        let segment = segment.ok_or(EditError::NotDynamic)?;
        Ok(segment.offset + (address - segment.address))
    }

    /// The segment that is loaded around an address, by its index, and the offset of unused bytes behind it that
    /// are loaded with its last page.
    fn room_behind(
        &self,
        address: u64,
        bytes: &[u8],
        length: u64,
    ) -> Result<(usize, u64), EditError> {
        let no_room = EditError::NoRoom("the path");
        let holds = |segment: &Loaded| (segment.address..segment.end()).contains(&address);
        let index = self.segments.iter().position(holds);
        let index = index.ok_or(EditError::NotDynamic)?;
        let segment = &self.segments[index];
        let start = segment.offset.saturating_add(segment.size);
        let is_in_page =
            !segment.end().is_multiple_of(PAGE) && segment.end() % PAGE + length <= PAGE;
        let is_whole = segment.size == segment.size_in_memory;
        let rest = usize::try_from(start)
            .ok()
            .and_then(|start| bytes.get(start..));
        let room = rest.and_then(|rest| rest.get(..usize::try_from(length).ok()?));
        let is_unused = room.is_some_and(|room| room.iter().all(|byte| *byte == 0));
        let is_others = self.segments.iter().any(|other| {
            (other.offset..other.offset.saturating_add(other.size)).contains(&(start + length - 1))
        });
        if is_in_page && is_whole && is_unused && !is_others {
            Ok((index, start))
        } else {
            Err(no_room)
        }
    }

    /// The versions that are needed of a library, and where the record of each is.
    fn needed_versions(
        &self,
        bytes: &[u8],
        library: &str,
    ) -> Result<Vec<(String, u64)>, EditError> {
        let mut versions = Vec::new();
        let (Some(strings), Some(address)) =
            (self.value(elf::DT_STRTAB), self.value(elf::DT_VERNEED))
        else {
            return Ok(versions);
        };
        let strings = self.offset_of(strings)?;
        let text = |offset: u32| strings::at(bytes, strings + u64::from(offset));
        let mut offset = self.offset_of(address)?;
        for _ in 0..self.value(elf::DT_VERNEEDNUM).unwrap_or(0) {
            let needed: &Verneed<Endianness> = record(bytes, offset)?;
            let mut next = offset + u64::from(needed.vn_aux.get(self.endian));
            let is_wanted = text(needed.vn_file.get(self.endian)).as_deref() == Some(library);
            for _ in 0..needed.vn_cnt.get(self.endian) {
                let version: &Vernaux<Endianness> = record(bytes, next)?;
                let name = text(version.vna_name.get(self.endian));
                versions.extend(name.filter(|_| is_wanted).map(|name| (name, next)));
                next += u64::from(version.vna_next.get(self.endian));
            }
            offset += u64::from(needed.vn_next.get(self.endian));
        }
        Ok(versions)
    }
}

fn malformed(error: object::read::Error) -> EditError {
    EditError::Parse(crate::parse::malformed(&error.to_string()))
}

fn outside() -> EditError {
    EditError::Parse(crate::parse::malformed("a record lies outside of the file"))
}

fn record<T: Pod>(bytes: &[u8], offset: u64) -> Result<&T, EditError> {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|start| bytes.get(start..));
    let found = rest.and_then(|rest| from_bytes(rest).ok());
    found.map(|(record, _)| record).ok_or_else(outside)
}

fn record_mut<T: Pod>(bytes: &mut [u8], offset: u64) -> Result<&mut T, EditError> {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|start| bytes.get_mut(start..));
    let found = rest.and_then(|rest| from_bytes_mut(rest).ok());
    found.map(|(record, _)| record).ok_or_else(outside)
}
