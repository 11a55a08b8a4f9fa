//! What is said about start commands that can't be run, beside what [`start_command`] says itself.

use explain::{Explain, Message, quote};
use linkage::Missing;
use start_command::{Place, Refusal};

use crate::start::{Problem, ShellError, StartError, Unusable};

impl Explain for StartError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::Binding(error) => error.explain(),
            Self::Files(error) => error.explain(),
            Self::Procfile(error) => error.explain(),
            Self::Refused(error) => error.explain(),
            Self::Shell(error) => error.explain(),
            Self::Unusable(error) => error.explain(),
            Self::Layer(error) => match error {
                crate::layer::LayerError::Create(never) => match *never {},
                error => error.explain(),
            },
            Self::NotBuilt { command, origin } => {
                let title = "A start command makes what no build has made";
                Message::yours("start/not-built", title).body(format!(
                    "{origin} runs {}\n\
                     before the app. That belongs into the build, and the image has nothing for it.\n\n\
                     Have a script `build` of a package.json do it, which is run before the app is\n\
                     built, or commit what it makes; then leave it out of the start command.",
                    quote(command, 100)
                ))
            }
            Self::NoProgram { path, source } => {
                let title = "The builder can't run start commands";
                Message::ours("start/program", title)
                    .body(format!(
                        "A start command needs the program {},\n\
                         and the builder hasn't got it.",
                        path.display()
                    ))
                    .cause(source)
            }
        }
    }
}

impl Explain for ShellError {
    fn explain(&self) -> Message {
        match self {
            Self::RunImage(error) => error.explain(),
            Self::Lacking(missing) => lacking(missing),
            Self::Other(refusal) => other(refusal),
            Self::Absent(source) => Message::ours(
                "start/shell/absent",
                "The builder has no shell for the image",
            )
            .body("BP_INCLUDE_SHELL puts the dash of the build image into the app's.")
            .cause(source),
            Self::Damaged(source) => {
                Message::ours("start/shell/damaged", "The builder's shell can't be read")
                    .cause(source)
            }
        }
    }
}

impl Explain for Unusable {
    fn explain(&self) -> Message {
        let Self { place, problem } = self;
        let token = quote(&place.token, 30);
        let named = named(place);
        match problem {
            Problem::Damaged(source) => {
                let title = format!("{token} is damaged");
                Message::yours("start/program/damaged", title)
                    .body(format!(
                        "{named}\n\nIt begins as a program does, but its headers make no sense.\n\n\
                         Copy or compile it again."
                    ))
                    .cause(source)
            }
            Problem::Foreign { machine, target } => {
                let title = format!("{token} is for another machine");
                Message::yours("start/program/machine", title).body(format!(
                    "{named}\n\nIt is compiled for {machine}, and the image is for {target}.\n\n\
                     Compile it for {target}, or build the image for {machine}."
                ))
            }
            Problem::Lacking(missing) => {
                let title = format!("{token} needs what the image lacks");
                Message::yours("start/program/libraries", title).body(format!(
                    "{named}\n\nThe run image of this builder lacks:\n{}\n\n\
                     Link it statically, or use a builder whose run image has them.",
                    list(missing)
                ))
            }
        }
    }
}

fn named(place: &Place) -> String {
    let place_name = &place.source;
    format!(
        "It is named in {place_name}:\n    {}",
        quote(&place.text, 100)
    )
}

fn list(missing: &[Missing]) -> String {
    let names = missing.iter().map(|missing| match missing {
        Missing::NoLoader => "a loader".to_owned(),
        Missing::Loader(path) => format!("the loader {path}"),
        Missing::Library(name) => format!("the library {name}"),
        Missing::Version(required) => format!("{} in {}", required.version, required.library),
    });
    names
        .map(|name| format!("- {name}"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn lacking(missing: &[Missing]) -> Message {
    let title = "The run image can't run a shell";
    Message::yours("start/shell/run-image", title).body(format!(
        "BP_INCLUDE_SHELL asks for a shell in the image, and the run image of\n\
         this builder lacks what Debian's dash needs:\n{}\n\n\
         Use the default builder, whose run image has the C library, or a start\n\
         command that needs no shell, and unset the variable:\nBP_INCLUDE_SHELL=",
        list(missing)
    ))
}

fn other(refusal: &Refusal) -> Message {
    let place = &refusal.place;
    let token = quote(&place.token, 30);
    let title = format!("{token} is for another shell than dash");
    Message::yours("start/shell/other", title).body(format!(
        "{}\n\n\
         BP_INCLUDE_SHELL puts Debian's dash into the image, as sh. It reads what\n\
         POSIX says of a shell, and doesn't know what only bash or others have.\n\
         None of them is beside it.\n\n\
         Write the command, or the script, for sh. A script's first line is then:\n#!/bin/sh",
        named(place)
    ))
}
