//! Changing a layout where it stands. The directory may be somebody's: a mount point, the working directory of
//! a shell, behind a link, with files beside the layout. It stays what it is, and so does all in it that isn't
//! the layout's.
//!
//! Blobs come first, each in one step, then `index.json`, and last go the blobs that nothing names any more.
//! A reader finds the old image or the new one. What a killed process left are such blobs.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Descriptor, Digest, GoOn, ImageConfig, Layout, LayoutError, Manifest, Trust};

/// What files are called before they are whole.
const UNFINISHED: &str = ".coracle-";

/// A layout that gets another image. Dropped without [`LayoutUpdate::finish`], it is as it was.
#[derive(Debug)]
pub struct LayoutUpdate {
    layout: Layout,
    /// What wasn't there before, outermost first; removed, where it is empty, if the update fails.
    made: Vec<PathBuf>,
    finished: bool,
    /// Where the file system has locks, only one update changes a layout.
    lock: Option<File>,
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
            lock: None,
        };
        update.make(path, |path| fs_err::create_dir_all(path))?;
        let directory = layout.guarded(|| fs_err::File::open(path))?.into_file();
        update.lock = directory.lock().is_ok().then_some(directory);
        let marker = path.join("oci-layout");
        update.make(&marker, |path| fs_err::write(path, Layout::MARKER))?;
        for inner in ["blobs", "blobs/sha256"] {
            update.make(&path.join(inner), |path| fs_err::create_dir_all(path))?;
        }
        Ok(update)
    }

    fn make(
        &mut self,
        path: &Path,
        make: impl FnOnce(&Path) -> std::io::Result<()>,
    ) -> Result<(), LayoutError> {
        if path.exists() {
            return Ok(());
        }
        self.made.push(path.to_owned());
        self.layout.guarded(|| make(path))
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
        if self.has(blob) {
            return Ok(());
        }
        let mut file = self.unfinished(&self.layout.path().join("blobs/sha256"))?;
        self.layout
            .copy_to(from, blob, trust, file.as_file_mut(), go_on)?;
        self.put(file, self.layout.blob_path(&blob.digest))
    }

    /// Whether the blob is there, as a file of the layout's own and undamaged.
    fn has(&self, blob: &Descriptor) -> bool {
        let path = self.layout.blob_path(&blob.digest);
        fs_err::symlink_metadata(path).is_ok_and(|found| found.is_file())
            && self.layout.check_size(blob).is_ok()
            && self.layout.check_digest(&blob.digest).is_ok()
    }

    /// Writes the configuration, the manifest that points to it, and the index that points to that. The layers
    /// must be there. `manifest.config` is set here; its media type is kept.
    ///
    /// # Errors
    /// When a file can't be written, or `go_on` fails.
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
        let (descriptor, index) = self.layout.index_of(&manifest, &bytes)?;
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
        let blobs = self.layout.path().join("blobs");
        let directory = blobs.join("sha256");
        // Several layouts may share a directory by links.
        if blobs.is_symlink() || directory.is_symlink() {
            return;
        }
        for entry in fs_err::read_dir(directory).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_blob = format!("sha256:{name}").parse::<Digest>().is_ok();
            if (is_blob || name.starts_with(UNFINISHED)) && !named.contains(&*name) {
                let _ = fs_err::remove_file(entry.path());
            }
        }
    }
}

impl Drop for LayoutUpdate {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        for path in self.made.iter().rev() {
            let _ = fs_err::remove_file(path).or_else(|_| fs_err::remove_dir(path));
        }
    }
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
