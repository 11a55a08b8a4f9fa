//! `KO_DATA_PATH`: where a program finds its `kodata`. Each process has its own, for ko builds an image for each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use buildpack_kit::layer::{self, Change, LayerError, LayerKey, LayerName, LayerTypes, layer_name};
use buildpack_kit::output::Output;
use serde::{Deserialize, Serialize};

use crate::layers::binaries::CompileError;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    /// By process.
    directories: BTreeMap<String, PathBuf>,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { directories } = self;
        let shown = |directories: &BTreeMap<String, PathBuf>| {
            let directories = directories.iter();
            let each = directories.map(|(name, path)| format!("{name}: {}", path.display()));
            each.collect::<Vec<_>>().join(", ")
        };
        let change = Change::between(
            "the directories of data",
            &shown(&previous.directories),
            &shown(directories),
        );
        change.into_iter().collect()
    }
}

/// The name of the layer.
fn name() -> LayerName {
    layer_name!("kodata")
}

/// Sets the variable for processes, unless the user sets it when the app starts; the directories are absolute. The
/// name of the layer, if there is any such process.
pub(crate) fn install(
    layers_dir: &Path,
    directories: BTreeMap<String, PathBuf>,
    output: &Output,
) -> Result<Option<LayerName>, LayerError<CompileError>> {
    if directories.is_empty() {
        return Ok(None);
    }
    let types = LayerTypes {
        launch: true,
        ..LayerTypes::default()
    };
    let key = Key { directories };
    let outcome = layer::keyed(layers_dir, &name(), types, &key, |layer| {
        for (process, directory) in &key.directories {
            let variables = layer.join("env.launch").join(process);
            fs_err::create_dir_all(&variables)?;
            let file = variables.join("KO_DATA_PATH.default");
            fs_err::write(file, directory.display().to_string())?;
        }
        Ok(())
    })?;
    output.layer(&name(), &outcome);
    Ok(Some(name()))
}
