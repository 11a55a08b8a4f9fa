//! A builder as images, for platforms that aren't ours: every image that it is made of, under the names
//! by which it is published, in the order in which to publish them.

use std::path::{Path, PathBuf};

use composer::Composer;
use store::{Lock, Store};

use crate::builder::{self, BuilderKind, MakeOptions};
use crate::builder_image::{self, Parts, Placed};
use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::images::{Form, Image};
use crate::key::KeyBuilder;
use crate::lifecycle;
use crate::plan::{self, Plan};
use crate::published_names::PublishedNames;
use crate::record;
use crate::source_tree::SourceTree;
use crate::stack_layouts::StackLayouts;

/// Raised whenever this module or [`builder_image`] would make something else of the same inputs.
const RECIPE: u32 = 3;

/// The image of `stack/` that the lifecycle's own image is based on: it needs users, a place for
/// temporary files and the CA roots.
const LIFECYCLE_BASE: &str = "run-static";

/// An image and the name that it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedImage {
    /// `registry.example/team/run:latest`.
    pub reference: String,
    /// Its OCI layout.
    pub layout: PathBuf,
}

/// The images of a builder; they stay where they are until this is dropped.
#[derive(Debug)]
pub struct Publication {
    /// The builder itself last, so that what it refers to is there before it.
    pub images: Vec<PublishedImage>,
    /// The runtime seed, where there is one: what the first build of an app may take for its previous image. For
    /// registries: a daemon takes as long to give a layer out again as a build to make it.
    pub runtimes: Option<PublishedImage>,
    _in_use: Vec<Lock>,
}

/// The names that a registry gets of a [`publication`], the runtime seed's first, before anything is made.
///
/// # Errors
/// When the source tree is wrong.
pub fn published_names(
    source: &SourceTree,
    kind: BuilderKind,
    prefix: &str,
) -> Result<Vec<String>, BuilderError> {
    let definition = plan::definition(source, kind, Some(prefix))?;
    let version = lifecycle::version(source)?;
    Ok(PublishedNames::new(&definition, prefix, kind, &version).in_registry())
}

/// Makes the images of a builder. Their names are `prefix`, a slash and the last part of the names in the
/// builder's definition: a prefix is a registry, with a path in it, or a name that only a Docker daemon
/// knows.
///
/// # Errors
/// As [`builder::ensure`].
pub fn publication(
    store: &Store,
    source: &SourceTree,
    kind: BuilderKind,
    options: MakeOptions<'_>,
    prefix: &str,
) -> Result<Publication, BuilderError> {
    let options = MakeOptions {
        prefix: Some(prefix),
        ..options
    };
    // One for everything: it knows which packages it had to replace.
    let composer = plan::composer(store, source, options)?;
    let (plan, mut in_use) = builder::made(store, source, kind, options, &composer)?;
    let version = plan.lifecycle.version()?;
    let names = PublishedNames::new(&plan.definition, prefix, kind, &version);

    let (known, path) = (composer.images(), source.path(kind.file_name()));
    let stack_name = |reference: &str| plan::known_image(&known, &path, reference);
    let run = names.run.iter().map(|name| stack_name(name));
    let run = run.collect::<Result<Vec<String>, _>>()?;
    let build = stack_name(&names.build)?;
    let bases = [build.as_str(), LIFECYCLE_BASE];
    let all: Vec<&str> = run.iter().map(String::as_str).chain(bases).collect();
    let layouts = StackLayouts::ensure(store, &composer, &all)?;

    in_use.extend(layouts.in_use);

    let maker = Maker {
        store,
        plan: &plan,
        composer: &composer,
    };
    let build_image = maker.build_image(&build)?;
    let builder = maker.builder_image(&build_image.component)?;
    let derived = [build_image, maker.lifecycle_image()?, builder];
    for image in &derived {
        in_use.push(image.component.keep(store)?);
    }
    let components = plan.components().into_iter();
    let components = components.chain(&layouts.components);
    let components = components.chain(derived.iter().map(|image| &image.component));
    let components: Vec<&ComponentId> = components.collect();
    record::write(store, &format!("{}-published", kind.name()), &components)?;

    let mut directories = Vec::new();
    for name in &run {
        directories.push(maker.layout(name)?.directory(store));
    }
    for image in derived {
        let recipe = image.recipe;
        let made = image
            .component
            .ensure(store, image.title, |_, out| recipe(out));
        directories.push(made?);
    }
    let published = |(reference, layout)| PublishedImage { reference, layout };
    let seed = plan.runtime_seed.as_ref();
    let seed = seed.map(|seed| seed.component.directory(store));
    Ok(Publication {
        runtimes: names.runtimes.clone().zip(seed).map(published),
        images: names
            .in_order()
            .into_iter()
            .zip(directories)
            .map(published)
            .collect(),
        _in_use: in_use,
    })
}

struct Maker<'a> {
    store: &'a Store,
    plan: &'a Plan,
    composer: &'a Composer,
}

type Recipe<'a> = Box<dyn FnOnce(&Path) -> Result<(), BuilderError> + 'a>;

/// An image that is made of other components.
struct Derived<'a> {
    component: ComponentId,
    title: &'static str,
    /// Makes it as an OCI layout in the directory that it is given.
    recipe: Recipe<'a>,
}

impl<'a> Maker<'a> {
    /// One of the layouts that have been made.
    fn layout(&self, name: &str) -> Result<ComponentId, BuilderError> {
        Ok(Image::new(self.composer, name, Form::Layout)?.component)
    }

    fn build_image(&self, base: &str) -> Result<Derived<'a>, BuilderError> {
        let base = self.layout(base)?;
        let mut key = KeyBuilder::new("build-with-runtimes", RECIPE);
        key.text("base", base.key.as_str());
        let mut placed = Vec::new();
        for (component, target) in self.plan.in_build_image() {
            key.text("part", &component.name);
            key.text("key", component.key.as_str());
            placed.push(Placed {
                source: component.directory(self.store),
                target: relative(&target),
            });
        }
        let (store, base) = (self.store, base.directory(self.store));
        Ok(Derived {
            component: ComponentId::new("build-with-runtimes", key.finish()),
            title: "Adding the runtimes to the build image",
            recipe: Box::new(move |out| {
                builder_image::write_build_image(store, &base, &placed, out)
            }),
        })
    }

    fn lifecycle_image(&self) -> Result<Derived<'a>, BuilderError> {
        let base = self.layout(LIFECYCLE_BASE)?;
        let component = &self.plan.lifecycle.component;
        let mut key = KeyBuilder::new("lifecycle-image", RECIPE);
        key.text("base", base.key.as_str());
        key.text("lifecycle", component.key.as_str());
        let (store, base) = (self.store, base.directory(self.store));
        let lifecycle = component.directory(store);
        Ok(Derived {
            component: ComponentId::new("lifecycle-image", key.finish()),
            title: "Making the lifecycle's image",
            recipe: Box::new(move |out| {
                builder_image::write_lifecycle_image(store, &base, &lifecycle, out)
            }),
        })
    }

    fn builder_image(&self, build_image: &ComponentId) -> Result<Derived<'a>, BuilderError> {
        let (store, plan) = (self.store, self.plan);
        let buildpacks = plan.buildpacks.packaged(store).into_iter();
        let parts = Parts {
            definition: &plan.definition,
            build_image: build_image.directory(store),
            lifecycle: plan.lifecycle.component.directory(store),
            buildpacks: buildpacks.map(|(_, placed)| placed).collect(),
            config: plan.config.component.directory(store),
        };
        let mut key = KeyBuilder::new("builder-image", RECIPE);
        key.text("build image", build_image.key.as_str());
        key.text("lifecycle", plan.lifecycle.component.key.as_str());
        key.text("buildpacks", plan.buildpacks.component.key.as_str());
        key.text("configuration", plan.config.component.key.as_str());
        for (name, text) in parts.content_labels(store)? {
            key.text(name, &text);
        }
        Ok(Derived {
            component: ComponentId::new("builder-image", key.finish()),
            title: "Making the builder's image",
            recipe: Box::new(move |out| builder_image::write(store, &parts, out)),
        })
    }
}

/// `/opt/coracle/go` as a path in a layer.
fn relative(path: &Path) -> String {
    path.to_string_lossy().trim_start_matches('/').to_owned()
}
