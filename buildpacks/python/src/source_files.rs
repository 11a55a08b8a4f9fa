//! What of the app is in the image: everything but what no image should hold.

use std::path::Path;

use buildpack_kit::files::{self, Entry, FilesError, Removed};
use buildpack_kit::image_files::ImageFiles;

/// Whether a path of the app is in the image. Source is what runs, so that the patterns of what is kept add to it.
pub(crate) fn stays(path: &Path, image_files: &ImageFiles) -> bool {
    image_files.decision(path, true) != Some(false)
}

/// Removes what the user doesn't keep and no image should hold, and opens what stays to whichever user the container
/// runs as. Returns how many files went because of `.dockerignore`, too.
pub(crate) fn remove(
    app_dir: &Path,
    image_files: &ImageFiles,
) -> Result<(Removed, usize), FilesError> {
    let entries = files::list(app_dir)?;
    let goes = |entry: &Entry| !stays(&entry.path, image_files);
    let is_ignored = |entry: &&Entry| {
        let is_usual = files::is_private(&entry.path) || files::is_leftover(&entry.path);
        entry.kind != files::EntryKind::Directory
            && goes(entry)
            && image_files.is_ignored(&entry.path)
            && !is_usual
    };
    let ignored = entries.iter().filter(is_ignored).count();
    let removed = files::remove_unless(app_dir, |entry| !goes(entry))?;
    files::normalise_content_modes(app_dir)?;
    Ok((removed, ignored))
}
