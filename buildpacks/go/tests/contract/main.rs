//! Level 4: the compiled `detect` and `build`, run as the lifecycle runs them.
//!
//! Hermetic: the bundled Go is the one of the machine, its shipped build cache is empty, and the apps
//! need no module but the standard library.
#![expect(
    clippy::disallowed_methods,
    reason = "these tests start the compiled buildpack"
)]

mod builds;
mod caches;
mod lifecycle;
mod refusals;
