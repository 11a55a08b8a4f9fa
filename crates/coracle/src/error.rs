//! Everything that can end a command, and its words where no library has them.

use std::io;
use std::path::PathBuf;

use explain::{Explain, Message, quote};
use platform::EnvironmentError;

/// A command that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("there is no home directory")]
    NoHome,
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    SourceTree(#[from] builder::SourceTreeError),
    #[error(transparent)]
    Builder(#[from] builder::BuilderError),
    #[error(transparent)]
    Compose(#[from] composer::ComposeError),
    #[error(transparent)]
    Build(#[from] platform::BuildError),
    #[error(transparent)]
    Run(#[from] platform::RunError),
    #[error(transparent)]
    ImageName(#[from] platform::ImageNameError),
    #[error(transparent)]
    EnvironmentFlag(EnvironmentError),
    #[error("{path} can't be read")]
    EnvironmentFile { path: PathBuf, source: io::Error },
    #[error("{path}:{line} is no variable")]
    EnvironmentLine {
        path: PathBuf,
        line: usize,
        source: EnvironmentError,
    },
    #[error("`{0}` is no destination")]
    Output(String),
    #[error("`{0}` is no user")]
    User(String),
    #[error("{path} can't be written")]
    Report { path: PathBuf, source: io::Error },
    #[error("this machine's architecture isn't supported")]
    Architecture,
    #[error("there is neither a directory nor an image {0}")]
    NothingToRun(String),
    #[error("the app can't be waited for")]
    Wait(#[source] io::Error),
    #[error("the cache can't be read or emptied")]
    Cache(#[source] io::Error),
}

impl Explain for CommandError {
    fn explain(&self) -> Message {
        match self {
            Self::Store(error) => error.explain(),
            Self::SourceTree(error) => error.explain(),
            Self::Builder(error) => error.explain(),
            Self::Compose(error) => error.explain(),
            Self::Build(error) => error.explain(),
            Self::Run(error) => error.explain(),
            Self::ImageName(error) => error.explain(),
            Self::EnvironmentFlag(error) => error.explain(),
            Self::EnvironmentLine { path, line, source } => in_file(path, *line, source),
            Self::NoHome | Self::Architecture | Self::Wait(_) | Self::Cache(_) => self.of_machine(),
            _ => self.of_arguments(),
        }
    }
}

fn in_file(path: &std::path::Path, line: usize, source: &EnvironmentError) -> Message {
    let inner = source.explain();
    Message {
        title: format!("Line {line} of an env file can't be used"),
        body: format!("In {}, line {line}:\n{}", path.display(), inner.body),
        ..inner
    }
}

impl CommandError {
    fn of_machine(&self) -> Message {
        match self {
            Self::NoHome => Message::machine("home/missing", "There is no place for the cache")
                .body(
                    "HOME isn't set, so the cache directory is unknown.\n\n\
                 Say where it shall be:\nexport CORACLE_HOME=/some/directory",
                ),
            Self::Architecture => Message::machine(
                "machine/architecture",
                "This machine's processor isn't supported",
            )
            .body("Coracle makes images for amd64 and arm64."),
            Self::Wait(source) => {
                Message::machine("run/wait", "The app can't be waited for").cause(source)
            }
            Self::Cache(source) => {
                Message::machine("cache/io", "The cache directory can't be used").cause(source)
            }
            _ => Message::ours("command/other", self.to_string()),
        }
    }

    fn of_arguments(&self) -> Message {
        match self {
            Self::EnvironmentFile { path, source } => {
                Message::yours("environment/file", "An env file can't be read")
                    .body(format!("--env-file names {}", path.display()))
                    .cause(source)
            }
            Self::Output(text) => Message::yours("output/unknown", "That is no place for an image")
                .body(format!(
                    "--output is {}\n\nIt takes one of these:\n\
                     oci:DIRECTORY\ndocker-archive:FILE\ndocker",
                    quote(text, 80)
                )),
            Self::User(text) => Message::yours("run/user", "That is no user").body(format!(
                "--user is {}\n\nIt takes a number, or two:\n1000\n1000:1000",
                quote(text, 80)
            )),
            Self::Report { path, source } => {
                Message::yours("report/unwritable", "The report can't be written")
                    .body(format!(
                        "--report is {}\n\nThe image is built and in the store all the same.",
                        path.display()
                    ))
                    .cause(source)
            }
            Self::NothingToRun(text) => {
                Message::yours("run/nothing", "There is nothing to run").body(format!(
                    "There is no directory {0} here,\nand no image of that name in the local image store.\n\n\
                     These images are there:\ncoracle images",
                    quote(text, 80)
                ))
            }
            _ => Message::ours("command/other", self.to_string()),
        }
    }
}
