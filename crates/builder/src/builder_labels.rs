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
mod tests {
    use super::*;
    use crate::lifecycle_labels;

    #[test]
    fn a_licence_is_a_name_or_an_address() {
        let text =
            "[[licenses]]\nuri = \"https://licence.example\"\n[[licenses]]\ntype = \"MIT\"\n";
        let text = format!("id = \"a\"\nversion = \"1\"\n{text}");
        let buildpack: BuildpackInformation = toml::from_str(&text).unwrap();
        insta::assert_snapshot!(json!(buildpack.licenses), @r#"[{"uri":"https://licence.example"},{"type":"MIT"}]"#);
    }

    fn of_the_default_builder() -> BTreeMap<&'static str, String> {
        let definition = toml::from_str(include_str!("../../../builder.toml")).unwrap();
        let descriptors = [
            include_str!("../../../buildpacks/go/buildpack.toml"),
            include_str!("../../../buildpacks/python/buildpack.toml"),
            include_str!("../../../buildpacks/node/buildpack.toml"),
            include_str!("../../../buildpacks/static-binary/buildpack.toml"),
            include_str!("../../../buildpacks/explain/buildpack.toml"),
        ];
        let descriptors = descriptors.map(|text| toml::from_str(text).unwrap());
        let lifecycle = lifecycle_labels::tests::lifecycle();
        let mut labels = content_labels(&definition, &lifecycle, &descriptors);
        let buildpacks = descriptors.map(|descriptor| LayeredBuildpack {
            descriptor,
            diff_id: Digest::of(b"layer"),
        });
        labels.insert(BUILDPACK_LAYERS, buildpack_layers(&buildpacks));
        labels
    }

    /// The labels that begin so, broken into lines.
    fn readable(prefix: &str) -> String {
        let labels = of_the_default_builder().into_iter();
        let labels = labels.filter(|(name, _)| name.starts_with(prefix));
        let readable =
            labels.map(|(name, text)| format!("{name}\n{}", text.replace(",\"", ",\n\"")));
        readable.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_metadata_of_the_default_builder() {
        insta::assert_snapshot!(readable("io.buildpacks.builder."), @r#"
        io.buildpacks.builder.metadata
        {"description":"Node, Python, Go and static binaries, on a Debian 13 run image with glibc and without a shell",
        "buildpacks":[{"id":"coracle/go",
        "version":"0.1.0",
        "name":"Go",
        "description":"Compiles Go modules to small static binaries",
        "keywords":["go",
        "golang"],
        "licenses":[{"type":"Apache-2.0"}]},{"id":"coracle/python",
        "version":"0.1.0",
        "name":"Python",
        "description":"Installs Python apps and what they need, locked and hashed, with a trimmed interpreter",
        "keywords":["python",
        "pip",
        "uv",
        "poetry",
        "pipenv",
        "pdm",
        "django",
        "flask",
        "fastapi"],
        "licenses":[{"type":"Apache-2.0"}]},{"id":"coracle/node",
        "version":"0.1.0",
        "name":"Node",
        "description":"Installs and builds Node apps with the package manager of their lock, and starts them without it",
        "keywords":["node",
        "nodejs",
        "npm",
        "pnpm",
        "yarn",
        "bun",
        "javascript",
        "typescript"],
        "licenses":[{"type":"Apache-2.0"}]},{"id":"coracle/static-binary",
        "version":"0.1.0",
        "name":"Static binary",
        "description":"Puts a program that needs nothing but the kernel into an image of its own",
        "keywords":["binary",
        "elf",
        "static"],
        "licenses":[{"type":"Apache-2.0"}]},{"id":"coracle/explain",
        "version":"0.1.0",
        "name":"Explain",
        "description":"Says what was looked for in an app that no buildpack knows, and what came closest",
        "keywords":["errors"],
        "licenses":[{"type":"Apache-2.0"}]}],
        "extensions":[],
        "stack":{"runImage":{"image":"coracle/run:latest",
        "mirrors":["coracle/run:debug"]}},
        "lifecycle":{"version":"0.21.17",
        "api":{"buildpack":"0.7",
        "platform":"0.7"},
        "apis":{"platform":{"deprecated":[],
        "supported":["0.15"]}}},
        "createdBy":{"name":"Coracle",
        "version":"0.1.0"},
        "images":[{"image":"coracle/run:latest",
        "mirrors":["coracle/run:debug"]}]}
        "#);
    }

    #[test]
    fn the_buildpacks_of_the_default_builder() {
        insta::assert_snapshot!(readable("io.buildpacks.buildpack."), @r#"
        io.buildpacks.buildpack.layers
        {"coracle/explain":{"0.1.0":{"api":"0.10",
        "targets":[{"os":"linux",
        "arch":"amd64"},{"os":"linux",
        "arch":"arm64"}],
        "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
        "name":"Explain"}},
        "coracle/go":{"0.1.0":{"api":"0.10",
        "targets":[{"os":"linux",
        "arch":"amd64"},{"os":"linux",
        "arch":"arm64"}],
        "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
        "name":"Go"}},
        "coracle/node":{"0.1.0":{"api":"0.10",
        "targets":[{"os":"linux",
        "arch":"amd64"},{"os":"linux",
        "arch":"arm64"}],
        "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
        "name":"Node"}},
        "coracle/python":{"0.1.0":{"api":"0.10",
        "targets":[{"os":"linux",
        "arch":"amd64"},{"os":"linux",
        "arch":"arm64"}],
        "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
        "name":"Python"}},
        "coracle/static-binary":{"0.1.0":{"api":"0.10",
        "targets":[{"os":"linux",
        "arch":"amd64"},{"os":"linux",
        "arch":"arm64"}],
        "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
        "name":"Static binary"}}}
        io.buildpacks.buildpack.order
        [{"group":[{"id":"coracle/go",
        "version":"0.1.0"}]},{"group":[{"id":"coracle/python",
        "version":"0.1.0"}]},{"group":[{"id":"coracle/node",
        "version":"0.1.0"}]},{"group":[{"id":"coracle/static-binary",
        "version":"0.1.0"}]},{"group":[{"id":"coracle/explain",
        "version":"0.1.0"}]}]
        "#);
    }
}
