//! What the build image carries for buildpacks: the language runtimes, and `start`.
//!
//! A language is a module that implements [`Runtime`] and a line in [`all`]. Its buildpack finds what is
//! bundled by listing `/opt/coracle/<language>`; what of this machine's configuration its package client
//! sees in a build is in the platform's `host`.

use std::path::PathBuf;

use composer::{Architecture, Composer};
use store::Store;

use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::go_toolchain::GoToolchain;
use crate::node_runtime::{self, NodeRuntime};
use crate::prerequisites::Missing;
use crate::python_runtime::{self, PythonRuntime};
use crate::source_tree::SourceTree;
use crate::start_program::StartProgram;
use crate::tools::RustcVersion;
use crate::uv::Uv;

/// One version of a language, or `start`: made once, mounted read-only.
pub(crate) trait Runtime: Sync {
    /// What it is made of.
    fn component(&self) -> &ComponentId;
    /// Where the sandbox sees the component: `/opt/coracle/<language>/<version>`, `/opt/coracle/start`.
    fn mount_point(&self) -> PathBuf;
    /// What this machine lacks to make it.
    fn missing(&self, store: &Store) -> Result<Vec<Missing>, BuilderError>;
    /// The images of `stack/` of whose packages it is made.
    fn images(&self) -> Vec<String> {
        Vec::new()
    }
    /// The layer of apps' images that its directory `launch` is copied into as it is, where it has one.
    fn launch_layer(&self) -> Option<LaunchLayer> {
        None
    }
    /// Makes it where it has not been done. The packages of its images have been fetched by then, and the run
    /// image has been composed.
    fn ensure(&self, store: &Store, composer: &Composer) -> Result<PathBuf, BuilderError>;
}

/// The buildpacks of the runtimes that have a [`LaunchLayer`].
pub(crate) const SEEDED: &[&str] = &[node_runtime::BUILDPACK, python_runtime::BUILDPACK];

/// A layer of which every image has the same bytes.
pub(crate) struct LaunchLayer {
    /// The id of the buildpack that makes it.
    pub(crate) buildpack: &'static str,
    pub(crate) name: String,
}

impl LaunchLayer {
    /// Where it lies in an image.
    pub(crate) fn path(&self) -> String {
        format!("/layers/{}/{}", self.buildpack.replace('/', "_"), self.name)
    }
}

/// Every bundled version of every language and `start`, in the order in which they are made: the same in all builders,
/// which share one build image.
pub(crate) fn all(
    store: &Store,
    source: &SourceTree,
    architecture: Architecture,
    composer: &Composer,
    rustc: Option<&RustcVersion>,
) -> Result<Vec<Box<dyn Runtime>>, BuilderError> {
    let mut runtimes: Vec<Box<dyn Runtime>> = Vec::new();
    for go in GoToolchain::bundled(store, source, architecture)? {
        runtimes.push(Box::new(go));
    }
    runtimes.push(Box::new(StartProgram::new(source, architecture, rustc)?));
    for python in PythonRuntime::bundled(source, architecture, composer)? {
        runtimes.push(Box::new(python));
    }
    runtimes.push(Box::new(Uv::new(source, architecture, composer)?));
    let node = NodeRuntime::new(store, source, architecture, composer)?;
    runtimes.push(Box::new(node));
    Ok(runtimes)
}
