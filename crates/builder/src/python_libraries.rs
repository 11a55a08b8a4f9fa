//! The libraries that a Python needs and the run image lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use linkage::{Elf, Libraries, Missing};
use store::Store;
use walkdir::WalkDir;

use crate::errors::BuilderError;
use crate::python_tree::PythonTree;

/// Puts what the files of the tree need, and what that needs, beside them: from the directory of libraries in
/// `root`, under the names by which it is asked for. Gives where each was, relative to `root`.
///
/// Everything else must be in the run image, in the version that is asked for.
pub(crate) fn bundle(
    store: &Store,
    tree: &PythonTree,
    root: &Path,
    run_image: &Libraries,
) -> Result<BTreeSet<PathBuf>, BuilderError> {
    let mut files = store.io(|| elf_files(tree))?;
    let mut available = run_image.clone();
    let mut origins = BTreeSet::new();
    let directory = tree.bundled_libraries();
    store.io(|| fs_err::create_dir_all(&directory))?;
    let source = root.join("usr/lib").join(tree.architecture().multiarch());
    let mut wanted: Vec<String> = needed(files.values());
    while let Some(name) = wanted.pop() {
        if available.libraries.contains_key(&name) {
            continue;
        }
        let found = store.io(|| read(root, &source.join(&name)))?;
        let found = found.and_then(|(origin, bytes)| {
            let elf = linkage::parse(&bytes).ok()?;
            Some((origin, bytes, elf))
        });
        // What is missing then is told with all that is.
        let Some((origin, bytes, elf)) = found else {
            continue;
        };
        store.io(|| fs_err::write(directory.join(&name), bytes))?;
        origins.insert(origin);
        let versions = elf.defined_versions.iter().cloned().collect();
        available.libraries.insert(name.clone(), versions);
        wanted.extend(needed([&elf]));
        files.insert(name, elf);
    }
    match check(&files, &available) {
        missing if missing.is_empty() => Ok(origins),
        missing => Err(BuilderError::PythonLinkage {
            python: tree.name(),
            missing,
        }),
    }
}

/// Makes the libraries of one tree those of another.
pub(crate) fn share(from: &PythonTree, to: &PythonTree) -> io::Result<()> {
    let directory = to.bundled_libraries();
    fs_err::create_dir_all(&directory)?;
    for entry in fs_err::read_dir(from.bundled_libraries())? {
        let entry = entry?;
        fs_err::hard_link(entry.path(), directory.join(entry.file_name()))?;
    }
    Ok(())
}

fn needed<'a>(files: impl IntoIterator<Item = &'a Elf>) -> Vec<String> {
    let names: BTreeSet<String> = files
        .into_iter()
        .flat_map(|elf| elf.needed.iter().cloned())
        .collect();
    names.into_iter().collect()
}

/// A library that may be a link, as long as it leads to a file of `root`: where that is, and its bytes.
fn read(root: &Path, library: &Path) -> io::Result<Option<(PathBuf, Vec<u8>)>> {
    let Ok(file) = fs_err::canonicalize(library) else {
        return Ok(None);
    };
    let root = fs_err::canonicalize(root)?;
    match file.strip_prefix(&root) {
        Ok(origin) => Ok(Some((origin.to_owned(), fs_err::read(&file)?))),
        Err(_) => Ok(None),
    }
}

/// The programs and libraries of a tree, by their paths in it.
fn elf_files(tree: &PythonTree) -> io::Result<BTreeMap<String, Elf>> {
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(tree.directory()).sort_by_file_name() {
        let entry = entry.map_err(io::Error::from)?;
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = fs_err::read(entry.path())?;
        if let Ok(elf) = linkage::parse(&bytes) {
            let path = entry.path().strip_prefix(tree.directory());
            let path = path.unwrap_or(entry.path()).to_string_lossy().into_owned();
            files.insert(path, elf);
        }
    }
    Ok(files)
}

/// What each file needs and doesn't get.
fn check(files: &BTreeMap<String, Elf>, available: &Libraries) -> Vec<(String, Missing)> {
    let missing = files.iter().flat_map(|(file, elf)| {
        let missing = available.missing(elf).into_iter();
        missing.map(|missing| (file.clone(), missing))
    });
    missing.collect()
}

#[cfg(test)]
#[path = "python_libraries_tests.rs"]
mod tests;
