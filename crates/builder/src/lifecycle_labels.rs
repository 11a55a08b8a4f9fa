//! The labels by which platforms know the image of a lifecycle. Pure: values in, JSON out.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::builder_labels::METADATA;

/// Which APIs a lifecycle image supports: by it, pack chooses the one that it speaks.
const LIFECYCLE_APIS: &str = "io.buildpacks.lifecycle.apis";
/// The version of a lifecycle image.
const LIFECYCLE_VERSION: &str = "io.buildpacks.lifecycle.version";
/// What images say of themselves (OCI image specification, "Pre-Defined Annotation Keys").
const DESCRIPTION: &str = "org.opencontainers.image.description";

/// The parts of `lifecycle.toml` that the labels repeat, as they stand there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct LifecycleDescriptor {
    pub(crate) api: Value,
    pub(crate) apis: Value,
    pub(crate) lifecycle: LifecycleInformation,
}

impl LifecycleDescriptor {
    /// What the metadata of images says of it.
    pub(crate) fn metadata(&self) -> Value {
        json!({
            "version": self.lifecycle.version,
            "api": self.api,
            "apis": self.apis,
        })
    }
}

/// The `[lifecycle]` table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct LifecycleInformation {
    pub(crate) version: String,
}

/// The labels of a lifecycle image, by name: those of the lifecycle's own (its `tools/image`), of which kpack
/// needs the metadata.
pub(crate) fn lifecycle_labels(lifecycle: &LifecycleDescriptor) -> BTreeMap<String, String> {
    let metadata = json!({ "lifecycle": lifecycle.metadata() });
    let labels = [
        (METADATA, metadata.to_string()),
        (LIFECYCLE_APIS, lifecycle.apis.to_string()),
        (LIFECYCLE_VERSION, lifecycle.lifecycle.version.clone()),
        (
            DESCRIPTION,
            "The lifecycle of Cloud Native Buildpacks, as Coracle compiles it".to_owned(),
        ),
    ];
    labels
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text))
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn lifecycle() -> LifecycleDescriptor {
        let text = "[api]\nplatform = \"0.7\"\nbuildpack = \"0.7\"\n\
             [apis.platform]\nsupported = [\"0.15\"]\ndeprecated = []\n\
             [lifecycle]\nversion = \"0.21.17\"\n";
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_labels_of_a_lifecycle_image() {
        let labels = lifecycle_labels(&lifecycle());
        let lines: Vec<String> = labels
            .iter()
            .map(|(name, text)| format!("{name} = {text}"))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        io.buildpacks.builder.metadata = {"lifecycle":{"version":"0.21.17","api":{"buildpack":"0.7","platform":"0.7"},"apis":{"platform":{"deprecated":[],"supported":["0.15"]}}}}
        io.buildpacks.lifecycle.apis = {"platform":{"deprecated":[],"supported":["0.15"]}}
        io.buildpacks.lifecycle.version = 0.21.17
        org.opencontainers.image.description = The lifecycle of Cloud Native Buildpacks, as Coracle compiles it
        "#);
    }
}
