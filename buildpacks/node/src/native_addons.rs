//! Packages that are compiled when they are installed: whether they were, and what the image must have for them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use linkage::{Libraries, Machine, Missing};
use walkdir::WalkDir;

use crate::node_modules::{DIRECTORY, Package};

/// Why packages with compiled parts can't be in the image.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AddonError {
    #[error("installed packages can't be read")]
    Io(#[from] io::Error),
    /// The package manager didn't run what compiles them, and said nothing.
    #[error("{} were not compiled", .packages.join(", "))]
    NotBuilt { packages: Vec<String> },
    /// What they need and the image lacks, with who needs it.
    #[error("{} things are missing in the image", .0.len())]
    Missing(Vec<(Missing, PathBuf)>),
}

/// Packages that must be there and have something to compile, and nothing that was.
pub(crate) fn check_built(packages: &[Package]) -> Result<(), AddonError> {
    let mut missing = BTreeSet::new();
    for package in packages
        .iter()
        .filter(|package| !package.is_optional && !package.is_own())
    {
        let directory = &package.directory;
        if directory.join("binding.gyp").is_file() && !has_addon(directory)? {
            missing.insert(package.name());
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(AddonError::NotBuilt {
        packages: missing.into_iter().collect(),
    })
}

/// A compiled addon, a prebuilt one among them, or one of a package beside it that is for this machine only. Packages
/// of headers (node-addon-api) have a binding.gyp and nothing to compile.
fn has_addon(directory: &Path) -> Result<bool, io::Error> {
    let mut has_source = false;
    for entry in own_files(directory) {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_addon(&name) {
            return Ok(true);
        }
        let is_source = [".c", ".cc", ".cpp", ".cxx"]
            .iter()
            .any(|ending| name.ends_with(ending));
        has_source |= is_source;
    }
    let manifest = crate::node_modules::manifest_of(directory).unwrap_or_default();
    let of_platform = manifest.optional.iter().any(|name| name.contains("linux"));
    Ok(!has_source || of_platform)
}

fn is_addon(name: &str) -> bool {
    name.strip_suffix(".node").is_some()
}

/// The files of a package, without those of packages in it.
fn own_files(directory: &Path) -> impl Iterator<Item = Result<walkdir::DirEntry, walkdir::Error>> {
    WalkDir::new(directory)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != DIRECTORY)
        .filter(|entry| {
            entry
                .as_ref()
                .map_or(true, |entry| entry.file_type().is_file())
        })
}

/// Looks at every addon and library of packages: what it needs must be in the run image, or beside it in packages.
pub(crate) fn check_linkage(
    app_dir: &Path,
    packages: &[Package],
    architecture: &str,
    libraries: &Libraries,
) -> Result<(), AddonError> {
    let machine = Machine::from_target(architecture);
    let app_dir = fs_err::canonicalize(app_dir)?;
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    for package in packages {
        for entry in own_files(&package.directory) {
            let entry = entry.map_err(io::Error::from)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !is_addon(&name) && !name.contains(".so") {
                continue;
            }
            let bytes = fs_err::read(entry.path())?;
            let Ok(elf) = linkage::parse(&bytes) else {
                continue;
            };
            // One for another machine, or for another C library, is never loaded.
            let is_foreign = machine.is_some_and(|machine| elf.machine != machine)
                || elf.needed.iter().any(|library| library.contains("musl"));
            if !is_foreign {
                let path = entry.path().strip_prefix(&app_dir).unwrap_or(entry.path());
                found.push((path.to_owned(), elf, package.is_optional));
                names.insert(name);
            }
        }
    }
    let mut lacks: BTreeMap<Missing, PathBuf> = BTreeMap::new();
    for (path, elf, is_optional) in found {
        for missing in libraries.missing(&elf) {
            let is_there = match &missing {
                // A library has no loader of its own.
                Missing::NoLoader => true,
                Missing::Library(name) => names.contains(name),
                Missing::Loader(_) | Missing::Version(_) => false,
            };
            if !is_there && !is_optional {
                lacks.entry(missing).or_insert_with(|| path.clone());
            }
        }
    }
    if lacks.is_empty() {
        Ok(())
    } else {
        Err(AddonError::Missing(lacks.into_iter().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node_modules::reachable;

    fn packages(tree: &str) -> (tempfile::TempDir, Vec<Package>) {
        let app = testkit::directory(tree);
        let packages = reachable(app.path(), &[], false).unwrap();
        (app, packages)
    }

    #[test]
    fn an_addon_that_was_not_compiled_is_an_error() {
        let (_app, packages) = packages(
            "-- package.json --\n{\"dependencies\":{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\"},\"optionalDependencies\":{\"d\":\"1\"}}\n\
             -- node_modules/a/package.json --\n{\"name\":\"a\"}\n-- node_modules/a/binding.gyp --\n\
             -- node_modules/a/src/a.cc --\n-- node_modules/a/node_modules/x/x.node --\n\
             -- node_modules/b/package.json --\n{}\n-- node_modules/b/binding.gyp --\n-- node_modules/b/b.cc --\n\
             -- node_modules/b/build/Release/b.node --\n-- node_modules/c/package.json --\n{}\n\
             -- node_modules/c/binding.gyp --\n-- node_modules/d/package.json --\n{}\n-- node_modules/d/binding.gyp --\n\
             -- node_modules/d/d.c --\n",
        );
        let error = check_built(&packages).unwrap_err();
        assert_eq!(error.to_string(), "a were not compiled");
    }

    #[test]
    fn what_an_addon_needs_is_named() {
        let (app, packages) = packages(
            "-- package.json --\n{\"dependencies\":{\"a\":\"1\"}}\n-- node_modules/a/package.json --\n{}\n\
             -- node_modules/a/no.node --\nno ELF\n",
        );
        fs_err::copy("/proc/self/exe", app.path().join("node_modules/a/a.node")).unwrap();
        let architecture = if cfg!(target_arch = "aarch64") {
            "arm64"
        } else {
            "amd64"
        };
        let check = |architecture| {
            check_linkage(app.path(), &packages, architecture, &Libraries::default())
        };
        let AddonError::Missing(missing) = check(architecture).unwrap_err() else {
            panic!("nothing is missing");
        };
        let libc = (
            Missing::Library("libc.so.6".to_owned()),
            PathBuf::from("node_modules/a/a.node"),
        );
        assert!(missing.contains(&libc), "{missing:?}");
        let other = if architecture == "amd64" {
            "arm64"
        } else {
            "amd64"
        };
        assert!(check(other).is_ok());
    }
}
