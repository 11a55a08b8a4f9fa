//! Kubernetes manifests, run in a Docker daemon as a cluster would run them.

mod manifest;
mod node;
mod task;
mod tekton;

pub use manifest::Manifests;
pub use node::Node;
pub use tekton::TaskRun;
