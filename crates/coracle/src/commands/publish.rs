//! `coracle builder publish` and `coracle builder create --to docker`: the builder as images, for other
//! platforms.

use builder::Publication;
use oci::Layout;

use crate::arguments::BuilderFlags;
use crate::context::{self, Context};
use crate::error::CommandError;

/// The prefix of the names in `builder.toml`.
const OWN_PREFIX: &str = "coracle";

/// Pushes every image of the builder.
pub(crate) fn to_registry(context: &Context, flags: &BuilderFlags) -> Result<(), CommandError> {
    let publication = publication(context, flags)?;
    for image in &publication.images {
        context.store.check_cancelled()?;
        let layout = Layout::open(&image.layout)?;
        platform::push(&layout, &publication.crane, &image.reference.parse()?)?;
        say(context, &image.reference, &layout)?;
    }
    Ok(())
}

/// Loads every image of the builder into the Docker daemon.
pub(crate) fn to_docker(context: &Context, flags: &BuilderFlags) -> Result<(), CommandError> {
    platform::check_docker()?;
    let publication = publication(context, flags)?;
    for image in &publication.images {
        context.store.check_cancelled()?;
        let layout = Layout::open(&image.layout)?;
        platform::load_into_docker(&layout, &image.reference.parse()?)?;
        say(context, &image.reference, &layout)?;
    }
    Ok(())
}

fn publication(context: &Context, flags: &BuilderFlags) -> Result<Publication, CommandError> {
    let prefix = flags.prefix.as_deref().unwrap_or(OWN_PREFIX);
    context.publication(flags, context::prefix(prefix)?)
}

/// A line for an image that has arrived, with the digest by which it can be pinned.
fn say(context: &Context, reference: &str, layout: &Layout) -> Result<(), CommandError> {
    let image = layout.image()?;
    let size = image.manifest.layers.iter().map(|layer| layer.size).sum();
    let digest = &image.descriptor.digest;
    let size = explain::size(size);
    context
        .output
        .result(format_args!("{reference}  {size:>10}  {digest}"));
    Ok(())
}
