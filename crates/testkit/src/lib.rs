//! What the tests of several crates need: the workspace's own paths, directories written as text, trees
//! read as text, and compiled buildpacks run as the lifecycle runs them.
//!
//! A dev-dependency only. Everything here panics where something is wrong: in a test that is the
//! message, and the panic names the line of the test (`#[track_caller]`).

mod archive;
mod lifecycle;
mod platform_times;
mod tree;

use std::path::PathBuf;

pub use archive::{directory, write_into};
pub use lifecycle::{Buildpack, Ended, Lifecycle};
pub use platform_times::set_platform_times;
pub use tree::{tree, tree_without_digests};

/// The root of the workspace that these tests were compiled in.
#[must_use]
pub fn workspace_root() -> PathBuf {
    // From `.cargo/config.toml`, which says why.
    PathBuf::from(env!("CORACLE_CHECKOUT"))
}

/// A directory of `samples/`.
///
/// # Panics
/// When there is no such sample.
#[must_use]
#[track_caller]
pub fn sample(name: &str) -> PathBuf {
    let sample = workspace_root().join("samples").join(name);
    assert!(sample.exists(), "{} is not there", sample.display());
    sample
}
