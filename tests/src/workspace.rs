//! The files of a source tree.

use std::path::Path;

use ignore::WalkBuilder;

/// A file of the source tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path below the root of the workspace.
    pub path: String,
    /// Its text; files that are no UTF-8 are left out of a listing.
    pub text: String,
}

/// Every text file below `root` that git doesn't ignore, sorted by path. Works without git and in a
/// tree that is no clone.
///
/// # Errors
/// When something can't be read.
pub fn sources(root: &Path) -> Result<Vec<Source>, ignore::Error> {
    let mut sources = Vec::new();
    let mut walk = WalkBuilder::new(root);
    walk.hidden(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .sort_by_file_path(Ord::cmp)
        .filter_entry(|entry| entry.file_name() != ".git");
    for entry in walk.build() {
        let entry = entry?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let content = fs_err::read(entry.path())?;
        if let Ok(text) = String::from_utf8(content) {
            let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
            sources.push(Source {
                path: path.to_string_lossy().into_owned(),
                text,
            });
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_are_listed_and_ignored_ones_are_not() {
        let tree = testkit::directory(
            "
-- .gitignore --
/target/
-- .git/config --
-- .ci/run --
-- target/debug/x --
-- src/main.rs --
",
        );
        let paths: Vec<String> = sources(tree.path())
            .unwrap()
            .into_iter()
            .map(|source| source.path)
            .collect();
        assert_eq!(paths, [".ci/run", ".gitignore", "src/main.rs"]);
    }
}
