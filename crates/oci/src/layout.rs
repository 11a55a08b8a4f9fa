//! A directory that holds one image: the OCI image layout (specification 1.1, `image-layout.md`).

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::json::to_json;
use crate::{Descriptor, Digest, ImageConfig, Index, LayoutError, Manifest, media_type};

/// The version in the file `oci-layout`, of every release of the specification until now.
const VERSION: &str = "1.0.0";

/// Of a descriptor, in an index.
const ANNOTATIONS: &str = "annotations";

/// The annotation by which tools find an image in a layout (specification 1.1, `annotations.md`).
const REFERENCE_NAME: &str = "org.opencontainers.image.ref.name";

/// A layout directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    path: PathBuf,
}

/// The one image of a layout; manifest and configuration have the digests that lead to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// What `index.json` says of the manifest.
    pub descriptor: Descriptor,
    /// The manifest.
    pub manifest: Manifest,
    /// The configuration.
    pub config: ImageConfig,
}

/// What the file `oci-layout` says.
#[derive(Deserialize)]
struct Marker {
    #[serde(rename = "imageLayoutVersion")]
    version: String,
}

impl Layout {
    /// What we write into the file `oci-layout`.
    pub(crate) const MARKER: &str = r#"{"imageLayoutVersion":"1.0.0"}"#;

    /// A layout that isn't there yet, or isn't looked at.
    pub(crate) fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// Makes an empty layout: its directories and its marker file, no index yet.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, LayoutError> {
        let layout = Self { path: path.into() };
        layout.guarded(|| {
            fs_err::create_dir_all(layout.path.join("blobs/sha256"))?;
            fs_err::write(layout.path.join("oci-layout"), Self::MARKER)
        })?;
        Ok(layout)
    }

    /// Opens a directory that has the two files of a layout, `oci-layout` and `index.json`.
    ///
    /// # Errors
    /// [`LayoutError::NotALayout`] when it has not, [`LayoutError::Version`] when it is of another version.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, LayoutError> {
        let layout = Self { path: path.into() };
        let has = |name: &str| layout.path.join(name).is_file();
        if !has("oci-layout") || !has("index.json") {
            return Err(LayoutError::NotALayout { path: layout.path });
        }
        layout.check_version()?;
        Ok(layout)
    }

    /// Whether the file `oci-layout` says a version that we know.
    pub(crate) fn check_version(&self) -> Result<(), LayoutError> {
        let path = self.path.join("oci-layout");
        let marker: Marker = parse(&path, &self.read_document(&path)?)?;
        if marker.version == VERSION {
            Ok(())
        } else {
            Err(LayoutError::Version {
                path: self.path.clone(),
                found: marker.version,
            })
        }
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the configuration, the manifest that points to it, and the index that points to that:
    /// the layout then holds this image. `manifest.config` is set here; its media type is kept.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn write_image(
        &self,
        mut manifest: Manifest,
        config: &[u8],
    ) -> Result<Descriptor, LayoutError> {
        manifest.config.digest = self.write_blob(config)?;
        manifest.config.size = config.len() as u64;
        self.write_manifest(&manifest)
    }

    /// [`Layout::write_image`] with a configuration that is not written as JSON yet.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn write_configured(
        &self,
        manifest: Manifest,
        config: &ImageConfig,
    ) -> Result<Descriptor, LayoutError> {
        self.write_image(manifest, &self.json(config)?)
    }

    /// Writes a manifest whose configuration is already a blob, and the index that points to it.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn write_manifest(&self, manifest: &Manifest) -> Result<Descriptor, LayoutError> {
        let bytes = self.json(manifest)?;
        self.write_blob(&bytes)?;
        let (descriptor, index) = self.index_of(manifest, &bytes, None)?;
        self.guarded(|| fs_err::write(self.path.join("index.json"), index))?;
        Ok(descriptor)
    }

    /// The descriptor of a manifest that is these bytes, and the `index.json` that lists it alone, by its name if
    /// it has one.
    pub(crate) fn index_of(
        &self,
        manifest: &Manifest,
        bytes: &[u8],
        name: Option<Value>,
    ) -> Result<(Descriptor, Vec<u8>), LayoutError> {
        let media_type = manifest.media_type.as_deref();
        let descriptor = Descriptor {
            media_type: media_type.unwrap_or(media_type::OCI_MANIFEST).to_owned(),
            size: bytes.len() as u64,
            digest: Digest::of(bytes),
            platform: None,
            other: name.map_or_else(Map::new, |name| {
                let annotations = Map::from_iter([(REFERENCE_NAME.to_owned(), name)]);
                Map::from_iter([(ANNOTATIONS.to_owned(), annotations.into())])
            }),
        };
        let index = Index {
            schema_version: 2,
            media_type: Some(media_type::OCI_INDEX.to_owned()),
            manifests: vec![descriptor.clone()],
            other: Map::new(),
        };
        Ok((descriptor, self.json(&index)?))
    }

    /// The one image. The digests of manifest and configuration are checked, the layers not looked at.
    ///
    /// # Errors
    /// When the index does not list exactly one manifest, or a document is missing or damaged.
    pub fn image(&self) -> Result<Image, LayoutError> {
        let manifests = self.manifests()?;
        let [descriptor] = manifests.as_slice() else {
            return Err(LayoutError::NotOneImage {
                path: self.path.clone(),
                count: manifests.len(),
            });
        };
        let manifest: Manifest = self.document(&descriptor.digest)?;
        let config: ImageConfig = self.document(&manifest.config.digest)?;
        Ok(Image {
            descriptor: descriptor.clone(),
            manifest,
            config,
        })
    }

    /// What `index.json` lists: images, or other indexes.
    ///
    /// # Errors
    /// When the file is missing or damaged.
    pub fn manifests(&self) -> Result<Vec<Descriptor>, LayoutError> {
        let path = self.path.join("index.json");
        let index: Index = parse(&path, &self.read_document(&path)?)?;
        Ok(index.manifests)
    }

    /// What the index calls the image, if it is the only one and has a name.
    pub(crate) fn reference_name(&self) -> Option<Value> {
        let manifests = self.manifests().ok()?;
        let [descriptor] = manifests.as_slice() else {
            return None;
        };
        descriptor
            .other
            .get(ANNOTATIONS)?
            .get(REFERENCE_NAME)
            .cloned()
    }

    /// [`Layout::image`], once every layer is there with its full size; what is in them is not read.
    ///
    /// # Errors
    /// Those of [`Layout::image`] and [`Layout::check_size`].
    pub fn whole_image(&self) -> Result<Image, LayoutError> {
        let image = self.image()?;
        for layer in &image.manifest.layers {
            self.check_size(layer)?;
        }
        Ok(image)
    }

    fn document<T: serde::de::DeserializeOwned>(&self, digest: &Digest) -> Result<T, LayoutError> {
        parse(&self.blob_path(digest), &self.read_blob(digest)?)
    }

    pub(crate) fn json(&self, document: &impl serde::Serialize) -> Result<Vec<u8>, LayoutError> {
        let text = to_json(document).map_err(|source| LayoutError::Document {
            path: self.path.clone(),
            source,
        })?;
        Ok(text.into_bytes())
    }

    pub(crate) fn guarded<T>(
        &self,
        operation: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, LayoutError> {
        operation().map_err(|source| LayoutError::Io {
            path: self.path.clone(),
            source,
        })
    }
}

fn parse<T: serde::de::DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, LayoutError> {
    serde_json::from_slice(bytes).map_err(|source| LayoutError::Document {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
