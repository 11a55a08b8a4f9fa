//! How an image is not handed on.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use oci::LayoutError;
use store::StoreError;

use crate::ImageName;

/// An image that can't be handed on. It is in the store all the same.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// What stands at the destination is something else.
    #[error("{path} is there already and is no OCI layout")]
    Occupied {
        /// The destination.
        path: PathBuf,
    },
    /// The layout at the destination has several images, of which one would be left.
    #[error("{path} is a layout of {count} images")]
    Several {
        /// The destination.
        path: PathBuf,
        /// How many.
        count: usize,
    },
    /// What stands at the destination of an archive is something else.
    #[error("{path} is there already and is no archive")]
    NotAnArchive {
        /// The destination.
        path: PathBuf,
    },
    /// The destination can't be written; the error names the path.
    #[error("{path} can't be written")]
    Write {
        /// The option that names the destination, as it is written before the path.
        option: &'static str,
        /// The destination.
        path: PathBuf,
        /// What failed.
        source: io::Error,
    },
    /// The stored image is damaged, or the copy can't be written.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The work was asked to end.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A name that doesn't say where to push to.
    #[error("{image} names no registry")]
    NoRegistry {
        /// The name.
        image: ImageName,
    },
    /// There is no `docker` program.
    #[error("there is no docker program")]
    NoDocker,
    /// `docker version` fails or doesn't end.
    #[error("docker has no daemon: {output}")]
    NoDaemon {
        /// What it said.
        output: String,
    },
    /// `docker load` failed.
    #[error("docker load failed: {output}")]
    Docker {
        /// What it said.
        output: String,
    },
    /// `docker load` had not ended after this time.
    #[error("docker load doesn't end: {output}")]
    DockerNoEnd {
        /// How long was waited.
        waited: Duration,
        /// What it said.
        output: String,
    },
    /// The program that talks to registries or to the daemon can't be started.
    #[error("{program} can't be started")]
    Start {
        /// The program.
        program: PathBuf,
        /// What failed.
        source: io::Error,
    },
    /// What is there under the name is for another processor, or for several.
    #[error("{image} is for {found}, and the new one for {own}")]
    OtherArchitecture {
        /// The name.
        image: ImageName,
        /// What is there: `arm64`.
        found: Box<str>,
        /// What would take its place: `amd64`.
        own: &'static str,
    },
    /// The registry, or the way to it, refused the image.
    #[error("{image} can't be pushed: {output}")]
    Push {
        /// The name.
        image: ImageName,
        /// Whose problem it seems to be.
        reason: PushFailure,
        /// What the client said.
        output: Box<str>,
    },
}

/// Why a push failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushFailure {
    /// No credentials, or wrong ones, or no right to push there.
    Refused,
    /// The registry doesn't take such a name.
    Name,
    /// The registry has a certificate that this machine doesn't trust.
    Certificate,
    /// Docker's configuration, which has the credentials, can't be read.
    Configuration,
    /// Podman's file of credentials is none.
    AuthFile,
    /// The program that docker's configuration names for credentials is missing, fails, or answers nonsense.
    Helper,
    /// That program had not ended after this time.
    HelperNoEnd {
        /// How long was waited.
        waited: Duration,
    },
    /// The registry can only be read.
    ReadOnly,
    /// The push, or another request, had not ended after this time.
    NoEnd {
        /// How long was waited.
        waited: Duration,
    },
    /// Anything on the way.
    Network,
}
