//! Images of `stack/` as layouts, several at once, kept while they are used.

use composer::Composer;
use store::{Lock, Store};

use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::images::{Form, Image};
use crate::prerequisites;

/// Layouts that have been made; they stay where they are until the locks are dropped.
#[derive(Debug)]
pub(crate) struct StackLayouts {
    /// In the order in which they were asked for.
    pub(crate) components: Vec<ComponentId>,
    pub(crate) in_use: Vec<Lock>,
}

impl StackLayouts {
    /// Composes what is missing, with one look at the package index for all of them.
    pub(crate) fn ensure(
        store: &Store,
        composer: &Composer,
        names: &[&str],
    ) -> Result<Self, BuilderError> {
        loop {
            let images = names.iter();
            let images = images.map(|name| Image::new(composer, name, Form::Layout));
            let images = images.collect::<Result<Vec<_>, _>>()?;
            // Before we look which ones there are.
            let in_use = images.iter().map(|image| image.component.keep(store));
            let in_use = in_use.collect::<Result<_, _>>()?;
            let is_missing = |image: &&Image| !image.component.exists(store);
            let missing: Vec<&Image> = images.iter().filter(is_missing).collect();
            if missing.is_empty() {
                let components = images.into_iter();
                return Ok(Self {
                    components: components.map(|image| image.component).collect(),
                    in_use,
                });
            }
            prerequisites::check(prerequisites::apt())?;
            let missing_names: Vec<&str> = missing.iter().map(|image| &*image.name).collect();
            composer.prefetch(&missing_names)?;
            for image in missing {
                image.ensure(store, composer)?;
            }
            // Again: after packages that Debian no longer has were replaced, images have other keys.
        }
    }
}
