//! What every command needs: the store, the source tree, the builder, in the forms in which the
//! libraries take them.

use std::collections::BTreeMap;
use std::path::Path;

use builder::{Builder, BuilderKind, HostTools, Inspection, MakeOptions};
use platform::{BuilderFilesystem, ReadOnlyMount};
use store::Store;

use crate::arguments::{BuilderFlags, BuilderName};
use crate::error::CommandError;
use crate::home;
use crate::output::Output;

/// One call of `coracle`.
pub(crate) struct Context {
    pub(crate) output: Output,
    pub(crate) store: Store,
}

impl Context {
    pub(crate) fn open(output: Output) -> Result<Self, CommandError> {
        let directory = home::cache_directory().ok_or(CommandError::NoHome)?;
        let store = Store::open(directory)?;
        Ok(Self { output, store })
    }

    /// Finds the builder, and makes what is missing of it.
    pub(crate) fn builder(&self, flags: &BuilderFlags) -> Result<Builder, CommandError> {
        let (source, kind) = (home::source_tree()?, kind(flags.builder));
        Ok(builder::ensure(&self.store, &source, kind, options(flags))?)
    }

    /// What makes sandboxes, without the rest of a builder.
    pub(crate) fn host_tools(&self, flags: &BuilderFlags) -> Result<HostTools, CommandError> {
        if let Some(installed) = builder::installed_host_tools() {
            return Ok(installed);
        }
        let source = home::source_tree()?;
        let made = builder::ensure_host_tools(&self.store, &source, options(flags))?;
        Ok(made)
    }

    /// What the builder consists of, made or not.
    pub(crate) fn inspect(&self, flags: &BuilderFlags) -> Result<Inspection, CommandError> {
        let (source, kind) = (home::source_tree()?, kind(flags.builder));
        Ok(builder::inspect(&self.store, &source, kind)?)
    }
}

fn options(flags: &BuilderFlags) -> MakeOptions {
    MakeOptions {
        locked: flags.locked,
    }
}

pub(crate) fn kind(name: BuilderName) -> BuilderKind {
    match name {
        BuilderName::Default => BuilderKind::Default,
        BuilderName::Static => BuilderKind::Static,
    }
}

/// A builder in the terms of the platform.
pub(crate) fn filesystem(name: BuilderName, builder: &Builder) -> BuilderFilesystem {
    BuilderFilesystem {
        name: kind(name).name().to_owned(),
        base: builder.root.clone(),
        mounts: builder
            .mounts
            .iter()
            .map(|mount| ReadOnlyMount {
                source: mount.source.clone(),
                target: mount.target.clone(),
            })
            .collect(),
        run_image: builder.run_image_layout.clone(),
        run_image_reference: builder.run_image_reference.clone(),
        bubblewrap: bubblewrap(&builder.host_tools),
        crane: builder.crane.clone(),
        environment: builder.environment.clone(),
    }
}

pub(crate) fn bubblewrap(tools: &HostTools) -> platform::Bubblewrap {
    platform::Bubblewrap {
        program: tools.bubblewrap.program.clone(),
        arguments: tools.bubblewrap.arguments.clone(),
    }
}

/// The variables that `--env` and `--env-file` name. Flags win over files, later ones over earlier.
pub(crate) fn variables(
    flags: &[String],
    files: &[impl AsRef<Path>],
) -> Result<BTreeMap<String, String>, CommandError> {
    let mut variables = BTreeMap::new();
    for path in files {
        let path = path.as_ref();
        let text =
            platform::read_text_file(path).map_err(|source| CommandError::EnvironmentFile {
                path: path.to_owned(),
                source,
            })?;
        let parsed = platform::environment::parse_env_file(&text, &home::variable).map_err(
            |(line, source)| CommandError::EnvironmentLine {
                path: path.to_owned(),
                line,
                source,
            },
        )?;
        variables.extend(parsed);
    }
    for flag in flags {
        let (name, value) = platform::environment::parse_variable(flag, &home::variable)
            .map_err(CommandError::EnvironmentFlag)?;
        variables.insert(name, value);
    }
    Ok(variables)
}
