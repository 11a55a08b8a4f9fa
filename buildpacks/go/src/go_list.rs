//! What `go list` says of packages.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::go_command::{Go, GoError};

/// The fields of [`ListedPackage`]; go computes no others then.
const FIELDS: &str =
    "-json=ImportPath,Dir,Name,Target,Standard,GoFiles,CgoFiles,IgnoredGoFiles,Imports,Error";

/// A package, as `go help list` describes it; what go has nothing to say of is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ListedPackage {
    pub(crate) import_path: String,
    /// Its directory, absolute.
    pub(crate) dir: PathBuf,
    pub(crate) name: String,
    /// Where `go install` would put it.
    pub(crate) target: Option<PathBuf>,
    /// Whether it is of the standard library.
    pub(crate) standard: bool,
    /// The files that are compiled and don't import C.
    pub(crate) go_files: Vec<String>,
    /// The files that are compiled and import C; none without cgo.
    pub(crate) cgo_files: Vec<String>,
    /// The files that are left out, tests among them.
    pub(crate) ignored_go_files: Vec<String>,
    pub(crate) imports: Vec<String>,
    /// Why it can't be loaded.
    pub(crate) error: Option<ListedError>,
}

/// What is wrong with a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ListedError {
    /// go's words.
    pub(crate) err: String,
}

/// Which packages are listed beside those that the patterns name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// None: imports aren't looked at, and no module is fetched.
    Named,
    /// All that they import, and what that imports; modules are fetched.
    WithImports,
}

/// Lists packages, those that can't be loaded, too. No compiler is needed for that, not even with cgo.
pub(crate) fn list(
    go: &Go,
    directory: &Path,
    extent: Extent,
    patterns: impl IntoIterator<Item = String>,
) -> Result<Vec<ListedPackage>, GoError> {
    let extent = match extent {
        Extent::Named => "-find",
        Extent::WithImports => "-deps",
    };
    let options = ["list", "-e", extent, FIELDS, "--"].map(String::from);
    let json = go.capture(directory, options.into_iter().chain(patterns))?;
    documents(&json).map_err(|source| GoError::Unreadable {
        command: "go list".to_owned(),
        source,
    })
}

/// JSON documents one after another.
fn documents(json: &[u8]) -> Result<Vec<ListedPackage>, serde_json::Error> {
    serde_json::Deserializer::from_slice(json)
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_one_document_after_another() {
        let json = br#"{
            "Dir": "/w", "ImportPath": "example.com/a/v2", "Name": "main", "Target": "/x/bin/a", "GoFiles": ["a.go"],
            "CgoFiles": ["c.go"], "IgnoredGoFiles": ["d.go"], "Imports": ["fmt"]
        }
        {"ImportPath": "fmt", "Standard": true, "Error": {"ImportStack": ["x"], "Err": "expected 'package'"}}"#;
        let one = |text: &str| vec![text.to_owned()];
        let first = ListedPackage {
            import_path: "example.com/a/v2".to_owned(),
            dir: "/w".into(),
            name: "main".to_owned(),
            target: Some("/x/bin/a".into()),
            go_files: one("a.go"),
            cgo_files: one("c.go"),
            ignored_go_files: one("d.go"),
            imports: one("fmt"),
            ..ListedPackage::default()
        };
        let second = ListedPackage {
            import_path: "fmt".to_owned(),
            standard: true,
            error: Some(ListedError {
                err: "expected 'package'".to_owned(),
            }),
            ..ListedPackage::default()
        };
        assert_eq!(documents(json).unwrap(), [first, second]);
        assert!(documents(b"{\"Dir\": 1}").is_err());
    }
}
