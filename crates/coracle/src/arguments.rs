//! The command line: every flag, with the text that `--help` shows.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Turns a source tree into a small, safe container image. No Dockerfile, no Docker, no root.
#[derive(Debug, Parser)]
#[command(
    name = "coracle",
    version,
    about,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = EXAMPLES,
    after_long_help = LONG_HELP
)]
pub(crate) struct Arguments {
    /// Say more: what every step starts and reads
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Say only warnings and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  coracle run .                          build the app here and start it
  coracle build shop --path ./shop       build an image into the local image store
  coracle build shop --path . --output docker-archive:shop.tar
  coracle build registry.example/team/shop --path . --publish";

const LONG_HELP: &str = "\
Examples:
  coracle run .                          build the app here and start it
  coracle run shop --port 9000           start an image that was built before
  coracle build shop --path ./shop       build an image into the local image store
  coracle build shop --path . --output oci:./image
  coracle build shop --path . --output docker-archive:shop.tar
  coracle build registry.example/team/shop --path . --publish

Environment:
  CORACLE_HOME          the cache directory (default: $XDG_CACHE_HOME/coracle or ~/.cache/coracle)
  CORACLE_SOURCE        the source tree of Coracle, where the builder's definition stands
  CORACLE_APT_SOURCES   a file of apt sources for Debian 13, for hosts that have none of Debian's
  NO_COLOR              no colours

  Proxy variables, the host's CA bundle and the package clients' own configuration reach every build.

Exit status:
  0   done
  1   something in the app, a flag or a file has to be changed; the message says what
  2   the command line was not understood
  3   a registry, mirror or proxy could not be reached; trying again may help
  4   the machine lacks something: a tool, a kernel feature, space, a permission
  70  a defect of Coracle
  `coracle run` ends with the exit status of the app.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build an image from a source tree
    Build(Build),
    /// Start an app, from its source tree or from an image that was built before
    Run(Run),
    /// Make or look at the builder: what apps are built with and what they run on
    Builder {
        #[command(subcommand)]
        command: BuilderCommand,
    },
    /// Compose the Debian images that the builder is made of
    Stack {
        #[command(subcommand)]
        command: StackCommand,
    },
    /// List the images in the local image store
    Images,
    /// Look at, or empty, the cache directory
    Cache {
        #[command(subcommand)]
        command: CacheCommand,
    },
}

/// Flags that say with what to build.
#[derive(Debug, Clone, Args)]
pub(crate) struct BuilderFlags {
    /// Which builder: `default` has glibc in its run image, `static` has no library at all (Go and
    /// static binaries only)
    #[arg(long, value_enum, default_value_t)]
    pub(crate) builder: BuilderName,
    /// Fail when a Debian package of stack/debian.lock is no longer served, instead of using today's
    #[arg(long)]
    pub(crate) locked: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum BuilderName {
    #[default]
    Default,
    Static,
}

/// Flags that say what the buildpacks see.
#[derive(Debug, Clone, Args)]
pub(crate) struct EnvironmentFlags {
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

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The name of the image: shop, team/shop:1.2, registry.example/team/shop
    pub(crate) image: String,
    /// The app directory
    #[arg(short, long, default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) environment: EnvironmentFlags,
    #[command(flatten)]
    pub(crate) builder: BuilderFlags,
    /// Also write the image to oci:DIRECTORY or docker-archive:FILE, or load it into `docker`. May be
    /// repeated
    #[arg(short, long, value_name = "WHERE")]
    pub(crate) output: Vec<String>,
    /// Also push the image to the registry in its name, with the credentials of `docker login`
    #[arg(long)]
    pub(crate) publish: bool,
    /// The process that the image starts when nothing else is asked for [default: web]
    #[arg(long, value_name = "PROCESS")]
    pub(crate) default_process: Option<String>,
    /// Write what was built to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// An app directory, or the name of an image in the local image store
    #[arg(value_name = "DIRECTORY|IMAGE")]
    pub(crate) app: String,
    /// The port on this machine [default: 8080, or a free one when that is taken]
    #[arg(short, long)]
    pub(crate) port: Option<u16>,
    /// A variable for the running app: NAME=VALUE, or NAME to take the value from this shell
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    pub(crate) env: Vec<String>,
    /// A variable for the buildpacks, when a directory is built first
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub(crate) build_env: Vec<String>,
    /// The process to start [default: the image's own, web]
    #[arg(long, value_name = "PROCESS")]
    pub(crate) process: Option<String>,
    /// Start as another user than 1000:1000
    #[arg(long, value_name = "UID[:GID]")]
    pub(crate) user: Option<String>,
    #[command(flatten)]
    pub(crate) builder: BuilderFlags,
    /// Arguments for the process
    #[arg(last = true)]
    pub(crate) arguments: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BuilderCommand {
    /// Make everything that a build needs, as `build` and `run` do the first time
    Create(BuilderFlags),
    /// Show what the builder is made of
    Inspect(BuilderFlags),
}

#[derive(Debug, Subcommand)]
pub(crate) enum StackCommand {
    /// Resolve today's package versions and write stack/debian.lock
    Lock,
    /// Compose the images of stack/ and say their sizes and digests
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
    Clean {
        /// Everything, the local image store included
        #[arg(long)]
        all: bool,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn arguments_after_two_dashes_belong_to_the_app() {
        let arguments = Arguments::parse_from(["coracle", "run", ".", "--", "--port", "1"]);
        let Command::Run(run) = arguments.command else {
            unreachable!("`run` was given");
        };
        assert_eq!(
            (run.port, run.arguments),
            (None, vec!["--port".into(), "1".into()])
        );
    }
}
