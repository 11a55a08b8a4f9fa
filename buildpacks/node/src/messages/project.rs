//! Files and variables that can't be used.

use explain::{Explain, Message, quote};

use crate::messages::versions::{UNDERSTOOD, reason_of};
use crate::package_json::PackageJsonError;
use crate::plan::ScriptError;
use crate::project::{ProjectError, WorkspaceError};
use crate::settings::{DENIED, SettingsError};

impl Explain for SettingsError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::Version { text, reason } => {
                let title = format!("{} names no version of Node", text.origin);
                Message::yours("node/settings/version", title).body(format!(
                    "It is set to {}. {}\n\n{UNDERSTOOD}",
                    quote(&text.value, 100),
                    reason_of(reason)
                ))
            }
            Self::Denied(names) => {
                let lines = names.iter().map(|name| {
                    let known = DENIED.iter().find(|(denied, _)| denied == name);
                    format!("{name}: {}", known.map_or("", |(_, instead)| instead))
                });
                let lines: Vec<String> = lines.collect();
                Message::yours(
                    "node/settings/denied",
                    "Variables that the build has to decide are set",
                )
                .body(format!(
                    "{}\n\nRemove them from the environment of the build.",
                    lines.join("\n")
                ))
            }
        }
    }
}

impl Explain for ProjectError {
    fn explain(&self) -> Message {
        match self {
            Self::Files(error) => error.explain(),
            Self::PackageJson { path, text, source } => {
                package_json(&path.display().to_string(), text, source)
            }
            Self::Version { text, reason } => {
                let title = "A file names no version of Node";
                Message::yours("node/version/invalid", title).body(format!(
                    "{} says {}. {}\n\n{UNDERSTOOD}",
                    text.origin,
                    quote(&text.value, 100),
                    reason_of(reason)
                ))
            }
            Self::Workspaces(error) => error.explain(),
        }
    }
}

fn package_json(path: &str, text: &str, error: &PackageJsonError) -> Message {
    match error {
        PackageJsonError::Syntax(error) => {
            let line = text
                .lines()
                .nth(error.line().saturating_sub(1))
                .unwrap_or_default();
            let caret = " ".repeat(error.column().saturating_sub(1).min(200));
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default();
            Message::yours(
                "node/package-json/syntax",
                format!("{} is no JSON", quote(path, 40)),
            )
            .body(format!(
                "Line {}, column {}: {reason}\n\n{}\n{caret}^\n\n\
                 JSON has no comments, and no comma behind the last entry.",
                error.line(),
                error.column(),
                quote(line, 200)
            ))
        }
        PackageJsonError::NoObject => {
            let title = format!("{} is no object", quote(path, 40));
            Message::yours("node/package-json/object", title)
                .body("Everything in it is between { and }. This makes a new one:\nnpm init --yes")
        }
        PackageJsonError::Kind { key, expected } => {
            let title = format!("{} can't be used", quote(path, 40));
            Message::yours("node/package-json/kind", title)
                .body(format!("Its entry {key} is no {expected}."))
        }
    }
}

impl Explain for WorkspaceError {
    fn explain(&self) -> Message {
        match self {
            Self::Pnpm(error) => {
                let title = "pnpm-workspace.yaml can't be read";
                Message::yours("node/workspaces/pnpm", title)
                    .body("It is YAML, for example:\npackages:\n  - apps/*")
                    .cause(error)
            }
            Self::Pattern { pattern, source } => {
                let title = "A pattern of workspaces can't be read";
                Message::yours("node/workspaces/pattern", title)
                    .body(format!(
                        "It is {}, in package.json or pnpm-workspace.yaml.",
                        quote(pattern, 100)
                    ))
                    .cause(source)
            }
        }
    }
}

impl Explain for ScriptError {
    fn explain(&self) -> Message {
        let Self::Missing {
            name,
            origin,
            known,
        } = self;
        no_script("node/script/missing", name, &origin.to_string(), known)
    }
}

/// A script that is named and not there.
pub(super) fn no_script(id: &'static str, name: &str, origin: &str, known: &[String]) -> Message {
    let title = format!("package.json has no script {}", quote(name, 30));
    let known = match known {
        [] => "It has no scripts.".to_owned(),
        known => format!("It has these:\n{}", known.join("\n")),
    };
    Message::yours(id, title).body(format!("{origin} names it. {known}"))
}
