//! An image that can't be handed on. Whether it is built by then is said by whoever knows.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use explain::{Explain, Message, quote};

use crate::{ImageName, OutputError};

use super::push::push;

impl Explain for OutputError {
    fn explain(&self) -> Message {
        match self {
            Self::NotAnArchive { path } => not_an_archive(path),
            Self::Occupied { path } => occupied(path),
            Self::Several { path, count } => several(path, *count),
            Self::Write {
                option,
                path,
                source,
            } => write(option, path, source),
            Self::Layout(error) => error.explain(),
            Self::Store(error) => error.explain(),
            Self::NoRegistry { image } => {
                Message::yours("publish/no-registry", "The image name has no registry").body(
                    format!(
                        "--publish pushes to the registry in the image's name, and {} has none.\n\n\
                     Say where it goes, such as:\nregistry.example/team/{image}",
                        image.repository()
                    ),
                )
            }
            Self::NoDocker => no_docker(),
            Self::NoDaemon { output } => no_daemon(output),
            Self::Docker { output } => docker(output),
            Self::DockerNoEnd { waited, output } => docker_no_end(*waited, output),
            Self::Start { program, source } => {
                Message::machine("output/start", "A program can't be started")
                    .body(format!(
                        "{0}\nis there, but doesn't start. This must succeed:\n{0} version",
                        shown(program)
                    ))
                    .cause(source)
            }
            Self::OtherArchitecture { image, found, own } => architecture(image, found, own),
            Self::Push {
                image,
                reason,
                output,
            } => with_output(push(image, *reason), output),
        }
    }
}

fn architecture(image: &ImageName, found: &str, own: &str) -> Message {
    let title = "The registry has this image for another processor";
    Message::yours("publish/architecture", title).body(format!(
        "{image}\nis there for {found}. What is made on this machine is for {own} only and would\n\
         take its place: indexes, which hold an image for each processor, aren't made yet.\n\n\
         Publish under another prefix:\ncoracle builder publish PREFIX/{own}"
    ))
}

fn not_an_archive(path: &Path) -> Message {
    let title = "The archive would replace something else";
    Message::yours("output/not-an-archive", title).body(format!(
        "{}\nis there already and isn't a tar archive, so it isn't replaced.\n\n\
         Name a file that doesn't exist yet:\n--output docker-archive:image.tar",
        shown(path)
    ))
}

fn occupied(path: &Path) -> Message {
    let title = "The output directory holds something else";
    Message::yours("output/occupied", title).body(format!(
        "{}\nis there already and isn't an OCI layout, so it isn't replaced.\n\n\
         Name a directory that doesn't exist yet:\n--output oci:image",
        shown(path)
    ))
}

fn several(path: &Path, count: usize) -> Message {
    let title = "The output directory holds several images";
    Message::yours("output/several", title).body(format!(
        "{}\nis an OCI layout with {count} images, and the new one would be left alone in it.\n\n\
         Name a directory that doesn't exist yet:\n--output oci:image",
        shown(path)
    ))
}

fn no_docker() -> Message {
    Message::machine("output/docker/missing", "There is no docker program").body(
        "Images get into docker by `docker load`, and no directory of PATH has docker.\n\n\
         Install it. An app's image can also become a file for `docker load` or `podman\n\
         load` elsewhere:\ncoracle build --output docker-archive:app.tar",
    )
}

fn no_daemon(output: &str) -> Message {
    let title = "Docker's daemon doesn't answer";
    let message = Message::machine("output/docker/daemon", title).body(
        "`docker version` reaches none, so the image couldn't be loaded. The daemon that\n\
         DOCKER_HOST or docker's context names must run, and let you in.\n\n\
         Start it. An app's image can also become a file for `docker load` or `podman\n\
         load` elsewhere:\ncoracle build --output docker-archive:app.tar",
    );
    with_output(message, output)
}

fn docker_no_end(waited: Duration, output: &str) -> Message {
    let title = "Docker's daemon doesn't finish";
    let message = Message::machine("output/docker/no-end", title).body(format!(
        "`docker load` was given up after {}. The daemon that DOCKER_HOST or docker's\n\
         context names answers, but doesn't take the image.\n\n\
         Look into its log, and start it again. An app's image can also become a file for\n\
         `docker load` or `podman load` elsewhere:\ncoracle build --output docker-archive:app.tar",
        minutes(waited)
    ));
    with_output(message, output)
}

fn docker(output: &str) -> Message {
    let message = Message::machine("output/docker/load", "Docker doesn't take the image").body(
        "`docker load` failed, or ended before it had read the image. The daemon that\n\
         DOCKER_HOST or docker's context names must run, and let you in. This must succeed:\n\
         docker info",
    );
    with_output(message, output)
}

fn write(option: &str, path: &Path, source: &io::Error) -> Message {
    let (path, what) = (shown(path), option.trim_end());
    let message = match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Message::machine("disk/full", "The disk is full").body(format!(
                "While writing {path}\nno space was left. What was half-written is removed.\n\n\
                 Free some space, or name a place on another disk:\n{option}/path/with/space"
            ))
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Message::machine("output/permission", "The output can't be written").body(format!(
                "{what} names {path}\nwhere this user may not write.\n\n\
                 Make its directory yours, or name another place:\n{option}/path/of/yours"
            ))
        }
        ErrorKind::NotADirectory
        | ErrorKind::AlreadyExists
        | ErrorKind::IsADirectory
        | ErrorKind::NotFound
        | ErrorKind::InvalidFilename
        | ErrorKind::InvalidInput => {
            Message::yours("output/path", "The output's path can't be used").body(format!(
                "{what} names {path}\nA part of it is a file where a directory must be, or the other way \
                 round,\ndoesn't exist, or has a name that is too long.\n\n\
                 Name another place, such as:\n{option}/path/of/another"
            ))
        }
        _ => Message::machine("output/write", "The output can't be written").body(format!(
            "The system refused to write {path}\n\n\
             If the disk is sound, name a place on another one:\n{option}/another/disk"
        )),
    };
    message.cause(source)
}

fn with_output(message: Message, output: &str) -> Message {
    if output.is_empty() {
        message
    } else {
        message.details(output)
    }
}

/// Rounded up: `a minute`, `8 minutes`.
pub(super) fn minutes(time: Duration) -> String {
    match time.as_secs().div_ceil(60) {
        0 | 1 => "a minute".to_owned(),
        more => format!("{more} minutes"),
    }
}

fn shown(path: &Path) -> String {
    quote(&path.display().to_string(), 300)
}

#[cfg(test)]
#[path = "output_tests.rs"]
mod tests;
