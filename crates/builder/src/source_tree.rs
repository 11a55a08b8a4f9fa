//! The checkout that a builder is made from: `stack/`, `buildpacks/`, `builder.toml`.

use std::path::{Path, PathBuf};

/// The root of a checkout of Coracle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTree {
    root: PathBuf,
}

/// No directory that was looked at is a checkout.
#[derive(Debug, thiserror::Error)]
#[error("no source tree in {}", list(.looked_at))]
pub struct SourceTreeError {
    /// The directories, in the order in which they were tried.
    pub looked_at: Vec<PathBuf>,
    /// Whether the first was named by the user, so that no other was tried.
    pub named: bool,
}

fn list(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    paths.join(", ")
}

impl SourceTree {
    /// Finds the checkout: the directory that the user `named`, and only that; else the nearest
    /// one at or above `current`; else `compiled_from`, where this program was compiled.
    ///
    /// # Errors
    /// When none of these is a checkout.
    pub fn find(
        named: Option<&Path>,
        current: &Path,
        compiled_from: &Path,
    ) -> Result<Self, SourceTreeError> {
        let candidates: Vec<&Path> = match named {
            Some(named) => vec![named],
            None => current.ancestors().chain([compiled_from]).collect(),
        };
        candidates
            .iter()
            .find(|candidate| is_source_tree(candidate))
            .map(|root| Self {
                root: root.to_path_buf(),
            })
            .ok_or_else(|| SourceTreeError {
                named: named.is_some(),
                looked_at: candidates.iter().map(|path| path.to_path_buf()).collect(),
            })
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
    fn the_named_tree_wins_then_the_nearest_then_the_compiled_one() {
        let (one, two, three) = (checkout(), checkout(), checkout());
        let inside = two.path().join("buildpacks/go/src");
        let find = |named, current: &Path| {
            SourceTree::find(named, current, three.path()).map(|tree| tree.root)
        };
        assert_eq!(find(Some(one.path()), &inside).unwrap(), one.path());
        assert_eq!(find(None, &inside).unwrap(), two.path());
        let elsewhere = tempfile::tempdir().unwrap();
        assert_eq!(find(None, elsewhere.path()).unwrap(), three.path());
        assert!(find(Some(elsewhere.path()), &inside).unwrap_err().named);
    }
}
