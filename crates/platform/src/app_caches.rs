//! What is kept of an app from build to build: the lifecycle's cache, and beside it what buildpacks keep as it
//! lies, because the lifecycle would pack and unpack it in every build.

use std::io;
use std::path::{Path, PathBuf};

use store::{Store, StoreError};

use crate::build_metadata;
use crate::image_name::ImageName;
use crate::stored_image::app_key;

/// The caches of the builds of one image name.
#[derive(Debug)]
pub(crate) struct AppCaches<'store> {
    store: &'store Store,
    directory: PathBuf,
}

impl<'store> AppCaches<'store> {
    pub(crate) fn new(store: &'store Store, image: &ImageName) -> Self {
        let directory = store.path("apps").join(app_key(image));
        Self { store, directory }
    }

    /// The cache directory that the lifecycle is given.
    pub(crate) fn of_the_lifecycle(&self) -> PathBuf {
        self.directory.join("cache")
    }

    /// The directory that buildpacks find beside their layers directories. Unlike the lifecycle's cache it has
    /// what a failed build fetched.
    pub(crate) fn kept(&self) -> PathBuf {
        self.directory.join("kept")
    }

    pub(crate) fn make(&self) -> io::Result<()> {
        fs_err::create_dir_all(self.of_the_lifecycle())?;
        fs_err::create_dir_all(self.kept())
    }

    pub(crate) fn forget(&self) -> Result<(), StoreError> {
        for cache in [self.of_the_lifecycle(), self.kept()] {
            if cache.exists() {
                self.store.discard(&cache)?;
            }
        }
        Ok(())
    }

    /// What buildpacks kept that had no part in this build: the lifecycle, too, keeps nothing of those.
    /// `metadata` is the directory of `metadata.toml`.
    fn of_others(&self, metadata: &Path) -> io::Result<Vec<PathBuf>> {
        let Some(buildpacks) = build_metadata::buildpacks(metadata) else {
            return Ok(Vec::new());
        };
        let mut others = Vec::new();
        for entry in fs_err::read_dir(self.kept())? {
            let entry = entry?;
            let is_used = |id: &String| entry.file_name() == *id.replace('/', "_");
            if !buildpacks.iter().any(is_used) {
                others.push(entry.path());
            }
        }
        Ok(others)
    }

    pub(crate) fn forget_others(&self, metadata: &Path) -> Result<(), StoreError> {
        let others = self.of_others(metadata).map_err(|source| StoreError::Io {
            root: self.store.root().to_owned(),
            source,
        })?;
        others
            .iter()
            .try_for_each(|other| self.store.discard(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_buildpacks_of_the_last_build_keep_something() {
        let home = testkit::directory(
            "-- now/metadata.toml --\n[[buildpacks]]\nid = \"toy/web\"\n-- unknown/x --\n",
        );
        let store = Store::open(home.path().join("store")).unwrap();
        let caches = AppCaches::new(&store, &"app".parse().unwrap());
        caches.make().unwrap();
        let files = "-- toy_web/modules/x --\n-- toy_other/modules/x --\n-- file --\n";
        testkit::write_into(&caches.kept(), files);

        caches.forget_others(&home.path().join("unknown")).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(&caches.kept()), @"
        file                 file 0644
        toy_other            dir  0755
        toy_other/modules    dir  0755
        toy_other/modules/x  file 0644
        toy_web              dir  0755
        toy_web/modules      dir  0755
        toy_web/modules/x    file 0644
        ");
        caches.forget_others(&home.path().join("now")).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(&caches.kept()), @"
        toy_web            dir  0755
        toy_web/modules    dir  0755
        toy_web/modules/x  file 0644
        ");

        caches.forget().unwrap();
        assert_eq!(
            (caches.kept().exists(), caches.of_the_lifecycle().exists()),
            (false, false)
        );
        caches.forget().unwrap();
    }
}
