//! What differs between two images that should be one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Layer, Layout};

/// The differences of two images of one app, a line each: of layers that aren't the same blob the entries,
/// then what isn't the same in the configuration.
///
/// # Panics
/// When one has more layers.
#[track_caller]
#[must_use]
pub fn differences(one: &Layout, other: &Layout) -> String {
    assert_eq!(one.layers.len(), other.layers.len(), "layers");
    let layers = one.layers.iter().zip(&other.layers);
    let layers = layers.filter(|(one, other)| one.digest != other.digest);
    let mut lines: Vec<String> = layers
        .flat_map(|(one, other)| of_maps(&entries(one), &entries(other)))
        .collect();
    let configurations = [&one.config, &other.config].map(|config| &config["config"]);
    for part in ["Env", "Labels", "WorkingDir", "Entrypoint"] {
        let [one, other] = configurations.map(|config| members(&config[part]));
        lines.extend(
            of_maps(&one, &other)
                .iter()
                .map(|line| format!("{part} {line}")),
        );
    }
    lines.join("\n")
}

/// What an entry is: rights, owner and the digest of its content.
fn entries(layer: &Layer) -> BTreeMap<&str, String> {
    let entries = layer.entries.iter().map(|entry| {
        let (user, group) = entry.owner;
        let rights = format!("{:o} {user}:{group}", entry.mode);
        let whole = if entry.kind.is_dir() {
            rights
        } else {
            format!("{rights} {}", entry.content)
        };
        (entry.path.as_str(), whole)
    });
    entries.collect()
}

/// A part of the configuration: a map, a list or a text.
fn members(value: &Value) -> BTreeMap<&str, String> {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            members
                .map(|(name, value)| (name.as_str(), value.to_string()))
                .collect()
        }
        Value::Array(members) => {
            let members = members.iter().filter_map(Value::as_str);
            members.map(|member| (member, String::new())).collect()
        }
        other => BTreeMap::from([("", other.to_string())]),
    }
}

fn of_maps(one: &BTreeMap<&str, String>, other: &BTreeMap<&str, String>) -> Vec<String> {
    let names: BTreeSet<&str> = one.keys().chain(other.keys()).copied().collect();
    let lines = names
        .into_iter()
        .filter_map(|name| match (one.get(name), other.get(name)) {
            (Some(one), Some(other)) if one == other => None,
            // Contents and labels say nothing to the eye.
            (Some(one), Some(other)) if one.len().max(other.len()) > 60 => {
                Some(format!("{name}: differs"))
            }
            (Some(one), Some(other)) => Some(format!("{name}: {one} -> {other}")),
            (Some(_), None) => Some(format!("{name}: gone")),
            (None, _) => Some(format!("{name}: new")),
        });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told_in_a_line() {
        let digest = |digit: &str| digit.repeat(64);
        let one = [
            ("a", "755 0:0".to_owned()),
            ("b", digest("0")),
            ("c", digest("0")),
        ];
        let other = [
            ("a", "775 0:0".to_owned()),
            ("b", digest("1")),
            ("d", digest("0")),
        ];
        let lines = of_maps(&BTreeMap::from(one), &BTreeMap::from(other));
        insta::assert_snapshot!(lines.join("\n"), @"
        a: 755 0:0 -> 775 0:0
        b: differs
        c: gone
        d: new
        ");
    }
}
