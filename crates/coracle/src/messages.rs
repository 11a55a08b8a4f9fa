//! The words of what ends a command, where no library has them.

use std::io;
use std::path::Path;

use explain::{Explain, Message, quote};
use platform::EnvironmentError;

use crate::error::CommandError;

impl Explain for CommandError {
    fn explain(&self) -> Message {
        match self {
            Self::Store(error) => error.explain(),
            Self::SourceTree(error) => error.explain(),
            Self::Builder(error) => error.explain(),
            Self::Compose(error) => error.explain(),
            Self::Build(error) => error.explain(),
            Self::Delivery(error) => error.explain(),
            Self::Layout(error) => error.explain(),
            Self::Run(error) => error.explain(),
            Self::ImageName(error) => error.explain(),
            Self::EnvironmentFlag(error) => error.explain(),
            Self::EnvironmentLine { path, line, source } => in_file(path, *line, source),
            Self::EnvironmentFile { path, source } => {
                Message::yours("environment/file", "An env file can't be read")
                    .body(format!("--env-file names {}", path.display()))
                    .cause(source)
            }
            Self::NoHome => no_home(),
            Self::Output(text) => output(text),
            Self::User(text) => user(text),
            Self::Report { path, source } => report(path, source),
            Self::Architecture => Message::machine(
                "machine/architecture",
                "This machine's processor isn't supported",
            )
            .body("Coracle makes images for amd64 and arm64."),
            Self::NothingToRun(text) => nothing_to_run(text),
            Self::Wait(source) => {
                Message::machine("run/wait", "The app can't be waited for").cause(source)
            }
            Self::Cache(source) => {
                Message::machine("cache/io", "The cache directory can't be used").cause(source)
            }
        }
    }
}

fn in_file(path: &Path, line: usize, source: &EnvironmentError) -> Message {
    let inner = source.explain();
    Message {
        title: format!("Line {line} of an env file can't be used"),
        body: format!("In {}, line {line}:\n{}", path.display(), inner.body),
        ..inner
    }
}

fn no_home() -> Message {
    Message::machine("home/missing", "There is no place for the cache").body(
        "HOME isn't set, so the cache directory is unknown.\n\n\
         Say where it shall be:\nexport CORACLE_HOME=/some/directory",
    )
}

fn output(text: &str) -> Message {
    Message::yours("output/unknown", "That is no place for an image").body(format!(
        "--output is {}\n\nIt takes one of these:\n\
         oci:DIRECTORY\ndocker-archive:FILE\ndocker",
        quote(text, 80)
    ))
}

fn user(text: &str) -> Message {
    Message::yours("run/user", "That is no user").body(format!(
        "--user is {}\n\nIt takes a number, or two:\n1000\n1000:1000",
        quote(text, 80)
    ))
}

fn report(path: &Path, source: &io::Error) -> Message {
    Message::yours("report/unwritable", "The report can't be written")
        .body(format!(
            "--report is {}\n\nThe image is built and in the store all the same.",
            path.display()
        ))
        .cause(source)
}

fn nothing_to_run(text: &str) -> Message {
    Message::yours("run/nothing", "There is nothing to run").body(format!(
        "There is no directory {0} here,\nand no image of that name in the local image store.\n\n\
         These images are there:\ncoracle images",
        quote(text, 80)
    ))
}
