//! What a builder consists of, with every key, before anything is made.

use std::collections::BTreeMap;
use std::path::PathBuf;

use composer::{Architecture, Composer};
use serde::Deserialize;
use store::Store;

use crate::buildpacks::Buildpacks;
use crate::component::ComponentId;
use crate::config::Config;
use crate::definition::{Definition, DefinitionError, stack_image};
use crate::errors::BuilderError;
use crate::go_data::GoData;
use crate::go_toolchain::GoToolchain;
use crate::images::{Form, Image};
use crate::lifecycle::Lifecycle;
use crate::prerequisites::{self, Work};
use crate::source_tree::SourceTree;
use crate::tools;
use crate::{BuilderKind, MakeOptions};

/// The data that plans are made from.
pub(crate) struct Inputs {
    pub(crate) definition: Definition,
    definition_path: PathBuf,
    go: GoData,
    pub(crate) architecture: Architecture,
    /// The variables of the build image.
    pub(crate) environment: BTreeMap<String, String>,
}

impl Inputs {
    pub(crate) fn read(source: &SourceTree, kind: BuilderKind) -> Result<Self, BuilderError> {
        let definition_path = source.path(kind.file_name());
        let definition: Definition = toml::from_str(&fs_err::read_to_string(&definition_path)?)
            .map_err(|error| BuilderError::Data {
                path: definition_path.clone(),
                source: error,
            })?;
        definition
            .check()
            .map_err(|error| BuilderError::Definition {
                path: definition_path.clone(),
                source: error,
            })?;
        let path = source.path("stack/runtimes/go.toml");
        let go = GoData::parse(&fs_err::read_to_string(&path)?)
            .map_err(|source| BuilderError::Data { path, source })?;
        let path = source.path(&format!(
            "stack/{}.toml",
            stack_image(&definition.build.image)
        ));
        let environment = image_environment(&fs_err::read_to_string(&path)?)
            .map_err(|source| BuilderError::Data { path, source })?;
        Ok(Self {
            definition,
            definition_path,
            environment,
            go,
            architecture: Architecture::of_this_machine().ok_or(BuilderError::Architecture)?,
        })
    }

    pub(crate) fn composer(
        &self,
        source: &SourceTree,
        store: &Store,
        options: MakeOptions,
    ) -> Result<Composer, BuilderError> {
        Ok(Composer::new(
            &source.stack(),
            store,
            self.architecture,
            options.locked,
        )?)
    }

    /// The toolchains, the one that compiles the lifecycle first.
    pub(crate) fn toolchains(&self) -> Vec<GoToolchain<'_>> {
        let mut versions: Vec<&String> = self.go.bundled.iter().collect();
        versions.sort_by_key(|version| **version != self.go.default);
        versions
            .into_iter()
            .map(|version| GoToolchain::new(version, &self.go, self.architecture))
            .collect()
    }
}

/// Everything that a builder consists of.
pub(crate) struct Plan<'a> {
    pub(crate) toolchains: &'a [GoToolchain<'a>],
    pub(crate) lifecycle: Lifecycle<'a>,
    pub(crate) buildpacks: Buildpacks,
    pub(crate) config: Config,
    pub(crate) build_image: Image,
    pub(crate) run_image: Image,
    /// Only where the machine has no bubblewrap.
    pub(crate) host_tools: Option<Image>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(
        store: &Store,
        source: &SourceTree,
        inputs: &'a Inputs,
        toolchains: &'a [GoToolchain<'a>],
        composer: &Composer,
    ) -> Result<Self, BuilderError> {
        let definition = &inputs.definition;
        let first = toolchains.first().ok_or(BuilderError::Architecture)?;
        let ids: Vec<String> = definition
            .buildpacks
            .iter()
            .map(|buildpack| buildpack.id.clone())
            .collect();
        let buildpacks = Buildpacks::new(store, source, inputs.architecture, &ids)?;
        let config = Config::new(definition, &buildpacks.versions())?;
        let image = |reference: &str, form| {
            let name = stack_image(reference);
            if composer.images().contains(&name) {
                Image::new(composer, name, form)
            } else {
                Err(BuilderError::Definition {
                    path: inputs.definition_path.clone(),
                    source: DefinitionError::UnknownImage(reference.to_owned()),
                })
            }
        };
        let host_tools = match tools::find("bwrap") {
            Some(_) => None,
            None => Some(Image::new(composer, "host-tools", Form::Directory)?),
        };
        Ok(Self {
            lifecycle: Lifecycle::new(source, first)?,
            toolchains,
            config,
            build_image: image(&definition.build.image, Form::Directory)?,
            run_image: image(&definition.run.images.first.image, Form::Layout)?,
            host_tools,
            buildpacks,
        })
    }

    /// Every component, in the order in which `builder inspect` lists them.
    pub(crate) fn components(&self) -> Vec<&ComponentId> {
        let mut components = vec![&self.build_image.component, &self.run_image.component];
        components.extend(self.toolchains.iter().map(|go| &go.component));
        components.extend([
            &self.lifecycle.component,
            &self.buildpacks.component,
            &self.config.component,
        ]);
        components.extend(self.host_tools.iter().map(|image| &image.component));
        components
    }

    pub(crate) fn is_current(&self, store: &Store) -> bool {
        self.components()
            .iter()
            .all(|component| component.exists(store))
    }

    /// Looks for the programs that the missing components need.
    pub(crate) fn check_prerequisites(&self, store: &Store) -> Result<(), BuilderError> {
        let images = [&self.build_image, &self.run_image];
        prerequisites::check(Work {
            go: self.toolchains.iter().any(|go| !go.component.exists(store))
                || !self.lifecycle.component.exists(store),
            buildpacks: !self.buildpacks.component.exists(store),
            images: images
                .into_iter()
                .chain(&self.host_tools)
                .any(|image| !image.component.exists(store)),
        })
    }

    /// Makes what is missing. Three strands, because they wait for different things: Go's downloads
    /// and compilers, cargo, and apt's downloads. One that fails lets the others finish, so that the
    /// next attempt finds their work done.
    pub(crate) fn make(&self, store: &Store, composer: &Composer) -> Result<(), BuilderError> {
        std::thread::scope(|scope| {
            let go = scope.spawn(|| self.make_go(store));
            let buildpacks = scope.spawn(|| self.buildpacks.ensure(store));
            let images = self.make_images(store, composer);
            self.config.ensure(store)?;
            join(go)?;
            join(buildpacks)?;
            images
        })
    }

    fn make_go(&self, store: &Store) -> Result<(), BuilderError> {
        for (position, go) in self.toolchains.iter().enumerate() {
            let directory = go.ensure(store)?;
            if position == 0 {
                self.lifecycle.ensure(store, &directory)?;
            }
        }
        Ok(())
    }

    fn make_images(&self, store: &Store, composer: &Composer) -> Result<(), BuilderError> {
        let images = [&self.run_image, &self.build_image];
        let missing: Vec<&Image> = images
            .into_iter()
            .chain(&self.host_tools)
            .filter(|image| !image.component.exists(store))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        // One look at the package index for all of them.
        let names: Vec<&str> = missing.iter().map(|image| image.name.as_str()).collect();
        composer.prefetch(&names)?;
        for image in missing {
            image.ensure(store, composer)?;
        }
        Ok(())
    }
}

/// The variables that the definition of an image gives to its containers.
fn image_environment(definition: &str) -> Result<BTreeMap<String, String>, toml::de::Error> {
    #[derive(Deserialize)]
    struct Image {
        image: Settings,
    }
    #[derive(Deserialize)]
    struct Settings {
        #[serde(default)]
        env: BTreeMap<String, String>,
    }
    let Image { image } = toml::from_str(definition)?;
    Ok(image.env)
}

fn join<T>(
    strand: std::thread::ScopedJoinHandle<'_, Result<T, BuilderError>>,
) -> Result<T, BuilderError> {
    strand
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
