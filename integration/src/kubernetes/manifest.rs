//! The parts of manifests that decide how containers run.
//!
//! Source of the names: the Kubernetes API reference, `v1` of Pod. What isn't listed here (labels, names of
//! secrets, tolerations) says where and when a pod runs, not how.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The registry that the manifests name, in place of which users put their own.
const PLACEHOLDER: &str = "registry.example/team";

/// The documents of a YAML file.
#[derive(Debug)]
pub struct Manifests(Vec<Value>);

/// A Pod.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Pod {
    pub(crate) spec: PodSpec,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PodSpec {
    pub(crate) security_context: PodSecurity,
    #[serde(default)]
    pub(crate) init_containers: Vec<Container>,
    pub(crate) containers: Vec<Container>,
    #[serde(default)]
    pub(crate) volumes: Vec<Volume>,
}

/// What holds for all containers of a pod.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PodSecurity {
    pub(crate) fs_group: Option<u32>,
    #[serde(flatten)]
    pub(crate) identity: Identity,
}

/// Whom a container runs as: of the pod, unless the container says otherwise.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Identity {
    #[serde(rename = "runAsNonRoot")]
    pub(crate) non_root: Option<bool>,
    #[serde(rename = "runAsUser")]
    pub(crate) user: Option<u32>,
    #[serde(rename = "runAsGroup")]
    pub(crate) group: Option<u32>,
}

/// What a container may do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Security {
    #[serde(flatten)]
    pub(crate) identity: Identity,
    pub(crate) allow_privilege_escalation: Option<bool>,
    pub(crate) capabilities: Capabilities,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Capabilities {
    pub(crate) add: Vec<String>,
    pub(crate) drop: Vec<String>,
}

/// A container of a Pod, or a step of a Task.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Container {
    pub(crate) name: String,
    pub(crate) image: String,
    #[serde(default)]
    pub(crate) command: Vec<String>,
    #[serde(default)]
    pub(crate) args: Vec<String>,
    #[serde(default)]
    pub(crate) env: Vec<Variable>,
    pub(crate) working_dir: Option<String>,
    pub(crate) security_context: Option<Security>,
    #[serde(default)]
    pub(crate) volume_mounts: Vec<Mount>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mount {
    pub(crate) name: String,
    #[serde(rename = "mountPath")]
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) read_only: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Volume {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) source: VolumeSource,
}

/// What a volume is of.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum VolumeSource {
    /// Made with the pod and gone with it.
    EmptyDir {},
    /// Stays.
    #[serde(rename_all = "camelCase")]
    PersistentVolumeClaim {
        /// Name of the claim.
        claim_name: String,
    },
    /// Can only be read.
    #[serde(rename_all = "camelCase")]
    Secret {
        /// Name of the secret.
        secret_name: String,
        /// Which of its keys become files; none stands for all.
        #[serde(default)]
        items: Vec<Item>,
    },
}

/// A key of a secret, and the file that it becomes.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Item {
    pub(crate) key: String,
    pub(crate) path: String,
}

impl Manifests {
    /// Reads a file of the repository, with the names of images below `prefix` as a user would put them
    /// in.
    ///
    /// # Panics
    /// When it can't be read or isn't YAML.
    #[track_caller]
    #[must_use]
    pub fn read(path: &str, prefix: &str) -> Self {
        Self::replaced(path, &[(PLACEHOLDER, prefix)])
    }

    /// Reads a file of the repository with texts in place of others.
    #[track_caller]
    pub(super) fn replaced(path: &str, replacements: &[(&str, &str)]) -> Self {
        let path = testkit::workspace_root().join(path);
        let text = fs_err::read_to_string(&path).expect("the manifest is there");
        let text = replacements
            .iter()
            .fold(text, |text, (from, to)| text.replace(from, to));
        let documents = serde_saphyr::from_multiple(&text);
        Self(documents.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    /// The document of a kind.
    ///
    /// # Panics
    /// When there is none, or when it isn't as Kubernetes wants it.
    #[track_caller]
    pub(crate) fn document<T: DeserializeOwned>(&self, kind: &str) -> T {
        let document = self.0.iter().find(|document| document["kind"] == kind);
        let document = document.unwrap_or_else(|| panic!("the manifest has no {kind}"));
        serde_json::from_value(document.clone()).unwrap_or_else(|error| panic!("{kind}: {error}"))
    }

    /// A value of the document of a kind, by JSON pointer.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    #[must_use]
    pub fn value(&self, kind: &str, pointer: &str) -> Value {
        let document: Value = self.document(kind);
        let value = document.pointer(pointer);
        value
            .unwrap_or_else(|| panic!("no {pointer} in {kind}"))
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "registry.example/team";

    #[test]
    fn kpacks_resources_say_what_the_builders_definition_says() {
        let kpack = Manifests::read("docs/kubernetes/kpack.yaml", PREFIX);
        let path = testkit::workspace_root().join("builder.toml");
        let builder: toml::Value = toml::from_str(&fs_err::read_to_string(path).unwrap()).unwrap();
        let stack = &builder["stack"];

        assert_eq!(
            kpack.value("ClusterStack", "/spec/id"),
            stack["id"].as_str().unwrap()
        );
        for (ours, theirs) in [("build-image", "buildImage"), ("run-image", "runImage")] {
            let name = stack[ours].as_str().unwrap();
            let name = name.replace("coracle", PREFIX);
            let pointer = format!("/spec/{theirs}/image");
            assert_eq!(kpack.value("ClusterStack", &pointer), name);
        }
        let order = serde_json::to_value(&builder["order"]).unwrap();
        assert_eq!(kpack.value("ClusterBuilder", "/spec/order"), order);
    }
}
