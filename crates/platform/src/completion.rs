//! From what the lifecycle exported to an image that is whole: the layers that it only referred to are
//! brought in, and the traces of the export are removed.

use std::path::Path;

use oci::{Descriptor, Image, ImageConfig, Layout, LayoutError};
use serde_json::Value;

use crate::rebased_image;

/// The annotation that only the lifecycle's layout exporter adds. Without it, the manifest has the
/// digest that a push to a registry would have given.
const EXPORT_ANNOTATION: &str = "org.opencontainers.image.ref.name";

/// An export that can't be completed.
#[derive(Debug, thiserror::Error)]
pub enum CompletionError {
    /// A layer is neither in the export nor in the run image nor in the previous image.
    #[error("layer {digest} is nowhere to be found")]
    MissingLayer {
        /// Its digest.
        digest: oci::Digest,
    },
    /// A layer of the run image or of the previous image is damaged.
    #[error("a layer that is reused is damaged")]
    Reused(#[source] LayoutError),
    /// The export is damaged or can't be written.
    #[error("the exported image is damaged")]
    Layout(#[source] LayoutError),
    /// What the lifecycle says of the layers is no JSON.
    #[error("the exported image's label {} can't be read", rebased_image::METADATA)]
    Metadata(#[source] serde_json::Error),
}

/// Makes the layout `destination` from the lifecycle's `export`. Layers that the export lacks are
/// hard-linked from the first of `sources` that has them. New blobs are checked by digest, reused ones
/// by size.
/// The configuration gets `run_image`, the reference of the run image by digest, in place of the path in
/// the sandbox that the lifecycle knows it by.
pub(crate) fn complete(
    export: &Path,
    sources: &[&Layout],
    run_image: &str,
    destination: &Path,
) -> Result<Image, CompletionError> {
    let export = Layout::open(export).map_err(CompletionError::Layout)?;
    let mut image = export.image().map_err(CompletionError::Layout)?;
    let complete = Layout::create(destination).map_err(CompletionError::Layout)?;
    for layer in &image.manifest.layers {
        bring_layer(layer, &export, sources, &complete)?;
    }
    remove_annotation(&mut image);
    set_run_image(&mut image.config, run_image).map_err(CompletionError::Metadata)?;
    complete
        .write_configured(image.manifest, &image.config)
        .and_then(|_| complete.image())
        .map_err(CompletionError::Layout)
}

fn set_run_image(config: &mut ImageConfig, reference: &str) -> Result<(), serde_json::Error> {
    let labels = config.config.labels.as_mut();
    let Some(label) = labels.and_then(|labels| labels.get_mut(rebased_image::METADATA)) else {
        return Ok(());
    };
    let mut metadata: Value = serde_json::from_str(label)?;
    if let Some(old) = metadata.pointer_mut("/runImage/reference") {
        *old = reference.into();
        *label = oci::json_text(&metadata);
    }
    Ok(())
}

fn bring_layer(
    layer: &Descriptor,
    export: &Layout,
    sources: &[&Layout],
    complete: &Layout,
) -> Result<(), CompletionError> {
    if complete.blob_path(&layer.digest).exists() {
        return Ok(());
    }
    if export.blob_path(&layer.digest).exists() {
        export
            .check_digest(&layer.digest, &|| Ok(()))
            .and_then(|()| complete.link_blob(export, &layer.digest))
            .map_err(CompletionError::Layout)?;
        return complete.check_size(layer).map_err(CompletionError::Layout);
    }
    let source = sources
        .iter()
        .find(|source| source.blob_path(&layer.digest).exists())
        .ok_or_else(|| CompletionError::MissingLayer {
            digest: layer.digest.clone(),
        })?;
    source.check_size(layer).map_err(CompletionError::Reused)?;
    // A copy where the two are on different disks, which may be full: no fault of the layer.
    complete
        .link_blob(source, &layer.digest)
        .map_err(CompletionError::Layout)
}

fn remove_annotation(image: &mut Image) {
    let other = &mut image.manifest.other;
    if let Some(serde_json::Value::Object(annotations)) = other.get_mut("annotations") {
        annotations.remove(EXPORT_ANNOTATION);
        if annotations.is_empty() {
            other.remove("annotations");
        }
    }
}

#[cfg(test)]
#[path = "completion_tests.rs"]
mod tests;
