//! What a run image offers to programs that are linked dynamically, for the buildpacks: they run in the
//! build image and never see the run image.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use composer::Architecture;
use linkage::Libraries;
use oci::Layout;
use store::Store;

use crate::errors::BuilderError;

/// Of the image in a layout, which is unpacked into the directory `work`, which must be empty.
pub(crate) fn of_image(
    store: &Store,
    layout: &Path,
    architecture: Architecture,
    work: &Path,
) -> Result<Libraries, BuilderError> {
    oci::unpack_image(&Layout::open(layout)?, work)?;
    Ok(store.io(|| of_root(work, architecture.multiarch()))?)
}

/// Of a root directory. Debian's loader looks into the directory of the architecture before `/usr/lib`,
/// and `/lib` is a link to that.
fn of_root(root: &Path, multiarch: &str) -> io::Result<Libraries> {
    let root = &fs_err::canonicalize(root)?;
    let mut libraries = Libraries::default();
    let searched = ["usr/lib".to_owned(), format!("usr/lib/{multiarch}")];
    for directory in &searched {
        for (name, elf) in elf_files(root, directory)? {
            let versions = elf.defined_versions.into_iter().collect();
            libraries.libraries.insert(name, versions);
        }
    }
    let linked = ["lib", "lib64", "usr/lib64"].map(str::to_owned);
    let nested = format!("lib/{multiarch}");
    for directory in searched.iter().chain(&linked).chain([&nested]) {
        let names = elf_files(root, directory)?.into_keys();
        let loaders = names.filter(|name| name.starts_with("ld-"));
        let paths = loaders.map(|name| format!("/{directory}/{name}"));
        libraries.loaders.extend(paths);
    }
    Ok(libraries)
}

/// The ELF files of a directory of the image by their names; links count as what they lead to, as long as
/// that is in the image.
fn elf_files(root: &Path, directory: &str) -> io::Result<BTreeMap<String, linkage::Elf>> {
    let mut files = BTreeMap::new();
    let Some(directory) = inside(root, &root.join(directory)) else {
        return Ok(files);
    };
    for entry in fs_err::read_dir(directory)? {
        let entry = entry?;
        let Some(path) = inside(root, &entry.path()).filter(|path| path.is_file()) else {
            continue;
        };
        if let Ok(elf) = linkage::parse(&fs_err::read(path)?) {
            files.insert(entry.file_name().to_string_lossy().into_owned(), elf);
        }
    }
    Ok(files)
}

/// Where a path of the image leads. An absolute link would lead to a file of this machine.
fn inside(root: &Path, path: &Path) -> Option<PathBuf> {
    let place = fs_err::canonicalize(path).ok()?;
    place.starts_with(root).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test programs are ELF files with a name that says nothing.
    fn root() -> tempfile::TempDir {
        let root = testkit::directory(
            "-- usr/lib/a-b/text.so --\nhello\n-- usr/lib64/ --\n-- lib -> usr/lib --\n-- lib64 -> usr/lib64 --
-- usr/lib/a-b/libx.so.1 -> libx.so.1.2 --\n-- usr/lib/a-b/libout.so -> /proc/self/exe --
-- usr/lib/a-b/libgone.so -> nowhere --\n-- usr/lib64/ld-linux.so.2 -> ../lib/a-b/ld-linux.so.2 --\n",
        );
        let elf = std::env::current_exe().unwrap();
        for name in ["a-b/libx.so.1.2", "a-b/ld-linux.so.2", "liby.so"] {
            fs_err::copy(&elf, root.path().join("usr/lib").join(name)).unwrap();
        }
        root
    }

    #[test]
    fn every_name_that_a_loader_finds_counts() {
        let root = root();
        let libraries = of_root(root.path(), "a-b").unwrap();
        insta::assert_snapshot!(toml::to_string(&libraries).unwrap(), @r#"
        loaders = ["/lib/a-b/ld-linux.so.2", "/lib64/ld-linux.so.2", "/usr/lib/a-b/ld-linux.so.2", "/usr/lib64/ld-linux.so.2"]

        [libraries]
        "ld-linux.so.2" = []
        "libx.so.1" = []
        "libx.so.1.2" = []
        "liby.so" = []
        "#);
        let empty = tempfile::tempdir().unwrap();
        assert!(of_root(empty.path(), "a-b").unwrap().is_empty());
    }
}
