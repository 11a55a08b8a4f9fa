//! A package manager that isn't the npm of the bundled Node, in a cache layer.

use std::path::{Path, PathBuf};

use buildpack_kit::layer::{
    self, CACHE_ONLY, Change, LayerError, LayerKey, LayerName, Outcome, layer_name,
};
use buildpack_kit::output::Output;
use serde::{Deserialize, Serialize};

use crate::plan::tool::{Hash, Package};
use crate::registry::{Registry, RegistryError};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    package: String,
    /// What it was checked against.
    hash: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { package, hash } = self;
        let package = Change::between("the version", &previous.package, package);
        let hash = Change::of_content("the hash", &previous.hash, hash);
        package.into_iter().chain(hash).collect()
    }
}

/// The name of the layer.
pub(crate) fn name() -> LayerName {
    layer_name!("package-manager")
}

/// Fetches it, or finds the one that the last build fetched; returns the file that is run.
pub(crate) fn fetch(
    layers_dir: &Path,
    package: &Package,
    registry: &Registry,
    output: &Output,
) -> Result<(PathBuf, Outcome), LayerError<RegistryError>> {
    let hash = match &package.hash {
        Some(Hash::Integrity(integrity)) => integrity.clone(),
        Some(Hash::Named { algorithm, digits }) => format!("{algorithm}.{digits}"),
        None => String::new(),
    };
    let whole = format!("{}@{}", package.name, package.version);
    let key = Key {
        package: whole.clone(),
        hash,
    };
    let outcome = layer::keyed(layers_dir, &name(), CACHE_ONLY, &key, |layer| {
        registry.fetch(
            &whole,
            package.hash.as_ref(),
            (&[], package.program),
            layer,
            output,
        )?;
        executable(&layer.join(package.program)).map_err(|source| RegistryError::Io {
            package: whole.clone(),
            source,
        })
    })?;
    let program = layer::cache_path(layers_dir, &name()).join(package.program);
    Ok((program, outcome))
}

fn executable(file: &Path) -> Result<(), std::io::Error> {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(file, std::fs::Permissions::from_mode(0o755))
}
