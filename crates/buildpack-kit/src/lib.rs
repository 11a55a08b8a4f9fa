//! What every buildpack does alike with libcnb, and nothing that only one of them does.
//!
//! - [`platform`]: what the platform hands to a build;
//! - [`bindings`]: credentials that the platform mounts, never copied and never shown;
//! - [`certificates`]: authorities that the user trusts;
//! - [`image_settings`]: what a user may ask of every image: [`launch_environment`], [`labels`];
//! - [`sub_directory`]: the directory of a larger tree that is the app;
//! - [`variables`]: which variables of the user have no effect;
//! - [`detection`]: which files make an app a buildpack's, as data of its `buildpack.toml`;
//! - [`front_end`]: what Node builds for an app in another language;
//! - [`environment`]: the user's variables, typed, each value with its origin;
//! - [`files`]: the app directory: reading, listing, removing by rule;
//! - [`image_files`]: what of the app is in the image: [`docker_ignore`], what the user keeps, what is private;
//! - [`layer`]: keyed layers that say why they were rebuilt;
//! - [`command`]: child processes whose whole environment comes from us;
//! - [`debian`]: Debian packages that an app asks for, in a layer;
//! - [`output`]: the only place that prints;
//! - [`process`]: launch processes, one a name and `web`;
//! - [`run_image`]: what the run image offers to programs that are linked dynamically;
//! - [`sbom`]: the launch SBOM, in every format that buildpack.toml declares;
//! - [`start`]: what the user says is started, without a shell;
//! - [`failure`]: `on_error`, the message and the exit status.

pub mod bindings;
pub mod certificates;
pub mod command;
pub mod debian;
pub mod default_variables;
pub mod detection;
pub mod docker_ignore;
pub mod environment;
pub mod failure;
pub mod files;
pub mod front_end;
pub mod image_files;
pub mod image_settings;
pub mod labels;
pub mod launch_environment;
pub mod layer;
pub mod output;
pub mod platform;
pub mod process;
pub mod run_image;
pub mod sbom;
pub mod start;
pub mod sub_directory;
pub mod variables;

mod messages;
