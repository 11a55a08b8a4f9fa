//! Level 4: the compiled `detect` and `build`, run as the lifecycle runs them.
//!
//! Hermetic: the bundled Go is the one of the machine, its shipped build cache holds little, and
//! the apps need no module but the standard library.
#![expect(
    clippy::disallowed_methods,
    reason = "these tests start the compiled buildpack"
)]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod app_directories;
mod apps;
mod bindings;
mod builds;
mod caches;
mod cgo;
mod credentials;
mod excluded;
mod foreign;
mod image_settings;
mod kept_files;
mod kodata;
mod module_files;
mod modules;
mod other_builders;
mod places;
mod refusals;
mod starts;
