//! A builder as the platform needs it: directories to put together, and how.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::Bubblewrap;

/// The files of a builder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuilderFilesystem {
    /// Its name, for messages.
    pub name: String,
    /// The unpacked build image, bound at `/`. Its `etc/passwd` has the user 1000.
    pub base: PathBuf,
    /// Lifecycle, buildpacks, bundled runtimes, `/cnb/order.toml`, `/cnb/run.toml`.
    pub mounts: Vec<ReadOnlyMount>,
    /// The OCI layout of the run image.
    pub run_image: PathBuf,
    /// The run image's name as `/cnb/run.toml` has it.
    pub run_image_reference: String,
    /// How to start a sandbox.
    pub bubblewrap: Bubblewrap,
    /// The program that talks to registries.
    pub crane: PathBuf,
    /// The variables of the build image.
    pub environment: BTreeMap<String, String>,
}

/// A file or directory of the host that a build sees and can't change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadOnlyMount {
    /// Where it is on the host.
    pub source: PathBuf,
    /// Where the build sees it; absolute.
    pub target: PathBuf,
}
