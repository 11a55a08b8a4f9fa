//! The words of what ends a command, where no library has them.

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
            Self::Rebase(error) => error.explain(),
            Self::ImageName(error) => error.explain(),
            Self::EnvironmentFlag(error) => error.explain(),
            Self::EnvironmentLine { path, line, source } => in_file(path, *line, source),
            Self::EnvironmentFile { path, source } => {
                let title = "The file of --env-file can't be read";
                platform::text_file_message("environment/file", title, path, source)
            }
            Self::NoHome => no_home(),
            Self::HomeIsNoDirectory { path, variable } => home_is_no_directory(path, variable),
            Self::Output(text) => output(text),
            Self::LayoutOutput => {
                Message::yours("rebase/output", "A layout is rebased where it is")
                    .body("--output and --publish are for images of the local image store.")
            }
            Self::NoLayout => {
                Message::yours("rebase/no-layout", "There is no directory after oci:")
                    .body("An OCI layout is named by its directory, such as:\noci:./image")
            }
            Self::User(text) => user(text),
            Self::Report { image, source } => {
                let message = source.explain();
                Message {
                    body: format!(
                        "The image {image} is built and in the local image store.\n\n{}",
                        message.body
                    ),
                    ..message
                }
            }
            Self::StandardOutput(source) => {
                Message::machine("output/standard", "Standard output can't be written")
                    .body(
                        "What the command says is lost; what it does is done.\n\n\
                         If a file takes the output, free some space on its disk, or use another.",
                    )
                    .cause(source)
            }
            Self::Architecture => Message::machine(
                "machine/architecture",
                "This machine's processor isn't supported",
            )
            .body("Coracle makes images for amd64 and arm64."),
            Self::NothingToRun(text) => nothing_to_run(text),
            Self::Wait(source) => {
                Message::machine("run/wait", "The app can't be waited for").cause(source)
            }
            Self::Cache { root, source } => store::io_message(root, source),
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

fn home_is_no_directory(path: &Path, variable: &str) -> Message {
    Message::yours("home/not-a-directory", "The cache directory is no directory").body(format!(
        "{variable} makes it\n{}\nwhich is a file, lies below one, or has one where a directory must be.\n\n\
         Name another place:\nexport CORACLE_HOME=/some/directory",
        quote(&path.display().to_string(), 300)
    ))
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
        "--user is {}\n\nIt takes a number from 0 to 2147483647, or two:\n1000\n1000:1000",
        quote(text, 80)
    ))
}

fn nothing_to_run(text: &str) -> Message {
    Message::yours("run/nothing", "There is nothing to run").body(format!(
        "There is no directory {0} here,\nand no image of that name in the local image store.\n\n\
         These images are there:\ncoracle images",
        quote(text, 80)
    ))
}
