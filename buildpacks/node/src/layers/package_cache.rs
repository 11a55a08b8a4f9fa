//! What the package manager has fetched.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use buildpack_kit::layer::{self, Change, LayerError, LayerKey, LayerName, Outcome, layer_name};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    manager: String,
    format: u32,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { manager, format } = self;
        let manager = Change::between("the package manager", &previous.manager, manager);
        let format = Change::between("the layout", &previous.format, format);
        manager.into_iter().chain(format).collect()
    }
}

/// The name of the layer.
pub(crate) fn name() -> LayerName {
    layer_name!("package-cache")
}

/// Whether the platform keeps caches as they lie, so that many files cost nothing.
pub(crate) fn is_kept(layers_dir: &Path) -> bool {
    !layer::cache_path(layers_dir, &name()).starts_with(layers_dir)
}

/// The cache of the last build, or an empty one.
pub(crate) fn prepare(
    layers_dir: &Path,
    manager: &str,
) -> Result<(PathBuf, Outcome), LayerError<Infallible>> {
    let key = Key {
        manager: manager.to_owned(),
        format: 1,
    };
    let cache = layer::cache_directory(layers_dir, &name(), &key)?;
    Ok((cache.path, cache.outcome))
}

/// Leaves out what tells of this build only.
pub(crate) fn finish(cache: &Path) -> Result<(), std::io::Error> {
    for directory in [
        "npm/_logs",
        "npm/_update-notifier-last-checked",
        "npm/_npx",
        "npm/tmp",
        "npm/_cacache/tmp",
    ] {
        let path = cache.join(directory);
        if path.is_dir() {
            buildpack_kit::files::remove_tree(&path)?;
        } else if path.is_file() {
            fs_err::remove_file(&path)?;
        }
    }
    Ok(())
}
