//! The npm of the builder, for what the author of an app does before it is built.
#![expect(clippy::disallowed_methods, reason = "calls the npm of the builder")]

use std::path::Path;
use std::process::Command;

use crate::{Machine, component_file};

/// Calls the npm that the builder has, with its Node, so that the machine needs neither. What it calls finds both, too.
///
/// # Panics
/// When it fails.
#[track_caller]
pub fn npm(machine: &Machine, arguments: &[&str], directory: &Path) {
    let node = component_file(machine, "node-", "launch/bin/node");
    let npm = component_file(
        machine,
        "node-",
        "build/lib/node_modules/npm/bin/npm-cli.js",
    );
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let programs = node.parent().map(Path::to_owned).into_iter();
    let path = std::env::join_paths(programs.chain(std::env::split_paths(&inherited)));
    let output = Command::new(&node)
        .arg(npm)
        .args(arguments)
        .current_dir(directory)
        .env("PATH", path.expect("directories have no colon"))
        .env("npm_config_cache", machine.test_tools().join("npm-cache"))
        .env("npm_config_ignore_scripts", "true")
        // A host name of this machine's registry is nothing for a lock.
        .env("npm_config_omit_lockfile_registry_resolved", "true")
        .output()
        .expect("npm can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "npm {arguments:?}:\n{said}");
}
