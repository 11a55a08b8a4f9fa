//! What the user's variables and packages do not allow.

use explain::{Explain, Message, quote};

use crate::build_flags::FlagError;
use crate::messages::excluded::excluded;
use crate::messages::project::listed;
use crate::packages::MainPackage;
use crate::plan::PlanError;
use crate::settings::{DENIED, SettingsError};

impl Explain for SettingsError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::Version(text) => {
                let title = format!("{} isn't a version of Go", quote(&text.value, 30));
                Message::yours("go/version/invalid", title).body(format!(
                    "{} is set to: {}\n\n\
                     It takes a version, a minor whose newest patch is used, 1 for what is\n\
                     bundled, or latest for the newest that is known; =, ~, ^ and >= may stand\n\
                     before a version. For example:\n\
                     1.26",
                    text.origin,
                    quote(&text.value, 100)
                ))
            }
            Self::Unset { name, origin } => {
                let title = format!("{} isn't set", quote(name, 40));
                Message::yours("go/flags/variable", title).body(format!(
                    "{origin} names the variable {}, which is to be filled in.\n\n\
                     Set it in the environment of the build. Where a dollar is meant, put a\n\
                     backslash before it, or single quotes around it:\n\
                     \\${}",
                    quote(name, 40),
                    quote(name, 40)
                ))
            }
            Self::Denied(names) => {
                let lines = DENIED.iter().filter(|(name, _)| names.contains(name));
                let lines: Vec<String> = lines
                    .map(|(name, instead)| format!("{name}: {instead}"))
                    .collect();
                Message::yours(
                    "go/variables",
                    "Variables are set that would break the build",
                )
                .body(format!(
                    "The buildpack decides these itself:\n{}\n\n\
                         Remove them from the environment of the build.",
                    lines.join("\n")
                ))
            }
        }
    }
}

impl Explain for FlagError {
    fn explain(&self) -> Message {
        match self {
            Self::NotFlags { text, origin } => {
                let title = format!("{origin} can't be read as flags");
                Message::yours("go/flags/invalid", title).body(format!(
                    "{origin} is set to: {}\n\n\
                     It takes flags of go build with their values, separated by spaces;\n\
                     quotes hold a value with spaces together:\n\
                     -tags=netgo '-ldflags=-X main.version=1.0'",
                    quote(text, 200)
                ))
            }
            Self::Reserved { flag, origin } => {
                let title = format!("The flag {flag} can't be set");
                Message::yours("go/flags/reserved", title).body(format!(
                    "{origin} holds {flag}.\n\n\
                     The buildpack decides where sources are and where programs go. Remove\n\
                     the flag; BP_GO_TARGETS says what is built."
                ))
            }
        }
    }
}

impl Explain for PlanError {
    fn explain(&self) -> Message {
        match self {
            Self::Excluded(packages) => excluded(packages),
            Self::NoMain {
                packages,
                problem,
                nested_modules,
            } => {
                let mut body = format!(
                    "No package of the app is called main, so there is nothing to start\n\
                     (others seen: {packages}). The root, cmd and every other directory were\n\
                     looked at, except testdata, vendor and names that begin with _ or a dot."
                );
                if let Some(problem) = problem {
                    body.push_str("\n\nOne package can't be loaded:\n");
                    body.push_str(&quote(problem, 400));
                }
                if !nested_modules.is_empty() {
                    body.push_str(
                        "\n\nThese directories are modules of their own. go.work can join them:\n",
                    );
                    body.push_str(&listed(nested_modules));
                }
                body.push_str("\n\nA program begins with:\npackage main");
                Message::yours("go/no-main", "There is no main package").body(body)
            }
            Self::NotMain {
                target,
                origin,
                mains,
            } => {
                let title = "A target isn't a main package";
                Message::yours("go/target/not-main", title).body(format!(
                    "{origin} asks for: {}\n\n\
                     The main packages of the app are in:\n{}",
                    quote(target, 200),
                    directories(mains)
                ))
            }
            Self::SameName {
                program,
                one,
                other,
            } => Message::yours("go/target/same-name", "Two programs have the same name").body(
                format!(
                    "Both of these packages make a program called {program}:\n{one}\n{other}\n\n\
                     Rename the directory of one, or name those to build in BP_GO_TARGETS,\n\
                     separated by colons."
                ),
            ),
        }
    }
}

fn directories(mains: &[MainPackage]) -> String {
    let directories: Vec<_> = mains.iter().map(|main| main.directory.clone()).collect();
    listed(&directories)
}
