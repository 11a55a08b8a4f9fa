//! An image that is built, but not where it should be.

use explain::{Explain, Message};

use crate::{OutputError, PushFailure};

impl Explain for OutputError {
    fn explain(&self) -> Message {
        match self {
            Self::NotAFile { path } => Message::yours(
                "output/not-a-file",
                "The archive would replace something else",
            )
            .body(format!(
                "{}\nis there already and isn't a regular file, so it isn't replaced.\n\n\
                 Name a file:\n--output docker-archive:image.tar",
                path.display()
            )),
            Self::Occupied { path } => Message::yours(
                "output/occupied",
                "The output directory holds something else",
            )
            .body(format!(
                "{}\nis there already and isn't an OCI layout, so it isn't replaced.\n\n\
                 Name a directory that doesn't exist yet, or remove this one.",
                path.display()
            )),
            Self::Write { path, source } => {
                Message::machine("output/write", "The output can't be written")
                    .body(format!("{}", path.display()))
                    .cause(source)
            }
            Self::Layout(error) => error.explain(),
            Self::Store(error) => error.explain(),
            Self::NoDocker => Message::machine("output/docker/missing", "There is no docker program")
                .body(
                    "The image is built and in the local store, but it can't be loaded into a\n\
                     daemon. To take it to one later, write a file:\n--output docker-archive:app.tar",
                ),
            Self::Docker { output } => {
                Message::machine("output/docker/load", "Docker doesn't take the image")
                    .body("The image is built and in the local store. Does the daemon run?\ndocker info")
                    .details(output)
            }
            Self::Start { program, source } => {
                Message::machine("output/start", "A program can't be started")
                    .body(format!("{}", program.display()))
                    .cause(source)
            }
            Self::Push { image, reason, output } => push(image, *reason).details(output),
        }
    }
}

fn push(image: &crate::ImageName, reason: PushFailure) -> Message {
    let host = image
        .registry()
        .map_or_else(String::new, |registry| format!(" {registry}"));
    let registry = image.registry().unwrap_or("the default registry");
    match reason {
        PushFailure::Refused => Message::yours("publish/refused", "The registry refuses the image")
            .body(format!(
                "{registry} doesn't let you push\n{image}\n\n\
                 Credentials are those of docker's configuration:\ndocker login{host}"
            )),
        PushFailure::Name => Message::yours("publish/name", "The registry refuses the name").body(
            format!("{registry} doesn't know or take the name\n{image}"),
        ),
        PushFailure::Network => Message::network("publish/network", "The image can't be pushed")
            .body(format!(
                "While pushing\n{image}\nThe image is built and in the local store; the registry has no new image."
            )),
    }
}
