//! Components: made once, content-addressed, committed each by itself.

use std::fmt;
use std::path::{Path, PathBuf};

use store::{Store, StoreError};
use tracing::info_span;

use crate::key::Key;

/// A name and the key of everything the component is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentId {
    /// `lifecycle`, `go-1.26.8`, `buildpacks` …
    pub name: String,
    /// The SHA-256 of its inputs.
    pub key: Key,
}

/// The name and the beginning of the key, enough for a person to tell two apart.
impl fmt::Display for ComponentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:.12}", self.name, self.key.as_str())
    }
}

impl ComponentId {
    pub(crate) fn new(name: impl Into<String>, key: Key) -> Self {
        Self {
            name: name.into(),
            key,
        }
    }

    /// Where the component lies, whether it has been made or not.
    #[must_use]
    pub fn directory(&self, store: &Store) -> PathBuf {
        store.path(format!("components/{}/{}", self.name, self.key))
    }

    /// Whether it has been made.
    #[must_use]
    pub fn exists(&self, store: &Store) -> bool {
        self.directory(store).is_dir()
    }

    /// Makes the component where it does not exist: `recipe` gets a work directory and fills the
    /// directory `out` in it, which becomes the component in one rename. Another process that makes
    /// the same component is waited for.
    pub(crate) fn ensure<E: From<StoreError> + From<std::io::Error>>(
        &self,
        store: &Store,
        title: &str,
        recipe: impl FnOnce(&Path, &Path) -> Result<(), E>,
    ) -> Result<PathBuf, E> {
        let directory = self.directory(store);
        if directory.is_dir() {
            return Ok(directory);
        }
        let _lock = store.lock(&format!("component-{}", self.name))?;
        if directory.is_dir() {
            return Ok(directory);
        }
        info_span!("step", title).in_scope(|| {
            let work = store.work_directory()?;
            let out = work.path().join("out");
            fs_err::create_dir(&out)?;
            recipe(work.path(), &out)?;
            work.commit("out", &directory)?;
            Ok(directory)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BuilderError;

    fn component() -> ComponentId {
        ComponentId::new("test", Key::from_text("00"))
    }

    #[test]
    fn a_component_is_made_once() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let make = |text: &'static str| {
            component().ensure::<BuilderError>(&store, "Making a test", |_, out| {
                Ok(fs_err::write(out.join("file"), text)?)
            })
        };
        make("first").unwrap();
        let path = make("second").unwrap();
        assert_eq!(fs_err::read_to_string(path.join("file")).unwrap(), "first");
    }

    #[test]
    fn a_failed_recipe_leaves_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let result = component().ensure::<BuilderError>(&store, "Making a test", |work, out| {
            fs_err::write(out.join("half"), "")?;
            Ok(fs_err::remove_file(work.join("absent"))?)
        });
        assert!(matches!(result, Err(BuilderError::Io(_))));
        assert!(!component().exists(&store));
        assert_eq!(fs_err::read_dir(store.path("tmp")).unwrap().count(), 0);
    }
}
