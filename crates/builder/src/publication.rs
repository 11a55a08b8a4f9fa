//! A builder as images, for platforms that aren't ours: every image that it is made of, under the names
//! by which it is published, in the order in which to publish them.

use std::path::{Path, PathBuf};

use composer::Composer;
use store::{Lock, Store};

use crate::builder::{self, BuilderKind, MakeOptions};
use crate::builder_image::{self, Parts, Placed};
use crate::component::ComponentId;
use crate::definition::Definition;
use crate::errors::BuilderError;
use crate::image_names::{mirrored_stack_image, stack_image};
use crate::images::{Form, Image};
use crate::key::{Key, KeyBuilder};
use crate::plan::{self, Plan};
use crate::source_tree::SourceTree;

/// Raised whenever this module or [`builder_image`] would make something else of the same inputs.
const RECIPE: u32 = 1;

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
    /// The tool that moves images to and from registries.
    pub crane: PathBuf,
    _in_use: Vec<Lock>,
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
    let builder = builder::ensure(store, source, kind, options)?;
    let composer = plan::composer(store, source, options)?;
    let plan = Plan::new(store, source, kind, options.prefix, &composer)?;
    let definition = &plan.definition;
    let mut maker = Maker {
        store,
        composer: &composer,
        in_use: Vec::new(),
    };
    let mut images = maker.run_images(definition)?;
    let build_image = maker.build_image(&plan)?;
    images.push(published(&definition.build.image, &build_image));
    let lifecycle = maker.lifecycle_image(&plan)?;
    let version = plan.lifecycle.version()?;
    images.push(published(
        &format!("{prefix}/lifecycle:{version}"),
        &lifecycle,
    ));
    let image = maker.builder_image(&plan, &build_image)?;
    images.push(published(
        &format!("{prefix}/{}:latest", kind.image_name()),
        &image,
    ));
    Ok(Publication {
        images,
        crane: builder.crane.clone(),
        _in_use: maker.in_use,
    })
}

/// Composes the run image that a reference names, where it has not been done, and returns its layout. A
/// reference is that of an image in `stack/` under any prefix: `registry.example/team/run:debug` is
/// `stack/run-debug.toml`.
///
/// # Errors
/// As [`builder::ensure`].
pub fn run_image(
    store: &Store,
    source: &SourceTree,
    options: MakeOptions<'_>,
    reference: &str,
) -> Result<RunImageLayout, BuilderError> {
    let composer = plan::composer(store, source, options)?;
    let name = mirrored_stack_image(reference, &composer.images());
    let mut maker = Maker {
        store,
        composer: &composer,
        in_use: Vec::new(),
    };
    let layout = maker.composed(&name)?;
    Ok(RunImageLayout {
        layout,
        _in_use: maker.in_use,
    })
}

/// A run image; it stays where it is until this is dropped.
#[derive(Debug)]
pub struct RunImageLayout {
    /// Its OCI layout.
    pub layout: PathBuf,
    _in_use: Vec<Lock>,
}

fn published(reference: &str, layout: &Path) -> PublishedImage {
    PublishedImage {
        reference: reference.to_owned(),
        layout: layout.to_owned(),
    }
}

struct Maker<'a> {
    store: &'a Store,
    composer: &'a Composer,
    in_use: Vec<Lock>,
}

impl Maker<'_> {
    /// Every run image and mirror.
    fn run_images(&mut self, definition: &Definition) -> Result<Vec<PublishedImage>, BuilderError> {
        let run = &definition.run.images;
        let mut images = Vec::new();
        for image in [&run.first].into_iter().chain(&run.others) {
            let layout = self.composed(stack_image(&image.image))?;
            images.push(published(&image.image, &layout));
            for mirror in &image.mirrors {
                let name = mirrored_stack_image(mirror, &self.composer.images());
                images.push(published(mirror, &self.composed(&name)?));
            }
        }
        Ok(images)
    }

    /// An image of `stack/`, as a layout.
    fn composed(&mut self, name: &str) -> Result<PathBuf, BuilderError> {
        let image = Image::new(self.composer, name, Form::Layout)?;
        self.in_use.push(image.component.keep(self.store)?);
        if !image.component.exists(self.store) {
            self.composer.prefetch(&[name])?;
        }
        image.ensure(self.store, self.composer)
    }

    fn build_image(&mut self, plan: &Plan) -> Result<PathBuf, BuilderError> {
        let base = self.composed(stack_image(&plan.definition.build.image))?;
        let runtimes: Vec<Placed> = plan
            .runtimes
            .iter()
            .map(|runtime| Placed {
                source: runtime.component().directory(self.store),
                target: relative(&runtime.mount_point()),
            })
            .collect();
        let mut key = KeyBuilder::new("build-with-runtimes", RECIPE);
        key.text("base", &key_of(&base));
        for runtime in &plan.runtimes {
            key.text("runtime", &runtime.component().to_string());
        }
        self.made(
            "build-with-runtimes",
            key.finish(),
            "Adding the runtimes to the build image",
            |out| builder_image::write_build_image(self.store, &base, &runtimes, out),
        )
    }

    fn lifecycle_image(&mut self, plan: &Plan) -> Result<PathBuf, BuilderError> {
        let base = self.composed(LIFECYCLE_BASE)?;
        let lifecycle = plan.lifecycle.component.directory(self.store);
        let mut key = KeyBuilder::new("lifecycle-image", RECIPE);
        key.text("base", &key_of(&base));
        key.text("lifecycle", plan.lifecycle.component.key.as_str());
        self.made(
            "lifecycle-image",
            key.finish(),
            "Making the lifecycle's image",
            |out| builder_image::write_lifecycle_image(self.store, &base, &lifecycle, out),
        )
    }

    fn builder_image(&mut self, plan: &Plan, build_image: &Path) -> Result<PathBuf, BuilderError> {
        let Plan {
            definition, config, ..
        } = plan;
        let mut key = KeyBuilder::new("builder-image", RECIPE);
        key.text("build image", &key_of(build_image));
        key.text("lifecycle", plan.lifecycle.component.key.as_str());
        key.text("buildpacks", plan.buildpacks.component.key.as_str());
        key.text("configuration", config.component.key.as_str());
        key.text("description", &definition.description);
        let buildpacks = plan.buildpacks.packaged(self.store).into_iter();
        let parts = Parts {
            definition,
            build_image: build_image.to_owned(),
            lifecycle: plan.lifecycle.component.directory(self.store),
            buildpacks: buildpacks.map(|(_, placed)| placed).collect(),
            config: config.component.directory(self.store),
        };
        self.made(
            "builder-image",
            key.finish(),
            "Making the builder's image",
            |out| builder_image::write(self.store, &parts, out),
        )
    }

    fn made(
        &mut self,
        name: &str,
        key: Key,
        title: &str,
        recipe: impl FnOnce(&Path) -> Result<(), BuilderError>,
    ) -> Result<PathBuf, BuilderError> {
        let component = ComponentId::new(name, key);
        self.in_use.push(component.keep(self.store)?);
        component.ensure(self.store, title, |_, out| recipe(out))
    }
}

/// The key of a component, which its directory is named by.
fn key_of(component: &Path) -> String {
    let name = component.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// `/opt/coracle/go` as a path in a layer.
fn relative(path: &Path) -> String {
    path.to_string_lossy().trim_start_matches('/').to_owned()
}
