//! Which files of the app concern go.

use std::path::{Path, PathBuf};

use buildpack_kit::files::{Entry, EntryKind};

/// Extensions of the files that `go` looks into for build constraints and imports (`go/build`).
const SOURCE_EXTENSIONS: [&str; 19] = [
    "F", "S", "c", "cc", "cpp", "cxx", "f", "f90", "for", "go", "h", "hh", "hpp", "hxx", "m", "s",
    "swig", "swigcxx", "sx",
];

/// Whether there is such a file; `go` follows links.
fn is_file(app_dir: &Path, entry: &Entry) -> bool {
    match entry.kind {
        EntryKind::File => true,
        EntryKind::Link(_) => app_dir.join(&entry.path).is_file(),
        EntryKind::Directory | EntryKind::Other => false,
    }
}

/// Directories that hold a file of that name; those of other people's code and of tests left out.
pub(super) fn directories_with(app_dir: &Path, entries: &[Entry], name: &str) -> Vec<PathBuf> {
    let is_foreign = |directory: &Path| {
        let mut parents = directory.parent().into_iter().flat_map(Path::iter);
        directory
            .iter()
            .any(|part| part == "testdata" || part == "node_modules")
            || parents.any(|part| part == "vendor")
    };
    let named = entries.iter().filter(|entry| entry.path.ends_with(name));
    named
        .filter(|entry| is_file(app_dir, entry))
        .filter_map(|entry| entry.path.parent())
        .filter(|directory| !is_foreign(directory))
        .map(Path::to_owned)
        .collect()
}

/// The files whose content `go` remembers by their time.
pub(super) fn sources(app_dir: &Path, entries: &[Entry]) -> Vec<PathBuf> {
    let is_source = |path: &Path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| SOURCE_EXTENSIONS.contains(&extension))
    };
    let named = entries.iter().filter(|entry| is_source(&entry.path));
    named
        .filter(|entry| is_file(app_dir, entry))
        .map(|entry| entry.path.clone())
        .collect()
}

/// Files of tools that managed what an app needs before there were modules, in the root or in vendor.
pub(super) fn legacy(entries: &[Entry]) -> Vec<PathBuf> {
    const NAMES: [&str; 8] = [
        "Gopkg.toml",
        "Gopkg.lock",
        "Godeps/Godeps.json",
        "glide.yaml",
        "glide.lock",
        "vendor/vendor.json",
        "vendor/manifest",
        "vendor.conf",
    ];
    let named = NAMES.map(Path::new);
    let entries = entries
        .iter()
        .filter(|entry| named.contains(&entry.path.as_path()));
    entries.map(|entry| entry.path.clone()).collect()
}
