//! Requirement files that can't be used.

use buildpack_kit::environment::Origin;
use explain::{Explain, Message, quote};

use crate::requirements::RequirementsError;

impl Explain for RequirementsError {
    fn explain(&self) -> Message {
        match self {
            Self::Absent { file, origin } => {
                let file = quote(&file.display().to_string(), 200);
                let title = "A file that is required isn't there";
                Message::yours("python/requirements/absent", title).body(format!(
                    "{origin} names {file}, and the app has no such file.\n\n\
                     If it is there on your machine, see whether .gitignore, or exclude in\n\
                     project.toml, leaves it out."
                ))
            }
            Self::Cycle { file, origin } => {
                let file = quote(&file.display().to_string(), 200);
                let title = "A requirement file includes itself";
                Message::yours("python/requirements/cycle", title).body(format!(
                    "{origin} includes {file}, which is being read already.\n\nRemove the line."
                ))
            }
            Self::Outside { path, origin } => outside(path, origin),
            Self::Unset { name, origin } => {
                let title = format!("{} isn't set", quote(name, 40));
                Message::yours("python/requirements/variable", title).body(format!(
                    "{origin} names the variable {}, which is to be filled in.\n\n\
                     Set it in the environment of the build, for example:\n\
                     --env {}=value",
                    quote(name, 40),
                    quote(name, 40)
                ))
            }
            Self::Option {
                option,
                text,
                origin,
            } => unknown_option(option, text, origin),
            Self::NoValue {
                option,
                text,
                origin,
            } => {
                let title = format!("{} needs a value", quote(option, 40));
                Message::yours("python/requirements/no-value", title).body(format!(
                    "{origin} is:\n{}\n\nAdd what it is to be, or remove the line.",
                    quote(text, 200)
                ))
            }
            Self::Malformed { text, origin } => {
                Message::yours("python/requirements/malformed", "A line is no requirement").body(
                    format!(
                        "{origin} is:\n{}\n\n\
                     It takes the name of a package with its version, for example:\n\
                     flask==3.0.3",
                        quote(text, 200)
                    ),
                )
            }
        }
    }
}

fn unknown_option(option: &str, text: &str, origin: &Origin) -> Message {
    let title = format!("{} can't be used in a requirement file", quote(option, 22));
    Message::yours("python/requirements/option", title).body(format!(
        "{origin} is:\n{}\n\n\
         Packages are installed by uv, which has no such option there. Settings for\n\
         the build of a package go into pyproject.toml (config-settings of [tool.uv]).\n\n\
         Remove the option.",
        quote(text, 200)
    ))
}

fn outside(path: &str, origin: &Origin) -> Message {
    let title = "A requirement leads out of the app";
    if path.contains("://") {
        return Message::yours("python/requirements/outside", title).body(format!(
            "{origin} names: {}\n\n\
             That is a file of the machine on which the requirements were written, as pip\n\
             freeze writes them in an environment of conda. Without such paths:\n\
             pip list --format=freeze > requirements.txt",
            quote(path, 200)
        ));
    }
    Message::yours("python/requirements/outside", title).body(format!(
        "{origin} names: {}\n\n\
         Only what is in the app's directory is there when the image is built. If the\n\
         app is a directory of a larger tree, build the tree and name the app:\n\
         BP_APP_DIR=path/of/the/app",
        quote(path, 200)
    ))
}
