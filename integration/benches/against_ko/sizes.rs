//! Images by layer.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// The layers of the first image of a layout, lowest first: compressed bytes, and what made it.
pub(crate) fn layers(layout: &Path) -> Vec<(u64, String)> {
    let mut document = json(&layout.join("index.json"));
    while let Some(next) = document["manifests"][0]["digest"].as_str() {
        document = blob(layout, next);
    }
    let config = document["config"]["digest"].as_str().expect("a digest");
    let config = blob(layout, config);
    let history = config["history"].as_array().cloned().unwrap_or_default();
    let mut made = history
        .iter()
        .filter(|entry| entry["empty_layer"] != true)
        .map(|entry| entry["created_by"].as_str().unwrap_or("?").to_owned());
    let layers = document["layers"].as_array().expect("an array");
    layers
        .iter()
        .map(|layer| {
            let made = made.next().unwrap_or_default();
            (layer["size"].as_u64().unwrap_or_default(), made)
        })
        .collect()
}

fn blob(layout: &Path, digest: &str) -> Value {
    json(&layout.join("blobs").join(digest.replace(':', "/")))
}

fn json(path: &Path) -> Value {
    let text = fs_err::read_to_string(path).expect("a layout has it");
    serde_json::from_str(&text).expect("it is JSON")
}

/// A table of the layers in KB of 1000 bytes.
pub(crate) fn table(name: &str, layers: &[(u64, String)]) -> String {
    let mut text = String::new();
    for (bytes, made) in layers {
        let made: String = made.chars().take(70).collect();
        // Writing to a string can't fail.
        let _ = writeln!(text, "| {name} | {} | {made} |", kilobytes(*bytes));
    }
    let all = layers.iter().map(|(bytes, _)| bytes).sum();
    let _ = writeln!(text, "| {name} | {} | all |", kilobytes(all));
    text
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1000, bytes % 1000 / 100)
}
