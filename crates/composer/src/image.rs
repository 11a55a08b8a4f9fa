//! The configuration and manifest of an image around its one layer.

use std::path::Path;

use oci::{DerivedImage, Digest, Layer, Layout, RuntimeConfig, Tree};

use crate::Architecture;
use crate::definition::{Compression, Definition, ImageSettings};
use crate::error::Problem;

/// Writes the image as the only one of an OCI layout.
pub(crate) fn write(
    image: &str,
    description: &str,
    settings: &ImageSettings,
    architecture: Architecture,
    tree: &Tree,
    destination: &Path,
) -> Result<(Digest, Layer), Problem> {
    let compression = match settings.compression {
        Compression::Fast => oci::Compression::Fast,
        Compression::Best => oci::Compression::Best,
    };
    let layout = Layout::create(destination)?;
    let mut written = DerivedImage::from_scratch(layout, architecture.name());
    let created_by = format!("coracle stack build {image}");
    let layer = written.add_layer(&created_by, tree, compression)?;
    *written.runtime() = runtime(description, settings);
    Ok((written.finish()?.digest, layer))
}

fn runtime(description: &str, settings: &ImageSettings) -> RuntimeConfig {
    let variables = settings.env.iter();
    let mut labels = settings.labels.clone();
    let label = "io.buildpacks.base.description".to_owned();
    labels.insert(label, description.to_owned());
    RuntimeConfig {
        user: Some(settings.user.clone()),
        env: Some(
            variables
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ),
        working_dir: settings.working_directory.clone(),
        labels: Some(labels),
        ..RuntimeConfig::default()
    }
}

/// How an image is packed.
pub(crate) fn settings<'a>(
    image: &str,
    definition: &'a Definition,
) -> Result<&'a ImageSettings, Problem> {
    definition.image.as_ref().ok_or(Problem::NotAnImage {
        image: image.to_owned(),
    })
}
