//! Every word that is shown when a build fails.

mod compiling;
mod finding;
mod libraries;

use buildpack_kit::command::CommandError;
use buildpack_kit::environment::Origin;
use explain::{Explain, Message, quote};

use crate::app_directory::ReduceError;
use crate::errors::BuildpackError;
use crate::plan::PlanError;
use crate::project::ProjectError;
use crate::strip::StripError;

impl Explain for BuildpackError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::Debian(error) => error.explain(),
            Self::ImageSettings(error) => error.explain(),
            Self::SubDirectory(error) => error.explain(),
            Self::ImageLayer(error) => error.explain(),
            Self::Project(error) => error.explain(),
            Self::Start(error) => error.explain(),
            Self::Plan(error) => error.explain(),
            Self::Files(error)
            | Self::Reduce(ReduceError::Files(error))
            | Self::Strip(StripError::Files(error)) => error.explain(),
            Self::Strip(StripError::Command(error)) => strip(error),
            Self::Process(error) => error.explain(),
        }
    }
}

impl Explain for ProjectError {
    fn explain(&self) -> Message {
        match self {
            Self::Files(error) => error.explain(),
            Self::ProjectToml(error) => {
                let title = "project.toml can't be read";
                Message::yours("static-binary/project-toml", title)
                    .body(
                        "This buildpack reads the project's name and the path of its program:\n\n\
                         [_]\n\
                         schema-version = \"0.2\"\n\
                         name = \"server\"\n\n\
                         [binary]\n\
                         path = \"bin/server\"",
                    )
                    .cause(error)
            }
        }
    }
}

impl Explain for PlanError {
    fn explain(&self) -> Message {
        match self {
            Self::NoProgram => {
                let title = "There is no program";
                Message::yours("static-binary/none", title).body(
                    "Neither the root of the app nor bin/ has an ELF file, and the variable\n\
                     BP_STATIC_BINARY is not set.\n\n\
                     Put the compiled program there, or name its path:\n\n\
                     BP_STATIC_BINARY=path/to/program",
                )
            }
            Self::Several { paths } => {
                let shown: Vec<String> = paths
                    .iter()
                    .take(10)
                    .map(|path| quote(&path.display().to_string(), 100))
                    .collect();
                let more = match paths.len() - shown.len() {
                    0 => String::new(),
                    more => format!("and {more} more\n"),
                };
                let first = shown.first().map_or("", String::as_str);
                let title = format!("There are {} programs to choose from", paths.len());
                Message::yours("static-binary/several", title).body(format!(
                    "These files of the app are programs:\n\
                     {}\n{more}\n\
                     To have one of them, name it:\n\n\
                     BP_STATIC_BINARY={first}\n\n\
                     To have several, name them in a Procfile, a line each:\n\n\
                     web: ./{first}",
                    shown.join("\n"),
                ))
            }
            Self::Unsuitable(unsuitable) => finding::message(unsuitable),
        }
    }
}

fn strip(error: &CommandError) -> Message {
    match error {
        CommandError::Failed { standard_error, .. } => {
            let title = "The program can't be stripped";
            Message::yours("static-binary/strip", title)
                .body(
                    "The variable BP_STRIP_BINARY asks for the program without symbols, and\n\
                     strip doesn't take it.\n\n\
                     Strip it where it is linked, or take it as it is:\n\n\
                     BP_STRIP_BINARY=false",
                )
                .details(standard_error)
        }
        other => other.explain(),
    }
}

/// Who named a program, so that it can follow the program's name.
fn origin_in_words(origin: &Origin) -> String {
    match origin {
        Origin::Variable(name) => format!("named by the variable {name}"),
        Origin::Rule(rule) => rule.clone(),
        other => format!("named by {other}"),
    }
}

#[cfg(test)]
mod tests;
