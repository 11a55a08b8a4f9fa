//! `coracle images`.

use platform::StoredImage;

use crate::context::Context;
use crate::error::CommandError;

pub(crate) fn execute(context: &Context) -> Result<(), CommandError> {
    let images = StoredImage::list(&context.store).map_err(|source| CommandError::Cache {
        root: context.store.root().to_owned(),
        source,
    })?;
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
        let size = explain::size(size);
        context
            .output
            .result(format_args!("{name:width$}  {size:>10}  {id}"));
    }
    Ok(())
}
