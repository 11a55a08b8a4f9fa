//! OCI layouts and reproducible layer tars: what an image is made of, on disk.
//!
//! Knows nothing of Debian, buildpacks or sandboxes. Used by `composer` (writes run images) and
//! `platform` (reads, completes and runs app images).

mod digest;
mod manifest;

pub use digest::{Digest, DigestError, Hashed, Hasher};
pub use manifest::{
    Descriptor, History, ImageConfig, Index, Manifest, Platform, RootFs, RuntimeConfig, media_type,
};
