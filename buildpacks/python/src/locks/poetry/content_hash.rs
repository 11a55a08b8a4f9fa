//! The hash by which Poetry knows whether a lock is of a project.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::pyproject::Pyproject;
use crate::python_json::{Separators, of_table, of_toml, sha256};

/// What `poetry` would have written for this project: with dependency groups, and as it did before it knew them.
pub(super) fn content_hashes(project: &Pyproject) -> BTreeSet<String> {
    let hashes = [true, false].map(|with_groups| content_hash(project, with_groups));
    hashes.into_iter().collect()
}

fn content_hash(project: &Pyproject, with_groups: bool) -> String {
    const LEGACY: [&str; 4] = ["dependencies", "source", "extras", "dev-dependencies"];
    let table = &project.table;
    let of_project = table.get("project").and_then(toml::Value::as_table);
    let keys = ["requires-python", "dependencies", "optional-dependencies"];
    let of_project: Map<String, Value> = keys
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), of_toml(of_project?.get(key)?))))
        .collect();
    let groups = table
        .get("dependency-groups")
        .and_then(toml::Value::as_table);
    let groups = groups.filter(|groups| with_groups && !groups.is_empty());
    let is_nested = !of_project.is_empty() || groups.is_some();

    let poetry = table.get("tool").and_then(|tool| tool.get("poetry"));
    let mut of_poetry = Map::new();
    for key in LEGACY.into_iter().chain(["group"]) {
        let value = poetry.and_then(|poetry| poetry.get(key));
        match value {
            Some(value) => of_poetry.insert(key.to_owned(), of_toml(value)),
            None if LEGACY.contains(&key) && !is_nested => {
                of_poetry.insert(key.to_owned(), Value::Null)
            }
            None => None,
        };
    }
    if !is_nested {
        return sha256(&Value::Object(of_poetry), Separators::Spaced);
    }
    let mut all = Map::new();
    if !of_project.is_empty() {
        all.insert("project".to_owned(), Value::Object(of_project));
    }
    if let Some(groups) = groups {
        all.insert("dependency-groups".to_owned(), of_table(groups));
    }
    all.insert(
        "tool".to_owned(),
        serde_json::json!({ "poetry": of_poetry }),
    );
    sha256(&Value::Object(all), Separators::Spaced)
}
