//! The local image store: one OCI layout an image, below `images/` of the cache directory.

use std::io;
use std::path::Path;

use oci::{Digest, Image, Layout, LayoutError};
use store::Store;

use crate::ImageName;

/// An image of the store.
#[derive(Debug, Clone)]
pub struct StoredImage {
    /// Its name.
    pub name: ImageName,
    /// Where it lies.
    pub layout: Layout,
    /// Its manifest and configuration.
    pub image: Image,
}

impl StoredImage {
    /// Opens an image and checks its manifest, its configuration, and that every layer is there with
    /// its full size; the layers' contents are not read. `None` when there is no image of this name.
    ///
    /// # Errors
    /// When the image is damaged.
    pub fn open(store: &Store, name: &ImageName) -> Result<Option<Self>, LayoutError> {
        let path = store.path(name.store_path());
        if !path.exists() {
            return Ok(None);
        }
        let layout = Layout::open(path)?;
        let image = layout.whole_image()?;
        Ok(Some(Self {
            name: name.clone(),
            layout,
            image,
        }))
    }

    /// Every image of the store, sorted by name. What is damaged is left out, with a warning.
    ///
    /// # Errors
    /// When the store's directory can't be read.
    pub fn list(store: &Store) -> io::Result<Vec<Self>> {
        let root = store.path("images");
        let mut names = Vec::new();
        collect_names(&root, &root, &mut names)?;
        names.sort();
        Ok(names
            .iter()
            .filter_map(|name| match Self::open(store, name) {
                Ok(image) => image,
                Err(error) => {
                    tracing::warn!("{name} is damaged; build it again ({error})");
                    None
                }
            })
            .collect())
    }

    /// The image ID: the digest of the configuration, the same wherever the image is loaded.
    #[must_use]
    pub fn id(&self) -> &Digest {
        &self.image.manifest.config.digest
    }
}

fn collect_names(root: &Path, directory: &Path, names: &mut Vec<ImageName>) -> io::Result<()> {
    let entries = match fs_err::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        if path.join("index.json").is_file() {
            let name = path.strip_prefix(root).ok().and_then(Path::to_str);
            names.extend(name.and_then(ImageName::from_store_path));
        } else if path.is_dir() {
            collect_names(root, &path, names)?;
        }
    }
    Ok(())
}

/// Writes index, manifest and configuration of an image, and no layer: enough for the lifecycle to
/// reuse the layers (platform facts §5.3), which it would otherwise decompress to know their diffIDs.
pub(crate) fn write_sparse(
    from: &Layout,
    image: &Image,
    destination: &Path,
) -> Result<(), LayoutError> {
    let sparse = Layout::create(destination)?;
    sparse.link_blob(from, &image.manifest.config.digest)?;
    sparse.write_manifest(&image.manifest)?;
    Ok(())
}

/// The name under which an image's own files are kept: the directory in `apps/` and its lock.
pub(crate) fn app_key(name: &ImageName) -> String {
    Digest::of(name.to_string().as_bytes()).hex().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_listed_with_and_without_a_registry() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        for name in ["shop", "registry.example/team/shop:1.2"] {
            let name: ImageName = name.parse().unwrap();
            let path = store.path(name.store_path());
            fs_err::create_dir_all(&path).unwrap();
            let layout = Layout::create(&path).unwrap();
            let config =
                br#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#;
            let manifest = format!(
                r#"{{"schemaVersion":2,"mediaType":"{}","config":{{"mediaType":"{}","size":0,"digest":"{}"}},"layers":[]}}"#,
                oci::media_type::DOCKER_MANIFEST,
                oci::media_type::DOCKER_CONFIG,
                Digest::of(b""),
            );
            let manifest = serde_json::from_str(&manifest).unwrap();
            layout.write_image(manifest, config).unwrap();
        }
        let listed = StoredImage::list(&store).unwrap();
        let mut names: Vec<String> = listed.iter().map(|image| image.name.to_string()).collect();
        names.sort();
        assert_eq!(names, ["registry.example/team/shop:1.2", "shop:latest"]);
    }
}
