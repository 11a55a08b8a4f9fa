//! The configuration and manifest of an image around its one layer.

use std::path::Path;

use oci::{
    CREATED, Descriptor, Digest, History, ImageConfig, Layer, Layout, Manifest, RootFs,
    RuntimeConfig, Tree, media_type,
};

use crate::Architecture;
use crate::definition::{Compression, ImageSettings};
use crate::error::Problem;

/// Writes the image as the only one of an OCI layout, with Docker media types: an app image of which
/// some layers are of the one kind and some of the other can't be loaded everywhere.
pub(crate) fn write(
    image: &str,
    description: &str,
    settings: &ImageSettings,
    architecture: Architecture,
    tree: &Tree,
    destination: &Path,
) -> Result<(Digest, Layer), Problem> {
    let layout = Layout::create(destination)?;
    let compression = match settings.compression {
        Compression::Fast => oci::Compression::Fast,
        Compression::Best => oci::Compression::Best,
    };
    let layer = oci::write_layer(tree, compression, &destination.join("blobs/sha256")).map_err(
        |source| Problem::Io {
            path: destination.to_owned(),
            source,
        },
    )?;
    let manifest = Manifest {
        schema_version: 2,
        media_type: Some(media_type::DOCKER_MANIFEST.to_owned()),
        config: descriptor(media_type::DOCKER_CONFIG, 0, Digest::of(b"")),
        layers: vec![descriptor(
            media_type::DOCKER_LAYER,
            layer.size,
            layer.digest.clone(),
        )],
        other: serde_json::Map::new(),
    };
    let config = config(image, description, settings, architecture, &layer);
    let config = serde_json::to_vec(&config).map_err(|error| Problem::Io {
        path: destination.to_owned(),
        source: error.into(),
    })?;
    let written = layout.write_image(manifest, &config)?;
    Ok((written.digest, layer))
}

fn config(
    image: &str,
    description: &str,
    settings: &ImageSettings,
    architecture: Architecture,
    layer: &Layer,
) -> ImageConfig {
    let variables = settings.env.iter();
    let mut labels = settings.labels.clone();
    let label = "io.buildpacks.base.description".to_owned();
    labels.insert(label, description.to_owned());
    ImageConfig {
        architecture: architecture.name().to_owned(),
        created: Some(CREATED.to_owned()),
        history: vec![History {
            created: Some(CREATED.to_owned()),
            created_by: Some(format!("coracle stack build {image}")),
            other: serde_json::Map::new(),
        }],
        os: "linux".to_owned(),
        rootfs: RootFs {
            kind: "layers".to_owned(),
            diff_ids: vec![layer.diff_id.clone()],
        },
        config: RuntimeConfig {
            user: Some(settings.user.clone()),
            env: Some(
                variables
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect(),
            ),
            working_dir: settings.working_directory.clone(),
            labels: Some(labels),
            ..RuntimeConfig::default()
        },
        other: serde_json::Map::new(),
    }
}

fn descriptor(media_type: &str, size: u64, digest: Digest) -> Descriptor {
    Descriptor {
        media_type: media_type.to_owned(),
        size,
        digest,
        platform: None,
        other: serde_json::Map::new(),
    }
}
