//! What of the app stays, and what goes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use explain::quote;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{Entry, EntryKind, FilesError, list, modes, private};

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

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether the path, or a directory above it, matches.
    #[must_use]
    pub fn matches(&self, path: &Path) -> bool {
        let mut above = path.ancestors().filter(|path| !path.as_os_str().is_empty());
        above.any(|path| self.set.is_match(path))
    }

    /// A warning for each pattern that matches none of the entries: likely spelling mistakes.
    #[must_use]
    pub fn warnings(&self, entries: &[Entry]) -> Vec<String> {
        let mut matched = vec![false; self.patterns.len()];
        for entry in entries {
            for index in self.set.matches(&entry.path) {
                matched[index] = true;
            }
        }
        let patterns = self.patterns.iter().zip(matched);
        patterns
            .filter(|(_, matched)| !matched)
            .map(|(pattern, _)| {
                let pattern = quote(pattern, 200);
                format!("BP_KEEP_FILES: {pattern} matches no file. Check its spelling.")
            })
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
    /// How many files went, by the first component of their path, which ends in
    /// `/` when it is a directory; sorted.
    pub by_top: BTreeMap<String, usize>,
    /// Files of variables among what was removed (see [`super::is_private`]), relative to the app
    /// directory; of a directory that is called so only itself.
    pub secrets: BTreeSet<PathBuf>,
}

impl Removed {
    /// What to tell the user of [`Self::secrets`].
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        private::warning(&self.secrets)
    }
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
                other => other.map_err(|error| FilesError::replacing(&path, error))?,
            }
        } else {
            let gone = fs_err::remove_file(&path);
            gone.map_err(|error| FilesError::replacing(&path, error))?;
            removed.files += 1;
            removed.bytes += entry.size;
            let secret = private::secret_of(&entry.path);
            removed.secrets.extend(secret.map(Path::to_owned));
            let mut components = entry.path.iter();
            if let Some(top) = components.next() {
                let slash = if components.next().is_some() { "/" } else { "" };
                let top = format!("{}{slash}", top.to_string_lossy());
                *removed.by_top.entry(top).or_default() += 1;
            }
        }
    }
    Ok(removed)
}

/// Removes a tree even when it holds directories without write permission, as Go's module cache does.
///
/// # Errors
/// When something can't be removed.
pub fn remove_tree(directory: &Path) -> Result<(), std::io::Error> {
    match fs_err::remove_dir_all(directory) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            modes::change(
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
