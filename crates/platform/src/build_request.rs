//! What a build is asked for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::{ImageName, Output};

/// What is to be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRequest {
    /// The name of the image.
    pub image: ImageName,
    /// The app's directory.
    pub app: PathBuf,
    /// Variables for the buildpacks; they win over those of `project.toml` and of the host.
    pub environment: BTreeMap<String, String>,
    /// A project descriptor other than `project.toml` in the app.
    pub descriptor: Option<PathBuf>,
    /// Forget what earlier builds of this image left, and reuse none of its layers.
    pub clear_cache: bool,
    /// Where the image goes besides the store.
    pub output: Vec<Output>,
    /// Where the caller writes a report of the build; if that is in the app, it is no part of it.
    pub report: Option<PathBuf>,
    /// Push to the registry in the image's name.
    pub publish: bool,
    /// The process that starts by default, instead of the buildpacks' choice.
    pub default_process: Option<String>,
    /// Whether the lifecycle's output may have colours.
    pub color: bool,
}

impl BuildRequest {
    /// A build of `app` as `image` with no options.
    #[must_use]
    pub fn new(image: ImageName, app: impl Into<PathBuf>) -> Self {
        Self {
            image,
            app: app.into(),
            environment: BTreeMap::new(),
            descriptor: None,
            clear_cache: false,
            output: Vec::new(),
            report: None,
            publish: false,
            default_process: None,
            color: false,
        }
    }
}
