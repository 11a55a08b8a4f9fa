//! Permission bits.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use walkdir::WalkDir;

use super::{FilesError, change_as_owner};

/// Sets directories to 0755 and files to 0644, or 0755 when their owner may execute them, so that
/// the umask and the tools of this machine leave no trace in a layer. Links stay as they are.
///
/// # Errors
/// When a mode can't be read or set.
pub(crate) fn normalise_modes(directory: &Path) -> Result<(), std::io::Error> {
    change(directory, normal)
}

/// Sets everything below the directory to these modes, and leaves the directory itself: that of the app
/// belongs to the platform. What has another mode and another owner is replaced by a copy.
///
/// # Errors
/// When a mode can't be read or set.
pub fn normalise_content_modes(directory: &Path) -> Result<(), FilesError> {
    for entry in below(directory) {
        let entry = entry.map_err(FilesError::walking)?;
        change_as_owner(entry.path(), |path| set(path, normal))?;
    }
    Ok(())
}

fn normal(mode: u32, is_directory: bool) -> u32 {
    if is_directory || mode & 0o100 != 0 {
        0o755
    } else {
        0o644
    }
}

pub(super) fn change(
    directory: &Path,
    wanted: impl Fn(u32, bool) -> u32,
) -> Result<(), std::io::Error> {
    set(directory, &wanted)?;
    for entry in below(directory) {
        set(entry?.path(), &wanted)?;
    }
    Ok(())
}

/// A directory comes before its content, which was listed by then.
fn below(directory: &Path) -> impl Iterator<Item = Result<walkdir::DirEntry, walkdir::Error>> {
    let walk = WalkDir::new(directory).min_depth(1).sort_by_file_name();
    walk.into_iter()
}

fn set(path: &Path, wanted: impl Fn(u32, bool) -> u32) -> Result<(), std::io::Error> {
    let metadata = fs_err::symlink_metadata(path)?;
    let mode = metadata.permissions().mode() & 0o7777;
    let wanted = wanted(mode, metadata.is_dir());
    if !metadata.is_symlink() && mode != wanted {
        fs_err::set_permissions(path, Permissions::from_mode(wanted))?;
    }
    Ok(())
}
