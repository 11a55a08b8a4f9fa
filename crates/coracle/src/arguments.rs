//! The command line: every flag, with the text that `--help` shows.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::examples;

/// Turns a source tree into a small, safe container image. No Dockerfile, no Docker, no root.
#[derive(Debug, Parser)]
#[command(
    name = "coracle",
    version,
    about,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = examples::EXAMPLES,
    after_long_help = examples::LONG_HELP
)]
pub(crate) struct Arguments {
    /// Say more: what every step starts and reads
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "quiet",
        display_order = 100
    )]
    pub(crate) verbose: bool,
    /// Say only warnings and errors
    #[arg(short, long, global = true, display_order = 101)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build an image from a source tree
    #[command(after_help = examples::BUILD)]
    Build(Build),
    /// Start an app, from its source tree or from an image that was built before
    #[command(after_help = examples::RUN)]
    Run(Run),
    /// Put an image onto another run image, without building: today's, or the one for debugging
    #[command(after_help = examples::REBASE)]
    Rebase(Rebase),
    /// Make or look at the builder: what apps are built with and what they run on
    #[command(after_help = examples::BUILDER)]
    Builder {
        #[command(subcommand)]
        command: BuilderCommand,
    },
    /// Compose the Debian images that the builder is made of
    #[command(after_help = examples::STACK)]
    Stack {
        #[command(subcommand)]
        command: StackCommand,
    },
    /// List the images in the local image store
    #[command(after_help = examples::IMAGES)]
    Images,
    /// Look at, or empty, the cache directory
    Cache {
        #[command(subcommand)]
        command: CacheCommand,
    },
}

/// Flags that say with what to build.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Builder")]
pub(crate) struct BuilderFlags {
    /// Which builder: `default` has glibc in its run image, `static` has no library at all (Go and
    /// static binaries only)
    #[arg(long, value_enum, default_value_t)]
    pub(crate) builder: BuilderName,
    /// Fail when a Debian package of stack/debian.lock is no longer served, instead of using today's
    #[arg(long)]
    pub(crate) locked: bool,
    /// Name the builder's images PREFIX/run and so on, as `coracle builder publish PREFIX` does, so that
    /// who uses that builder can rebase the image
    #[arg(long, value_name = "PREFIX")]
    pub(crate) prefix: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum BuilderName {
    #[default]
    Default,
    Static,
}

/// Flags that say what the buildpacks see.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "What the buildpacks see")]
pub(crate) struct EnvironmentFlags {
    #[command(flatten)]
    pub(crate) bindings: BindingsFlag,
    /// A variable for the buildpacks: NAME=VALUE, or NAME to take the value from this shell.
    /// Stronger than --env-file and project.toml. May be repeated
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    pub(crate) env: Vec<String>,
    /// A file of NAME=VALUE lines for the buildpacks. May be repeated, later files win
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Vec<PathBuf>,
    /// The project descriptor [default: project.toml in the app directory, if it is there]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) descriptor: Option<PathBuf>,
    /// Forget what earlier builds of this image cached
    #[arg(long)]
    pub(crate) clear_cache: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct BindingsFlag {
    /// A directory of service bindings, credentials and the like that a build may read and no image has:
    /// what `pack build --volume DIRECTORY:/platform/bindings` mounts
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) bindings: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The name of the image: shop, team/shop:1.2, registry.example/team/shop
    pub(crate) image: String,
    /// The app directory
    #[arg(short, long, default_value = ".")]
    pub(crate) path: PathBuf,
    /// The process that the image starts when nothing else is asked for [default: web]
    #[arg(long, value_name = "PROCESS", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) default_process: Option<String>,
    #[command(flatten)]
    pub(crate) environment: EnvironmentFlags,
    #[command(flatten)]
    pub(crate) builder: BuilderFlags,
    /// Also write the image to oci:DIRECTORY or docker-archive:FILE, or load it into `docker`. May be
    /// repeated
    #[arg(short, long, value_name = "WHERE", help_heading = "Where it goes")]
    pub(crate) output: Vec<String>,
    /// Also push the image to the registry in its name, with the credentials of `docker login`
    #[arg(long, help_heading = "Where it goes")]
    pub(crate) publish: bool,
    /// Write what was built to this file, as JSON
    #[arg(long, value_name = "FILE", help_heading = "Where it goes")]
    pub(crate) report: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// An app directory, or the name of an image in the local image store
    #[arg(value_name = "DIRECTORY|IMAGE")]
    pub(crate) app: String,
    /// The port on this machine [default: PORT of --env, else 8080 or, when that is taken, a free one]
    #[arg(short, long)]
    pub(crate) port: Option<u16>,
    /// A variable for the running app: NAME=VALUE, or NAME to take the value from this shell
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    pub(crate) env: Vec<String>,
    /// A variable for the buildpacks, when a directory is built first
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub(crate) build_env: Vec<String>,
    #[command(flatten)]
    pub(crate) bindings: BindingsFlag,
    /// The process to start [default: the image's own, web]
    #[arg(long, value_name = "PROCESS")]
    pub(crate) process: Option<String>,
    /// Start as another user than 1000:1000
    #[arg(long, value_name = "UID[:GID]")]
    pub(crate) user: Option<String>,
    /// Arguments for the process
    #[arg(last = true)]
    pub(crate) arguments: Vec<String>,
    #[command(flatten)]
    pub(crate) builder: BuilderFlags,
}

#[derive(Debug, Args)]
pub(crate) struct Rebase {
    /// The name of an image in the local image store, or oci:DIRECTORY
    #[arg(value_name = "IMAGE|oci:DIRECTORY")]
    pub(crate) image: String,
    /// The run image: one of stack/ or another's layout [default: the image's own, as stack/ has it now]
    #[arg(long, value_name = "NAME|oci:DIRECTORY")]
    pub(crate) run_image: Option<String>,
    /// Pass over the checks: whether the image was built for that run image and its system
    #[arg(long)]
    pub(crate) force: bool,
    /// Also write the image to oci:DIRECTORY or docker-archive:FILE, or load it into `docker`. May be
    /// repeated
    #[arg(short, long, value_name = "WHERE", help_heading = "Where it goes")]
    pub(crate) output: Vec<String>,
    /// Also push the image to the registry in its name, with the credentials of `docker login`
    #[arg(long, help_heading = "Where it goes")]
    pub(crate) publish: bool,
    /// Fail when a Debian package of stack/debian.lock is no longer served, instead of using today's
    #[arg(long)]
    pub(crate) locked: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BuilderCommand {
    /// Make everything that a build needs, as `build` and `run` do the first time
    #[command(after_help = examples::BUILDER_CREATE)]
    Create {
        #[command(flatten)]
        builder: BuilderFlags,
        /// Also load the builder, its run images and its lifecycle into the Docker daemon, for `pack`,
        /// under the names in builder.toml
        #[arg(long, value_name = "WHERE")]
        to: Option<Platform>,
    },
    /// Push the builder, its run images and its lifecycle to a registry, for everybody's `pack`,
    /// kpack and Tekton
    #[command(after_help = examples::BUILDER_PUBLISH)]
    Publish {
        /// Where: the images become PREFIX/builder, PREFIX/run, PREFIX/build and PREFIX/lifecycle
        #[arg(value_name = "PREFIX")]
        prefix: String,
        /// Which builder: `default` has glibc in its run image, `static` has no library at all
        #[arg(long, value_enum, default_value_t)]
        builder: BuilderName,
        /// Also tag every image PREFIX/builder:TAG, PREFIX/run:debug-TAG and so on. May be repeated
        #[arg(long, value_name = "TAG")]
        tag: Vec<String>,
        /// Fail when a Debian package of stack/debian.lock is no longer served, instead of using today's
        #[arg(long)]
        locked: bool,
    },
    /// Show what the builder is made of
    Inspect(BuilderFlags),
}

/// What else can build with a builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Platform {
    /// The Docker daemon that the `docker` program talks to
    Docker,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StackCommand {
    /// Resolve today's package versions and write stack/debian.lock
    Lock,
    /// Compose the images of stack/ and say their sizes and digests; without names, also package what
    /// builder.toml names, for `pack builder create`
    Build {
        /// Which ones [default: all]
        images: Vec<String>,
        /// Write the OCI layouts below this directory
        #[arg(
            short,
            long,
            value_name = "DIRECTORY",
            default_value = "packaged/stack"
        )]
        output: PathBuf,
        /// Fail when a package of stack/debian.lock is no longer served
        #[arg(long)]
        locked: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Print the cache directory
    Path,
    /// Remove what no current builder uses; with --all, everything, images included
    #[command(after_help = examples::CLEAN)]
    Clean {
        /// Everything, the local image store included
        #[arg(long)]
        all: bool,
    },
}

#[cfg(test)]
#[path = "arguments_tests.rs"]
mod tests;
