//! Variables that a buildpack sets for the app, and that the app finds unless the user sets them.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::path::Path;

use libcnb::layer_env::{LayerEnv, ModificationBehavior, Scope};
use serde::{Deserialize, Serialize};

use crate::layer::{self, Change, LayerError, LayerKey, LayerName, Outcome};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    variables: BTreeMap<String, String>,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { variables } = self;
        let names: BTreeSet<&String> = variables.keys().chain(previous.variables.keys()).collect();
        let none = String::new();
        let value = |variables: &BTreeMap<String, String>, name: &String| {
            variables.get(name).unwrap_or(&none).clone()
        };
        let changes = names.into_iter().filter_map(|name| {
            Change::between(
                name,
                &value(&previous.variables, name),
                &value(variables, name),
            )
        });
        changes.collect()
    }
}

/// Writes the launch layer. Its name has to come behind [`crate::launch_environment::name`]: the lifecycle applies the
/// layers of a buildpack in the order of their names, and the user's variables come first then.
///
/// # Errors
/// When the layer can't be read or written.
pub fn install(
    layers_dir: &Path,
    name: &LayerName,
    variables: &BTreeMap<String, String>,
) -> Result<Outcome, LayerError<Infallible>> {
    let key = Key {
        variables: variables.clone(),
    };
    layer::launch_files(layers_dir, name, &key, |directory| {
        let mut content = LayerEnv::new();
        for (name, value) in variables {
            content.insert(Scope::Launch, ModificationBehavior::Default, name, value);
        }
        content.write_to_layer_dir(directory)
    })
}
