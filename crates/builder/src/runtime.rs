//! What the build image carries for buildpacks: the language runtimes, and `start`.
//!
//! A language is a module that implements [`Runtime`] and a line in [`all`]. Its buildpack finds what is
//! bundled by listing `/opt/coracle/<language>`; what of this machine's configuration its package client
//! sees in a build is in the platform's `host`.

use std::path::PathBuf;

use composer::Architecture;
use store::Store;

use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::go_toolchain::GoToolchain;
use crate::prerequisites::Missing;
use crate::source_tree::SourceTree;
use crate::start_program::StartProgram;

/// One version of a language, or `start`: made once, mounted read-only.
pub(crate) trait Runtime: Sync {
    /// What it is made of.
    fn component(&self) -> &ComponentId;
    /// Where the sandbox sees the component: `/opt/coracle/<language>/<version>`, `/opt/coracle/start`.
    fn mount_point(&self) -> PathBuf;
    /// What this machine lacks to make it.
    fn missing(&self, store: &Store) -> Result<Vec<Missing>, BuilderError>;
    /// Makes it where it has not been done.
    fn ensure(&self, store: &Store) -> Result<PathBuf, BuilderError>;
}

/// Every bundled version of every language and `start`, in the order in which they are made.
pub(crate) fn all(
    store: &Store,
    source: &SourceTree,
    architecture: Architecture,
) -> Result<Vec<Box<dyn Runtime>>, BuilderError> {
    let mut runtimes: Vec<Box<dyn Runtime>> = Vec::new();
    for go in GoToolchain::bundled(store, source, architecture)? {
        runtimes.push(Box::new(go));
    }
    runtimes.push(Box::new(StartProgram::new(store, source, architecture)?));
    Ok(runtimes)
}
