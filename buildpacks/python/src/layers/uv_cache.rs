//! What uv fetched and compiled, and what the last build found out about the environment.

use std::path::{Path, PathBuf};

use buildpack_kit::layer::{self, Change, LayerError, LayerKey, LayerName, Outcome, layer_name};
use serde::{Deserialize, Serialize};

use crate::installed::Installed;

/// The file of [`Record`].
const RECORD: &str = "coracle-environment.json";

/// The layer.
#[derive(Debug)]
pub(crate) struct UvCache {
    path: PathBuf,
    pub(crate) outcome: Outcome,
}

/// What is in the environment that was made for a key. The layer of an environment that is reused has no content.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    key: String,
    installed: Installed,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    format: u32,
    uv: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { format, uv } = self;
        let format = Change::between("the layout of the cache", &previous.format, format);
        let uv = Change::between("the version of uv", &previous.uv, uv);
        format.into_iter().chain(uv).collect()
    }
}

/// The name of the layer.
pub(crate) fn name() -> LayerName {
    layer_name!("uv-cache")
}

/// The cache of the previous build, or an empty one.
pub(crate) fn prepare<E>(layers_dir: &Path, uv: &str) -> Result<UvCache, LayerError<E>> {
    let key = Key {
        format: 1,
        uv: uv.to_owned(),
    };
    let cache = layer::cache_directory(layers_dir, &name(), &key)?;
    Ok(UvCache {
        path: cache.path,
        outcome: cache.outcome,
    })
}

impl UvCache {
    /// Where uv keeps what it has: beside the environment, so that files can be linked, unless the platform has
    /// another place for caches.
    pub(crate) fn directory(&self) -> PathBuf {
        self.path.join("uv")
    }

    /// What the environment of this key holds, if the last build knew.
    pub(crate) fn installed(&self, key: &str) -> Option<Installed> {
        let text = fs_err::read_to_string(self.path.join(RECORD)).ok()?;
        let record: Record = serde_json::from_str(&text).ok()?;
        (record.key == key).then_some(record.installed)
    }

    /// Remembers it.
    pub(crate) fn remember(&self, key: &str, installed: &Installed) -> Result<(), std::io::Error> {
        let record = Record {
            key: key.to_owned(),
            installed: installed.clone(),
        };
        let text = serde_json::to_string_pretty(&record)?;
        fs_err::write(self.path.join(RECORD), text)
    }
}
