//! A builder as the embedded platform needs it: directories of this machine and where a sandbox sees
//! them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use composer::Architecture;
use store::Store;

use crate::component::ComponentId;
use crate::definition::Definition;
use crate::errors::BuilderError;
use crate::plan::{Inputs, Plan};
use crate::record;
use crate::source_tree::SourceTree;
use crate::tools;

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
pub struct MakeOptions {
    /// Whether only the package versions of the lock may be used.
    pub locked: bool,
}

/// A builder, every component of which has been made.
#[derive(Debug)]
pub struct Builder {
    /// Its definition.
    pub definition: Definition,
    /// The root directory of the build image.
    pub root: PathBuf,
    /// What is mounted on it, read-only.
    pub mounts: Vec<Mount>,
    /// The reference of the run image, as in the definition.
    pub run_image_reference: String,
    /// The OCI layout of the run image.
    pub run_image_layout: PathBuf,
    /// The tool that moves images to and from registries.
    pub crane: PathBuf,
    /// The program that makes sandboxes.
    pub bubblewrap: Bubblewrap,
    /// The variables of the build image.
    pub environment: BTreeMap<String, String>,
    /// What it consists of.
    pub components: Vec<ComponentId>,
}

/// A directory or file of a component and where a sandbox sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// On this machine.
    pub source: PathBuf,
    /// In the sandbox.
    pub target: PathBuf,
}

/// How bubblewrap is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bubblewrap {
    /// `bwrap`, or the dynamic loader that starts it.
    pub program: PathBuf,
    /// What comes before bubblewrap's own arguments.
    pub arguments: Vec<OsString>,
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
    options: MakeOptions,
) -> Result<Builder, BuilderError> {
    let inputs = Inputs::read(source, kind)?;
    let toolchains = inputs.toolchains();
    let composer = inputs.composer(source, store, options)?;
    let new_plan = || Plan::new(store, source, &inputs, &toolchains, &composer);
    let mut plan = new_plan()?;
    // Again after packages that Debian no longer has were replaced: images then have other keys.
    while !plan.is_current(store) {
        plan.check_prerequisites(store)?;
        plan.make(store, &composer)?;
        plan = new_plan()?;
    }
    let builder = assemble(store, &plan, &inputs)?;
    record::write(store, kind.name(), &builder.components)?;
    Ok(builder)
}

fn assemble(store: &Store, plan: &Plan<'_>, inputs: &Inputs) -> Result<Builder, BuilderError> {
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
    for go in plan.toolchains {
        mounts.push((go.component.directory(store), go.mount_point()));
    }
    Ok(Builder {
        root: plan.build_image.component.directory(store),
        mounts: mounts
            .into_iter()
            .map(|(source, target)| Mount { source, target })
            .collect(),
        run_image_reference: inputs.definition.run.images.first.image.clone(),
        run_image_layout: plan.run_image.component.directory(store),
        crane: lifecycle.join("host/crane"),
        bubblewrap: bubblewrap(store, plan, inputs)?,
        environment: inputs.environment.clone(),
        components: plan.components().into_iter().cloned().collect(),
        definition: inputs.definition.clone(),
    })
}

/// The machine's own bubblewrap, else ours, which its own loader starts because its libraries aren't
/// the machine's.
fn bubblewrap(store: &Store, plan: &Plan<'_>, inputs: &Inputs) -> Result<Bubblewrap, BuilderError> {
    let Some(image) = &plan.host_tools else {
        let program = tools::find("bwrap");
        let program = program.ok_or(BuilderError::ToolVanished { tool: "bwrap" })?;
        return Ok(Bubblewrap {
            program,
            arguments: Vec::new(),
        });
    };
    let root = image.component.directory(store);
    let libraries = root.join("usr/lib").join(inputs.architecture.multiarch());
    let loader = libraries.join(match inputs.architecture {
        Architecture::Amd64 => "ld-linux-x86-64.so.2",
        Architecture::Arm64 => "ld-linux-aarch64.so.1",
    });
    let arguments = vec![
        "--library-path".into(),
        libraries.into_os_string(),
        root.join("usr/bin/bwrap").into_os_string(),
    ];
    Ok(Bubblewrap {
        program: loader,
        arguments,
    })
}
