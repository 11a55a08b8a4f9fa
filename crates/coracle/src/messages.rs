//! The words of what ends a command, where no library has them.

use std::fmt;
use std::io;
use std::path::Path;

use explain::{Explain, Message, quote};
use platform::{BuildError, EnvironmentError, RebaseError};

use self::publication::{half_published, name_taken, no_tag, prefix};
use crate::error::CommandError;

mod publication;

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
            Self::Report { image, source } => before(
                format!("The image {image} is built and in the local image store."),
                source.explain(),
            ),
            Self::Tag(tag) => no_tag(tag),
            Self::NameTaken(name) => name_taken(name),
            Self::Prefix { text, source } => prefix(text, source.reason),
            Self::HalfPublished { set, unset, source } => {
                before(half_published(set, unset), source.explain())
            }
            Self::StandardOutput(source) => standard_output(source),
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

/// The message with a paragraph before its body.
fn before(paragraph: impl fmt::Display, message: Message) -> Message {
    let body = format!("{paragraph}\n\n{}", message.body);
    message.body(body)
}

fn standard_output(source: &io::Error) -> Message {
    Message::machine("output/standard", "Standard output can't be written")
        .body(
            "What the command says is lost; what it does is done.\n\n\
             If a file takes the output, free some space on its disk, or use another.",
        )
        .cause(source)
}

/// What is said when a command ends by `error` because it was asked to end.
pub(crate) fn interrupted(error: &CommandError) -> String {
    let arrived = "it may not have arrived where it should go.";
    match error {
        CommandError::HalfPublished { set, unset, .. } => {
            format!("Interrupted.\n\n{}", half_published(set, unset))
        }
        CommandError::Build(BuildError::Delivery { report, .. }) => {
            let image = &report.image;
            format!("Interrupted; {image} is built and in the local image store, but\n{arrived}")
        }
        CommandError::Report { image, .. } => {
            format!("Interrupted; {image} is built and in the local image store.")
        }
        CommandError::Rebase(RebaseError::Delivery { image, .. }) => format!(
            "Interrupted; in the local image store, {image} is on the new run image, but\n{arrived}"
        ),
        _ => "Interrupted; nothing half-made is left.".to_owned(),
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

#[cfg(test)]
mod tests {
    use platform::ImageName;

    use super::publication::tests::half_published;
    use super::*;

    #[test]
    fn an_interruption_leaves_nothing_unsaid() {
        let image: ImageName = "r.example/t/app".parse().unwrap();
        let digest = oci::Digest::of(b"");
        let delivery = || platform::OutputError::NoRegistry {
            image: image.clone(),
        };
        let rebased = RebaseError::Delivery {
            image: image.clone(),
            report: Box::new(platform::RebaseReport {
                layers: Vec::new(),
                manifest_digest: digest.clone(),
                image_id: digest,
                unchanged: false,
            }),
            source: Box::new(delivery()),
        };
        let errors = [
            half_published(&["r.example/t/run"], &["r.example/t/builder"]),
            CommandError::Rebase(rebased),
            CommandError::Delivery(delivery()),
        ];
        let messages = errors.each_ref().map(interrupted);
        insta::assert_snapshot!(messages.join("\n---\n"), @"
        Interrupted.

        These names mean the new builder now:
        r.example/t/run:latest

        These may still mean what they meant before:
        r.example/t/builder:latest

        The same command finishes it; what has arrived is reused.
        ---
        Interrupted; in the local image store, r.example/t/app:latest is on the new run image, but
        it may not have arrived where it should go.
        ---
        Interrupted; nothing half-made is left.
        ");
    }
}
