//! The JSON documents of an image: index, manifest, configuration.
//!
//! Sources: OCI image specification 1.1 (`image-index.md`, `manifest.md`, `config.md`) and Docker's
//! "Image Manifest Version 2, Schema 2" and "Docker Image Specification v1.3", of which the OCI
//! documents are a superset in what is used here. Unknown fields are kept on a round trip where a
//! document is changed after others wrote it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Digest;

/// Media types, as the registries and daemons know them.
pub mod media_type {
    /// Docker image manifest, version 2, schema 2.
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// Docker image configuration.
    pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
    /// Docker layer, gzip-compressed tar.
    pub const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    /// OCI image index.
    pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// OCI image manifest.
    pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// OCI layer, gzip-compressed tar.
    pub const OCI_LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
}

/// A pointer to a blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// One of [`media_type`].
    pub media_type: String,
    /// Bytes of the blob.
    pub size: u64,
    /// Digest of the blob.
    pub digest: Digest,
    /// The platform, in an index that holds several images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// Whatever else stands there: annotations, URLs.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The platform of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// The architecture by its Go name: `amd64`, `arm64`.
    pub architecture: String,
    /// The operating system by its Go name: `linux`.
    pub os: String,
    /// The variant of the architecture, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// `index.json` of a layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// Always 2.
    pub schema_version: u32,
    /// [`media_type::OCI_INDEX`], often left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The images.
    pub manifests: Vec<Descriptor>,
    /// Whatever else stands there.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An image manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always 2.
    pub schema_version: u32,
    /// [`media_type::DOCKER_MANIFEST`] in everything we write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The configuration blob.
    pub config: Descriptor,
    /// The layers, lowest first.
    pub layers: Vec<Descriptor>,
    /// Whatever else stands there: annotations.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An image configuration. Its digest is the image ID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageConfig {
    /// The architecture by its Go name.
    pub architecture: String,
    /// RFC 3339; 1980-01-01T00:00:01Z in everything we write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// One entry a layer, and empty ones for changes of the configuration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<History>,
    /// The operating system by its Go name.
    pub os: String,
    /// The uncompressed layers.
    pub rootfs: RootFs,
    /// How a container starts.
    #[serde(default)]
    pub config: RuntimeConfig,
    /// Whatever else stands there: variant, author.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How a layer came to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// The command or tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// Whatever else stands there: comment, author, `empty_layer`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The digests of the uncompressed layer tars ("diffIDs"), lowest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootFs {
    /// Always `layers`.
    #[serde(rename = "type")]
    pub kind: String,
    /// One a layer.
    pub diff_ids: Vec<Digest>,
}

/// The `config` object: what a container of the image starts with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuntimeConfig {
    /// The remaining arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cmd: Option<Vec<String>>,
    /// The program and its first arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Vec<String>>,
    /// `NAME=value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<Vec<String>>,
    /// Labels, sorted by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// `uid:gid` or names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The directory to start in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    /// Whatever else stands there: exposed ports, volumes, stop signal.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
