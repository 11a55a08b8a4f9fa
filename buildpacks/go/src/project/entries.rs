//! Which files of the app concern go.

use std::path::{Path, PathBuf};

use buildpack_kit::files::{Entry, EntryKind};

/// Extensions of the files that `go` looks into for build constraints and imports (`go/build`).
const SOURCE_EXTENSIONS: [&str; 19] = [
    "F", "S", "c", "cc", "cpp", "cxx", "f", "f90", "for", "go", "h", "hh", "hpp", "hxx", "m", "s",
    "swig", "swigcxx", "sx",
];

pub(super) fn has_file(entries: &[Entry], path: &str) -> bool {
    entries
        .iter()
        .any(|entry| entry.kind == EntryKind::File && entry.path == Path::new(path))
}

/// Directories that hold a file of that name; those of other people's code and of tests left out.
pub(super) fn directories_with(entries: &[Entry], name: &str) -> Vec<PathBuf> {
    let is_foreign = |directory: &Path| {
        let mut parents = directory.parent().into_iter().flat_map(Path::iter);
        directory
            .iter()
            .any(|part| part == "testdata" || part == "node_modules")
            || parents.any(|part| part == "vendor")
    };
    let files = entries.iter().filter(|entry| entry.kind == EntryKind::File);
    files
        .filter(|entry| entry.path.ends_with(name))
        .filter_map(|entry| entry.path.parent())
        .filter(|directory| !is_foreign(directory))
        .map(Path::to_owned)
        .collect()
}

pub(super) fn sources(entries: &[Entry]) -> Vec<PathBuf> {
    let is_source = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| SOURCE_EXTENSIONS.contains(&extension))
    };
    let files = entries.iter().filter(|entry| entry.kind == EntryKind::File);
    files
        .filter(|entry| is_source(&entry.path))
        .map(|entry| entry.path.clone())
        .collect()
}
