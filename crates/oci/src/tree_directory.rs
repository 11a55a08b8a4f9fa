//! A tree as a directory.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown};
use std::path::Path;

use super::{Content, Entry, EntryKind, Tree};

pub(super) fn write(tree: &Tree, root: &Path) -> io::Result<()> {
    fs_err::create_dir_all(root)?;
    fs_err::set_permissions(root, Permissions::from_mode(0o755))?;
    for (path, entry) in tree.iter() {
        let destination = root.join(path);
        match &entry.kind {
            EntryKind::Directory => {
                // May stand already: `root` need not be empty.
                fs_err::create_dir_all(&destination)?;
            }
            EntryKind::Symlink(target) => fs_err::os::unix::fs::symlink(target, &destination)?,
            EntryKind::File(Content::Bytes(bytes)) => {
                fs_err::write(&destination, bytes)?;
                fs_err::set_permissions(&destination, Permissions::from_mode(entry.mode))?;
            }
            EntryKind::File(Content::Disk(file)) => place(file, entry, &destination)?,
        }
        set_owner(&destination, entry)?;
    }
    // Last and from the inside out: a directory may deny writing to its own owner.
    for (path, entry) in tree.iter().collect::<Vec<_>>().into_iter().rev() {
        if entry.kind == EntryKind::Directory {
            let permissions = Permissions::from_mode(entry.mode);
            fs_err::set_permissions(root.join(path), permissions)?;
        }
    }
    Ok(())
}

fn place(file: &Path, entry: &Entry, destination: &Path) -> io::Result<()> {
    let metadata = fs_err::metadata(file)?;
    let as_it_is = metadata.mode() & 0o7777 == entry.mode && entry.uid == 0 && entry.gid == 0;
    // Fails across file systems and where the number of links is limited; then a copy it is.
    if as_it_is && fs_err::hard_link(file, destination).is_ok() {
        return Ok(());
    }
    fs_err::copy(file, destination)?;
    fs_err::set_permissions(destination, Permissions::from_mode(entry.mode))
}

fn set_owner(destination: &Path, entry: &Entry) -> io::Result<()> {
    if (entry.uid, entry.gid) == (0, 0) {
        return Ok(());
    }
    match lchown(destination, Some(entry.uid), Some(entry.gid)) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        // A user namespace in which the id is not mapped.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result,
    }
}
