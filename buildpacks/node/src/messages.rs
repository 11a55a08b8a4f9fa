//! The words of every error.

mod addons;
mod fetching;
mod manager;
mod project;
mod start;
mod tools;
mod versions;

use explain::{Explain, Message};

use crate::bundles::BundleError;
use crate::errors::BuildpackError;

impl Explain for BuildpackError {
    fn explain(&self) -> Message {
        match self {
            Self::Variable(error) => error.explain(),
            Self::ImageSettings(error) => error.explain(),
            Self::SubDirectory(error) => error.explain(),
            Self::Layer(error) => error.explain(),
            Self::Bindings(error) => error.explain(),
            Self::DockerIgnore(error) => error.explain(),
            Self::Debian(error) => error.explain(),
            Self::Settings(error) => error.explain(),
            Self::Releases(error) => {
                let title = "The list of versions of Node can't be read";
                Message::ours("node/releases", title).cause(error)
            }
            Self::Bundles(error) => error.explain(),
            Self::Project(error) => error.explain(),
            Self::Version(error) => error.explain(),
            Self::Manager(error) => error.explain(),
            Self::Script(error) => error.explain(),
            Self::NodeUnavailable(error) => error.explain(),
            Self::ManagerUnavailable(error) => error.explain(),
            Self::Tool(error) => error.explain(),
            Self::Addon {
                manager,
                major,
                source,
            } => addons::explain(*manager, *major, source),
            Self::StartProblem(error) => error.explain(),
            Self::Start(error) => error.explain(),
            Self::RunImage(error) => error.explain(),
            Self::Files(error) => error.explain(),
            Self::Process(error) => error.explain(),
            Self::Packages(error) => {
                let title = "Installed packages can't be changed";
                Message::machine("node/packages", title)
                    .body("What only development needs is removed from them, in node_modules.")
                    .cause(error)
            }
            Self::Scratch(error) => {
                let title = "No scratch directory can be made";
                Message::machine("node/scratch", title)
                    .body("The build needs a directory for temporary files, where TMPDIR says or in /tmp.")
                    .cause(error)
            }
        }
    }
}

impl Explain for BundleError {
    fn explain(&self) -> Message {
        match self {
            Self::None { directory, source } => {
                let message = Message::ours("node/no-bundle", "The build image has no Node")
                    .body(format!("It should lie in {}.", directory.display()));
                match source {
                    Some(error) => message.cause(error),
                    None => message,
                }
            }
            Self::Format { file, source } => {
                let title = "What the build image says of Node can't be read";
                Message::ours("node/bundle-format", title)
                    .body(format!("It is in {}.", file.display()))
                    .cause(source)
            }
        }
    }
}

/// `a, b and c`.
fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "none".to_owned(),
    }
}

#[cfg(test)]
#[path = "messages/install_tests.rs"]
mod install_tests;
#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
