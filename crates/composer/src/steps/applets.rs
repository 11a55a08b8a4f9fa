//! The names of a program that looks at how it was called.

use oci::Entry;

use super::{Step, StepError};
use crate::definition::Definition;

pub(super) fn outputs(definition: &Definition) -> Vec<String> {
    let Some(applets) = &definition.applets else {
        return Vec::new();
    };
    let path = |name: &String| format!("{}/{name}", applets.directory);
    applets.names.iter().map(path).collect()
}

pub(super) fn run(step: Step, definition: &Definition) -> Result<Vec<(String, Entry)>, StepError> {
    let Some(applets) = &definition.applets else {
        return Err(StepError::NoTable {
            step,
            table: "applets",
        });
    };
    Ok(outputs(definition)
        .into_iter()
        .map(|path| (path, Entry::symlink(&applets.program)))
        .collect())
}
