//! Replacing and removing whole directories.

use std::path::{Path, PathBuf};

/// One atomic step: where something stands already, the two change places (`renameat2(2)`,
/// `RENAME_EXCHANGE`), so that a process killed here loses neither.
///
/// # Errors
/// When a rename fails; the old directory is then still in its place.
pub fn replace_directory(source: &Path, destination: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    if fs_err::symlink_metadata(destination).is_ok() {
        match renameat_with(CWD, source, CWD, destination, RenameFlags::EXCHANGE) {
            Ok(()) => remove_tree(source),
            // Not every file system can: NFS and some overlays.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                park_and_rename(source, destination)
            }
            Err(error) => Err(rename_error(source, destination, &error.into())),
        }
    } else {
        fs_err::rename(source, destination)
            .map_err(|error| rename_error(source, destination, &error))
    }
}

/// Two steps where one can't be had: the old directory is parked beside the source, in a work
/// directory, and put back when the second step fails.
pub(crate) fn park_and_rename(source: &Path, destination: &Path) -> std::io::Result<()> {
    let mut parked = source.as_os_str().to_owned();
    parked.push(".replaced");
    let parked = PathBuf::from(parked);
    fs_err::rename(destination, &parked)?;
    if let Err(error) = fs_err::rename(source, destination) {
        fs_err::rename(&parked, destination)?;
        return Err(error);
    }
    remove_tree(&parked)
}

/// Names both ends, which the operating system doesn't.
pub(crate) fn rename_error(
    source: &Path,
    destination: &Path,
    error: &std::io::Error,
) -> std::io::Error {
    let (source, destination) = (source.display(), destination.display());
    let why = if error.kind() == std::io::ErrorKind::CrossesDevices {
        "they are on different file systems, and only within one a directory appears in one step"
            .to_owned()
    } else {
        error.to_string()
    };
    std::io::Error::new(
        error.kind(),
        format!("{source} can't become {destination}: {why}"),
    )
}

/// Removes a tree even where directories in it are read-only, as Go's module cache makes them.
///
/// # Errors
/// When something can't be removed; a tree that is not there is no error.
pub fn remove_tree(path: &Path) -> std::io::Result<()> {
    match fs_err::remove_dir_all(path) {
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            make_writable(path)?;
            fs_err::remove_dir_all(path)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

fn make_writable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = fs_err::symlink_metadata(path)?;
    if metadata.is_dir() {
        let mut permissions = metadata.permissions();
        permissions.set_mode(permissions.mode() | 0o700);
        fs_err::set_permissions(path, permissions)?;
        for entry in fs_err::read_dir(path)? {
            make_writable(&entry?.path())?;
        }
    }
    Ok(())
}
