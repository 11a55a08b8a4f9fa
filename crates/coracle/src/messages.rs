//! The words of what ends a command, where no library has them.

use std::fmt;
use std::io;
use std::path::Path;

use explain::{Explain, Message, quote};
use platform::{BuildError, EnvironmentError, ImageName, ImageNameRule, RebaseError};

use crate::context;
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

fn no_tag(tag: &str) -> Message {
    Message::yours("publish/tag", "That is no tag").body(format!(
        "--tag gives an image of the builder the tag\n{}\n\nA tag is 1 to 128 of A-Z a-z 0-9 _ . - and begins with none of \
         the last two.\nName another, such as:\n--tag 2026-11-21",
        quote(tag, 140)
    ))
}

fn name_taken(name: &ImageName) -> Message {
    Message::yours("publish/tag", "A tag makes a name that is taken").body(format!(
        "--tag gives an image of the builder the name\n{name}\nwhich another one has: of the builder, or the one with \
         which it is found out\nwhether it may be pushed.\n\nName another tag, such as:\n--tag 2026-11-21"
    ))
}

fn prefix(text: &str, rule: ImageNameRule) -> Message {
    let given = match rule {
        _ if text.is_empty() => "The prefix is empty.".to_owned(),
        // What is before it is a password, perhaps.
        ImageNameRule::Digest => {
            "The prefix has an @: neither a digest nor a user belongs there. Credentials are\n\
             those of docker's configuration."
                .to_owned()
        }
        rule => format!(
            "The prefix is {}\nWith a name behind it, {rule}.",
            quote(text, 80)
        ),
    };
    let lower = text.to_lowercase();
    let example = match rule {
        ImageNameRule::UpperCase if context::prefix(&lower).is_ok() => &lower,
        _ => "registry.example/team",
    };
    Message::yours("builder/prefix", "That is no prefix for names of images").body(format!(
        "{given}\n\nIt is a registry and a path there, without a tag, such as:\n{example}"
    ))
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
        CommandError::Rebase(RebaseError::Delivery { image, .. }) => format!(
            "Interrupted; in the local image store, {image} is on the new run image, but\n{arrived}"
        ),
        _ => "Interrupted; nothing half-made is left.".to_owned(),
    }
}

fn half_published(set: &[ImageName], unset: &[ImageName]) -> String {
    let list = |title: &str, names: &[ImageName]| match names {
        [] => String::new(),
        names => {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            format!("{title}\n{}\n\n", names.join("\n"))
        }
    };
    format!(
        "{}{}Publishing again finishes it; what is pushed is reused.",
        list("These names mean the new builder now:", set),
        list("These may still mean what they meant before:", unset),
    )
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
    use super::*;

    fn half_published(set: &[&str], unset: &[&str]) -> CommandError {
        let names = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
        CommandError::HalfPublished {
            set: names(set),
            unset: names(unset),
            source: Box::new(platform::OutputError::Push {
                image: unset[0].parse().unwrap(),
                reason: platform::PushFailure::Network,
                output: "500".into(),
            }),
        }
    }

    #[test]
    fn of_a_builder_whose_names_are_set_in_part() {
        let (run, builder) = ("r.example/t/run", "r.example/t/builder");
        let errors = [
            half_published(&[run], &[builder]),
            half_published(&[], &[builder]),
        ];
        let messages = errors.map(|error| error.explain().render());
        insta::assert_snapshot!(messages.join("\n"), @"
        [Error: The image can't be pushed]
        These names mean the new builder now:
        r.example/t/run:latest

        These may still mean what they meant before:
        r.example/t/builder:latest

        Publishing again finishes it; what is pushed is reused.

        r.example can't be reached, or fails, while it is asked to take
        r.example/t/builder:latest

        This is a problem of the network or of the server at its other end, not of
        your app: retry, and check proxy and mirror settings if it stays.

        Details: 500
        (publish/network)

        [Error: The image can't be pushed]
        These may still mean what they meant before:
        r.example/t/builder:latest

        Publishing again finishes it; what is pushed is reused.

        r.example can't be reached, or fails, while it is asked to take
        r.example/t/builder:latest

        This is a problem of the network or of the server at its other end, not of
        your app: retry, and check proxy and mirror settings if it stays.

        Details: 500
        (publish/network)
        ");
    }

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

        Publishing again finishes it; what is pushed is reused.
        ---
        Interrupted; in the local image store, r.example/t/app:latest is on the new run image, but
        it may not have arrived where it should go.
        ---
        Interrupted; nothing half-made is left.
        ");
    }
}
