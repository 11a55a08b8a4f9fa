//! What run images offer to programs that are linked dynamically, for the buildpacks: they run in the
//! build image and never see the run image.
//!
//! A file for each run image, in the build image, so that every builder has them, whoever makes it.
//! Beside each, with the ending `status`, are its Debian packages ([`run_packages`]).
//! `buildpack_kit::run_image` reads the one that the builder's environment names.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use composer::{Architecture, Composer};
use linkage::Libraries;
use oci::Layout;
use store::Store;

use crate::component::ComponentId;
use crate::definition::{Definition, DefinitionError};
use crate::errors::BuilderError;
use crate::images::{Form, Image};
use crate::key::KeyBuilder;
use crate::run_packages;
use crate::tree;

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 2;

/// Where the build image has the files.
pub(crate) const DIRECTORY: &str = "/opt/coracle/run-images";

/// The run images that have a file in every build image: builders of both share one. Their debug images have
/// the same libraries.
const ALWAYS: [&str; 2] = [WITHOUT_VARIABLE, "run-static"];

/// The run image that counts where the builder's environment names none.
const WITHOUT_VARIABLE: &str = "run";

/// The variable of the builder's environment that names another one's file.
const VARIABLE: &str = "CORACLE_RUN_LIBRARIES";

/// The component with the files.
pub(crate) struct RunLibraries {
    architecture: Architecture,
    /// In the order of their names.
    pub(crate) images: Vec<Image>,
    pub(crate) component: ComponentId,
}

impl RunLibraries {
    /// For a builder whose run image is the one of `stack/` that is called `own`.
    pub(crate) fn new(
        composer: &Composer,
        architecture: Architecture,
        own: &str,
    ) -> Result<Self, BuilderError> {
        let mut names = ALWAYS.to_vec();
        names.push(own);
        names.sort_unstable();
        names.dedup();
        let images = names.into_iter();
        let images = images.map(|name| Image::new(composer, name, Form::Layout));
        let images = images.collect::<Result<Vec<_>, _>>()?;
        let mut key = KeyBuilder::new("run-libraries", RECIPE);
        for image in &images {
            key.text(&image.name, image.component.key.as_str());
        }
        Ok(Self {
            architecture,
            images,
            component: ComponentId::new("run-libraries", key.finish()),
        })
    }

    /// Writes the files where they don't exist; the run images must.
    pub(crate) fn ensure(&self, store: &Store) -> Result<PathBuf, BuilderError> {
        let title = "Listing the libraries of the run images";
        self.component.ensure(store, title, |work, out| {
            for image in &self.images {
                let root = work.join(&image.name);
                store.io(|| fs_err::create_dir(&root))?;
                oci::unpack_image(&Layout::open(image.component.directory(store))?, &root)?;
                let libraries = store.io(|| of_root(&root, self.architecture.multiarch()))?;
                let libraries = toml::to_string(&libraries)?;
                let file = out.join(file_name(&image.name));
                store.io(|| fs_err::write(&file, libraries))?;
                let packages = store.io(|| run_packages::of_root(&root))?;
                store.io(|| fs_err::write(file.with_extension("status"), packages))?;
            }
            Ok(store.io(|| tree::normalise(out, |_| false))?)
        })
    }
}

fn file_name(image: &str) -> String {
    format!("{image}.toml")
}

/// Checks that the environment of a builder names the file of its run image, which is called `own` in `stack/`.
pub(crate) fn check(definition: &Definition, own: &str) -> Result<(), DefinitionError> {
    let mut variables = definition.build.env.iter();
    let variable = variables.find(|variable| variable.name == VARIABLE);
    let said = variable.map(|variable| variable.value.as_str());
    let path = format!("{DIRECTORY}/{}", file_name(own));
    let is_right = match said {
        Some(said) => said == path,
        None => own == WITHOUT_VARIABLE,
    };
    if is_right {
        return Ok(());
    }
    Err(DefinitionError::RunLibraries {
        variable: VARIABLE,
        said: said.map(str::to_owned),
        path,
    })
}

/// Of a root directory. Debian's loader looks into the directory of the architecture before `/usr/lib`,
/// and `/lib` is a link to that.
pub(crate) fn of_root(root: &Path, multiarch: &str) -> io::Result<Libraries> {
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

    #[test]
    fn a_builder_names_the_file_of_its_own_run_image() {
        let parse = |text| toml::from_str::<Definition>(text).unwrap();
        let default = parse(include_str!("../../../builder.toml"));
        let of_static = parse(include_str!("../../../builder-static.toml"));
        assert_eq!(check(&default, "run"), Ok(()));
        assert_eq!(check(&of_static, "run-static"), Ok(()));
        let wrong = |definition: &Definition, own: &str| check(definition, own).unwrap_err();
        insta::assert_debug_snapshot!((wrong(&default, "run-static"), wrong(&of_static, "run")), @r#"
        (
            RunLibraries {
                variable: "CORACLE_RUN_LIBRARIES",
                said: None,
                path: "/opt/coracle/run-images/run-static.toml",
            },
            RunLibraries {
                variable: "CORACLE_RUN_LIBRARIES",
                said: Some(
                    "/opt/coracle/run-images/run-static.toml",
                ),
                path: "/opt/coracle/run-images/run.toml",
            },
        )
        "#);
    }
}
