//! What decides whether a layer can be reused.

use std::fmt;
use std::path::Path;

use libcnb::data::layer_content_metadata::LayerContentMetadata;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Layer, LayerError, LayerName, LayerTypes, cache};

/// Everything that decides the content of a layer, its environment files included.
pub trait LayerKey: Serialize + DeserializeOwned {
    /// What differs from the key of the previous build; empty when the layer can be reused.
    /// Implementations destructure both keys, so that no field is forgotten.
    fn changes(&self, previous: &Self) -> Vec<Change>;
}

/// One difference between two keys, displayed as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// A noun phrase: `the Go version`.
    pub what: String,
    /// The values of the previous build and of this one; absent where they say nothing to a reader, as
    /// digests.
    pub values: Option<(String, String)>,
}

impl Change {
    /// The difference between two values of one field, if there is one.
    pub fn between<T: PartialEq + fmt::Display + ?Sized>(
        what: &str,
        previous: &T,
        current: &T,
    ) -> Option<Self> {
        (previous != current).then(|| Self {
            what: what.to_owned(),
            values: Some((previous.to_string(), current.to_string())),
        })
    }

    /// The same for values that nobody wants to read.
    pub fn of_content<T: PartialEq + ?Sized>(
        what: &str,
        previous: &T,
        current: &T,
    ) -> Option<Self> {
        (previous != current).then(|| Self {
            what: what.to_owned(),
            values: None,
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} changed", self.what)?;
        match &self.values {
            Some((previous, current)) => write!(formatter, " from {previous} to {current}"),
            None => Ok(()),
        }
    }
}

/// Why a layer was made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// There is no such layer of a previous build.
    NoPrevious,
    /// The previous build left metadata of another form, as an older buildpack does.
    InvalidMetadata {
        /// What the parser said.
        problem: String,
    },
    /// The key is the same, but the content was not restored.
    ContentMissing,
    /// A part of the key changed.
    Changed(Change),
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPrevious => formatter.write_str("there is none of a previous build"),
            Self::InvalidMetadata { problem } => {
                write!(formatter, "its metadata is of another form ({problem})")
            }
            Self::ContentMissing => formatter.write_str("its content was not restored"),
            Self::Changed(change) => change.fmt(formatter),
        }
    }
}

/// Writes the key of a layer that was made, when a part of it is only known then.
///
/// # Errors
/// When the metadata can't be written.
pub fn write_key<K: LayerKey, E>(
    layers_dir: &Path,
    name: &LayerName,
    types: LayerTypes,
    key: &K,
) -> Result<(), LayerError<E>> {
    Layer::new(&cache::root_of(layers_dir, types), name).write_metadata(types, key)
}

/// The key in the metadata of a layer.
pub(super) fn previous<K: DeserializeOwned>(text: &str) -> Result<K, toml::de::Error> {
    let mut content: LayerContentMetadata<toml::Value> = toml::from_str(text)?;
    restore_integers(&mut content.metadata);
    content.metadata.try_into()
}

/// The lifecycle keeps metadata as JSON, in which Go knows no integers: `1` is restored as `1.0`.
fn restore_integers(value: &mut toml::Value) {
    match value {
        toml::Value::Float(number) if number.fract() == 0.0 => {
            if let Ok(integer) = format!("{number:.0}").parse() {
                *value = toml::Value::Integer(integer);
            }
        }
        toml::Value::Array(values) => values.iter_mut().for_each(restore_integers),
        toml::Value::Table(values) => values
            .iter_mut()
            .for_each(|(_, value)| restore_integers(value)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_those_that_the_lifecycle_made_floats_of() {
        let restored = "[metadata]\nformat = 1.0\nparts = [2.0, { n = -3.0 }]\nratio = 0.5\n";
        let key: toml::Table = previous(restored).unwrap();
        let written = toml::from_str("format = 1\nparts = [2, { n = -3 }]\nratio = 0.5\n");
        assert_eq!(Ok(key), written);
    }
}
