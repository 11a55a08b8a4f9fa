//! Where the layers of a rebased image come from: the run image's from the run image, the app's from the app.
//! A file that has the name of another's layer, and other bytes, is never in the way.

use std::path::Path;

use oci::{Descriptor, ImageConfig, Layout, LayoutError, LayoutUpdate, Manifest, Trust};
use store::Store;

use crate::layout_output::{go_on, of_update};
use crate::rebase::RebaseError;

/// How the command line names a directory to rebase.
const LAYOUT: &str = "oci:";

/// A layout with layers.
pub(crate) struct Source<'a> {
    layout: &'a Layout,
    trust: Trust,
    /// What it means that a layer can't be had.
    unreadable: fn(LayoutError) -> RebaseError,
}

/// Both layouts.
pub(crate) struct Sources<'a> {
    pub(crate) base: Source<'a>,
    pub(crate) app: Source<'a>,
    /// How many layers, from the lowest, are the run image's.
    pub(crate) base_layers: usize,
}

impl Sources<'_> {
    /// Brings all layers into a new layout of the store.
    pub(crate) fn bring(
        &self,
        new: &Layout,
        manifest: &Manifest,
        store: &Store,
    ) -> Result<(), RebaseError> {
        let _step = tracing::info_span!("step", title = "Bringing the layers together").entered();
        let go_on = go_on(store);
        for (layer, source) in self.layers(manifest) {
            let brought = match source.trust {
                Trust::Ours => source
                    .layout
                    .check_size(layer)
                    .and_then(|()| new.link_blob(source.layout, &layer.digest)),
                Trust::Foreign => new.copy_foreign_blob(source.layout, layer, &go_on),
            };
            if let Err(error) = brought {
                store.check_cancelled()?;
                return Err(source.error(error, new.path()));
            }
        }
        Ok(())
    }

    /// Makes the layout at `path`, which the app is of, that of the rebased image.
    pub(crate) fn update(
        &self,
        path: &Path,
        manifest: Manifest,
        config: &ImageConfig,
        store: &Store,
    ) -> Result<(), RebaseError> {
        let _step = tracing::info_span!("step", title = "Writing the image layout").entered();
        let go_on = go_on(store);
        let failed = |error| RebaseError::from(of_update(error, path, LAYOUT, store));
        let mut update = LayoutUpdate::begin(path).map_err(failed)?;
        for (layer, source) in self.layers(&manifest) {
            let brought = update.bring(source.layout, layer, source.trust, &go_on);
            brought.map_err(|error| match source.error(error, path) {
                RebaseError::Layout(error) => failed(error),
                error => error,
            })?;
        }
        let finished = update.finish_configured(manifest, config, &go_on);
        finished.map(drop).map_err(failed)
    }

    fn layers<'m>(
        &self,
        manifest: &'m Manifest,
    ) -> impl Iterator<Item = (&'m Descriptor, &Source<'_>)> {
        let layers = manifest.layers.iter().enumerate();
        layers.map(|(index, layer)| {
            let of_base = index < self.base_layers;
            (layer, if of_base { &self.base } else { &self.app })
        })
    }
}

impl<'a> Source<'a> {
    /// What a component or the image store holds.
    pub(crate) fn ours(layout: &'a Layout) -> Self {
        Self {
            layout,
            trust: Trust::Ours,
            unreadable: RebaseError::Layout,
        }
    }

    /// What the user names, and what it means that it can't be read.
    pub(crate) fn of_user(layout: &'a Layout, unreadable: fn(LayoutError) -> RebaseError) -> Self {
        Self {
            layout,
            trust: Trust::Foreign,
            unreadable,
        }
    }

    /// Whether it was the source that failed, or what is written.
    fn error(&self, error: LayoutError, target: &Path) -> RebaseError {
        match error {
            LayoutError::Io { ref path, .. } if path == target => RebaseError::Layout(error),
            _ => (self.unreadable)(error),
        }
    }
}
