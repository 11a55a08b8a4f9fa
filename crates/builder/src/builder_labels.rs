//! The labels by which platforms know a builder. Pure: values in, JSON out.
//!
//! Source: the platform specification has no more than the names; the documents are those that pack
//! writes and that pack and kpack read (pack's `internal/builder/metadata.go`, `pkg/dist`).

use std::collections::BTreeMap;

use oci::Digest;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::definition::{Definition, RunImage};
use crate::lifecycle_labels::LifecycleDescriptor;

/// What is inside the builder: `pack builder inspect` shows it.
pub(crate) const METADATA: &str = "io.buildpacks.builder.metadata";
/// Which layer holds which buildpack.
pub(crate) const BUILDPACK_LAYERS: &str = "io.buildpacks.buildpack.layers";
/// The order in which the groups are tried.
pub(crate) const ORDER: &str = "io.buildpacks.buildpack.order";

/// `buildpack.toml`, as far as the labels repeat it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct BuildpackDescriptor {
    pub(crate) api: String,
    pub(crate) buildpack: BuildpackInformation,
    #[serde(default)]
    pub(crate) targets: Vec<Target>,
}

/// The `[buildpack]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BuildpackInformation {
    pub(crate) id: String,
    pub(crate) version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) homepage: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keywords: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) licenses: Vec<License>,
}

/// A licence of a buildpack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct License {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<String>,
}

/// A `[[targets]]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) os: String,
    pub(crate) arch: String,
}

/// A buildpack and the diffID of the layer that holds it.
#[derive(Debug, Clone)]
pub(crate) struct LayeredBuildpack {
    pub(crate) descriptor: BuildpackDescriptor,
    pub(crate) diff_id: Digest,
}

/// The labels of a builder that can be told before it has layers, by name.
pub(crate) fn content_labels(
    definition: &Definition,
    lifecycle: &LifecycleDescriptor,
    buildpacks: &[BuildpackDescriptor],
) -> BTreeMap<&'static str, String> {
    let metadata = metadata(definition, lifecycle, buildpacks);
    let order = order(definition, buildpacks);
    BTreeMap::from([(METADATA, metadata.to_string()), (ORDER, order.to_string())])
}

fn metadata(
    definition: &Definition,
    lifecycle: &LifecycleDescriptor,
    buildpacks: &[BuildpackDescriptor],
) -> Value {
    let run_images = &definition.run.images;
    let images = run_images.iter();
    let buildpacks = buildpacks.iter().map(|descriptor| &descriptor.buildpack);
    json!({
        "description": definition.description,
        "buildpacks": buildpacks.collect::<Vec<_>>(),
        "extensions": [],
        "stack": { "runImage": run_image(&run_images.first) },
        "lifecycle": lifecycle.metadata(),
        "createdBy": { "name": "Coracle", "version": env!("CARGO_PKG_VERSION") },
        "images": images.map(run_image).collect::<Vec<_>>(),
    })
}

fn run_image(image: &RunImage) -> Value {
    json!({ "image": image.image, "mirrors": image.mirrors })
}

/// The label [`BUILDPACK_LAYERS`].
pub(crate) fn buildpack_layers(buildpacks: &[LayeredBuildpack]) -> String {
    let mut layers: BTreeMap<&str, BTreeMap<&str, Value>> = BTreeMap::new();
    for LayeredBuildpack {
        descriptor,
        diff_id,
    } in buildpacks
    {
        let BuildpackDescriptor {
            api,
            buildpack,
            targets,
        } = descriptor;
        let mut layer = json!({ "api": api, "targets": targets, "layerDiffID": diff_id });
        for (name, value) in [("name", &buildpack.name), ("homepage", &buildpack.homepage)] {
            if let Some(value) = value {
                layer[name] = json!(value);
            }
        }
        let versions = layers.entry(&buildpack.id).or_default();
        versions.insert(&buildpack.version, layer);
    }
    json!(layers).to_string()
}

fn order(definition: &Definition, buildpacks: &[BuildpackDescriptor]) -> Value {
    let version = |id: &str| {
        let mut carried = buildpacks.iter().map(|descriptor| &descriptor.buildpack);
        carried
            .find(|buildpack| buildpack.id == id)
            .map(|buildpack| &buildpack.version)
    };
    let groups = definition.order.iter().map(|group| {
        let members = group.group.iter().map(|member| {
            let mut entry = json!({ "id": member.id, "version": version(&member.id) });
            if member.optional {
                entry["optional"] = json!(true);
            }
            entry
        });
        json!({ "group": members.collect::<Vec<_>>() })
    });
    groups.collect()
}

#[cfg(test)]
#[path = "builder_labels_tests.rs"]
mod tests;
