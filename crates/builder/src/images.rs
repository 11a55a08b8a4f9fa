//! The images of `stack/` as components of a builder.

use std::path::PathBuf;

use composer::Composer;
use store::Store;

use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::key::Key;

/// How an image is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Unpacked, to be looked at as a root directory.
    Directory,
    /// As an OCI layout.
    Layout,
}

/// An image of `stack/` that is composed, or going to be.
pub(crate) struct Image {
    pub(crate) name: String,
    form: Form,
    pub(crate) component: ComponentId,
}

impl Image {
    pub(crate) fn new(composer: &Composer, name: &str, form: Form) -> Result<Self, BuilderError> {
        let key = composer.key(name)?;
        let component = match form {
            Form::Directory => format!("{name}-image"),
            Form::Layout => name.to_owned(),
        };
        Ok(Self {
            name: name.to_owned(),
            form,
            component: ComponentId::new(component, Key::from_text(key)),
        })
    }

    /// Makes the image where it does not exist, of packages that the composer has fetched by then. Only
    /// now is it known what Debian no longer has; an image of which a package was replaced becomes
    /// another component than the one that was planned, lest it be taken for the locked one.
    pub(crate) fn ensure(
        &self,
        store: &Store,
        composer: &Composer,
    ) -> Result<PathBuf, BuilderError> {
        let title = format!("Composing the image {}", self.name);
        let made = Self::new(composer, &self.name, self.form)?;
        made.component.ensure(store, &title, |_, out| {
            match self.form {
                Form::Directory => composer.compose_directory(&self.name, out)?,
                Form::Layout => composer.compose_layout(&self.name, out)?,
            };
            Ok(())
        })
    }
}

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
