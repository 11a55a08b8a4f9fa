//! What every buildpack does alike with libcnb, and nothing that only one of them does.
//!
//! - [`environment`]: the user's variables, typed, each value with its origin;
//! - [`files`]: the app directory: reading, listing, removing by rule;
//! - [`layer`]: keyed layers that say why they were rebuilt;
//! - [`command`]: child processes whose whole environment comes from us;
//! - [`output`]: the only place that prints;
//! - [`process`]: launch processes, one a name and `web`;
//! - [`sbom`]: the launch SBOM, in every format that buildpack.toml declares;
//! - [`failure`]: `on_error`, the message and the exit status.

pub mod command;
pub mod environment;
pub mod failure;
pub mod files;
pub mod layer;
pub mod output;
pub mod process;
pub mod sbom;

mod messages;
