//! The parts of Tekton's Task and `TaskRun` that decide how steps run.
//!
//! Source of the names: Tekton's API reference, `v1`.

use serde::Deserialize;
use serde_json::Value;

use super::manifest::{Container, Mount, PodSecurity, Security, Variable, Volume};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaskSpec {
    #[serde(default)]
    pub(super) params: Vec<Parameter>,
    #[serde(default)]
    pub(super) workspaces: Vec<Workspace>,
    #[serde(default)]
    pub(super) results: Vec<Named>,
    #[serde(default)]
    pub(super) step_template: StepTemplate,
    pub(super) steps: Vec<Step>,
    #[serde(default)]
    pub(super) volumes: Vec<Volume>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) default: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Workspace {
    pub(super) name: String,
    #[serde(default)]
    pub(super) optional: bool,
    #[serde(default)]
    pub(super) read_only: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Step {
    #[serde(flatten)]
    pub(super) container: Container,
    /// What it has to itself, with the other steps that name it.
    #[serde(default)]
    pub(super) workspaces: Vec<Named>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct StepTemplate {
    pub(super) env: Vec<Variable>,
    pub(super) security_context: Option<Security>,
    pub(super) volume_mounts: Vec<Mount>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RunSpec {
    #[serde(default)]
    pub(super) params: Vec<Argument>,
    #[serde(default)]
    pub(super) workspaces: Vec<Volume>,
    pub(super) pod_template: PodTemplate,
}

#[derive(Debug, Deserialize)]
pub(super) struct Argument {
    pub(super) name: String,
    pub(super) value: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PodTemplate {
    pub(super) security_context: PodSecurity,
}

#[derive(Deserialize)]
pub(super) struct Document<T> {
    pub(super) spec: T,
}
