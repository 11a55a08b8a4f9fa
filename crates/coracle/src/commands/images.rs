//! `coracle images`.

use std::path::{Path, PathBuf};

use platform::StoredImage;

use crate::context::Context;
use crate::error::CommandError;

pub(crate) fn execute(context: &Context) -> Result<(), CommandError> {
    let images = stored(context)?;
    if images.is_empty() {
        context.output.result(
            "The local image store is empty. To fill it:\ncoracle build NAME --path DIRECTORY",
        );
        return Ok(());
    }
    let rows: Vec<(String, u64, String)> = images
        .iter()
        .map(|image| {
            let layers = image.image.manifest.layers.iter();
            let size = layers.map(|layer| layer.size).sum();
            (image.name.to_string(), size, image.id().to_string())
        })
        .collect();
    let width = rows
        .iter()
        .map(|(name, _, _)| name.len())
        .max()
        .unwrap_or(0);
    for (name, size, id) in rows {
        let megabytes = format!("{}.{:02} MB", size / 1_000_000, size % 1_000_000 / 10_000);
        context
            .output
            .result(format_args!("{name:width$}  {megabytes:>10}  {id}"));
    }
    Ok(())
}

/// Every image of the store, sorted by name. A damaged one is named and left out.
fn stored(context: &Context) -> Result<Vec<StoredImage>, CommandError> {
    let root = context.store.path("images");
    let mut layouts = Vec::new();
    find_layouts(&root, &mut layouts).map_err(CommandError::Cache)?;
    layouts.sort();
    let mut images = Vec::new();
    for layout in layouts {
        let name = layout.strip_prefix(&root).unwrap_or(&layout);
        let name = name.to_string_lossy();
        let opened = name
            .parse()
            .map_err(|error: platform::ImageNameError| error.to_string())
            .and_then(|name| {
                StoredImage::open(&context.store, &name).map_err(|error| error.to_string())
            });
        match opened {
            Ok(image) => images.extend(image),
            Err(reason) => tracing::warn!("{name} is damaged; build it again ({reason})"),
        }
    }
    Ok(images)
}

/// An image is a directory with the file `oci-layout`; a repository may have several parts, so it can
/// lie at any depth.
fn find_layouts(directory: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if directory.join("oci-layout").is_file() {
        found.push(directory.to_owned());
    } else if directory.is_dir() {
        for entry in fs_err::read_dir(directory)? {
            find_layouts(&entry?.path(), found)?;
        }
    }
    Ok(())
}
