//! Keys: the SHA-256 of everything a component is made of.

use std::fmt;
use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

/// The key of a component: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// A key that another crate has made.
    pub(crate) fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Collects the inputs of a component. Every input has a label and its length in front of it, so
/// that no two lists of inputs hash alike.
pub(crate) struct KeyBuilder {
    hasher: Sha256,
}

impl KeyBuilder {
    /// `recipe` is raised whenever the code that makes the component would make something else of
    /// the same inputs.
    pub(crate) fn new(component: &str, recipe: u32) -> Self {
        let mut builder = Self {
            hasher: Sha256::new(),
        };
        builder.text("component", component);
        builder.text("recipe", &recipe.to_string());
        builder
    }

    pub(crate) fn text(&mut self, label: &str, value: &str) {
        self.field(label.as_bytes());
        self.field(value.as_bytes());
    }

    /// The content of one file; its name is the label.
    pub(crate) fn file(&mut self, label: &str, path: &Path) -> io::Result<()> {
        let content = fs_err::read(path)?;
        self.field(label.as_bytes());
        self.field(&content);
        Ok(())
    }

    /// Relative paths and contents of all files below `root`, sorted. `keep` sees the relative path
    /// of directories too; a directory that is not kept is not entered.
    pub(crate) fn tree(
        &mut self,
        label: &str,
        root: &Path,
        keep: impl Fn(&Path) -> bool,
    ) -> io::Result<()> {
        self.field(label.as_bytes());
        let walk = WalkDir::new(root)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| {
                entry
                    .path()
                    .strip_prefix(root)
                    .is_ok_and(|relative| relative.as_os_str().is_empty() || keep(relative))
            });
        for entry in walk {
            let entry = entry.map_err(io::Error::from)?;
            if entry.file_type().is_dir() {
                continue;
            }
            let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
            self.file(&relative.to_string_lossy(), entry.path())?;
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Key {
        Key(hex::encode(self.hasher.finalize()))
    }

    fn field(&mut self, bytes: &[u8]) {
        self.hasher.update((bytes.len() as u64).to_le_bytes());
        self.hasher.update(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(directory: &Path) -> Key {
        let mut builder = KeyBuilder::new("test", 1);
        builder
            .tree("sources", directory, |path| path != Path::new("target"))
            .unwrap();
        builder.finish()
    }

    #[test]
    fn a_tree_is_its_paths_and_contents_but_not_what_is_left_out() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        fs_err::create_dir(path.join("src")).unwrap();
        fs_err::write(path.join("src/a"), "1").unwrap();
        let first = key_of(path);

        fs_err::create_dir(path.join("target")).unwrap();
        fs_err::write(path.join("target/junk"), "x").unwrap();
        assert_eq!(key_of(path), first);

        fs_err::write(path.join("src/a"), "2").unwrap();
        assert_ne!(key_of(path), first);

        fs_err::remove_file(path.join("src/a")).unwrap();
        fs_err::write(path.join("src/b"), "1").unwrap();
        assert_ne!(key_of(path), first);
    }

    #[test]
    fn fields_do_not_run_into_one_another() {
        let key = |pairs: &[(&str, &str)]| {
            let mut builder = KeyBuilder::new("test", 1);
            for (label, value) in pairs {
                builder.text(label, value);
            }
            builder.finish()
        };
        assert_ne!(key(&[("a", "bc")]), key(&[("ab", "c")]));
        assert_ne!(key(&[("a", ""), ("b", "")]), key(&[("a", "b")]));
    }
}
