//! The tar that `docker save` writes and `docker load` and `podman load` read ("Docker Image
//! Specification v1.2", section "Combined Image JSON + Filesystem Changeset Format"), with layers
//! compressed as they are in the layout.

use std::io::{self, Write};

use serde::Serialize;

use crate::{Layout, LayoutError};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ArchiveManifest<'tag> {
    config: String,
    repo_tags: [&'tag str; 1],
    layers: Vec<String>,
}

/// Writes the layout's image as an archive in which it has the given name (`repository:tag`). The same
/// image and name give the same bytes.
///
/// # Errors
/// When the layout is damaged or the writer fails.
pub fn write_docker_archive(
    layout: &Layout,
    name: &str,
    writer: impl Write,
) -> Result<(), LayoutError> {
    let image = layout.image()?;
    let mut archive = tar::Builder::new(writer);
    let config = layout.read_blob(&image.manifest.config.digest)?;
    let config_name = format!("{}.json", image.manifest.config.digest.hex());
    layout.guarded(|| append(&mut archive, &config_name, config.len() as u64, &config[..]))?;
    let mut layers = Vec::new();
    for layer in &image.manifest.layers {
        layout.check_size(layer)?;
        let layer_name = format!("{}.tar.gz", layer.digest.hex());
        // The empty layer often occurs several times; the list may name one file more than once.
        if !layers.contains(&layer_name) {
            layout.guarded(|| {
                let blob = fs_err::File::open(layout.blob_path(&layer.digest))?;
                append(&mut archive, &layer_name, layer.size, blob)
            })?;
        }
        layers.push(layer_name);
    }
    let manifest = [ArchiveManifest {
        config: config_name,
        repo_tags: [name],
        layers,
    }];
    layout.guarded(|| {
        let manifest = serde_json::to_vec(&manifest)?;
        append(
            &mut archive,
            "manifest.json",
            manifest.len() as u64,
            &manifest[..],
        )?;
        archive.into_inner()?.flush()
    })
}

fn append(
    archive: &mut tar::Builder<impl Write>,
    name: &str,
    size: u64,
    content: impl io::Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(0);
    archive.append_data(&mut header, name, content)
}
