//! A builder as the platform needs it: directories to put together, and how.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oci::{Image, Layout};

use crate::Bubblewrap;
use crate::build_error::BuildError;

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
    /// The OCI layout of layers of runtimes that are ready for images, where the builder has any.
    pub runtime_seed: Option<PathBuf>,
    /// The run image's name as `/cnb/run.toml` has it.
    pub run_image_reference: String,
    /// How to start a sandbox.
    pub bubblewrap: Bubblewrap,
    /// The program that talks to registries.
    pub crane: PathBuf,
    /// The variables of the build image.
    pub environment: BTreeMap<String, String>,
}

impl BuilderFilesystem {
    /// Opens one of its images, and checks that every layer is there with its full size.
    pub(crate) fn image(&self, path: &Path) -> Result<(Layout, Image), BuildError> {
        let opened = Layout::open(path).and_then(|layout| {
            let image = layout.whole_image()?;
            Ok((layout, image))
        });
        opened.map_err(|source| BuildError::BuilderImage {
            builder: self.name.clone(),
            path: path.to_owned(),
            source,
        })
    }
}

/// A file or directory of the host that a build sees and can't change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadOnlyMount {
    /// Where it is on the host.
    pub source: PathBuf,
    /// Where the build sees it; absolute.
    pub target: PathBuf,
}
