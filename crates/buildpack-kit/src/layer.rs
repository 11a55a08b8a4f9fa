//! Layers that are rebuilt only when their key changes, and say why when it did.
//!
//! The `<name>.toml` files are written here and not by libcnb's layer API, because that deletes the
//! file of a launch layer whose content is absent, and exactly such a file lets the lifecycle reuse
//! the layer of the previous image by its digest without reading, packing or hashing a byte.
//!
//! What is restored before a build: launch-only layers as TOML without content, cached layers as
//! TOML and content, others not at all (buildpack specification, "Layer Types").

mod cache;
mod key;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use libcnb::data::layer_content_metadata::LayerContentMetadata;
use serde::Serialize;

pub use cache::{CACHE_ONLY, CacheDirectory, cache_directory, cache_path};
pub use key::{Change, LayerKey, Reason, write_key};
pub use libcnb::data::layer::LayerName;
pub use libcnb::data::layer_content_metadata::LayerTypes;
pub use libcnb::data::layer_name;

/// What became of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The key is equal and the content is there.
    Reused,
    /// The key is equal and the lifecycle reuses the layer by digest; there is no directory.
    ReusedWithoutContent,
    /// The content was made by this build.
    Created {
        /// Every reason, not the first.
        reasons: Vec<Reason>,
    },
}

/// `reused`, `new`, or what is different now.
impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons = match self {
            Self::Reused | Self::ReusedWithoutContent => return formatter.write_str("reused"),
            Self::Created { reasons } if *reasons == [Reason::NoPrevious] => {
                return formatter.write_str("new");
            }
            Self::Created { reasons } => reasons.iter().map(Reason::to_string),
        };
        let reasons: Vec<String> = reasons.collect();
        write!(formatter, "made anew, {}", reasons.join(", "))
    }
}

/// A layer that could not be read, made or written.
#[derive(Debug, thiserror::Error)]
pub enum LayerError<E> {
    /// An operation of the file system failed.
    #[error("the layer {layer} can't be read or written")]
    Io {
        /// The name of the layer.
        layer: String,
        /// What failed; names the path.
        source: std::io::Error,
    },
    /// The key can't be written as TOML.
    #[error("the metadata of the layer {layer} can't be written")]
    Metadata {
        /// The name of the layer.
        layer: String,
        /// Why.
        source: toml::ser::Error,
    },
    /// The buildpack could not make the content.
    #[error(transparent)]
    Create(E),
}

/// Reuses the layer when its key is that of the previous build, else makes it anew with `create`,
/// which is given the empty directory of the layer. Directories and files of a new launch layer get the
/// modes 0755 and 0644, or 0755 when their owner may execute them.
///
/// # Errors
/// When the layer can't be read or written, or `create` fails; a failed layer leaves nothing behind.
pub fn keyed<K: LayerKey, E>(
    layers_dir: &Path,
    name: &LayerName,
    types: LayerTypes,
    key: &K,
    create: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<Outcome, LayerError<E>> {
    let layer = Layer::new(&cache::root_of(layers_dir, types), name);
    if layer.directory.parent() != Some(layers_dir) {
        // Restored from a time when the platform kept no caches; the lifecycle would go on packing it.
        let restored = Layer::new(layers_dir, name);
        restored.remove().map_err(|error| restored.io(error))?;
    }
    let launch_only = types.launch && !types.build && !types.cache;
    let mut reasons = layer.reasons_against(key)?;
    if reasons.is_empty() {
        if layer.directory.is_dir() {
            layer.write_metadata(types, key)?;
            return Ok(Outcome::Reused);
        }
        if launch_only {
            layer.write_metadata(types, key)?;
            return Ok(Outcome::ReusedWithoutContent);
        }
        reasons.push(Reason::ContentMissing);
    }
    layer.make(types, key, create)?;
    Ok(Outcome::Created { reasons })
}

/// A [`keyed`] launch layer that nothing but the file system can keep from being made.
///
/// # Errors
/// When the layer can't be read or written.
pub fn launch_files<K: LayerKey>(
    layers_dir: &Path,
    name: &LayerName,
    key: &K,
    create: impl FnOnce(&Path) -> Result<(), std::io::Error>,
) -> Result<Outcome, LayerError<Infallible>> {
    let types = LayerTypes {
        launch: true,
        ..LayerTypes::default()
    };
    keyed(layers_dir, name, types, key, create).map_err(|error| match error {
        LayerError::Io { layer, source } => LayerError::Io { layer, source },
        LayerError::Metadata { layer, source } => LayerError::Metadata { layer, source },
        LayerError::Create(source) => LayerError::Io {
            layer: name.to_string(),
            source,
        },
    })
}

/// Removes the restored layers and the kept caches that this build does not use; without that the
/// lifecycle would export them. So goes what a killed build left without metadata, which nobody would ask
/// for again. Returns their names, sorted.
///
/// # Errors
/// When they can't be listed or removed.
pub fn remove_unused(
    layers_dir: &Path,
    used: &[LayerName],
) -> Result<Vec<LayerName>, std::io::Error> {
    let mut removed = remove_unused_of(layers_dir, used)?;
    let caches = cache::root_of(layers_dir, CACHE_ONLY);
    if caches != layers_dir && caches.is_dir() {
        removed.extend(remove_unused_of(&caches, used)?);
    }
    removed.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    Ok(removed)
}

/// Removes every layer of a build that failed, so that nothing of it can be exported. What the platform keeps stays.
///
/// # Errors
/// When they can't be listed or removed.
pub fn remove_layers(layers_dir: &Path) -> Result<(), std::io::Error> {
    remove_unused_of(layers_dir, &[]).map(drop)
}

fn remove_unused_of(root: &Path, used: &[LayerName]) -> Result<Vec<LayerName>, std::io::Error> {
    let mut unused = BTreeSet::new();
    for entry in fs_err::read_dir(root)? {
        let entry = entry?;
        let file_name = entry.file_name();
        let Some(file_name) = file_name.to_str() else {
            continue;
        };
        let name = match file_name.strip_suffix(".toml") {
            Some(name) => name,
            None if entry.file_type()?.is_dir() => file_name,
            None => continue,
        };
        // `launch`, `build` and `store` are no layer names, so they can't be removed here.
        let name = name.parse::<LayerName>().ok();
        unused.extend(name.filter(|name| !used.contains(name)));
    }
    for name in &unused {
        Layer::new(root, name).remove()?;
    }
    Ok(unused.into_iter().collect())
}

struct Layer<'a> {
    name: &'a LayerName,
    directory: PathBuf,
    metadata: PathBuf,
    sboms: [PathBuf; 3],
}

impl<'a> Layer<'a> {
    fn new(root: &Path, name: &'a LayerName) -> Self {
        let file = |suffix: &str| root.join(format!("{name}.{suffix}"));
        Self {
            name,
            directory: root.join(name.as_str()),
            metadata: file("toml"),
            sboms: ["cdx", "spdx", "syft"].map(|format| file(&format!("sbom.{format}.json"))),
        }
    }

    fn reasons_against<K: LayerKey, E>(&self, key: &K) -> Result<Vec<Reason>, LayerError<E>> {
        let text = match fs_err::read_to_string(&self.metadata) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(vec![Reason::NoPrevious]);
            }
            Err(error) => return Err(self.io(error)),
        };
        Ok(match key::previous::<K>(&text) {
            Ok(previous) => {
                let changes = key.changes(&previous);
                changes.into_iter().map(Reason::Changed).collect()
            }
            Err(error) => vec![Reason::InvalidMetadata {
                problem: error.message().to_owned(),
            }],
        })
    }

    /// The metadata is removed first and written last, so that an interrupted build never leaves a
    /// key beside content that is not whole.
    fn make<M: Serialize, E>(
        &self,
        types: LayerTypes,
        metadata: &M,
        create: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<(), LayerError<E>> {
        self.remove().map_err(|error| self.io(error))?;
        fs_err::create_dir_all(&self.directory).map_err(|error| self.io(error))?;
        let made = create(&self.directory).map_err(LayerError::Create);
        let made = made.and_then(|()| {
            if types.launch {
                crate::files::normalise_modes(&self.directory).map_err(|error| self.io(error))?;
            }
            self.write_metadata(types, metadata)
        });
        if made.is_err() {
            // The first error is the one to report.
            let _ = self.remove();
        }
        made
    }

    fn write_metadata<M: Serialize, E>(
        &self,
        types: LayerTypes,
        metadata: &M,
    ) -> Result<(), LayerError<E>> {
        let content = LayerContentMetadata {
            types: Some(types),
            metadata,
        };
        let text = toml::to_string(&content).map_err(|source| LayerError::Metadata {
            layer: self.name.to_string(),
            source,
        })?;
        fs_err::write(&self.metadata, text).map_err(|error| self.io(error))
    }

    fn remove(&self) -> Result<(), std::io::Error> {
        let files = std::iter::once(&self.metadata).chain(&self.sboms);
        for file in files {
            ignore_absent(fs_err::remove_file(file))?;
        }
        ignore_absent(crate::files::remove_tree(&self.directory))
    }

    fn io<E>(&self, source: std::io::Error) -> LayerError<E> {
        LayerError::Io {
            layer: self.name.to_string(),
            source,
        }
    }
}

fn ignore_absent(result: Result<(), std::io::Error>) -> Result<(), std::io::Error> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests;
