//! The app directory: reading with errors that name the path, listing, removing by rule.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use walkdir::WalkDir;

/// Something in the app directory that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// An operation of the file system failed.
    #[error("a file of the app can't be read or changed")]
    Io {
        /// What failed; names the path.
        #[from]
        source: std::io::Error,
    },
    /// A text file is not UTF-8.
    #[error("{} is not UTF-8 text", .path.display())]
    NotText {
        /// Relative to the app directory.
        path: PathBuf,
    },
    /// A file name is not UTF-8.
    #[error("the file name {path:?} is not UTF-8")]
    NameNotUnicode {
        /// Relative to the app directory.
        path: PathBuf,
    },
    /// A symbolic link points out of the app directory.
    #[error("{} links to {}, outside of the app", .path.display(), .target.display())]
    LinkLeavesApp {
        /// The link, relative to the app directory.
        path: PathBuf,
        /// What the link holds.
        target: PathBuf,
    },
    /// A pattern of files to keep can't be parsed.
    #[error("{pattern:?} is no file pattern")]
    Pattern {
        /// As the user wrote it.
        pattern: String,
        /// Why.
        source: globset::Error,
    },
}

/// What a path of the app is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link and what it holds.
    Link(PathBuf),
    /// A socket, a pipe or a device.
    Other,
}

/// One path of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the app directory; UTF-8.
    pub path: PathBuf,
    /// What it is.
    pub kind: EntryKind,
    /// The permission bits, setuid, setgid and sticky included: `0o4755`.
    pub mode: u32,
    /// In bytes; 0 for what is no file.
    pub size: u64,
}

/// Everything in the app directory, sorted by path, a directory before its content.
///
/// # Errors
/// When a directory can't be read, a name is not UTF-8, or a link points out of the tree.
pub fn list(app_dir: &Path) -> Result<Vec<Entry>, FilesError> {
    let mut entries = Vec::new();
    for found in WalkDir::new(app_dir).min_depth(1).sort_by_file_name() {
        let found = found.map_err(std::io::Error::from)?;
        let path = relative(app_dir, found.path());
        if path.to_str().is_none() {
            return Err(FilesError::NameNotUnicode { path });
        }
        let metadata = found.metadata().map_err(std::io::Error::from)?;
        let kind = if metadata.is_dir() {
            EntryKind::Directory
        } else if metadata.is_file() {
            EntryKind::File
        } else if metadata.is_symlink() {
            let target = fs_err::read_link(found.path())?;
            if leaves(&path, &target) {
                return Err(FilesError::LinkLeavesApp { path, target });
            }
            EntryKind::Link(target)
        } else {
            EntryKind::Other
        };
        entries.push(Entry {
            size: if metadata.is_file() {
                metadata.len()
            } else {
                0
            },
            mode: metadata.permissions().mode() & 0o7777,
            path,
            kind,
        });
    }
    Ok(entries)
}

/// Whether a link at `path` that holds `target` points out of the tree that `path` is relative to.
fn leaves(path: &Path, target: &Path) -> bool {
    if target.is_absolute() {
        return true;
    }
    let mut depth = path.components().count().saturating_sub(1);
    for component in target.components() {
        match component {
            Component::ParentDir if depth == 0 => return true,
            Component::ParentDir => depth -= 1,
            Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    false
}

/// The text of a file of the app, or nothing when there is no such file.
///
/// # Errors
/// When it is there but can't be read, or is not UTF-8.
pub fn read_text(app_dir: &Path, path: impl AsRef<Path>) -> Result<Option<String>, FilesError> {
    let Some(bytes) = read_bytes(app_dir, &path)? else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes).map_err(|_| FilesError::NotText {
        path: path.as_ref().to_owned(),
    })?;
    Ok(Some(text))
}

/// The bytes of a file of the app, or nothing when there is no such file.
///
/// # Errors
/// When it is there but can't be read.
pub fn read_bytes(app_dir: &Path, path: impl AsRef<Path>) -> Result<Option<Vec<u8>>, FilesError> {
    match fs_err::read(app_dir.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Which files stay: shell-like patterns of paths in the app directory. A pattern that matches a
/// directory keeps everything below it; `*` does not cross a `/`, `**` does.
#[derive(Debug, Clone)]
pub struct KeepPatterns {
    set: GlobSet,
    patterns: Vec<String>,
}

impl KeepPatterns {
    /// From the patterns of `BP_KEEP_FILES`, a list separated by colons.
    ///
    /// # Errors
    /// When a pattern can't be parsed.
    pub fn new(patterns: impl IntoIterator<Item = String>) -> Result<Self, FilesError> {
        let mut set = GlobSetBuilder::new();
        let mut kept = Vec::new();
        let failure = |pattern: &str, source| FilesError::Pattern {
            pattern: pattern.to_owned(),
            source,
        };
        for pattern in patterns {
            let path = pattern.trim_start_matches("./").trim_end_matches('/');
            let glob = GlobBuilder::new(path).literal_separator(true).build();
            set.add(glob.map_err(|source| failure(&pattern, source))?);
            kept.push(pattern);
        }
        Ok(Self {
            set: set.build().map_err(|source| failure("", source))?,
            patterns: kept,
        })
    }

    /// Whether the path, or a directory above it, matches.
    #[must_use]
    pub fn matches(&self, path: &Path) -> bool {
        let mut above = path.ancestors().filter(|path| !path.as_os_str().is_empty());
        above.any(|path| self.set.is_match(path))
    }

    /// The patterns that match none of the entries: likely spelling mistakes.
    #[must_use]
    pub fn unmatched(&self, entries: &[Entry]) -> Vec<&str> {
        let mut matched = vec![false; self.patterns.len()];
        for entry in entries {
            for index in self.set.matches(&entry.path) {
                matched[index] = true;
            }
        }
        let patterns = self.patterns.iter().zip(matched);
        patterns
            .filter(|(_, matched)| !matched)
            .map(|(pattern, _)| pattern.as_str())
            .collect()
    }
}

/// What [`remove_unless`] removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// Files and links, counted.
    pub files: usize,
    /// The sum of the files' sizes, in bytes.
    pub bytes: u64,
    /// How many files went, by the first component of their path; sorted.
    pub by_top: BTreeMap<String, usize>,
}

/// Removes every file and link that `keep` does not want, and the directories that are empty then.
///
/// # Errors
/// When the tree can't be listed or something can't be removed.
pub fn remove_unless(app_dir: &Path, keep: impl Fn(&Entry) -> bool) -> Result<Removed, FilesError> {
    let mut removed = Removed::default();
    // Backwards, so that a directory comes after its content.
    for entry in list(app_dir)?.iter().rev() {
        let path = app_dir.join(&entry.path);
        if keep(entry) {
            continue;
        }
        if entry.kind == EntryKind::Directory {
            match fs_err::remove_dir(&path) {
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {}
                other => other?,
            }
        } else {
            fs_err::remove_file(&path)?;
            removed.files += 1;
            removed.bytes += entry.size;
            if let Some(top) = entry.path.iter().next() {
                let top = top.to_string_lossy().into_owned();
                *removed.by_top.entry(top).or_default() += 1;
            }
        }
    }
    Ok(removed)
}

/// Sets directories to 0755 and files to 0644, or 0755 when their owner may execute them, so that
/// the umask and the tools of this machine leave no trace in a layer. Links stay as they are.
///
/// # Errors
/// When a mode can't be read or set.
pub fn normalise_modes(directory: &Path) -> Result<(), std::io::Error> {
    change_modes(directory, |mode, is_directory| {
        if is_directory || mode & 0o100 != 0 {
            0o755
        } else {
            0o644
        }
    })
}

/// `chmod -R a+rX`: whoever the container runs as can read the app; nothing else changes.
///
/// # Errors
/// When a mode can't be read or set.
pub fn open_to_everyone(directory: &Path) -> Result<(), std::io::Error> {
    change_modes(directory, |mode, is_directory| {
        let execute = if is_directory || mode & 0o111 != 0 {
            0o111
        } else {
            0
        };
        mode | 0o444 | execute
    })
}

fn change_modes(directory: &Path, wanted: impl Fn(u32, bool) -> u32) -> Result<(), std::io::Error> {
    let set = |path: &Path| {
        let metadata = fs_err::symlink_metadata(path)?;
        let mode = metadata.permissions().mode() & 0o7777;
        let wanted = wanted(mode, metadata.is_dir());
        if !metadata.is_symlink() && mode != wanted {
            fs_err::set_permissions(path, Permissions::from_mode(wanted))?;
        }
        Ok::<(), std::io::Error>(())
    };
    set(directory)?;
    for entry in WalkDir::new(directory).min_depth(1).sort_by_file_name() {
        set(entry?.path())?;
    }
    Ok(())
}

/// Removes a tree even when it holds directories without write permission, as Go's module cache does.
///
/// # Errors
/// When something can't be removed.
pub fn remove_tree(directory: &Path) -> Result<(), std::io::Error> {
    match fs_err::remove_dir_all(directory) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            change_modes(
                directory,
                |mode, is_directory| {
                    if is_directory { mode | 0o700 } else { mode }
                },
            )?;
            fs_err::remove_dir_all(directory)
        }
        other => other,
    }
}

fn relative(app_dir: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(app_dir).unwrap_or(path).to_owned()
}
