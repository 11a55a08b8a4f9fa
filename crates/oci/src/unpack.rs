//! An image's layers as a directory tree, for programs that run in it.
//!
//! Layers come from others, so nothing in them may reach outside the directory: a name with `..`, and
//! an entry below something that is a symbolic link, are refused. Owners are not set (an unprivileged
//! user can't), device nodes are left out, and setuid and setgid bits are dropped, since an unpacked
//! tree lies in somebody's cache directory.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, BufReader, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use fs_err::os::unix::fs::OpenOptionsExt as _;
use tar::EntryType;

use crate::{Descriptor, Layout, LayoutError};

/// The prefix of an entry that removes a file of a lower layer (OCI `layer.md`, "Whiteouts").
const WHITEOUT: &[u8] = b".wh.";

/// The entry that removes everything that lower layers have put in its directory.
const OPAQUE: &[u8] = b".wh..wh..opq";

/// A layer that can't be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The layout is damaged.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// An entry's name has `..` in it, or is empty where a file is meant.
    #[error("layer {layer} has an entry that leaves the image: {entry}")]
    Outside {
        /// The digest of the layer.
        layer: String,
        /// The name as it stands in the layer.
        entry: String,
    },
    /// An entry lies below a symbolic link or a file.
    #[error("layer {layer} writes through {through}, which is not a directory: {entry}")]
    Through {
        /// The digest of the layer.
        layer: String,
        /// The name as it stands in the layer.
        entry: String,
        /// What stands in the way.
        through: PathBuf,
    },
    /// The tar or gzip stream is broken, or a file can't be written.
    #[error("layer {layer} can't be unpacked")]
    Io {
        /// The digest of the layer.
        layer: String,
        /// What failed.
        source: io::Error,
    },
}

/// Unpacks all layers of the layout's image into `destination`, which must exist and be empty.
///
/// # Errors
/// When the layout is damaged, a layer tries to leave the directory, or a file can't be written.
/// What was unpacked until then stays: unpack into a directory that can be thrown away.
pub fn unpack_image(layout: &Layout, destination: &Path) -> Result<(), UnpackError> {
    let mut tree = Tree {
        root: destination,
        modes: BTreeMap::new(),
    };
    for layer in &layout.image()?.manifest.layers {
        tree.layer(layout, layer)?;
    }
    tree.finish()
}

struct Tree<'root> {
    root: &'root Path,
    /// The modes of directories, set at the end so that a read-only one can be filled.
    modes: BTreeMap<PathBuf, u32>,
}

impl Tree<'_> {
    fn layer(&mut self, layout: &Layout, layer: &Descriptor) -> Result<(), UnpackError> {
        let file = layout.guarded(|| fs_err::File::open(layout.blob_path(&layer.digest)))?;
        let mut reader = BufReader::with_capacity(1 << 17, file);
        let name = layer.digest.to_string();
        let start = io::BufRead::fill_buf(&mut reader).map_err(|source| io_error(&name, source))?;
        if start.starts_with(&[0x1f, 0x8b]) {
            self.tar(MultiGzDecoder::new(reader), &name)
        } else {
            self.tar(reader, &name)
        }
    }

    fn tar(&mut self, reader: impl Read, name: &str) -> Result<(), UnpackError> {
        let mut archive = tar::Archive::new(reader);
        for entry in archive.entries().map_err(|source| io_error(name, source))? {
            let mut entry = entry.map_err(|source| io_error(name, source))?;
            self.entry(&mut entry, name)?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &mut tar::Entry<impl Read>, layer: &str) -> Result<(), UnpackError> {
        let name = entry.path_bytes().into_owned();
        let relative = relative_path(&name, layer)?;
        let (Some(parent), Some(file_name)) = (relative.parent(), relative.file_name()) else {
            return Ok(()); // the root directory itself
        };
        let directory = self.directory(parent, &name, layer)?;
        let file_name = file_name.as_bytes();
        let result = if file_name == OPAQUE {
            self.empty(&directory)
        } else if let Some(hidden) = file_name.strip_prefix(WHITEOUT) {
            if matches!(hidden, b"" | b"." | b"..") {
                return Err(outside(layer, &name));
            }
            self.remove(&directory.join(OsStr::from_bytes(hidden)))
        } else if entry.header().entry_type() == EntryType::Link {
            let target = entry.link_name_bytes().unwrap_or_default().into_owned();
            let target = relative_path(&target, layer)?;
            let (Some(parent), Some(target_name)) = (target.parent(), target.file_name()) else {
                return Err(outside(layer, &name));
            };
            let target = self.directory(parent, &name, layer)?.join(target_name);
            let path = directory.join(OsStr::from_bytes(file_name));
            self.remove(&path)
                .and_then(|()| fs_err::hard_link(target, path))
        } else {
            self.write(entry, &directory.join(OsStr::from_bytes(file_name)))
        };
        result.map_err(|source| io_error(layer, source))
    }

    /// The directory at `relative`, made where it is missing; an error where a component of it is
    /// anything but a directory.
    fn directory(
        &self,
        relative: &Path,
        entry: &[u8],
        layer: &str,
    ) -> Result<PathBuf, UnpackError> {
        let mut path = self.root.to_owned();
        for component in relative {
            path.push(component);
            match fs_err::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => {
                    return Err(UnpackError::Through {
                        layer: layer.to_owned(),
                        entry: shown(entry),
                        through: Path::new("/").join(path.strip_prefix(self.root).unwrap_or(&path)),
                    });
                }
                Err(_) => {
                    fs_err::create_dir(&path).map_err(|source| io_error(layer, source))?;
                }
            }
        }
        Ok(path)
    }

    fn write(&mut self, entry: &mut tar::Entry<impl Read>, path: &Path) -> io::Result<()> {
        let mode = entry.header().mode()? & 0o1777;
        match entry.header().entry_type() {
            EntryType::Directory => {
                if !fs_err::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
                    self.remove(path)?;
                    fs_err::create_dir(path)?;
                }
                self.modes.insert(path.to_owned(), mode | 0o500);
                Ok(())
            }
            EntryType::Symlink => {
                let target = entry.link_name_bytes().unwrap_or_default().into_owned();
                self.remove(path)?;
                fs_err::os::unix::fs::symlink(OsStr::from_bytes(&target), path)
            }
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                self.remove(path)?;
                let mut file = fs_err::OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(path)?;
                io::copy(entry, &mut file)?;
                file.set_permissions(std::fs::Permissions::from_mode(mode | 0o400))
            }
            other => {
                tracing::debug!("{} is left out: tar entry type {other:?}", path.display());
                Ok(())
            }
        }
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        match fs_err::symlink_metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                self.modes.retain(|known, _| !known.starts_with(path));
                fs_err::remove_dir_all(path)
            }
            Ok(_) => fs_err::remove_file(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn empty(&mut self, directory: &Path) -> io::Result<()> {
        for entry in fs_err::read_dir(directory)? {
            self.remove(&entry?.path())?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), UnpackError> {
        for (path, mode) in self.modes.iter().rev() {
            fs_err::set_permissions(path, std::fs::Permissions::from_mode(*mode))
                .map_err(|source| io_error("", source))?;
        }
        Ok(())
    }
}

/// A name in a layer as a path below the root. The lifecycle writes names with a leading slash.
fn relative_path(name: &[u8], layer: &str) -> Result<PathBuf, UnpackError> {
    let mut relative = PathBuf::new();
    for component in Path::new(OsStr::from_bytes(name)).components() {
        match component {
            Component::Normal(part) => relative.push(part),
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir | Component::Prefix(_) => return Err(outside(layer, name)),
        }
    }
    Ok(relative)
}

fn outside(layer: &str, entry: &[u8]) -> UnpackError {
    UnpackError::Outside {
        layer: layer.to_owned(),
        entry: shown(entry),
    }
}

fn io_error(layer: &str, source: io::Error) -> UnpackError {
    UnpackError::Io {
        layer: layer.to_owned(),
        source,
    }
}

fn shown(name: &[u8]) -> String {
    explain::quote(&String::from_utf8_lossy(name), 200)
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
