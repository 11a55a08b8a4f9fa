//! What a builder consists of, with every key, before anything is made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use composer::{Architecture, Composer};
use store::Store;

use crate::buildpacks::Buildpacks;
use crate::component::ComponentId;
use crate::config::Config;
use crate::definition::{Definition, DefinitionError};
use crate::errors::BuilderError;
use crate::host_tools;
use crate::image_names::{stack_image, under};
use crate::images::{Form, Image};
use crate::lifecycle::Lifecycle;
use crate::prerequisites;
use crate::run_libraries::{self, RunLibraries};
use crate::runtime::{self, Runtime};
use crate::runtime_seed::RuntimeSeed;
use crate::source_tree::{self, SourceTree};
use crate::tools;
use crate::{BuilderKind, MakeOptions};

/// Everything that a builder consists of.
pub(crate) struct Plan {
    pub(crate) definition: Definition,
    pub(crate) runtimes: Vec<Box<dyn Runtime>>,
    pub(crate) runtime_seed: Option<RuntimeSeed>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) buildpacks: Buildpacks,
    pub(crate) config: Config,
    pub(crate) run_libraries: RunLibraries,
    pub(crate) build_image: Image,
    /// The variables of the build image.
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) run_image: Image,
    pub(crate) host_tools: host_tools::Source,
}

impl Plan {
    pub(crate) fn new(
        store: &Store,
        source: &SourceTree,
        kind: BuilderKind,
        prefix: Option<&str>,
        composer: &Composer,
    ) -> Result<Self, BuilderError> {
        let path = source.path(kind.file_name());
        let definition = definition(source, kind, prefix)?;
        let architecture = architecture()?;
        let images = composer.images();
        let build_image = known_image(&images, &path, &definition.build.image)?;
        let run_image = known_image(&images, &path, &definition.run.images.first.image)?;
        for reference in definition.run.images.references() {
            known_image(&images, &path, reference)?;
        }
        let fits = run_libraries::check(&definition, &run_image);
        fits.map_err(|source| BuilderError::Definition { path, source })?;
        let ids: Vec<String> = definition
            .buildpacks
            .iter()
            .map(|buildpack| buildpack.id.clone())
            .collect();
        // Once: a proxy of rustup takes 25 ms for its answer.
        let rustc = tools::rustc_version(store, source.root())?;
        let rustc = rustc.as_ref();
        let buildpacks = Buildpacks::new(store, source, architecture, &ids, rustc)?;
        let versions = buildpacks.versions();
        let runtimes = runtime::all(store, source, architecture, composer, rustc)?;
        Ok(Self {
            config: Config::new(&definition, &versions)?,
            run_libraries: RunLibraries::new(composer, architecture, &run_image)?,
            runtime_seed: RuntimeSeed::new(architecture, &runtimes, &ids),
            runtimes,
            lifecycle: Lifecycle::new(store, source, architecture)?,
            buildpacks,
            environment: composer.environment(&build_image)?,
            build_image: Image::new(composer, &build_image, Form::Directory)?,
            run_image: Image::new(composer, &run_image, Form::Layout)?,
            host_tools: host_tools::Source::find(composer, architecture)?,
            definition,
        })
    }

    /// What the build image has that isn't composed, and where: the runtimes, and what the run images offer.
    pub(crate) fn in_build_image(&self) -> Vec<(&ComponentId, PathBuf)> {
        let runtimes = self.runtimes.iter();
        let runtimes = runtimes.map(|runtime| (runtime.component(), runtime.mount_point()));
        let libraries = (
            &self.run_libraries.component,
            run_libraries::DIRECTORY.into(),
        );
        runtimes.chain([libraries]).collect()
    }

    /// Every component, in the order in which `builder inspect` lists them.
    pub(crate) fn components(&self) -> Vec<&ComponentId> {
        let mut components = vec![&self.build_image.component];
        let run_images = self.run_libraries.images.iter();
        components.extend(run_images.map(|image| &image.component));
        components.extend(self.runtimes.iter().map(|runtime| runtime.component()));
        components.extend(self.runtime_seed.iter().map(|seed| &seed.component));
        components.extend([
            &self.lifecycle.component,
            &self.buildpacks.component,
            &self.config.component,
            &self.run_libraries.component,
        ]);
        let host_tools = self.host_tools.image().into_iter();
        components.extend(host_tools.map(|image| &image.component));
        components
    }

    pub(crate) fn is_current(&self, store: &Store) -> bool {
        self.components()
            .iter()
            .all(|component| component.exists(store))
    }

    /// Looks for the programs that the missing components need.
    pub(crate) fn check_prerequisites(&self, store: &Store) -> Result<(), BuilderError> {
        let mut missing = Vec::new();
        for runtime in &self.runtimes {
            if !runtime.component().exists(store) {
                missing.extend(runtime.missing(store)?);
            }
        }
        if !self.lifecycle.component.exists(store) {
            missing.extend(prerequisites::go()?);
        }
        if !self.buildpacks.component.exists(store) {
            missing.extend(self.buildpacks.missing(store)?);
        }
        if !self.missing_images(store).is_empty() {
            missing.extend(prerequisites::apt());
        }
        prerequisites::check(missing)
    }

    /// Makes what is missing. Three strands, because they wait for different things: Go's downloads
    /// and compilers, cargo, and apt's downloads with what is made of packages. One that fails lets the others finish, so that the
    /// next attempt finds their work done.
    pub(crate) fn make(&self, store: &Store, composer: &Composer) -> Result<(), BuilderError> {
        std::thread::scope(|scope| {
            let programs = scope.spawn(|| self.make_programs(store, composer));
            let buildpacks = scope.spawn(|| self.buildpacks.ensure(store));
            let images = self.make_images(store, composer);
            self.config.ensure(store)?;
            // Of packages that Debian no longer has another run image is made, and the next plan is of that.
            let mut run_images = self.run_libraries.images.iter();
            if run_images.all(|image| image.component.exists(store)) {
                self.run_libraries.ensure(store)?;
            }
            let images = images.and_then(|()| self.make_runtimes_of_packages(store, composer));
            join(programs)?;
            join(buildpacks)?;
            images
        })?;
        // Those of replaced packages have other keys, and the next plan's seed is of them.
        let mut runtimes = self.runtimes.iter();
        let is_made = runtimes.all(|runtime| runtime.component().exists(store));
        match &self.runtime_seed {
            Some(seed) if is_made => seed.ensure(store),
            _ => Ok(()),
        }
    }

    fn make_programs(&self, store: &Store, composer: &Composer) -> Result<(), BuilderError> {
        self.lifecycle.ensure(store)?;
        for runtime in &self.runtimes {
            if runtime.images().is_empty() {
                runtime.ensure(store, composer)?;
            }
        }
        Ok(())
    }

    fn make_runtimes_of_packages(
        &self,
        store: &Store,
        composer: &Composer,
    ) -> Result<(), BuilderError> {
        for runtime in &self.runtimes {
            if !runtime.images().is_empty() {
                runtime.ensure(store, composer)?;
            }
        }
        Ok(())
    }

    fn make_images(&self, store: &Store, composer: &Composer) -> Result<(), BuilderError> {
        let missing = self.missing_images(store);
        let mut names: BTreeSet<String> = missing.iter().map(|image| image.name.clone()).collect();
        for runtime in &self.runtimes {
            if !runtime.component().exists(store) {
                names.extend(runtime.images());
            }
        }
        if names.is_empty() {
            return Ok(());
        }
        // One look at the package index for all of them.
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        composer.prefetch(&names)?;
        for image in missing {
            image.ensure(store, composer)?;
        }
        Ok(())
    }

    fn missing_images(&self, store: &Store) -> Vec<&Image> {
        let images = [&self.build_image].into_iter();
        images
            .chain(&self.run_libraries.images)
            .chain(self.host_tools.image())
            .filter(|image| !image.component.exists(store))
            .collect()
    }
}

/// The composer of the images in a checkout.
pub(crate) fn composer(
    store: &Store,
    source: &SourceTree,
    options: MakeOptions<'_>,
) -> Result<Composer, BuilderError> {
    let stack = source.stack();
    Ok(Composer::new(
        &stack,
        store,
        architecture()?,
        options.locked,
    )?)
}

/// The architecture that builders are made for here.
pub(crate) fn architecture() -> Result<Architecture, BuilderError> {
    Architecture::of_this_machine().ok_or(BuilderError::Architecture)
}

/// The definition of a builder, its images under another prefix where one is given.
pub(crate) fn definition(
    source: &SourceTree,
    kind: BuilderKind,
    prefix: Option<&str>,
) -> Result<Definition, BuilderError> {
    let definition = read_definition(&source.path(kind.file_name()))?;
    Ok(match prefix {
        Some(prefix) => under(prefix, definition),
        None => definition,
    })
}

fn read_definition(path: &Path) -> Result<Definition, BuilderError> {
    let definition: Definition =
        toml::from_str(&source_tree::read(path)?).map_err(|source| BuilderError::Data {
            path: path.to_owned(),
            source,
        })?;
    match definition.check() {
        Ok(()) => Ok(definition),
        Err(source) => Err(BuilderError::Definition {
            path: path.to_owned(),
            source,
        }),
    }
}

/// The image of `stack/` that a reference of the definition names.
pub(crate) fn known_image(
    known: &[&str],
    path: &Path,
    reference: &str,
) -> Result<String, BuilderError> {
    stack_image(reference, known).ok_or_else(|| BuilderError::Definition {
        path: PathBuf::from(path),
        source: DefinitionError::UnknownImage {
            reference: reference.to_owned(),
            known: known.iter().map(|name| (*name).to_owned()).collect(),
        },
    })
}

fn join<T>(
    strand: std::thread::ScopedJoinHandle<'_, Result<T, BuilderError>>,
) -> Result<T, BuilderError> {
    strand
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
