//! OCI layouts and reproducible layer tars: what an image is made of, on disk.
//!
//! Knows nothing of Debian, buildpacks or sandboxes. Used by `composer` (writes run images) and
//! `platform` (reads, completes and runs app images).

mod blobs;
mod compress;
mod derived;
mod digest;
mod docker_archive;
mod json;
mod layer;
mod layout;
mod layout_error;
mod layout_messages;
mod lifecycle_layer;
mod manifest;
mod tree;
mod unpack;
mod update;

pub use blobs::{GoOn, Trust};
pub use compress::Compression;
pub use derived::DerivedImage;
pub use digest::{Digest, DigestError};
pub use docker_archive::write_docker_archive;
pub use json::json_text;
pub use layer::{Layer, write_layer};
pub use layout::{Image, Layout};
pub use layout_error::LayoutError;
pub use lifecycle_layer::write_lifecycle_layer;
pub use manifest::{
    Descriptor, History, ImageConfig, Index, Manifest, Platform, RootFs, RuntimeConfig, media_type,
};
pub use tree::{CREATED, Content, Entry, EntryKind, FILE_TIME, Tree, TreeError};
pub use unpack::{UnpackError, unpack_image};
pub use update::{LayoutUpdate, UNFINISHED};
