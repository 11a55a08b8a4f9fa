//! Changing a layout where it stands. The directory may be somebody's: a mount point, the working directory of
//! a shell, behind a link, with files beside the layout. It stays what it is, and so does all in it that isn't
//! the layout's.
//!
//! Blobs come first, each in one step, then `index.json`, and last go the blobs that nothing names any more,
//! among them what a killed process left. Who opens the directory finds the old image or the new one; who has
//! the old one open meanwhile may find that its blobs are gone.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Descriptor, Digest, GoOn, ImageConfig, Layout, LayoutError, Manifest, Trust};

/// How the names of files begin that aren't whole yet.
pub const UNFINISHED: &str = ".coracle-";

/// A layout that gets another image. Dropped without [`LayoutUpdate::finish`], it is as it was. There must be
/// one at a time of a directory.
#[derive(Debug)]
pub struct LayoutUpdate {
    layout: Layout,
    /// What wasn't there before, outermost first; removed, where it is empty, if the update fails.
    made: Vec<PathBuf>,
    finished: bool,
}

impl LayoutUpdate {
    /// Begins in a directory that is a layout, or empty, or not there.
    ///
    /// # Errors
    /// When a directory or a file can't be made.
    pub fn begin(path: &Path) -> Result<Self, LayoutError> {
        let layout = Layout::at(path);
        let mut update = Self {
            layout: layout.clone(),
            made: Vec::new(),
            finished: false,
        };
        update.make_directory(path)?;
        if layout.check_version().is_err() {
            update.write(Layout::MARKER.as_bytes(), path.join("oci-layout"))?;
        }
        for inner in ["blobs", "blobs/sha256"] {
            update.make_directory(&path.join(inner))?;
        }
        Ok(update)
    }

    fn make_directory(&mut self, path: &Path) -> Result<(), LayoutError> {
        // A link that leads nowhere is there, too, and not ours to remove.
        if fs_err::symlink_metadata(path).is_ok() {
            return Ok(());
        }
        self.made.push(path.to_owned());
        self.layout.guarded(|| fs_err::create_dir_all(path))
    }

    /// Brings in a blob of `from`, which may be this layout: it is checked then. What stands there under its
    /// name stays if it is the blob, and is replaced if not.
    ///
    /// # Errors
    /// When the blob isn't there, isn't what its descriptor promises, or can't be copied; when `go_on` fails.
    pub fn bring(
        &mut self,
        from: &Layout,
        blob: &Descriptor,
        trust: Trust,
        go_on: GoOn<'_>,
    ) -> Result<(), LayoutError> {
        self.layout.guarded(go_on)?;
        if self.has(blob, go_on) {
            return Ok(());
        }
        let mut file = self.unfinished(&self.layout.path().join("blobs/sha256"))?;
        self.layout
            .copy_to(from, blob, trust, file.as_file_mut(), go_on)?;
        self.put(file, self.layout.blob_path(&blob.digest))
    }

    /// Whether the blob is there, as a file of the layout's own and undamaged.
    fn has(&self, blob: &Descriptor, go_on: GoOn<'_>) -> bool {
        let path = self.layout.blob_path(&blob.digest);
        fs_err::symlink_metadata(path).is_ok_and(|found| found.is_file())
            && self.layout.check_size(blob).is_ok()
            && self.layout.check_digest(&blob.digest, go_on).is_ok()
    }

    /// Writes the configuration, the manifest that points to it, and the index that points to that. The layers
    /// must be there. `manifest.config` is set here; its media type is kept, and so is the name that the index
    /// gave to the image before.
    ///
    /// # Errors
    /// When a file can't be written, a layer isn't there, or `go_on` fails.
    pub fn finish(
        mut self,
        mut manifest: Manifest,
        config: &[u8],
        go_on: GoOn<'_>,
    ) -> Result<Descriptor, LayoutError> {
        manifest.config.digest = self.write_blob(config)?;
        manifest.config.size = config.len() as u64;
        let bytes = self.layout.json(&manifest)?;
        self.write_blob(&bytes)?;
        let name = self.layout.reference_name();
        let (descriptor, index) = self.layout.index_of(&manifest, &bytes, name)?;
        // Somebody else may write here, too, and have taken them for nobody's.
        for layer in &manifest.layers {
            self.layout.check_size(layer)?;
        }
        self.layout.guarded(go_on)?;
        self.write(&index, self.layout.path().join("index.json"))?;
        self.finished = true;
        let layers = manifest.layers.iter().map(|layer| &layer.digest);
        let named = layers.chain([&descriptor.digest, &manifest.config.digest]);
        self.remove_all_but(&named.map(Digest::hex).collect());
        Ok(descriptor)
    }

    /// [`LayoutUpdate::finish`] with a configuration that is not written as JSON yet.
    ///
    /// # Errors
    /// Those of [`LayoutUpdate::finish`].
    pub fn finish_configured(
        self,
        manifest: Manifest,
        config: &ImageConfig,
        go_on: GoOn<'_>,
    ) -> Result<Descriptor, LayoutError> {
        let config = self.layout.json(config)?;
        self.finish(manifest, &config, go_on)
    }

    fn write_blob(&mut self, bytes: &[u8]) -> Result<Digest, LayoutError> {
        let digest = Digest::of(bytes);
        self.write(bytes, self.layout.blob_path(&digest))?;
        Ok(digest)
    }

    fn write(&mut self, bytes: &[u8], path: PathBuf) -> Result<(), LayoutError> {
        let parent = path.parent().unwrap_or(self.layout.path()).to_owned();
        let mut file = self.unfinished(&parent)?;
        self.layout.guarded(|| file.write_all(bytes))?;
        self.put(file, path)
    }

    /// On the file system where it will be, so that a rename is enough.
    fn unfinished(&self, directory: &Path) -> Result<NamedTempFile, LayoutError> {
        self.layout.guarded(|| {
            tempfile::Builder::new()
                .prefix(UNFINISHED)
                .permissions(PermissionsExt::from_mode(0o644))
                .tempfile_in(directory)
        })
    }

    fn put(&mut self, file: NamedTempFile, path: PathBuf) -> Result<(), LayoutError> {
        let is_new = fs_err::symlink_metadata(&path).is_err();
        self.layout
            .guarded(|| file.persist(&path).map_err(|error| error.error))?;
        if is_new {
            self.made.push(path);
        }
        Ok(())
    }

    /// The image is there by now; a blob that stays only takes space.
    fn remove_all_but(&self, named: &BTreeSet<&str>) {
        let root = self.layout.path();
        let blobs = (!self.shares_blobs()).then(|| root.join("blobs/sha256"));
        for directory in blobs.iter().map(PathBuf::as_path).chain([root]) {
            for entry in fs_err::read_dir(directory).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                let is_blob =
                    directory != root && format!("sha256:{name}").parse::<Digest>().is_ok();
                if name.starts_with(UNFINISHED) || is_blob && !named.contains(&*name) {
                    let _ = fs_err::remove_file(entry.path());
                }
            }
        }
    }

    /// Whether the blobs are behind a link, by which several layouts may have them.
    fn shares_blobs(&self) -> bool {
        let path = |name: &str| self.layout.path().join(name);
        path("blobs").is_symlink() || path("blobs/sha256").is_symlink()
    }
}

impl Drop for LayoutUpdate {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let shared = self
            .shares_blobs()
            .then(|| self.layout.path().join("blobs"));
        let is_shared = |path: &Path| shared.as_ref().is_some_and(|blobs| path.starts_with(blobs));
        for path in self.made.iter().rev().filter(|path| !is_shared(path)) {
            let _ = fs_err::remove_file(path).or_else(|_| fs_err::remove_dir(path));
        }
    }
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
