//! Puts an image onto another run image, without building anything: a security update of the run image, or
//! the debug image and back.

use std::path::{Path, PathBuf};

use oci::{Image, ImageConfig, Layout, LayoutError, Manifest};
use store::{Store, StoreError};

use crate::layout_output;
use crate::output;
use crate::rebase_sources::{Source, Sources};
use crate::rebased_image::{self, NewBase, NotRebasable};
use crate::report::{self, LayerReport};
use crate::stored_image::StoredImage;
use crate::{Delivery, ImageName, ImageNameError, OutputError};

/// The image that is rebased, in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rebased {
    /// An image of the local image store, which may go elsewhere besides.
    Stored(Delivery),
    /// An OCI layout.
    Layout(PathBuf),
}

/// The layout of a run image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaseLayout {
    /// Of a component, which nobody else writes to: its layers become ours by hard links.
    Component(PathBuf),
    /// Of the user, who may change it: its layers are checked and copied.
    Given(PathBuf),
}

/// What is to be rebased, and onto what.
#[derive(Debug, Clone)]
pub struct RebaseRequest {
    /// The image.
    pub image: Rebased,
    /// The run image.
    pub run_image: BaseLayout,
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

/// Onto which run image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedRunImage {
    /// The one that the image was built for, as it is now.
    Own,
    /// The one of this name.
    Named(String),
    /// The one in this layout; it takes the place of the one that the image was built for.
    Layout(PathBuf),
}

/// An image that isn't rebased, or not where it should be besides.
#[derive(Debug, thiserror::Error)]
pub enum RebaseError {
    /// There is no image of this name in the store.
    #[error("there is no image {image}")]
    NoImage {
        /// The name.
        image: ImageName,
    },
    /// The layout to rebase can't be read.
    #[error("the image can't be read")]
    Image(#[source] LayoutError),
    /// The run image can't be read.
    #[error("the run image can't be read")]
    RunImage(#[source] LayoutError),
    /// The result can't be written, or what is in the store is damaged.
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
    /// It is clear beforehand that the rebased image can't go where it should, or the layout can't be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The image is rebased in the store, but not where it should go besides.
    #[error("the image can't be handed on")]
    Delivery {
        /// Its name.
        image: ImageName,
        /// What it is now.
        report: Box<RebaseReport>,
        /// What failed.
        source: Box<OutputError>,
    },
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

impl BaseLayout {
    fn path(&self) -> &Path {
        match self {
            Self::Component(path) | Self::Given(path) => path,
        }
    }
}

impl Rebased {
    fn open(&self, store: &Store) -> Result<(Layout, Image), RebaseError> {
        match self {
            Self::Stored(Delivery { image, .. }) => {
                let stored = StoredImage::open(store, image)?;
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

/// Checks what can be known of a rebase before the run image is there, which may take minutes to make: whether
/// there is the image, whether it was built for that run image, and whether it can go where it should. Returns
/// the name of the run image.
///
/// # Errors
/// Those of [`RebaseError`] that have to do with that.
pub fn check_rebase(
    store: &Store,
    image: &Rebased,
    run_image: &WantedRunImage,
    force: bool,
) -> Result<String, RebaseError> {
    if let Rebased::Stored(delivery) = image {
        output::check(delivery)?;
    }
    let (_, image) = image.open(store)?;
    let wanted = match run_image {
        WantedRunImage::Named(name) => Some(&**name),
        WantedRunImage::Own | WantedRunImage::Layout(_) => None,
    };
    let name = rebased_image::check(&image, wanted, force)?;
    if let WantedRunImage::Layout(path) = run_image {
        rebased(&image, &open_run_image(path)?.1, &name, force)?;
    }
    Ok(name)
}

/// Rebases an image. It is replaced in one step, and stays as it was when anything fails before.
///
/// # Errors
/// See [`RebaseError`].
pub fn rebase(store: &Store, request: &RebaseRequest) -> Result<RebaseReport, RebaseError> {
    let _lock = match &request.image {
        Rebased::Stored(delivery) => store.lock(&format!("image {}", delivery.image))?,
        Rebased::Layout(path) => layout_output::lock(path, store)?,
    };
    let (layout, image) = request.image.open(store)?;
    let (base, base_image) = open_run_image(request.run_image.path())?;
    let name = &request.run_image_reference;
    let (manifest, config) = rebased(&image, &base_image, name, request.force)?;
    let sources = Sources {
        base: match request.run_image {
            BaseLayout::Component(_) => Source::ours(&base),
            BaseLayout::Given(_) => Source::of_user(&base, RebaseError::RunImage),
        },
        app: match request.image {
            Rebased::Stored(_) => Source::ours(&layout),
            Rebased::Layout(_) => Source::of_user(&layout, RebaseError::Image),
        },
        base_layers: base_image.manifest.layers.len(),
    };
    let delivery = match &request.image {
        Rebased::Layout(path) => {
            sources.update(path, manifest, &config, store)?;
            None
        }
        Rebased::Stored(delivery) => {
            let work = store.work_directory()?;
            let new = Layout::create(work.path().join("image"))?;
            sources.bring(&new, &manifest, store)?;
            new.write_configured(manifest, &config)?;
            work.commit("image", &store.path(delivery.image.store_path()))?;
            Some(delivery)
        }
    };
    let new = Layout::open(layout.path())?;
    let report = report(&new.image()?, &image);
    if let Some(delivery) = delivery {
        let crane = request.crane.as_deref().unwrap_or(Path::new("crane"));
        if let Err(source) = output::deliver(&new, crane, delivery, store) {
            return Err(RebaseError::Delivery {
                image: delivery.image.clone(),
                report: Box::new(report),
                source: Box::new(source),
            });
        }
    }
    Ok(report)
}

fn report(new: &Image, before: &Image) -> RebaseReport {
    RebaseReport {
        layers: report::rebased_layers(new, before),
        manifest_digest: new.descriptor.digest.clone(),
        image_id: new.manifest.config.digest.clone(),
        unchanged: new.descriptor.digest == before.descriptor.digest,
    }
}

fn open_run_image(path: &Path) -> Result<(Layout, Image), RebaseError> {
    let layout = Layout::open(path).map_err(RebaseError::RunImage)?;
    let image = layout.image().map_err(RebaseError::RunImage)?;
    Ok((layout, image))
}

fn rebased(
    image: &Image,
    base: &Image,
    reference: &str,
    force: bool,
) -> Result<(Manifest, ImageConfig), RebaseError> {
    // kpack names run images by their digest too, which is not that of the new one.
    let name = reference
        .split_once('@')
        .map_or(reference, |(name, _)| name);
    let name: ImageName = name.parse()?;
    let new_base = NewBase {
        name: reference,
        identifier: &name.pinned(&base.descriptor.digest),
        image: base,
    };
    Ok(rebased_image::rebased(image, new_base, force)?)
}

#[cfg(test)]
#[path = "rebase_tests.rs"]
mod tests;
