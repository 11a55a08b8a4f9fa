//! A registry that several images go to, which are to be seen there together.

use std::path::Path;
use std::time::Duration;

use oci::{Compression, DerivedImage, Descriptor, Digest, ImageConfig, Layout, Tree};
use serde::Deserialize;
use store::Store;
use tracing::info_span;

use crate::ImageName;
use crate::crane::{crane, push};
use crate::limited_program::ANSWER;
use crate::output_error::{OutputError, PushFailure};

/// The tag of the image with which it is found out whether a repository can be written.
pub const CHECK_TAG: &str = "coracle-check";

/// A registry as `crane` reaches it.
#[derive(Debug, Clone, Copy)]
pub struct Registry<'a> {
    store: &'a Store,
    crane: &'a Path,
    /// How long it may take over a request of a few bytes.
    answer: Duration,
}

/// What of a manifest says which processors it is for.
#[derive(Debug, Deserialize)]
struct Published {
    /// Of an index.
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

impl<'a> Registry<'a> {
    /// `crane` is the program.
    #[must_use]
    pub fn new(store: &'a Store, crane: &'a Path) -> Self {
        Self {
            store,
            crane,
            answer: ANSWER,
        }
    }

    /// Finds out whether the repository of this name can be written, by writing an image of a few bytes there.
    /// Its tag is its own, and it is always the same, so that there is never more than one.
    ///
    /// # Errors
    /// The one that a push would end with.
    pub fn check_push(&self, name: &ImageName, architecture: &str) -> Result<(), OutputError> {
        self.store.check_cancelled()?;
        let title = format!("Asking whether {name} may be pushed");
        let _step = info_span!("step", title).entered();
        let work = self.store.work_directory()?;
        let layout = smallest_image(&work.path().join("image"), architecture)?;
        let digest = layout.image()?.descriptor.digest;
        let path = layout.path().display().to_string();
        self.ask(name, &["push", &path, &name.with_digest(&digest)])?;
        // What is there already isn't pushed again, and who may read it may not write, perhaps. A tag is set all
        // the same.
        match self.tag(name, CHECK_TAG, &digest) {
            // Said to who may write: the tag is there since the last time.
            Err(OutputError::Push { output, .. }) if is_of_immutability(&output) => Ok(()),
            result => result,
        }
    }

    /// Refuses to put an image for one processor where one for another is, or an index of several: those who
    /// use it there would be left without. What can't be read is taken for nothing.
    ///
    /// # Errors
    /// [`OutputError::OtherArchitecture`], or what is wrong with the registry.
    pub fn check_architecture(
        &self,
        name: &ImageName,
        architecture: &'static str,
    ) -> Result<(), OutputError> {
        let title = format!("Asking what {name} is");
        let _step = info_span!("step", title).entered();
        let Some(manifest) = self.read("manifest", name)? else {
            return Ok(());
        };
        let found = match serde_json::from_str::<Published>(&manifest) {
            Ok(Published { manifests }) if !manifests.is_empty() => "several processors".to_owned(),
            _ => {
                let config = self.read("config", name)?.unwrap_or_default();
                match serde_json::from_str::<ImageConfig>(&config) {
                    Ok(config) => config.architecture,
                    Err(_) => return Ok(()),
                }
            }
        };
        if found == architecture {
            return Ok(());
        }
        Err(OutputError::OtherArchitecture {
            image: name.clone(),
            found: found.into(),
            own: architecture,
        })
    }

    /// Brings an image to the repository of this name, where it is known by its digest alone.
    ///
    /// # Errors
    /// [`OutputError::Push`] says why the registry doesn't have it.
    pub fn push_content(&self, layout: &Layout, name: &ImageName) -> Result<(), OutputError> {
        self.store.check_cancelled()?;
        let digest = layout.image()?.descriptor.digest;
        push(layout, self.crane, name, &name.with_digest(&digest))
    }

    /// Lets a name mean content that its repository has. A tag that means it already isn't touched.
    ///
    /// # Errors
    /// [`OutputError::Push`] says why the name means something else still.
    pub fn set_tag(&self, name: &ImageName, digest: &Digest) -> Result<(), OutputError> {
        self.store.check_cancelled()?;
        let title = format!("Tagging {name}");
        let _step = info_span!("step", title).entered();
        let current = self.read("digest", name)?;
        if current.is_some_and(|current| current.trim() == digest.to_string()) {
            return Ok(());
        }
        self.tag(name, name.tag(), digest)
    }

    fn tag(&self, name: &ImageName, tag: &str, digest: &Digest) -> Result<(), OutputError> {
        let content = name.with_digest(digest);
        self.ask(name, &["tag", &content, tag]).map(drop)
    }

    /// What `crane SUBJECT NAME` says; nothing where the registry has no such image, or tells nobody.
    fn read(&self, subject: &str, name: &ImageName) -> Result<Option<String>, OutputError> {
        match self.ask(name, &[subject, &name.to_string()]) {
            Ok(text) => Ok(Some(text)),
            Err(OutputError::Push { reason, output, .. })
                if matches!(reason, PushFailure::Refused | PushFailure::Name)
                    || is_of_absence(&output) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Runs `crane` for a request of a few bytes.
    fn ask(&self, name: &ImageName, arguments: &[&str]) -> Result<String, OutputError> {
        crane(self.crane, name, arguments, self.answer)
    }
}

/// The registry's error code, and the status of a registry without one.
fn is_of_absence(output: &str) -> bool {
    output.contains("MANIFEST_UNKNOWN") || output.contains("404 Not Found")
}

/// Whether a tag is what it was because its registry lets none be set twice. There is no code for it: the words
/// of some are "the repository is immutable", "configured as immutable", "has enabled tag immutability".
fn is_of_immutability(output: &str) -> bool {
    output.to_lowercase().contains("immutab")
}

/// An image of one layer in which nothing is.
fn smallest_image(path: &Path, architecture: &str) -> Result<Layout, OutputError> {
    let mut image = DerivedImage::from_scratch(Layout::create(path)?, architecture);
    image.add_layer(
        "coracle builder publish",
        &Tree::default(),
        Compression::Fast,
    )?;
    image.finish()?;
    Ok(Layout::open(path)?)
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
