//! Makes builders: components, each made once, content-addressed, put together by bind mounts.
//!
//! [`ensure`] finds a builder or makes what is missing of it. The picture is in
//! `docs/architecture.md`, "Components of a builder".

mod builder;
mod builder_image;
mod builder_labels;
mod buildpack_sources;
mod buildpacks;
mod command;
mod compilation;
mod component;
mod config;
mod crane;
mod definition;
mod errors;
mod go_data;
mod go_toolchain;
mod go_trim;
mod host_tools;
mod image_names;
mod images;
mod key;
mod lifecycle;
mod lifecycle_descriptor;
mod lifecycle_labels;
mod messages;
mod musl;
mod node_runtime;
mod packages;
mod patterns;
mod plan;
mod prerequisites;
mod publication;
mod published_names;
mod python_data;
mod python_interpreter;
mod python_libraries;
mod python_packages;
mod python_recipe;
mod python_runtime;
mod python_sysconfig;
mod python_tree;
mod record;
mod run_image;
mod run_libraries;
mod run_packages;
mod runtime;
mod runtime_seed;
mod source_tree;
mod stack_layouts;
mod start_program;
mod tool_failure;
mod tools;
mod tree;
mod tree_layer;
mod uv;
mod wheel;

pub use builder::{Builder, BuilderKind, Inspection, MakeOptions, Mount, ensure, inspect};
pub use command::CommandError;
pub use component::ComponentId;
pub use crane::{Crane, ensure_crane};
pub use definition::{
    Build, BuildVariable, BuildpackReference, Definition, DefinitionError, Group, GroupMember,
    LifecycleReference, Run, RunImage, RunImages, Stack,
};
pub use errors::BuilderError;
pub use host_tools::{Bubblewrap, HostTools, ensure_host_tools, installed_host_tools};
pub use key::Key;
pub use packages::package;
pub use prerequisites::Missing;
pub use publication::{Publication, PublishedImage, publication, published_names};
pub use published_names::OWN_PREFIX;
pub use record::{Removal, remove_unused};
pub use run_image::{RunImageLayout, run_image};
pub use source_tree::{SourceTree, SourceTreeError};
