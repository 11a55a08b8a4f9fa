//! Pathname expansion of what unquoted variables hold. A pattern that is written down is refused at build;
//! that a value is one is known only here.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::expansion::{ExpansionError, Field};

/// The files that match a field, sorted by bytes, or the field where none does.
pub(crate) fn expand(field: Field) -> Result<Vec<OsString>, ExpansionError> {
    let mut special = field.bytes.iter().zip(&field.bare);
    if !special.any(|(byte, bare)| *bare && b"*?[".contains(byte)) {
        return Ok(vec![OsString::from_vec(field.bytes)]);
    }
    // Classes and escapes: dash and bash differ, nobody means them.
    let mut odd = field.bytes.iter().zip(&field.bare);
    if field
        .bytes
        .windows(2)
        .any(|pair| matches!(pair, b"[:" | b"[." | b"[="))
        || odd.any(|(byte, bare)| *bare && *byte == b'\\')
    {
        return Err(ExpansionError::Pattern {
            pattern: String::from_utf8_lossy(&field.bytes).into_owned(),
        });
    }
    let mut found = vec![Vec::new()];
    for component in components(&field) {
        let next = found.iter().flat_map(|before| step(before, &component));
        found = next.collect();
    }
    if found.is_empty() {
        return Ok(vec![OsString::from_vec(field.bytes)]);
    }
    found.sort();
    Ok(found.into_iter().map(OsString::from_vec).collect())
}

/// The field cut after every run of slashes.
fn components(field: &Field) -> Vec<Vec<(u8, bool)>> {
    let all: Vec<(u8, bool)> = field
        .bytes
        .iter()
        .copied()
        .zip(field.bare.iter().copied())
        .collect();
    let cuts = all.chunk_by(|(one, _), (other, _)| (*one == b'/') <= (*other == b'/'));
    cuts.map(<[_]>::to_vec).collect()
}

/// The paths below `before` that a component matches.
fn step(before: &[u8], component: &[(u8, bool)]) -> Vec<Vec<u8>> {
    let slashes = component.iter().filter(|(byte, _)| *byte == b'/').count();
    let (name, slash) = component.split_at(component.len() - slashes);
    let slash: Vec<u8> = slash.iter().map(|(byte, _)| *byte).collect();
    let path = |name: &[u8]| [before, name, &slash].concat();
    let is_there = |path: &[u8]| {
        PathBuf::from(OsString::from_vec(path.to_vec()))
            .symlink_metadata()
            .is_ok()
    };
    let is_pattern = name
        .iter()
        .any(|(byte, bare)| *bare && b"*?[".contains(byte));
    if !is_pattern {
        let name: Vec<u8> = name.iter().map(|(byte, _)| *byte).collect();
        return Some(path(&name))
            .filter(|path| is_there(path))
            .into_iter()
            .collect();
    }
    let directory = if before.is_empty() {
        b".".as_slice()
    } else {
        before
    };
    let directory = Path::new(std::ffi::OsStr::from_bytes(directory));
    let entries = fs_err::read_dir(directory).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().into_vec());
    // A leading dot must be written.
    let begins_with_dot = name.first().is_some_and(|(byte, _)| *byte == b'.');
    let names = names.filter(|found| found.first() != Some(&b'.') || begins_with_dot);
    let matching = names.filter(|found| matches(name, found));
    let paths = matching.map(|found| path(&found));
    paths
        .filter(|path| slash.is_empty() || is_there(path))
        .collect()
}

/// Whether a pattern is all of a name.
fn matches(pattern: &[(u8, bool)], name: &[u8]) -> bool {
    let Some((&(byte, bare), rest)) = pattern.split_first() else {
        return name.is_empty();
    };
    match (byte, bare) {
        (b'*', true) => (0..=name.len()).any(|start| matches(rest, &name[start..])),
        (b'?', true) => !name.is_empty() && matches(rest, &name[1..]),
        (b'[', true) => match (set(rest), name.split_first()) {
            (Some((set, rest)), Some((first, others))) => set(*first) && matches(rest, others),
            (Some(_), None) => false,
            (None, _) => name.first() == Some(&b'[') && matches(rest, &name[1..]),
        },
        _ => name.first() == Some(&byte) && matches(rest, &name[1..]),
    }
}

type Set<'a> = (Box<dyn Fn(u8) -> bool + 'a>, &'a [(u8, bool)]);

/// What follows a `[`, and what is behind its `]`.
fn set(pattern: &[(u8, bool)]) -> Option<Set<'_>> {
    let negated = matches!(pattern.first(), Some((b'!', true)));
    let members = &pattern[usize::from(negated)..];
    // A `]` that comes first stands for itself.
    let end = 1 + members
        .iter()
        .skip(1)
        .position(|member| *member == (b']', true))?;
    let (members, rest) = members.split_at(end);
    let contains = move |byte: u8| {
        let mut members = members;
        while let Some((&(low, _), others)) = members.split_first() {
            if let [(b'-', true), (high, _), others @ ..] = others {
                if (low..=*high).contains(&byte) {
                    return !negated;
                }
                members = others;
            } else {
                if low == byte {
                    return !negated;
                }
                members = others;
            }
        }
        negated
    };
    Some((Box::new(contains), &rest[1..]))
}
