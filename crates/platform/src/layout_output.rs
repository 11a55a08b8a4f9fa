//! An image as an OCI layout in a directory that somebody named.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use oci::{Layout, LayoutError, LayoutUpdate, Trust, UNFINISHED};
use store::{Lock, Store, StoreError};

use crate::output_error::OutputError;

/// Copies a layout with its first image to the directory `path`, where the image appears in one step. `option`
/// is how the command line names the directory, for messages: `--output oci:`.
///
/// # Errors
/// [`OutputError::Occupied`] or [`OutputError::Several`] when something stands there that isn't replaced, and
/// [`OutputError::Store`] when the work is asked to end.
pub fn copy_layout(
    layout: &Layout,
    path: &Path,
    option: &'static str,
    cancellation: &Store,
) -> Result<(), OutputError> {
    let _step = tracing::info_span!("step", title = "Writing the image layout").entered();
    let _lock = lock(path, cancellation)?;
    check_free(path)?;
    let image = layout.image()?;
    let config = layout.read_blob(&image.manifest.config.digest)?;
    let go_on = go_on(cancellation);
    let copied = LayoutUpdate::begin(path).and_then(|mut update| {
        for layer in &image.manifest.layers {
            update.bring(layout, layer, Trust::Ours, &go_on)?;
        }
        update.finish(image.manifest, &config, &go_on)
    });
    copied
        .map(drop)
        .map_err(|error| of_update(error, path, option, cancellation))
}

/// The directory, for as long as this is held, is changed by no other process that shares the store.
pub(crate) fn lock(path: &Path, store: &Store) -> Result<Lock, StoreError> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = fs_err::canonicalize(&path).unwrap_or(path);
    store.lock(&format!("layout {}", path.display()))
}

/// Whether a layout may be put at this path: where nothing is, an empty directory, another layout of one image,
/// or what a process that was killed left of one. What else a directory with a layout holds, stays.
pub(crate) fn check_free(path: &Path) -> Result<(), OutputError> {
    match Layout::open(path).and_then(|layout| layout.manifests()) {
        Ok(manifests) if manifests.len() > 1 => Err(OutputError::Several {
            path: path.to_owned(),
            count: manifests.len(),
        }),
        Ok(_) => Ok(()),
        Err(_) if fs_err::symlink_metadata(path).is_err() || is_empty_or_unfinished(path) => Ok(()),
        Err(_) => Err(OutputError::Occupied {
            path: path.to_owned(),
        }),
    }
}

/// Whether there is nothing but the marker, which comes first, blobs, and files that aren't whole: the index
/// comes last.
fn is_empty_or_unfinished(path: &Path) -> bool {
    let Ok(entries) = fs_err::read_dir(path) else {
        return false;
    };
    let names: Result<Vec<OsString>, io::Error> = entries
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect();
    let is_unfinished = |name: &OsString| name.to_string_lossy().starts_with(UNFINISHED);
    let is_layouts = |name: &OsString| name == "oci-layout" || name == "blobs";
    names.is_ok_and(|names| {
        let has_marker = path.join("oci-layout").is_file();
        names
            .iter()
            .all(|name| is_unfinished(name) || has_marker && is_layouts(name))
    })
}

/// Ends copying when the work is asked to end; [`of_update`] says so then.
pub(crate) fn go_on(cancellation: &Store) -> impl Fn() -> io::Result<()> {
    || cancellation.check_cancelled().map_err(io::Error::other)
}

/// Why a layout isn't updated.
pub(crate) fn of_update(
    error: LayoutError,
    path: &Path,
    option: &'static str,
    cancellation: &Store,
) -> OutputError {
    if let Err(cancelled) = cancellation.check_cancelled() {
        return cancelled.into();
    }
    match error {
        LayoutError::Io { path: of, source } if of == path => OutputError::Write {
            option,
            path: of,
            source,
        },
        other => other.into(),
    }
}

#[cfg(test)]
#[path = "layout_output_tests.rs"]
mod tests;
