//! The way in: definition × lock → image.

use std::collections::BTreeMap;
use std::path::Path;

use oci::{Digest, Entry, Tree};
use store::{Store, WorkDirectory};

use crate::apt::AptSettings;
use crate::assemble::{self, assemble, selection_problem};
use crate::error::Problem;
use crate::fetch::{Fetched, Packages};
use crate::lock::LockedPackage;
use crate::stack::Stack;
use crate::{
    Architecture, ComposeError, ImageReport, LockReport, Suite, image, lock, locking, report,
};

/// Part of every key: raised when the same definition and lock give another image than before.
const FORMAT: u32 = 2;

/// Composes the images of one `stack/` directory for one architecture.
#[derive(Debug)]
pub struct Composer {
    stack: Stack,
    store: Store,
    architecture: Architecture,
    packages: Packages,
}

impl Composer {
    /// Reads the definitions and the lock in `stack_directory`. With `locked`, a locked version that the
    /// archive no longer has is an error instead of a warning.
    ///
    /// # Errors
    /// When a file can't be read or understood.
    pub fn new(
        stack_directory: &Path,
        store: &Store,
        architecture: Architecture,
        locked: bool,
    ) -> Result<Self, ComposeError> {
        let settings = AptSettings::from_environment();
        Self::with_apt(stack_directory, store, architecture, locked, settings)
    }

    /// The same with apt told where packages come from.
    ///
    /// # Errors
    /// When a file can't be read or understood.
    pub fn with_apt(
        stack_directory: &Path,
        store: &Store,
        architecture: Architecture,
        locked: bool,
        settings: AptSettings,
    ) -> Result<Self, ComposeError> {
        let stack = Stack::read(stack_directory)?;
        Ok(Self {
            packages: Packages::new(store, architecture, settings, &stack.lock, locked),
            stack,
            store: store.clone(),
            architecture,
        })
    }

    /// The names of all images, those that are only ever directories too.
    pub fn images(&self) -> Vec<&str> {
        self.stack.images().collect()
    }

    /// The images to pack as layouts: those named, else all that can be.
    ///
    /// # Errors
    /// When one that is named does not exist or is only ever a directory.
    pub fn layouts<'a>(&'a self, named: &'a [String]) -> Result<Vec<&'a str>, ComposeError> {
        let mut layouts = Vec::new();
        if named.is_empty() {
            for image in self.stack.images() {
                let definition = self.stack.definition(image, self.architecture)?;
                layouts.extend(definition.image.is_some().then_some(image));
            }
        }
        for image in named {
            let definition = self.stack.definition(image, self.architecture)?;
            image::settings(image, &definition)?;
            layouts.push(image);
        }
        Ok(layouts)
    }

    /// The variables that an image gives to its containers.
    ///
    /// # Errors
    /// When there is no such image.
    pub fn environment(&self, image: &str) -> Result<BTreeMap<String, String>, ComposeError> {
        let definition = self.stack.definition(image, self.architecture)?;
        Ok(definition
            .image
            .map(|settings| settings.env)
            .unwrap_or_default())
    }

    /// The release of Debian that the packages of an image are of.
    ///
    /// # Errors
    /// When there is no such image.
    pub fn suite(&self, image: &str) -> Result<Suite, ComposeError> {
        Ok(self.stack.definition(image, self.architecture)?.suite())
    }

    /// SHA-256, in hexadecimal, of everything an image is made of: its definition and those it extends,
    /// its lines of the lock, its literal files, the architecture, and the composer's own format.
    ///
    /// Where a locked version turned out to be gone from the archive, its line is that of the version
    /// that is used instead: after [`Composer::prefetch`] the key may be another one than before.
    ///
    /// # Errors
    /// When there is no such image or a literal file can't be read.
    pub fn key(&self, image: &str) -> Result<String, ComposeError> {
        let definition = self.stack.definition(image, self.architecture)?;
        let locked = self.stack.lock.of_image(self.architecture, image);
        let packages = self.packages.in_use(&locked);
        let mut parts = vec![
            format!("composer format {FORMAT} {}", self.architecture).into_bytes(),
            lock::lines_of_image(self.architecture, image, &packages).into_bytes(),
        ];
        for text in self.stack.texts(image)? {
            parts.push(text.as_bytes().to_vec());
        }
        for name in definition.files.values() {
            parts.push(self.stack.file(name)?);
        }
        let mut all = Vec::new();
        for part in parts {
            all.extend((part.len() as u64).to_be_bytes());
            all.extend(part);
        }
        Ok(Digest::of(&all).hex().to_owned())
    }

    /// Makes an OCI layout with exactly one image of Docker media types in `destination`.
    ///
    /// # Errors
    /// When the image can't be composed; `destination` may then hold a part of it.
    pub fn compose_layout(
        &self,
        image: &str,
        destination: &Path,
    ) -> Result<ImageReport, ComposeError> {
        let definition = self.stack.definition(image, self.architecture)?;
        let settings = image::settings(image, &definition)?;
        let composed = self.compose(image)?;
        let title = format!("Packing the {image} image");
        let _step = tracing::info_span!("step", title).entered();
        let (digest, layer) = image::write(
            image,
            &definition.description,
            settings,
            self.architecture,
            &composed.tree,
            destination,
        )?;
        Ok(ImageReport {
            uncompressed_size: layer.uncompressed_size,
            compressed_size: Some(layer.size),
            manifest_digest: Some(digest),
            ..ImageReport::new(image, &composed.tree, &composed.fetched)
        })
    }

    /// Unpacks the image into `destination`, which is made where it is missing.
    ///
    /// # Errors
    /// When the image can't be composed; `destination` may then hold a part of it.
    pub fn compose_directory(
        &self,
        image: &str,
        destination: &Path,
    ) -> Result<ImageReport, ComposeError> {
        let composed = self.compose(image)?;
        let title = format!("Laying out the {image} image");
        let _step = tracing::info_span!("step", title).entered();
        let size = composed
            .tree
            .write_directory(destination)
            .and_then(|()| report::tree_size(&composed.tree));
        let uncompressed_size = size.map_err(|source| Problem::Io {
            path: destination.to_owned(),
            source,
        })?;
        Ok(ImageReport {
            uncompressed_size,
            ..ImageReport::new(image, &composed.tree, &composed.fetched)
        })
    }

    /// Downloads every package of the images that is not in the store yet, at once.
    ///
    /// # Errors
    /// When the definitions can't be satisfied, which is found before anything is downloaded, or when
    /// apt fails.
    pub fn prefetch(&self, images: &[&str]) -> Result<(), ComposeError> {
        let mut packages = BTreeMap::new();
        for image in images {
            self.check(image)?;
            for package in self.locked_packages(image)? {
                packages.insert((package.suite, &package.name), package);
            }
        }
        let packages: Vec<&LockedPackage> = packages.into_values().collect();
        self.packages.fetch(&packages)?;
        Ok(())
    }

    /// Asks apt for today's version of every package, for every architecture, and writes
    /// `debian.lock` and `debian.contents`. This composer goes on with what it read before.
    ///
    /// # Errors
    /// When apt fails or the files can't be written; they are then as they were.
    pub fn lock(&self) -> Result<LockReport, ComposeError> {
        Ok(locking::lock(&self.stack, &self.store, &self.packages)?)
    }

    fn compose(&self, image: &str) -> Result<Composed, Problem> {
        self.check(image)?;
        let fetched = self.packages.fetch(&self.locked_packages(image)?)?;
        let work = self.store.work_directory()?;
        let tree = assemble(&self.stack, image, self.architecture, &fetched, work.path())?;
        Ok(Composed {
            tree,
            fetched,
            _work: work,
        })
    }

    /// Finds what can be found without a download: missing packages and files, conflicts, paths that
    /// are none.
    fn check(&self, image: &str) -> Result<(), Problem> {
        let definition = self.stack.definition(image, self.architecture)?;
        let locked = self.locked_packages(image)?;
        let known = locked
            .iter()
            .filter_map(|package| {
                let contents = &self.stack.contents;
                let contents = contents.get(self.architecture, package.suite, &package.name)?;
                let is_selected = definition.select.contains_key(&package.name);
                is_selected.then(|| (package.name.clone(), contents.clone()))
            })
            .collect();
        let names: Vec<&str> = locked.iter().map(|package| package.name.as_str()).collect();
        assemble::select(&definition, self.architecture, &names, &known)
            .map_err(selection_problem(image))?;
        for name in definition.files.values() {
            self.stack.file(name)?;
        }
        let paths = definition.directories.keys();
        let paths = paths.chain(definition.files.keys());
        let mut tables = Tree::default();
        for path in paths.chain(definition.links.keys()) {
            let inserted = tables.insert(path, Entry::directory(0o755));
            inserted.map_err(|source| Problem::Tree {
                image: image.to_owned(),
                source,
            })?;
        }
        Ok(())
    }

    /// The packages of an image. Each that the definition names must be locked for it.
    fn locked_packages(&self, image: &str) -> Result<Vec<&LockedPackage>, Problem> {
        let definition = self.stack.definition(image, self.architecture)?;
        let locked = self.stack.lock.of_image(self.architecture, image);
        let is_locked = |name: &&str| locked.iter().any(|package| package.name == **name);
        let packages: Vec<String> = definition
            .package_names()
            .filter(|name| !is_locked(name))
            .map(str::to_owned)
            .collect();
        if packages.is_empty() {
            Ok(locked)
        } else {
            Err(Problem::NotLocked {
                image: image.to_owned(),
                packages,
            })
        }
    }
}

struct Composed {
    tree: Tree,
    fetched: Vec<Fetched>,
    /// Where the files of the tree are.
    _work: WorkDirectory,
}
