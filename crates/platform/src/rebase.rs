//! Puts an image onto another run image, without building anything: a security update of the run image, or
//! the debug image and back.

use std::path::{Path, PathBuf};

use oci::{Image, Layout, LayoutError};
use store::{Store, StoreError};

use crate::output::{self, copy_layout};
use crate::rebased_image::{self, NewBase, NotRebasable};
use crate::report::{self, LayerReport};
use crate::stored_image::StoredImage;
use crate::{Delivery, ImageName, ImageNameError, OutputError};

/// How the command line names a directory to rebase.
const LAYOUT: &str = "oci:";

/// The image that is rebased, in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rebased {
    /// An image of the local image store, which may go elsewhere besides.
    Stored(Delivery),
    /// An OCI layout.
    Layout(PathBuf),
}

/// What is to be rebased, and onto what.
#[derive(Debug, Clone)]
pub struct RebaseRequest {
    /// The image.
    pub image: Rebased,
    /// The layout of the run image.
    pub run_image: PathBuf,
    /// The name of the run image: `coracle/run:latest`. A digest in it is passed over.
    pub run_image_reference: String,
    /// Pass over the checks that are about whether the app will like it there.
    pub force: bool,
    /// The program that pushes, where it isn't `crane` on the `PATH`.
    pub crane: Option<PathBuf>,
}

/// An image on its run image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebaseReport {
    /// The layers, lowest first.
    pub layers: Vec<LayerReport>,
    /// The digest by which a registry knows it.
    pub manifest_digest: oci::Digest,
    /// The digest of the configuration.
    pub image_id: oci::Digest,
    /// Whether it was on this run image before.
    pub unchanged: bool,
}

/// An image that isn't rebased.
#[derive(Debug, thiserror::Error)]
pub enum RebaseError {
    /// There is no image of this name in the store.
    #[error("there is no image {image}")]
    NoImage {
        /// The name.
        image: ImageName,
    },
    /// The image can't be read.
    #[error("the image can't be read")]
    Image(#[source] LayoutError),
    /// The run image can't be read.
    #[error("the run image can't be read")]
    RunImage(#[source] LayoutError),
    /// The result can't be written.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The run image's reference is no name.
    #[error(transparent)]
    Name(#[from] ImageNameError),
    /// A check failed.
    #[error(transparent)]
    Refused(#[from] NotRebasable),
    /// The store can't be used, or the work was asked to end.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The rebased image can't be handed on.
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl RebaseReport {
    /// A table of the layers with their sizes, the total, and the digests.
    #[must_use]
    pub fn render(&self) -> String {
        let table = report::table(&self.layers);
        format!(
            "{table}\nDigest  {}\nID      {}\n",
            self.manifest_digest, self.image_id
        )
    }
}

impl Rebased {
    /// The run image that the image was built for, if it says so.
    ///
    /// # Errors
    /// When there is no image or it can't be read.
    pub fn run_image(&self, store: &Store) -> Result<Option<String>, RebaseError> {
        let (_, image) = self.open(store)?;
        Ok(rebased_image::run_image_of(&image.config))
    }

    fn open(&self, store: &Store) -> Result<(Layout, Image), RebaseError> {
        match self {
            Self::Stored(Delivery { image, .. }) => {
                let stored = StoredImage::open(store, image).map_err(RebaseError::Image)?;
                let stored = stored.ok_or_else(|| RebaseError::NoImage {
                    image: image.clone(),
                })?;
                Ok((stored.layout, stored.image))
            }
            Self::Layout(path) => {
                let layout = Layout::open(path).map_err(RebaseError::Image)?;
                let image = layout.image().map_err(RebaseError::Image)?;
                Ok((layout, image))
            }
        }
    }
}

/// Rebases an image. It is replaced in one step, and stays as it was when anything fails before.
///
/// # Errors
/// See [`RebaseError`].
pub fn rebase(store: &Store, request: &RebaseRequest) -> Result<RebaseReport, RebaseError> {
    if let Rebased::Stored(delivery) = &request.image {
        output::check(delivery)?;
    }
    let _lock = match &request.image {
        Rebased::Stored(delivery) => Some(store.lock(&format!("image {}", delivery.image))?),
        Rebased::Layout(_) => None,
    };
    let (layout, image) = request.image.open(store)?;
    let base = Layout::open(&request.run_image).map_err(RebaseError::RunImage)?;
    let base_image = base.image().map_err(RebaseError::RunImage)?;
    // kpack names run images by their digest too, which is not that of the new one.
    let reference = &request.run_image_reference;
    let name = reference
        .split_once('@')
        .map_or(&**reference, |(name, _)| name);
    let name: ImageName = name.parse()?;
    let base_digest = &base_image.descriptor.digest;
    let new_base = NewBase {
        name: &request.run_image_reference,
        identifier: &name.pinned(base_digest),
        image: &base_image,
    };
    let (manifest, config) = rebased_image::rebased(&image, new_base, request.force)?;
    let work = store.work_directory()?;
    let new = Layout::create(work.path().join("image"))?;
    for layer in &manifest.layers {
        let source = [&base, &layout]
            .into_iter()
            .find(|source| source.blob_path(&layer.digest).exists());
        // The image's own layout says best what is missing.
        let source = source.unwrap_or(&layout);
        source.check_size(layer)?;
        new.link_blob(source, &layer.digest)?;
    }
    let descriptor = new.write_configured(manifest, &config)?;
    let report = RebaseReport {
        layers: report::layers(&new.image()?, Some(&image)),
        manifest_digest: descriptor.digest.clone(),
        image_id: new.image()?.manifest.config.digest,
        unchanged: descriptor.digest == image.descriptor.digest,
    };
    match &request.image {
        Rebased::Layout(path) => copy_layout(&new, path, LAYOUT)?,
        Rebased::Stored(delivery) => {
            let destination = store.path(delivery.image.store_path());
            work.commit("image", &destination)?;
            let stored = Layout::open(destination)?;
            let crane = request.crane.as_deref().unwrap_or(Path::new("crane"));
            output::deliver(&stored, crane, delivery, store)?;
        }
    }
    Ok(report)
}
