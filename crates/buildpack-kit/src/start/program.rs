//! The launch layer `start`: the program that runs plans.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use sbom::{Component, Hash, Kind};
use serde::{Deserialize, Serialize};

use super::StartError;
use crate::layer::{self, Change, LayerKey, LayerName, layer_name};
use crate::output::Output;

/// The program, in the builder and in the layer.
const PROGRAM: &str = "start";

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    sha256: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { sha256 } = self;
        let change = Change::of_content("the program", &previous.sha256, sha256);
        change.into_iter().collect()
    }
}

/// The name of the layer.
pub(super) fn name() -> LayerName {
    layer_name!("start")
}

/// Where the program lies when the app starts.
pub(super) fn file(layers_dir: &Path) -> PathBuf {
    layers_dir.join(name().as_str()).join(PROGRAM)
}

/// Makes the layer of the program that lies in a directory of the build image.
pub(super) fn install(
    layers_dir: &Path,
    directory: &Path,
    output: &Output,
) -> Result<Component, StartError> {
    let path = directory.join(PROGRAM);
    let bytes = fs_err::read(&path).map_err(|source| StartError::NoProgram {
        path: path.clone(),
        source,
    })?;
    let hash = Hash::sha256_of(&bytes);
    let key = Key {
        sha256: hash.hex.clone(),
    };
    let outcome = layer::launch_files(layers_dir, &name(), &key, |layer| {
        let file = layer.join(PROGRAM);
        fs_err::copy(&path, &file)?;
        fs_err::set_permissions(file, Permissions::from_mode(0o755))
    })?;
    output.layer(&name(), &outcome);
    let location = file(layers_dir).display().to_string();
    Ok(Component::new(Kind::Application, PROGRAM)
        .hash(hash)
        .location(location))
}
