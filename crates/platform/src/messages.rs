//! Every word said when a build or a run fails.

mod app;
mod bindings;
mod image_name;
mod lifecycle;
mod not_rebasable;
mod output;
mod push;
mod rebase;
mod run;
mod sandbox;
mod text_file;

pub use text_file::text_file;

use explain::{Explain, Message, quote};

use crate::{BuildError, CompletionError, EnvironmentError};

impl Explain for BuildError {
    fn explain(&self) -> Message {
        match self {
            Self::DescriptorUnreadable { path, source } => text_file(
                "project/unreadable",
                "The project descriptor can't be read",
                path,
                source,
            ),
            Self::DescriptorOutside { path, target } => app::descriptor_outside(path, target),
            Self::Descriptor { path, source } => app::descriptor(path, source),
            Self::Pattern { path, source } => app::pattern(path, source),
            Self::Environment(error) => error.explain(),
            Self::Staging(error) => error.explain(),
            Self::Bindings(error) => error.explain(),
            Self::BuilderImage {
                builder,
                path,
                source,
            } => damaged_builder(builder, path).cause(source),
            Self::RunImageName { builder, source } => {
                Message::ours("builder/run-image/name", "The run image has a wrong name")
                    .body(format!("The builder is {builder}."))
                    .cause(source)
            }
            Self::Sandbox(error) => error.explain(),
            Self::Lifecycle(failure) => lifecycle::failure(failure),
            Self::NoProcess { process, known } => no_process(process, known),
            Self::Completion(error) => error.explain(),
            Self::Store(error) => error.explain(),
            Self::Layout(error) => error.explain(),
            Self::Io { root, source } => store::io_message(root, source),
            Self::Log(source) => {
                Message::machine("build/log", "The build's output can't be written")
                    .body(
                        "Standard output doesn't take what the build says, so it was ended.\n\n\
                         Send it elsewhere, or keep it back:\n--quiet",
                    )
                    .cause(source)
            }
            Self::Output(error) => error.explain(),
            Self::Delivery { report, source } => {
                let message = source.explain();
                Message {
                    body: format!(
                        "The image {} is built and in the local image store.\n\n{}",
                        report.image, message.body
                    ),
                    ..message
                }
            }
        }
    }
}

fn no_process(process: &str, known: &[String]) -> Message {
    let names = known.join(", ");
    let (names, fix) = match known.first() {
        Some(first) => (
            names.as_str(),
            format!("Choose one of them:\n--default-process {first}"),
        ),
        None => ("none", "Build without --default-process.".to_owned()),
    };
    Message::yours("build/no-process", "The app has no such process").body(format!(
        "--default-process asks for {}.\n\nThe app's processes: {names}\n\n{fix}",
        quote(process, 100)
    ))
}

fn damaged_builder(builder: &str, path: &std::path::Path) -> Message {
    Message::machine(
        "builder/image/damaged",
        "An image of the builder is damaged",
    )
    .body(format!(
        "A file of the builder {builder} isn't what it was when it was made.\n\n\
         Remove the image; the next build makes it again:\nrm -r {}",
        path.display()
    ))
}

impl Explain for CompletionError {
    fn explain(&self) -> Message {
        match self {
            Self::MissingLayer { digest } => Message::ours(
                "build/completion/missing-layer",
                "A layer of the image is missing",
            )
            .body(format!(
                "The lifecycle refers to {digest},\nwhich no image here has."
            )),
            Self::Reused(source) => Message::machine(
                "build/completion/damaged-layer",
                "A layer that should be reused is damaged",
            )
            .body("Build once without what earlier builds left:\n--clear-cache")
            .cause(source),
            Self::Layout(source) => source.explain(),
            Self::Metadata(source) => Message::ours(
                "build/completion/metadata",
                "What the lifecycle says of the layers can't be read",
            )
            .cause(source),
        }
    }
}

impl Explain for EnvironmentError {
    fn explain(&self) -> Message {
        match self {
            Self::Unset { name } => {
                let name = quote(name, 100);
                Message::yours("environment/unset", "A variable has no value").body(format!(
                    "{name} without a value means your own, but it isn't set here.\n\n\
                     Give it a value:\n{name}=value"
                ))
            }
            Self::Name { name } => {
                let better = name.trim();
                let better = better.strip_prefix("export ").unwrap_or(better);
                let is_a_name = (1..=255).contains(&better.len()) && !better.contains(|c: char| !c.is_alphanumeric() && c != '_');
                Message::yours("environment/name", "A variable's name can't be used").body(format!(
                    "\"{}\" is empty, begins with a dot, or has a space, a slash\nor a control \
                     character. Variables are written without spaces around =, and\nwithout `export`:\n{}=value",
                    quote(name, 100),
                    if is_a_name { better } else { "NAME" }
                ))
            }
            Self::TooLong { name, bytes } => {
                Message::yours("environment/value", "A variable's value can't be used").body(format!(
                    "{} has {} with its value; Linux starts no program with a\nvariable of more than {}.\n\n\
                     Put the value into a file of the app, and the file's name into the variable.",
                    quote(name, 100),
                    explain::size(*bytes as u64),
                    explain::size(crate::environment::LONGEST as u64),
                ))
            }
            Self::Nul { name } => {
                Message::yours("environment/value", "A variable's value can't be used").body(
                    format!("The value of {} has a NUL character.", quote(name, 100)),
                )
            }
        }
    }
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
