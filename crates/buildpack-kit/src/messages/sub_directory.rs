//! A directory that can't be the app.

use explain::{Explain, Message, quote};

use crate::sub_directory::SubDirectoryError;

impl Explain for SubDirectoryError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::Files(error) => error.explain(),
            Self::Outside { variable, value } => {
                let title = format!("{variable} leads out of the app");
                Message::yours("app-directory/outside", title).body(format!(
                    "{variable} is set to: {}\n\n\
                     It takes the path of a directory inside of what is built, from there and\n\
                     without a / before it. What lies outside isn't handed to the build:\n\
                     {variable}=services/web",
                    quote(value, 200)
                ))
            }
            Self::NotADirectory { variable, value } => {
                let title = format!("{variable} names a file");
                Message::yours("app-directory/file", title).body(format!(
                    "{variable} is set to: {}\n\n\
                     It takes the path of the directory that the app lies in:\n\
                     {variable}=services/web",
                    quote(value, 200)
                ))
            }
            Self::Missing {
                variable,
                value,
                nearest,
            } => {
                let title = format!("{variable} names a directory that isn't there");
                let value = quote(value, 200);
                let set = format!("{variable} is set to: {value}");
                let Some(first) = nearest.first() else {
                    let body = "What is built has no directories. Remove the variable.";
                    return Message::yours("app-directory/missing", title)
                        .body(format!("{set}\n\n{body}"));
                };
                let shown: Vec<String> = nearest.iter().map(|path| quote(path, 100)).collect();
                Message::yours("app-directory/missing", title).body(format!(
                    "{set}\n\n\
                     Perhaps project.toml leaves it out. Directories with names like it:\n\
                     {}\n\n\
                     {variable}={}",
                    shown.join("\n"),
                    quote(first, 100)
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::tests::render;

    #[test]
    fn directories() {
        let variable = || "BP_APP_DIR".to_owned();
        let missing = |nearest: &[&str]| SubDirectoryError::Missing {
            variable: variable(),
            value: "services/wbe".into(),
            nearest: nearest.iter().map(ToString::to_string).collect(),
        };
        insta::assert_snapshot!(render(&[
            &SubDirectoryError::Outside { variable: variable(), value: "../x".into() },
            &SubDirectoryError::NotADirectory { variable: variable(), value: "go.mod".into() },
            &missing(&["services/web", "services/api"]),
            &missing(&[]),
        ]), @"
        Yours [Error: BP_APP_DIR leads out of the app]
        BP_APP_DIR is set to: ../x

        It takes the path of a directory inside of what is built, from there and
        without a / before it. What lies outside isn't handed to the build:
        BP_APP_DIR=services/web
        (app-directory/outside)

        Yours [Error: BP_APP_DIR names a file]
        BP_APP_DIR is set to: go.mod

        It takes the path of the directory that the app lies in:
        BP_APP_DIR=services/web
        (app-directory/file)

        Yours [Error: BP_APP_DIR names a directory that isn't there]
        BP_APP_DIR is set to: services/wbe

        Perhaps project.toml leaves it out. Directories with names like it:
        services/web
        services/api

        BP_APP_DIR=services/web
        (app-directory/missing)

        Yours [Error: BP_APP_DIR names a directory that isn't there]
        BP_APP_DIR is set to: services/wbe

        What is built has no directories. Remove the variable.
        (app-directory/missing)
        ");
    }
}
