//! Kubernetes manifests, run in a Docker daemon as a cluster would run them.

mod kpack;
mod manifest;
mod node;
mod task;
mod tekton;
mod volumes;

pub use kpack::build_pod;
pub use manifest::Manifests;
pub use node::Node;
pub use tekton::TaskRun;
