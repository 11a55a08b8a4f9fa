//! A file system tree as a value, and the two ways to make it real: a tar and a directory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[path = "tree_directory.rs"]
mod directory;
#[path = "tree_tar.rs"]
mod tar_archive;

pub use tar_archive::{CREATED, FILE_TIME};

/// A file system tree in the order of its paths' bytes, so that a directory comes before what it holds.
///
/// Paths are relative, without a leading slash, in UTF-8. Directories that nobody inserted but that are
/// needed are there all the same, 0755 and root's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    entries: BTreeMap<String, Entry>,
}

/// One file, directory or symbolic link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Permission bits: at most 0o7777. Links have none of their own.
    pub mode: u32,
    /// The owner.
    pub uid: u32,
    /// The owning group.
    pub gid: u32,
}

/// What an [`Entry`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A directory.
    Directory,
    /// A regular file.
    File(Content),
    /// A symbolic link and its target, verbatim.
    Symlink(String),
}

/// Where the bytes of a regular file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Here.
    Bytes(Vec<u8>),
    /// In a file, which must not change while the tree lives. Several entries with the same path are
    /// hard links of one file.
    Disk(PathBuf),
}

impl Content {
    /// The bytes.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone()),
            Self::Disk(path) => fs_err::read(path),
        }
    }

    /// The number of bytes.
    ///
    /// # Errors
    /// When the file is not there.
    pub fn size(&self) -> io::Result<u64> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
            Self::Disk(path) => Ok(fs_err::metadata(path)?.len()),
        }
    }
}

impl Entry {
    /// A directory of root's.
    #[must_use]
    pub fn directory(mode: u32) -> Self {
        Self::of_root(EntryKind::Directory, mode)
    }

    /// A regular file of root's.
    #[must_use]
    pub fn file(mode: u32, content: Content) -> Self {
        Self::of_root(EntryKind::File(content), mode)
    }

    /// A symbolic link of root's.
    #[must_use]
    pub fn symlink(target: impl Into<String>) -> Self {
        Self::of_root(EntryKind::Symlink(target.into()), 0o777)
    }

    /// The same, owned by someone else.
    #[must_use]
    pub fn owned_by(self, uid: u32, gid: u32) -> Self {
        Self { uid, gid, ..self }
    }

    fn of_root(kind: EntryKind, mode: u32) -> Self {
        Self {
            kind,
            mode,
            uid: 0,
            gid: 0,
        }
    }
}

/// An entry that can't be in the tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// Something different is there already.
    #[error("/{0} is taken by something different")]
    Taken(String),
    /// The path goes through something that is no directory.
    #[error("/{path} can't be below /{ancestor}, which is no directory")]
    NotBelowDirectory {
        /// What was to be inserted.
        path: String,
        /// The file or link in its way.
        ancestor: String,
    },
    /// The path is absolute, empty, or has `.`, `..` or empty parts.
    #[error("`{0}` is no plain relative path")]
    NotPlain(String),
}

impl Tree {
    /// Puts an entry at a path. An equal entry may be there already; a directory that is there takes
    /// over mode and owner.
    ///
    /// # Errors
    /// When something different is there, when the path goes through something that is no directory,
    /// or when the path is not a plain relative one. The tree is then as it was.
    pub fn insert(&mut self, path: &str, entry: Entry) -> Result<(), TreeError> {
        let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\0');
        if !path.split('/').all(plain) {
            return Err(TreeError::NotPlain(path.to_owned()));
        }
        for ancestor in ancestors(path) {
            if let Some(found) = self.entries.get(ancestor)
                && found.kind != EntryKind::Directory
            {
                return Err(TreeError::NotBelowDirectory {
                    path: path.to_owned(),
                    ancestor: ancestor.to_owned(),
                });
            }
        }
        match self.entries.entry(path.to_owned()) {
            Slot::Vacant(slot) => {
                slot.insert(entry);
            }
            Slot::Occupied(mut slot) => {
                let directories =
                    slot.get().kind == EntryKind::Directory && entry.kind == EntryKind::Directory;
                if !directories && *slot.get() != entry {
                    return Err(TreeError::Taken(path.to_owned()));
                }
                slot.insert(entry);
            }
        }
        for ancestor in ancestors(path) {
            self.entries
                .entry(ancestor.to_owned())
                .or_insert_with(|| Entry::directory(0o755));
        }
        Ok(())
    }

    /// The entry at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// All entries, a directory before what it holds.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries
            .iter()
            .map(|(path, entry)| (path.as_str(), entry))
    }

    /// Writes the tree as a tar: POSIX ustar, with pax records only for what ustar can't hold; sorted,
    /// every time 1980-01-01T00:00:01Z, owners by number only. The same tree gives the same bytes.
    ///
    /// # Errors
    /// When a file of the tree can't be read, or whatever the writer fails with.
    pub fn write_tar(&self, writer: impl Write) -> io::Result<()> {
        tar_archive::write(self, writer)
    }

    /// Writes the tree below a directory, which is made where it is missing. A file that lies on the
    /// same file system and has the right mode already is hard-linked, anything else is copied. Owners
    /// are set only where the process may.
    ///
    /// # Errors
    /// When something can't be made; whoever asked owns what is there by then.
    pub fn write_directory(&self, root: &Path) -> io::Result<()> {
        directory::write(self, root)
    }
}

/// `a/b/c` gives `a` and `a/b`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
