//! A builder as the embedded platform needs it: directories of this machine and where a sandbox sees
//! them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use composer::Composer;
use store::{Lock, Store};

use crate::component::ComponentId;
use crate::definition::Definition;
use crate::errors::BuilderError;
use crate::host_tools::HostTools;
use crate::plan::{self, Plan};
use crate::record;
use crate::source_tree::SourceTree;

/// Which builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuilderKind {
    /// `builder.toml`.
    Default,
    /// `builder-static.toml`.
    Static,
}

impl BuilderKind {
    /// The name of its definition in the source tree.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Default => "builder.toml",
            Self::Static => "builder-static.toml",
        }
    }

    /// The repository of its image, without what comes before: `builder`, `builder-static`.
    #[must_use]
    pub fn image_name(self) -> &'static str {
        match self {
            Self::Default => "builder",
            Self::Static => "builder-static",
        }
    }

    /// Its name in messages and in the cache directory.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Static => "static",
        }
    }
}

/// How a builder is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MakeOptions<'a> {
    /// Whether only the package versions of the lock may be used.
    pub locked: bool,
    /// What the names of its images begin with instead of what stands in the definition: a registry, with
    /// a path in it.
    pub prefix: Option<&'a str>,
}

/// A builder, every component of which has been made and stays until this is dropped.
#[derive(Debug)]
pub struct Builder {
    /// The root directory of the build image.
    pub root: PathBuf,
    /// What is mounted on it, read-only.
    pub mounts: Vec<Mount>,
    /// The reference of the run image, as in the definition.
    pub run_image_reference: String,
    /// The OCI layout of the run image.
    pub run_image_layout: PathBuf,
    /// The OCI layout of the runtime seed, where a language of the builder has one.
    pub runtime_seed: Option<PathBuf>,
    /// The tool that moves images to and from registries.
    pub crane: PathBuf,
    /// What makes sandboxes.
    pub host_tools: HostTools,
    /// The variables of the build image.
    pub environment: BTreeMap<String, String>,
    _in_use: Vec<Lock>,
}

/// A directory or file of a component and where a sandbox sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// On this machine.
    pub source: PathBuf,
    /// In the sandbox.
    pub target: PathBuf,
}

/// What a builder consists of, made or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Its definition.
    pub definition: Definition,
    /// The versions of its buildpacks, by id.
    pub buildpack_versions: BTreeMap<String, String>,
    /// The version of its lifecycle.
    pub lifecycle_version: String,
    /// Its components, in a fixed order, and whether each has been made.
    pub components: Vec<(ComponentId, bool)>,
}

/// Finds a builder, and makes what is missing of it.
///
/// # Errors
/// When the source tree is wrong, a program is missing, the network fails, or a component can't be
/// made.
pub fn ensure(
    store: &Store,
    source: &SourceTree,
    kind: BuilderKind,
    options: MakeOptions<'_>,
) -> Result<Builder, BuilderError> {
    let composer = plan::composer(store, source, options)?;
    let (plan, in_use) = made(store, source, kind, options, &composer)?;
    assemble(store, plan, in_use)
}

/// A plan every component of which has been made and stays until the locks are dropped.
pub(crate) fn made(
    store: &Store,
    source: &SourceTree,
    kind: BuilderKind,
    options: MakeOptions<'_>,
    composer: &Composer,
) -> Result<(Plan, Vec<Lock>), BuilderError> {
    // What differs under a prefix is small, and neither is to push out the other.
    let name = match options.prefix {
        Some(_) => format!("{}-prefixed", kind.name()),
        None => kind.name().to_owned(),
    };
    loop {
        let plan = Plan::new(store, source, kind, options.prefix, composer)?;
        let components = plan.components();
        // Before we look which ones there are.
        let in_use = components.iter().map(|component| component.keep(store));
        let in_use = in_use.collect::<Result<_, _>>()?;
        if plan.is_current(store) {
            record::write(store, &name, &components)?;
            plan.buildpacks.say_compiler(store);
            drop(components);
            return Ok((plan, in_use));
        }
        // Before the record: a builder that can't be made must not take the place of the one that is there.
        plan.check_prerequisites(store)?;
        record::write(store, &name, &components)?;
        plan.make(store, composer)?;
        // Again: after packages that Debian no longer has were replaced, images have other keys.
    }
}

/// Says what a builder consists of, and makes nothing.
///
/// # Errors
/// When the source tree is wrong or a program is missing.
pub fn inspect(
    store: &Store,
    source: &SourceTree,
    kind: BuilderKind,
    options: MakeOptions<'_>,
) -> Result<Inspection, BuilderError> {
    let composer = plan::composer(store, source, options)?;
    let plan = Plan::new(store, source, kind, options.prefix, &composer)?;
    let components = plan.components().into_iter();
    Ok(Inspection {
        components: components
            .map(|component| (component.clone(), component.exists(store)))
            .collect(),
        buildpack_versions: plan
            .buildpacks
            .versions()
            .into_iter()
            .map(|(id, version)| (id.to_owned(), version.to_owned()))
            .collect(),
        lifecycle_version: plan.lifecycle.version()?,
        definition: plan.definition,
    })
}

fn assemble(store: &Store, plan: Plan, in_use: Vec<Lock>) -> Result<Builder, BuilderError> {
    let lifecycle = plan.lifecycle.component.directory(store);
    let config = plan.config.component.directory(store);
    let mut mounts = vec![
        (lifecycle.join("lifecycle"), "/cnb/lifecycle".into()),
        (
            plan.buildpacks.component.directory(store),
            "/cnb/buildpacks".into(),
        ),
    ];
    for name in ["order.toml", "run.toml", "stack.toml", "build-config"] {
        mounts.push((config.join(name), PathBuf::from("/cnb").join(name)));
    }
    for (component, target) in plan.in_build_image() {
        mounts.push((component.directory(store), target));
    }
    Ok(Builder {
        root: plan.build_image.component.directory(store),
        mounts: mounts
            .into_iter()
            .map(|(source, target)| Mount { source, target })
            .collect(),
        run_image_layout: plan.run_image.component.directory(store),
        runtime_seed: plan
            .runtime_seed
            .map(|seed| seed.component.directory(store)),
        crane: lifecycle.join("host/crane"),
        host_tools: plan.host_tools.take(store)?,
        environment: plan.environment,
        run_image_reference: plan.definition.run.images.first.image,
        _in_use: in_use,
    })
}
