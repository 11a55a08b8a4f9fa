//! The tool that moves images to and from registries, without the rest of a builder.

use std::path::PathBuf;

use store::{Lock, Store};

use crate::errors::BuilderError;
use crate::lifecycle::Lifecycle;
use crate::plan;
use crate::prerequisites;
use crate::source_tree::SourceTree;

/// The tool; it stays where it is until this is dropped.
#[derive(Debug)]
pub struct Crane {
    /// The program.
    pub program: PathBuf,
    _in_use: Lock,
}

/// Finds crane, and compiles it, and the lifecycle with it, where that has not been done.
///
/// # Errors
/// As [`crate::ensure`].
pub fn ensure_crane(store: &Store, source: &SourceTree) -> Result<Crane, BuilderError> {
    let lifecycle = Lifecycle::new(store, source, plan::architecture()?)?;
    let in_use = lifecycle.component.keep(store)?;
    if !lifecycle.component.exists(store) {
        prerequisites::check(prerequisites::go()?)?;
    }
    Ok(Crane {
        program: lifecycle.ensure(store)?.join("host/crane"),
        _in_use: in_use,
    })
}
