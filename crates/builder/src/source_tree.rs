//! The checkout that a builder is made from: `stack/`, `buildpacks/`, `builder.toml`.

use std::path::{Path, PathBuf};

use crate::errors::BuilderError;

/// The root of a checkout of Coracle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTree {
    root: PathBuf,
}

/// The directory that should be a checkout is none.
#[derive(Debug, thiserror::Error)]
#[error("no source tree in {looked_at}")]
pub struct SourceTreeError {
    /// The directory.
    pub looked_at: PathBuf,
    /// Whether the user named it.
    pub named: bool,
}

impl SourceTree {
    /// Finds the checkout: the directory that the user `named`, and only that; else `compiled_from`,
    /// where this program was compiled. Never one around the current directory: making a builder runs
    /// what stands there, and an app may bring a tree that looks like a checkout.
    ///
    /// # Errors
    /// When none of these is a checkout.
    pub fn find(named: Option<&Path>, compiled_from: &Path) -> Result<Self, SourceTreeError> {
        let root = named.unwrap_or(compiled_from);
        if is_source_tree(root) {
            Ok(Self {
                root: root.to_path_buf(),
            })
        } else {
            Err(SourceTreeError {
                named: named.is_some(),
                looked_at: root.to_path_buf(),
            })
        }
    }

    /// The root of the checkout.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// `stack/`.
    #[must_use]
    pub fn stack(&self) -> PathBuf {
        self.root.join("stack")
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }
}

/// The text of a file that a builder is made from.
pub(crate) fn read(path: &Path) -> Result<String, BuilderError> {
    fs_err::read_to_string(path).map_err(BuilderError::Read)
}

fn is_source_tree(directory: &Path) -> bool {
    ["builder.toml", "stack/lifecycle/go.mod", "buildpacks"]
        .iter()
        .all(|needed| directory.join(needed).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs_err::create_dir_all(root.join("stack/lifecycle")).unwrap();
        fs_err::create_dir_all(root.join("buildpacks/go/src")).unwrap();
        fs_err::write(root.join("stack/lifecycle/go.mod"), "").unwrap();
        fs_err::write(root.join("builder.toml"), "").unwrap();
        directory
    }

    #[test]
    fn the_named_tree_wins_over_the_compiled_one() {
        let (one, two) = (checkout(), checkout());
        let find = |named, compiled: &Path| SourceTree::find(named, compiled).map(|tree| tree.root);
        assert_eq!(find(Some(one.path()), two.path()).unwrap(), one.path());
        assert_eq!(find(None, two.path()).unwrap(), two.path());
        let elsewhere = tempfile::tempdir().unwrap();
        assert!(find(Some(elsewhere.path()), two.path()).unwrap_err().named);
        assert!(!find(None, elsewhere.path()).unwrap_err().named);
    }
}
