//! The words of every error.

mod compiling;
mod django;
mod install;
mod locks;
mod manager;
mod project;
mod requirements;
mod settings;
mod solving;
mod start;
mod versions;

use explain::{Explain, Message};

use crate::bundles::BundleError;
use crate::errors::BuildpackError;
use crate::layers::runtime::RuntimeError;

impl Explain for BuildpackError {
    fn explain(&self) -> Message {
        match self {
            Self::Variable(error) => error.explain(),
            Self::ImageSettings(error) => error.explain(),
            Self::SubDirectory(error) => error.explain(),
            Self::ImageLayer(error) => error.explain(),
            Self::Bindings(error) => error.explain(),
            Self::DockerIgnore(error) => error.explain(),
            Self::Debian(error) => error.explain(),
            Self::Settings(error) => error.explain(),
            Self::Releases(error) => {
                let title = "The list of versions of Python can't be read";
                Message::ours("python/releases", title).cause(error)
            }
            Self::Bundles(error) => error.explain(),
            Self::Project(error) => error.explain(),
            Self::Manager(error) => error.explain(),
            Self::Version(error) => error.explain(),
            Self::Unavailable(error) => error.explain(),
            Self::Runtime(error) => error.explain(),
            Self::Environment(error) => error.explain(),
            Self::Django(error) => error.explain(),
            Self::ProcessPlan(error) => error.explain(),
            Self::Start(error) => error.explain(),
            Self::RunImage(error) => error.explain(),
            Self::Files(error) => error.explain(),
            Self::Process(error) => error.explain(),
            Self::Bytecode(error) => {
                let title = "The app's source can't be compiled";
                Message::machine("python/bytecode", title).cause(error)
            }
            Self::Scratch(error) => {
                let title = "No scratch directory can be made";
                Message::machine("python/scratch", title)
                    .body("The build needs a directory for temporary files, where TMPDIR says or in /tmp.")
                    .cause(error)
            }
        }
    }
}

impl Explain for BundleError {
    fn explain(&self) -> Message {
        match self {
            Self::None {
                what,
                directory,
                source,
            } => {
                let title = format!("The build image has no {what}");
                let message = Message::ours("python/no-bundle", title)
                    .body(format!("It should lie in {}.", directory.display()));
                match source {
                    Some(error) => message.cause(error),
                    None => message,
                }
            }
            Self::Format { file, source } => {
                let title = "What the build image says of Python can't be read";
                Message::ours("python/bundle-format", title)
                    .body(format!("It is in {}.", file.display()))
                    .cause(source)
            }
        }
    }
}

impl Explain for RuntimeError {
    fn explain(&self) -> Message {
        match self {
            Self::Io(error) => {
                Message::machine("python/runtime", "Python can't be copied into the image")
                    .body("Make sure that the disk has 100 MB to spare where the build runs.")
                    .cause(error)
            }
            Self::Compile(error) => {
                let title = "The standard library can't be compiled";
                Message::machine("python/runtime-compile", title).cause(error)
            }
            Self::Name { version } => {
                let title = format!("Python {version} has no valid layer name");
                Message::ours("python/runtime-name", title)
            }
        }
    }
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
