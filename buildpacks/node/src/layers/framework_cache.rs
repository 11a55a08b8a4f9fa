//! What frameworks keep to build faster the next time, in the layer `framework-cache`.
//!
//! They look for it in the app, which every build has anew, so there is a link to the layer in its place.

use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};

use buildpack_kit::files::remove_tree;
use buildpack_kit::layer::{self, Change, LayerError, LayerKey, LayerName, layer_name};
use buildpack_kit::output::Output;
use fs_err::os::unix::fs::symlink;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    format: u32,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { format } = self;
        let format = Change::between("the layout", &previous.format, format);
        format.into_iter().collect()
    }
}

/// The links of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Links(Vec<PathBuf>);

impl Links {
    /// The layer, where there is one.
    pub(crate) fn layer(&self) -> Option<LayerName> {
        (!self.0.is_empty()).then(name)
    }
}

fn name() -> LayerName {
    layer_name!("framework-cache")
}

/// Links the directories of the app that frameworks keep.
pub(crate) fn link(
    layers_dir: &Path,
    app_dir: &Path,
    directories: &[PathBuf],
    output: &Output,
) -> Result<Links, LayerError<Infallible>> {
    if directories.is_empty() {
        return Ok(Links::default());
    }
    let cache = layer::cache_directory(layers_dir, &name(), &Key { format: 1 })?;
    output.layer(&name(), &cache.outcome);
    let io = |source| LayerError::Io {
        layer: name().to_string(),
        source,
    };
    let mut links = Vec::new();
    for directory in directories {
        let link = app_dir.join(directory);
        let kept = cache.path.join(directory);
        make(&link, &kept).map_err(io)?;
        links.push(link);
    }
    Ok(Links(links))
}

fn make(link: &Path, kept: &Path) -> Result<(), io::Error> {
    fs_err::create_dir_all(kept)?;
    if let Some(parent) = link.parent() {
        fs_err::create_dir_all(parent)?;
    }
    // Of the developer's machine.
    if link.is_dir() && !link.is_symlink() {
        remove_tree(link)?;
    }
    symlink(kept, link)
}

/// Removes the links, and directories that are there for them alone.
pub(crate) fn unlink(links: &Links) -> Result<(), io::Error> {
    for link in &links.0 {
        if link.is_symlink() {
            fs_err::remove_file(link)?;
        }
        let Some(parent) = link.parent().filter(|parent| parent.is_dir()) else {
            continue;
        };
        if fs_err::read_dir(parent)?.next().is_none() {
            fs_err::remove_dir(parent)?;
        }
    }
    Ok(())
}
