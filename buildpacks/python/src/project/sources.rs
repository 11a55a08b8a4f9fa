//! Which Python files are read, and what they import that is neither Python's nor the app's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buildpack_kit::files::{Entry, EntryKind, FilesError, is_leftover, is_private};

use crate::python_source::{self, PythonSource};

/// A file of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceFile {
    /// Relative to the app.
    pub(crate) path: PathBuf,
    pub(crate) source: PythonSource,
}

/// Deeper files start nothing by themselves: `src/shop/web/app.py`.
const DEPTH: usize = 4;

/// More than people write by hand, in bytes: what is larger is generated, or data.
const LARGEST: u64 = 1_000_000;

/// Directories whose files are no part of the app when it runs.
const OTHERS: [&str; 9] = [
    "build",
    "dist",
    "docs",
    "examples",
    "migrations",
    "node_modules",
    "site-packages",
    "test",
    "tests",
];

/// The names of Python's own modules, of all versions that can be had.
const STANDARD_LIBRARY: &str = include_str!("../standard_library.txt");

/// Reads the files that may start something.
pub(super) fn read(app_dir: &Path, entries: &[Entry]) -> Result<Vec<SourceFile>, FilesError> {
    let mut sources = Vec::new();
    for entry in entries.iter().filter(|entry| is_source(entry)) {
        let bytes = fs_err::read(app_dir.join(&entry.path))?;
        // Python 2 files and the like may be in other encodings; their names are ASCII all the same.
        let text = String::from_utf8_lossy(&bytes);
        sources.push(SourceFile {
            path: entry.path.clone(),
            source: python_source::read(&text),
        });
    }
    Ok(sources)
}

fn is_source(entry: &Entry) -> bool {
    let path = &entry.path;
    let is_python = path.extension().is_some_and(|ending| ending == "py");
    let is_of_app = !path.iter().any(|part| {
        let part = part.to_str().unwrap_or_default();
        OTHERS.contains(&part) || (part.starts_with('.') && part.len() > 1)
    });
    is_python
        && is_of_app
        && entry.kind == EntryKind::File
        && entry.size <= LARGEST
        && path.components().count() <= DEPTH
        && !is_private(path)
        && !is_leftover(path)
}

/// The modules that files of the app import and can't do without, and that neither Python nor the app has; each with
/// the first file that does, sorted.
pub(super) fn third_party(sources: &[SourceFile], entries: &[Entry]) -> Vec<(String, PathBuf)> {
    let standard: BTreeSet<&str> = STANDARD_LIBRARY.lines().collect();
    let own: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| entry.path.extension().is_none_or(|ending| ending == "py"))
        .filter_map(|entry| entry.path.file_stem()?.to_str())
        .collect();
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for file in sources {
        for import in &file.source.imports {
            let top = import.split('.').next().unwrap_or_default();
            let is_known = standard.contains(top) || own.contains(top) || top.starts_with('_');
            if !is_known && !found.iter().any(|(module, _)| module == top) {
                found.push((top.to_owned(), file.path.clone()));
            }
        }
    }
    found.sort();
    found
}
