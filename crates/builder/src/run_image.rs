//! Run images by themselves, for apps that are put onto another one.

use std::path::PathBuf;

use store::{Lock, Store};

use crate::MakeOptions;
use crate::errors::BuilderError;
use crate::image_names::stack_image;
use crate::images::{Form, Image};
use crate::plan;
use crate::source_tree::SourceTree;
use crate::stack_layouts::StackLayouts;

/// A run image; it stays where it is until this is dropped.
#[derive(Debug)]
pub struct RunImageLayout {
    /// Its OCI layout.
    pub layout: PathBuf,
    _in_use: Vec<Lock>,
}

/// Composes the run image that a reference names, where it has not been done. A reference is that of an
/// image in `stack/` under any prefix: `registry.example/team/run:debug` is `stack/run-debug.toml`. Whether
/// what has this name elsewhere is an image of `stack/`, the reference doesn't tell.
///
/// # Errors
/// [`BuilderError::UnknownRunImage`], and as [`crate::ensure`].
pub fn run_image(
    store: &Store,
    source: &SourceTree,
    options: MakeOptions<'_>,
    reference: &str,
) -> Result<RunImageLayout, BuilderError> {
    let composer = plan::composer(store, source, options)?;
    let known = composer.images();
    let name = stack_image(reference, &known).ok_or_else(|| BuilderError::UnknownRunImage {
        reference: reference.to_owned(),
        known: known.iter().map(|name| (*name).to_owned()).collect(),
    })?;
    let layouts = StackLayouts::ensure(store, &composer, &[&name])?;
    let image = Image::new(&composer, &name, Form::Layout)?;
    Ok(RunImageLayout {
        layout: image.component.directory(store),
        _in_use: layouts.in_use,
    })
}
