//! What the packages offer to programs that are linked dynamically, and whether they are whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use linkage::{Elf, Libraries, Missing};

use super::tree::{Tree, library_directories};
use super::{Incomplete, launch};

/// The libraries of the run image and of the packages, and those of the packages, and their programs, that lack
/// something. Further below are plugins, which are loaded where all that they need is there.
pub(super) fn offered(
    tree: &Tree,
    of_run_image: &Libraries,
) -> Result<(Libraries, Vec<Incomplete>), std::io::Error> {
    let directories = library_directories(&tree.root);
    let mut offered = of_run_image.clone();
    let mut names = BTreeSet::new();
    let mut found: Vec<(PathBuf, Elf)> = Vec::new();
    for path in tree.in_image().flat_map(|package| &package.files) {
        if !launch::stays(path) {
            continue;
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let parent = path.parent().unwrap_or(path);
        let is_library = directories.iter().any(|directory| directory == parent);
        let is_program = launch::PROGRAMS
            .iter()
            .any(|directory| parent == Path::new(directory));
        if let Some(elf) = (is_library || is_program)
            .then(|| read(&tree.root, path))
            .transpose()?
            .flatten()
        {
            if is_library {
                let versions = elf.defined_versions.iter().cloned().collect();
                offered.libraries.entry(name.clone()).or_insert(versions);
            }
            found.push((path.clone(), elf));
        }
        names.insert(name);
    }
    let mut incomplete = Vec::new();
    for (path, elf) in found {
        for missing in offered.missing(&elf) {
            let is_there = match &missing {
                Missing::NoLoader => true,
                // It may name the directory itself (RUNPATH).
                Missing::Library(name) => names.contains(name),
                Missing::Loader(_) | Missing::Version(_) => false,
            };
            if !is_there {
                let file = path.display().to_string();
                incomplete.push(Incomplete { file, missing });
            }
        }
    }
    Ok((offered, incomplete))
}

/// The ELF file that a path leads to in the tree.
fn read(root: &Path, path: &Path) -> Result<Option<Elf>, std::io::Error> {
    // What a link of Debian leads to and nobody has made isn't there.
    let Ok(file) = fs_err::canonicalize(root.join(path)) else {
        return Ok(None);
    };
    if !file.starts_with(fs_err::canonicalize(root)?) || !file.is_file() {
        return Ok(None);
    }
    Ok(linkage::parse(&fs_err::read(file)?).ok())
}
