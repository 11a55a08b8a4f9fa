//! Builds of Node apps that are cut off.

use std::path::Path;

use integration::{Answers, Call, Case, Machine, NodeRegistry};
use tempfile::TempDir;

use crate::faults::{fill, kill};
use crate::node_registries::{app_with, lock_of_npm};

pub(crate) const CASES: &[Case] = &[
    Case::new("node_faults::kill_9_at_every_line", killed),
    Case::new("node_faults::a_full_disk", full_disk),
];

fn killed(machine: &Machine) {
    let registry = NodeRegistry::start(&["shelf"], Answers::All);
    let app = app(&registry);
    kill(machine, |home| {
        of_registry(home.coracle(), app.path(), &registry)
    });
}

/// Over what the platform writes, what npm keeps, and what it unpacks.
fn full_disk(machine: &Machine) {
    let content = noise(6_000_000);
    let registry = NodeRegistry::of_file("shelf", "index.js", &content);
    let app = app(&registry);
    fill(machine, &["512k", "5m", "10m"], |call| {
        of_registry(call, app.path(), &registry)
    });
}

#[track_caller]
fn app(registry: &NodeRegistry) -> TempDir {
    app_with(&[("package-lock.json", &lock_of_npm(registry, "shelf"))])
}

fn of_registry(call: Call, app: &Path, registry: &NodeRegistry) -> Call {
    let build = call.args(["build", "app", "--path"]).arg(app);
    build.args(["--env", &format!("npm_config_registry={}", registry.url())])
}

/// Bytes that can't be compressed: a linear congruential generator.
fn noise(length: usize) -> Vec<u8> {
    let mut state: u32 = 1;
    let bytes = (0..length).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    bytes.collect()
}
