//! What differs between two images that should be one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Layer, Layout};

/// The differences of two images of one app, a line each: of layers that aren't the same blob the entries,
/// then whatever isn't the same in the configuration, by JSON pointer. A label that is JSON itself is looked
/// into, after a `#`; a variable stands under its name. `diff_ids` are what layers tell.
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
    let [one, other] = [one, other].map(|layout| leaves(&layout.config));
    lines.extend(of_maps(&one, &other));
    lines.join("\n")
}

/// What an entry is: rights, owner and the digest of its content.
fn entries(layer: &Layer) -> BTreeMap<String, String> {
    let entries = layer.entries.iter().map(|entry| {
        let (user, group) = entry.owner;
        let rights = format!("{:o} {user}:{group}", entry.mode);
        let whole = if entry.kind.is_dir() {
            rights
        } else {
            format!("{rights} {}", entry.content)
        };
        (entry.path.clone(), whole)
    });
    entries.collect()
}

fn leaves(configuration: &Value) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    add_leaves("", configuration, &mut leaves);
    leaves.retain(|path, _| !path.starts_with("/rootfs/diff_ids"));
    leaves
}

fn add_leaves(path: &str, value: &Value, leaves: &mut BTreeMap<String, String>) {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                add_leaves(&format!("{path}/{}", escaped(name)), value, leaves);
            }
        }
        Value::Array(variables) if path == "/config/Env" => {
            for variable in variables.iter().filter_map(Value::as_str) {
                let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
                leaves.insert(format!("{path}/{}", escaped(name)), value.to_owned());
            }
        }
        Value::Array(members) if !members.is_empty() => {
            for (index, value) in members.iter().enumerate() {
                add_leaves(&format!("{path}/{index}"), value, leaves);
            }
        }
        Value::String(text) if text.starts_with(['{', '[']) => match serde_json::from_str(text) {
            Ok(document) => add_leaves(&format!("{path}#"), &document, leaves),
            Err(_) => drop(leaves.insert(path.to_owned(), text.clone())),
        },
        other => {
            leaves.insert(path.to_owned(), other.to_string());
        }
    }
}

fn of_maps(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let lines = names
        .into_iter()
        .filter_map(|name| match (one.get(name), other.get(name)) {
            (Some(one), Some(other)) if one == other => None,
            // Digests say nothing to the eye.
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
    use serde_json::json;

    use super::*;

    fn entry(path: &str, mode: u32, content: &str) -> crate::Entry {
        let directory = content.is_empty();
        let kind = [tar::EntryType::Regular, tar::EntryType::Directory][usize::from(directory)];
        crate::Entry {
            path: path.to_owned(),
            kind,
            mode,
            owner: (0, 0),
            modified: 0,
            content: content.repeat(64),
        }
    }

    fn image(digest: &str, entries: Vec<crate::Entry>, config: Value) -> Layout {
        let digest = digest.to_owned();
        Layout {
            digest: digest.clone(),
            manifest: Value::Null,
            config,
            layers: vec![Layer {
                digest,
                size: 0,
                entries,
            }],
        }
    }

    #[test]
    fn what_differs_is_told_in_a_line() {
        let one = image(
            "a",
            vec![
                entry("a", 0o755, ""),
                entry("b", 0o644, "0"),
                entry("c", 0o644, "0"),
            ],
            json!({
                "os": "linux",
                "rootfs": {"diff_ids": ["a"]},
                "config": {
                    "User": "1000:1000",
                    "Env": ["A=1", "B=2"],
                    "Labels": {"a/b": "{\"c\":[1,2],\"d\":{}}", "text": "{"},
                },
            }),
        );
        let other = image(
            "b",
            vec![
                entry("a", 0o775, ""),
                entry("b", 0o644, "1"),
                entry("d", 0o644, "0"),
            ],
            json!({
                "os": "plan9",
                "rootfs": {"diff_ids": ["b"]},
                "config": {
                    "User": "0:0",
                    "Env": ["B=3", "A=1"],
                    "ExposedPorts": {},
                    "Labels": {"a/b": "{\"c\":[1,3],\"d\":{}}", "text": "["},
                },
            }),
        );
        insta::assert_snapshot!(differences(&one, &other), @r#"
        a: 755 0:0 -> 775 0:0
        b: differs
        c: gone
        d: new
        /config/Env/B: 2 -> 3
        /config/ExposedPorts: new
        /config/Labels/a~1b#/c/1: 2 -> 3
        /config/Labels/text: { -> [
        /config/User: "1000:1000" -> "0:0"
        /os: "linux" -> "plan9"
        "#);
        assert_eq!(differences(&one, &one), "");
    }
}
