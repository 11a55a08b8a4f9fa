//! Variables that the user puts into the image: `BPE_<NAME>` and its relatives, as Paketo's buildpack for
//! environment variables reads them.
//!
//! | variable | what the app finds |
//! |---|---|
//! | `BPE_<NAME>`, `BPE_OVERRIDE_<NAME>` | the value, whatever the container says |
//! | `BPE_DEFAULT_<NAME>` | the value, unless the container sets the name |
//! | `BPE_APPEND_<NAME>`, `BPE_PREPEND_<NAME>` | the value after, or before, what is there |
//! | `BPE_DELIM_<NAME>` | what stands between the two; without it nothing does |
//!
//! The lifecycle applies layers of one buildpack in the order of their names, so a layer that sets a variable
//! for the app does it as a default, or the user's word would not be the last.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use libcnb::layer_env::{LayerEnv, ModificationBehavior, Scope};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::environment::Environment;
use crate::layer::{self, Change, LayerError, LayerKey, LayerName, Outcome, layer_name};

/// What every such variable begins with.
pub(crate) const PREFIX: &str = "BPE_";

/// What may follow, and what it means.
const BEHAVIOURS: [(&str, ModificationBehavior); 5] = [
    ("APPEND_", ModificationBehavior::Append),
    ("DEFAULT_", ModificationBehavior::Default),
    ("DELIM_", ModificationBehavior::Delimiter),
    ("OVERRIDE_", ModificationBehavior::Override),
    ("PREPEND_", ModificationBehavior::Prepend),
];

/// What the app finds in its environment. Values may be secret: they are in the layer and nowhere else.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LaunchEnvironment {
    variables: BTreeMap<(String, ModificationBehavior), OsString>,
    /// Variables that have no effect, and what to do.
    pub warnings: Vec<String>,
}

/// Variables that can't be in an environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} name no variable", .names.join(", "))]
pub struct InvalidVariables {
    /// All of them, as the user wrote them, sorted.
    pub names: Vec<String>,
}

impl LaunchEnvironment {
    /// Reads every `BPE_` variable.
    ///
    /// # Errors
    /// When what follows is no name of a variable: letters, digits and `_`, not beginning with a digit.
    pub fn read(environment: &Environment) -> Result<Self, InvalidVariables> {
        let mut variables = BTreeMap::new();
        let mut invalid = Vec::new();
        let mut warnings = Vec::new();
        // In this order `BPE_OVERRIDE_A` comes after `BPE_A`, of which it is the longer form.
        let mut names = environment.names_with(PREFIX);
        names.sort_by_key(|name| name.starts_with("BPE_OVERRIDE_"));
        for full in names {
            let value = environment.raw(&full).unwrap_or_default().to_owned();
            let (behaviour, name) = parse(&full);
            if !is_name(name) {
                invalid.push(full);
                continue;
            }
            let before = variables.insert((name.to_owned(), behaviour), value.clone());
            if before.is_some_and(|before| before != value) {
                warnings.push(format!(
                    "BPE_{name} has no effect beside BPE_OVERRIDE_{name}. Remove one of them."
                ));
            }
        }
        if !invalid.is_empty() {
            invalid.sort();
            return Err(InvalidVariables { names: invalid });
        }
        let has = |name: &String, behaviour| variables.contains_key(&(name.clone(), behaviour));
        for (name, behaviour) in variables.keys() {
            let is_alone = *behaviour == ModificationBehavior::Delimiter
                && !has(name, ModificationBehavior::Append)
                && !has(name, ModificationBehavior::Prepend);
            if is_alone {
                warnings.push(format!(
                    "BPE_DELIM_{name} has no effect without BPE_APPEND_{name} or BPE_PREPEND_{name}.\n\
                     Set one of them, or remove it."
                ));
            }
        }
        Ok(Self {
            variables,
            warnings,
        })
    }

    /// Whether there is nothing to put into the image.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// The names of the variables that the app finds, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let names = self.variables.keys().map(|(name, _)| name.as_str());
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Writes the launch layer [`name`]; unchanged variables leave that of the previous image.
    ///
    /// # Errors
    /// When the layer can't be read or written.
    pub fn install(&self, layers_dir: &Path) -> Result<Outcome, LayerError<Infallible>> {
        let mut content = LayerEnv::new();
        let mut key = Key::default();
        for ((name, behaviour), value) in &self.variables {
            let digest = hex::encode(Sha256::digest(value.as_bytes()));
            key.variables.insert(variable(name, behaviour), digest);
            content.insert(Scope::Launch, behaviour.clone(), name, value);
        }
        layer::launch_files(layers_dir, &name(), &key, |directory| {
            content.write_to_layer_dir(directory)
        })
    }
}

/// The name of the layer.
#[must_use]
pub fn name() -> LayerName {
    layer_name!("environment")
}

/// The content of the layer by digests, because metadata is a label of the image, which people print.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    variables: BTreeMap<String, String>,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { variables } = self;
        let names: BTreeSet<&String> = variables.keys().chain(previous.variables.keys()).collect();
        let changes = names.into_iter().filter_map(|name| {
            Change::of_content(name, &previous.variables.get(name), &variables.get(name))
        });
        changes.collect()
    }
}

/// How, and which, variable a `BPE_` variable sets.
fn parse(full: &str) -> (ModificationBehavior, &str) {
    let rest = full.strip_prefix(PREFIX).unwrap_or(full);
    let mut behaviours = BEHAVIOURS.into_iter();
    behaviours
        .find_map(|(prefix, behaviour)| Some((behaviour, rest.strip_prefix(prefix)?)))
        .unwrap_or((ModificationBehavior::Override, rest))
}

/// The variable that the user sets for this, in its shortest form.
fn variable(name: &str, behaviour: &ModificationBehavior) -> String {
    let mut behaviours = BEHAVIOURS.iter();
    let found = behaviours.find(|(_, other)| other == behaviour);
    let infix = found.map_or("", |(prefix, _)| *prefix);
    let infix = if infix == "OVERRIDE_" { "" } else { infix };
    format!("{PREFIX}{infix}{name}")
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    let first = characters.next();
    first.is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// Names alone: a value that a test or a log prints by mistake may be secret.
impl std::fmt::Debug for LaunchEnvironment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.variables.keys().map(|(name, how)| variable(name, how));
        formatter.debug_set().entries(names).finish()
    }
}

#[cfg(test)]
mod tests;
