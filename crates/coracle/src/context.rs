//! What every command needs: the store, the source tree, the builder, in the forms in which the
//! libraries take them.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use builder::{Builder, BuilderKind, HostTools, Inspection, MakeOptions, Publication};
use platform::{BuilderFilesystem, ImageName, ReadOnlyMount};
use store::{Store, StoreError};

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
        let (path, variable) = home::cache_directory().ok_or(CommandError::NoHome)?;
        let store = open(path, variable)?;
        Ok(Self { output, store })
    }

    /// Finds the builder, and makes what is missing of it.
    pub(crate) fn builder(&self, flags: &BuilderFlags) -> Result<Builder, CommandError> {
        let (source, kind) = (home::source_tree()?, kind(flags.builder));
        Ok(builder::ensure(
            &self.store,
            &source,
            kind,
            options(flags)?,
        )?)
    }

    /// The builder as images under names with `prefix`.
    pub(crate) fn publication(
        &self,
        flags: &BuilderFlags,
        prefix: &str,
    ) -> Result<Publication, CommandError> {
        let (source, kind) = (home::source_tree()?, kind(flags.builder));
        let (store, options) = (&self.store, options(flags)?);
        Ok(builder::publication(store, &source, kind, options, prefix)?)
    }

    /// What makes sandboxes, without the rest of a builder.
    pub(crate) fn host_tools(&self, flags: &BuilderFlags) -> Result<HostTools, CommandError> {
        if let Some(installed) = builder::installed_host_tools() {
            return Ok(installed);
        }
        let source = home::source_tree()?;
        let made = builder::ensure_host_tools(&self.store, &source, options(flags)?)?;
        Ok(made)
    }

    /// What the builder consists of, made or not.
    pub(crate) fn inspect(&self, flags: &BuilderFlags) -> Result<Inspection, CommandError> {
        let (source, kind) = (home::source_tree()?, kind(flags.builder));
        Ok(builder::inspect(
            &self.store,
            &source,
            kind,
            options(flags)?,
        )?)
    }
}

fn open(path: PathBuf, variable: &'static str) -> Result<Store, CommandError> {
    Store::open(&path).map_err(|error| match error {
        StoreError::Io { source, .. } if is_of_a_file(&source) => {
            CommandError::HomeIsNoDirectory { path, variable }
        }
        error => error.into(),
    })
}

/// Whether a file is where a directory was to be made.
fn is_of_a_file(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists
    )
}

fn options(flags: &BuilderFlags) -> Result<MakeOptions<'_>, CommandError> {
    let prefix = flags.prefix.as_deref().map(prefix).transpose()?;
    Ok(MakeOptions {
        locked: flags.locked,
        prefix,
    })
}

/// What names of images can begin with.
pub(crate) fn prefix(text: &str) -> Result<&str, CommandError> {
    let prefix = text.trim_end_matches('/');
    match format!("{prefix}/builder").parse::<ImageName>() {
        Ok(_) => Ok(prefix),
        Err(source) => Err(CommandError::Prefix {
            text: prefix.to_owned(),
            source,
        }),
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
        runtime_seed: builder.runtime_seed.clone(),
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

#[cfg(test)]
mod tests {
    use explain::Explain as _;

    use super::*;

    #[test]
    fn a_cache_directory_that_is_a_file_is_named_with_its_variable() {
        let directory = testkit::directory("-- file --\n-- inner/tmp --\n");
        let messages = ["file", "file/below", "inner"].map(|name| {
            let path = directory.path().join(name);
            let error = open(path, "XDG_CACHE_HOME").unwrap_err();
            let text = error.explain().render();
            text.replace(&directory.path().display().to_string(), "ROOT")
        });
        insta::assert_snapshot!(messages.join("\n"), @"
        [Error: The cache directory is no directory]
        XDG_CACHE_HOME makes it
        ROOT/file
        which is a file, lies below one, or has one where a directory must be.

        Name another place:
        export CORACLE_HOME=/some/directory
        (home/not-a-directory)

        [Error: The cache directory is no directory]
        XDG_CACHE_HOME makes it
        ROOT/file/below
        which is a file, lies below one, or has one where a directory must be.

        Name another place:
        export CORACLE_HOME=/some/directory
        (home/not-a-directory)

        [Error: The cache directory is no directory]
        XDG_CACHE_HOME makes it
        ROOT/inner
        which is a file, lies below one, or has one where a directory must be.

        Name another place:
        export CORACLE_HOME=/some/directory
        (home/not-a-directory)
        ");
    }

    #[test]
    fn a_prefix_is_told_in_its_own_words() {
        for fine in ["team", "registry.example:5000", "registry.example/team/"] {
            prefix(fine).unwrap();
        }
        let table = [
            "",
            "Reg.Example/Team",
            "registry.example/team:v1",
            "user:hunter2@host/x",
        ];
        let messages = table.map(|text| prefix(text).unwrap_err().explain().render());
        insta::assert_snapshot!(messages.join("\n"), @"
        [Error: That is no prefix for names of images]
        The prefix is empty.

        It is a registry and a path there, without a tag, such as:
        registry.example/team
        (builder/prefix)

        [Error: That is no prefix for names of images]
        The prefix is Reg.Example/Team
        With a name behind it, its repository has upper-case letters.

        It is a registry and a path there, without a tag, such as:
        reg.example/team
        (builder/prefix)

        [Error: That is no prefix for names of images]
        The prefix is registry.example/team:v1
        With a name behind it, a part of its repository is malformed.

        It is a registry and a path there, without a tag, such as:
        registry.example/team
        (builder/prefix)

        [Error: That is no prefix for names of images]
        The prefix has an @: neither a digest nor a user belongs there. Credentials are
        those of docker's configuration.

        It is a registry and a path there, without a tag, such as:
        registry.example/team
        (builder/prefix)
        ");
    }
}
