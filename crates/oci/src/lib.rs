//! OCI layouts and reproducible layer tars: what an image is made of, on disk.
//!
//! Knows nothing of Debian, buildpacks or sandboxes. Used by `composer` (writes run images) and
//! `platform` (reads, completes and runs app images).

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
}
