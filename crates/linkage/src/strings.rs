//! Text of a string table; the formats promise no encoding.

/// The zero-terminated text at an offset of a table; nothing when it is not terminated in it.
pub(crate) fn at(table: &[u8], offset: u64) -> Option<String> {
    let rest = table.get(usize::try_from(offset).ok()?..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(&rest[..end]).into_owned())
}
