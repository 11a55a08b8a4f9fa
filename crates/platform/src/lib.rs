//! The embedded platform: builds an app with the lifecycle's `creator` in a sandbox, keeps the image in
//! a local store, and runs it, without Docker and without root.
//!
//! What a build does is in [`build()`]; how an image is started in [`run()`]. Words for people are in
//! `messages.rs`; what reaches a build of the host is in `host.rs`, and nothing else does.

mod app_caches;
mod bindings;
mod bubblewrap;
mod build;
mod build_error;
mod build_inputs;
mod build_metadata;
mod build_request;
mod builder_filesystem;
mod completion;
mod crane;
mod creator;
mod credential_files;
mod credentials;
mod docker;
pub mod environment;
mod host;
mod image_name;
mod layout_output;
mod lifecycle_log;
mod limited_program;
mod messages;
mod output;
mod output_error;
mod previous_image;
mod process_tree;
mod project_descriptor;
mod rebase;
mod rebase_checks;
mod rebase_sources;
mod rebased_image;
mod registry;
mod report;
mod run;
mod run_error;
mod running_app;
mod sandbox;
mod sandbox_process;
mod selection;
mod staging;
mod staging_error;
mod stored_image;
mod text_file;
mod unknown_keys;
mod unpacked;

pub use bindings::BindingsError;
pub use bubblewrap::{Bubblewrap, Restriction, SandboxError};
pub use build::build;
pub use build_error::BuildError;
pub use build_inputs::{BuildInputs, check};
pub use build_request::BuildRequest;
pub use builder_filesystem::{BuilderFilesystem, ReadOnlyMount};
pub use completion::CompletionError;
pub use docker::{check_docker, load_into_docker};
pub use environment::EnvironmentError;
pub use host::Host;
pub use image_name::{ImageName, ImageNameError, ImageNameRule};
pub use layout_output::copy_layout;
pub use lifecycle_log::LifecycleFailure;
pub use messages::text_file as text_file_message;
pub use output::{Delivery, Output};
pub use output_error::{OutputError, PushFailure};
pub use process_tree::{descendants, kill_sandbox};
pub use project_descriptor::{ProjectDescriptor, ProjectDescriptorError, Selection};
pub use rebase::{
    BaseLayout, RebaseError, RebaseReport, RebaseRequest, Rebased, WantedRunImage, check_rebase,
    rebase,
};
pub use rebased_image::NotRebasable;
pub use registry::{CHECK_TAG, Registry};
pub use report::{BuildReport, LayerKind, LayerReport, Step};
pub use run::{RunRequest, run};
pub use run_error::RunError;
pub use running_app::{RunningApp, Stopper};
pub use selection::PatternError;
pub use staging_error::StagingError;
pub use stored_image::StoredImage;
pub use text_file::{TextFileError, read_text_file};
