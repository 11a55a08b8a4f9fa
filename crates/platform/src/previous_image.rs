//! What the lifecycle takes for the previous image of a build: the app's last one, with the layers of runtimes that
//! the builder has ready.
//!
//! The lifecycle hands what is said of the layers to the buildpacks, and takes those that they ask for without reading a
//! byte. Those that they don't ask for leave no trace.

use std::path::Path;

use oci::{Image, ImageConfig, Layout, LayoutError, Manifest};
use serde_json::{Value, json};
use store::Store;

use crate::build_error::BuildError;
use crate::build_request::BuildRequest;
use crate::builder_filesystem::BuilderFilesystem;
use crate::rebased_image::METADATA;
use crate::stored_image::{StoredImage, write_sparse};

/// The two images that it is made of.
pub(crate) struct PreviousImage {
    /// That of the app in the store.
    pub(crate) app: Option<StoredImage>,
    seed: Option<(Layout, Image)>,
}

impl PreviousImage {
    /// The app's is left out where it is damaged or not wanted.
    pub(crate) fn open(
        store: &Store,
        builder: &BuilderFilesystem,
        request: &BuildRequest,
    ) -> Result<Self, BuildError> {
        let seed = builder.runtime_seed.as_deref();
        let seed = seed.map(|path| builder.image(path));
        Ok(Self {
            app: app(store, request),
            seed: seed.transpose()?,
        })
    }

    /// Whether there is anything that can be reused.
    pub(crate) fn exists(&self) -> bool {
        self.app.is_some() || self.seed.is_some()
    }

    /// Where its layers are.
    pub(crate) fn layouts(&self) -> impl Iterator<Item = &Layout> {
        let app = self.app.iter().map(|app| &app.layout);
        app.chain(self.seed.iter().map(|(layout, _)| layout))
    }

    /// Writes index, manifest and configuration, and no layer.
    pub(crate) fn write_sparse(&self, destination: &Path) -> Result<(), LayoutError> {
        match (&self.app, &self.seed) {
            (Some(app), Some((_, seed))) => {
                let (manifest, config) = with_seed(&app.image, seed);
                let layout = Layout::create(destination)?;
                layout.write_configured(manifest, &config).map(drop)
            }
            (Some(app), None) => write_sparse(&app.layout, &app.image, destination),
            (None, Some((layout, seed))) => write_sparse(layout, seed, destination),
            (None, None) => Ok(()),
        }
    }
}

/// The image of this name in the store, unless it is damaged or not wanted.
fn app(store: &Store, request: &BuildRequest) -> Option<StoredImage> {
    if request.clear_cache {
        return None;
    }
    StoredImage::open(store, &request.delivery.image).unwrap_or_else(|error| {
        tracing::warn!(
            "The stored image {} is damaged and is built afresh: {error}",
            request.delivery.image
        );
        None
    })
}

/// The app's image with the layers of the seed. Where it has one of them already, which a registry's may have compressed
/// otherwise, the seed's counts: every build of an app is then the same image.
fn with_seed(app: &Image, seed: &Image) -> (Manifest, ImageConfig) {
    let (mut manifest, mut config) = (app.manifest.clone(), app.config.clone());
    let diff_ids = &mut config.rootfs.diff_ids;
    let layers = seed.manifest.layers.iter();
    for (layer, diff_id) in layers.zip(&seed.config.rootfs.diff_ids) {
        if let Some(position) = diff_ids.iter().position(|known| known == diff_id) {
            if let Some(known) = manifest.layers.get_mut(position) {
                known.clone_from(layer);
            }
        } else {
            manifest.layers.push(layer.clone());
            diff_ids.push(diff_id.clone());
        }
    }
    // Nobody reads it of a previous image, and a wrong one is worse than none.
    config.history.clear();
    let merged = merged(metadata(&config), &metadata(&seed.config));
    let labels = config.config.labels.get_or_insert_default();
    labels.insert(METADATA.to_owned(), oci::json_text(&merged));
    (manifest, config)
}

fn metadata(config: &ImageConfig) -> Value {
    let label = config.config.labels.as_ref();
    let label = label.and_then(|labels| labels.get(METADATA));
    let metadata = label.and_then(|label| serde_json::from_str(label).ok());
    metadata
        .filter(Value::is_object)
        .unwrap_or_else(|| json!({}))
}

/// What is said of the app's layers, with what is said of the seed's in their buildpacks. Of a name that both have, the
/// seed's counts: the other one was of another builder.
fn merged(mut app: Value, seed: &Value) -> Value {
    let mut known = app["buildpacks"].as_array().cloned().unwrap_or_default();
    for buildpack in seed["buildpacks"].as_array().into_iter().flatten() {
        let same = known
            .iter_mut()
            .find(|known| known["key"] == buildpack["key"]);
        let Some(same) = same else {
            known.push(buildpack.clone());
            continue;
        };
        let mut layers = same["layers"].as_object().cloned().unwrap_or_default();
        layers.extend(buildpack["layers"].as_object().cloned().unwrap_or_default());
        same["layers"] = layers.into();
    }
    app["buildpacks"] = known.into();
    app
}

#[cfg(test)]
#[path = "previous_image_tests.rs"]
mod tests;
