//! Variables that the app finds unless the user sets them.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;

use buildpack_kit::layer::{
    self, Change, LayerError, LayerKey, LayerName, LayerTypes, Outcome, layer_name,
};
use libcnb::layer_env::{LayerEnv, ModificationBehavior, Scope};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    variables: BTreeMap<String, String>,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { variables } = self;
        let names = variables.keys().chain(previous.variables.keys());
        let mut names: Vec<&String> = names.collect();
        names.sort();
        names.dedup();
        let none = String::new();
        let value = |variables: &'_ BTreeMap<String, String>, name: &str| {
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

/// The name of the layer: behind that of the user's own variables, which come first then.
pub(crate) fn name() -> LayerName {
    layer_name!("node-environment")
}

/// Writes the launch layer.
pub(crate) fn install(
    layers_dir: &Path,
    variables: &BTreeMap<String, String>,
) -> Result<Outcome, LayerError<Infallible>> {
    let types = LayerTypes {
        launch: true,
        ..LayerTypes::default()
    };
    let key = Key {
        variables: variables.clone(),
    };
    let mut content = LayerEnv::new();
    for (name, value) in variables {
        content.insert(Scope::Launch, ModificationBehavior::Default, name, value);
    }
    let outcome = layer::keyed(layers_dir, &name(), types, &key, |directory| {
        content.write_to_layer_dir(directory)
    });
    outcome.map_err(|error| match error {
        LayerError::Io { layer, source } => LayerError::Io { layer, source },
        LayerError::Metadata { layer, source } => LayerError::Metadata { layer, source },
        LayerError::Create(source) => LayerError::Io {
            layer: name().to_string(),
            source,
        },
    })
}
