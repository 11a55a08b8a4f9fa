//! A tree as a tar.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tar::{Builder, EntryType, Header};

use super::{Content, Entry, EntryKind, Tree};

/// 1980-01-01T00:00:01Z in seconds since 1970, the time that the lifecycle gives to every file it packs
/// (its `archive.NormalizedModTime`), so that an image's layers agree.
pub const FILE_TIME: u32 = 315_532_801;

/// [`FILE_TIME`] as an image's configuration writes times (RFC 3339).
pub const CREATED: &str = "1980-01-01T00:00:01Z";

pub(super) fn write(tree: &Tree, writer: impl Write) -> io::Result<()> {
    let mut builder = Builder::new(BufWriter::with_capacity(1 << 18, writer));
    let mut first_names: BTreeMap<&Path, &str> = BTreeMap::new();
    for (path, entry) in tree.iter() {
        match &entry.kind {
            EntryKind::Directory => {
                append(&mut builder, entry, EntryType::Directory, path, None, b"")?;
            }
            EntryKind::Symlink(target) => {
                append(
                    &mut builder,
                    entry,
                    EntryType::Symlink,
                    path,
                    Some(target),
                    b"",
                )?;
            }
            EntryKind::File(Content::Bytes(bytes)) => {
                append(&mut builder, entry, EntryType::Regular, path, None, bytes)?;
            }
            EntryKind::File(content @ Content::Disk(file)) => {
                if let Some(first) = first_names.get(file.as_path()) {
                    append(&mut builder, entry, EntryType::Link, path, Some(first), b"")?;
                } else {
                    first_names.insert(file, path);
                    let bytes = content.read()?;
                    append(&mut builder, entry, EntryType::Regular, path, None, &bytes)?;
                }
            }
        }
    }
    builder.into_inner()?.flush()
}

fn append(
    builder: &mut Builder<impl Write>,
    entry: &Entry,
    kind: EntryType,
    path: &str,
    link: Option<&str>,
    bytes: &[u8],
) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(entry.mode);
    header.set_uid(entry.uid.into());
    header.set_gid(entry.gid.into());
    header.set_mtime(FILE_TIME.into());
    header.set_size(bytes.len() as u64);

    let name = match kind {
        EntryType::Directory => format!("{path}/"),
        _ => path.to_owned(),
    };
    let mut records = Vec::new();
    if header.set_path(&name).is_err() {
        records.push(("path", name.as_bytes()));
        header.set_path(shortened(&name))?;
    }
    if let Some(target) = link
        && header.set_link_name_literal(target).is_err()
    {
        records.push(("linkpath", target.as_bytes()));
        header.set_link_name_literal(shortened(target))?;
    }
    if !records.is_empty() {
        builder.append_pax_extensions(records)?;
    }
    header.set_cksum();
    builder.append(&header, bytes)
}

/// What a reader without pax support sees instead of a name that ustar can't hold.
fn shortened(name: &str) -> &str {
    let mut end = name.len().min(99);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name[..end].trim_end_matches('/')
}
