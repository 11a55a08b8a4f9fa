//! Components: made once, content-addressed, committed each by itself.

use std::fmt;
use std::path::{Path, PathBuf};

use store::{Lock, Store};
use tracing::info_span;

use crate::errors::BuilderError;
use crate::key::Key;

/// A name and the key of everything the component is made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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

    /// Keeps the component, made or not, from being removed by others until the lock is dropped.
    pub(crate) fn keep(&self, store: &Store) -> Result<Lock, BuilderError> {
        Ok(store.share(&self.use_lock())?)
    }

    /// The opposite of [`ComponentId::keep`]: nothing while anybody uses the component.
    pub(crate) fn claim(&self, store: &Store) -> Result<Option<Lock>, BuilderError> {
        Ok(store.try_lock(&self.use_lock())?)
    }

    fn use_lock(&self) -> String {
        format!("in-use-{}-{}", self.name, self.key)
    }

    /// Makes the component where it does not exist: `recipe` gets a work directory and fills the
    /// directory `out` in it, which becomes the component in one rename. Another process that makes
    /// the same component is waited for.
    pub(crate) fn ensure(
        &self,
        store: &Store,
        title: &str,
        recipe: impl FnOnce(&Path, &Path) -> Result<(), BuilderError>,
    ) -> Result<PathBuf, BuilderError> {
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
            store.io(|| fs_err::create_dir(&out))?;
            recipe(work.path(), &out)?;
            work.commit("out", &directory)?;
            Ok(directory)
        })
    }
}

#[cfg(test)]
mod tests {
    use store::StoreError;

    use super::*;

    fn component() -> ComponentId {
        ComponentId::new("test", Key::from_text("00"))
    }

    #[test]
    fn a_component_is_made_once() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let make = |text: &'static str| {
            component().ensure(&store, "Making a test", |_, out| {
                Ok(store.io(|| fs_err::write(out.join("file"), text))?)
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
        let result = component().ensure(&store, "Making a test", |work, out| {
            store.io(|| fs_err::write(out.join("half"), ""))?;
            Ok(store.io(|| fs_err::remove_file(work.join("absent")))?)
        });
        assert!(matches!(
            result,
            Err(BuilderError::Store(StoreError::Io { .. }))
        ));
        assert!(!component().exists(&store));
        assert_eq!(fs_err::read_dir(store.path("tmp")).unwrap().count(), 0);
    }
}
