//! What a build is asked for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::Delivery;

/// What is to be built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildRequest {
    /// The name of the image, and where it goes besides the store.
    pub delivery: Delivery,
    /// The app's directory.
    pub app: PathBuf,
    /// Variables for the buildpacks; they win over those of `project.toml` and of the host.
    pub environment: BTreeMap<String, String>,
    /// A directory of service bindings, which the buildpacks may read; if it is in the app, it is no part of it.
    pub bindings: Option<PathBuf>,
    /// A project descriptor other than `project.toml` in the app.
    pub descriptor: Option<PathBuf>,
    /// Forget what earlier builds of this image left, and reuse none of its layers.
    pub clear_cache: bool,
    /// Where the caller writes a report of the build; if that is in the app, it is no part of it.
    pub report: Option<PathBuf>,
    /// The process that starts by default, instead of the buildpacks' choice.
    pub default_process: Option<String>,
    /// Whether the lifecycle's output may have colours.
    pub color: bool,
}

impl BuildRequest {
    /// A build of `app` with no options.
    #[must_use]
    pub fn new(delivery: Delivery, app: impl Into<PathBuf>) -> Self {
        Self {
            delivery,
            app: app.into(),
            environment: BTreeMap::new(),
            bindings: None,
            descriptor: None,
            clear_cache: false,
            report: None,
            default_process: None,
            color: false,
        }
    }
}
