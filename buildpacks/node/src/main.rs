//! x
mod node_version;
mod package_json;
mod plan;
mod project;
mod releases;
mod resolved_version;
mod settings;
fn main() {}
