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

    pub(crate) fn ensure(
        &self,
        store: &Store,
        composer: &Composer,
    ) -> Result<PathBuf, BuilderError> {
        let title = format!("Composing the image {}", self.name);
        self.component.ensure(store, &title, |_, out| {
            match self.form {
                Form::Directory => composer.compose_directory(&self.name, out)?,
                Form::Layout => composer.compose_layout(&self.name, out)?,
            };
            Ok(())
        })
    }
}
