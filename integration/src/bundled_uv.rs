//! The uv of the builder, for what the author of an app does before it is built.
#![expect(clippy::disallowed_methods, reason = "calls the uv of the builder")]

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Machine;

/// Calls the uv that the builder has, with the Python that it has, so that the machine needs neither. Returns what it wrote.
///
/// # Panics
/// When it fails.
#[track_caller]
#[must_use]
pub fn uv(machine: &Machine, arguments: &[&str], directory: &Path) -> String {
    let uv = component_file(machine, "uv-", "uv");
    // The oldest, which needs the oldest C library of the machine.
    let python = component_file(machine, "python-3.11", "build/bin/python3.11");
    let output = Command::new(uv)
        .args(arguments)
        .current_dir(directory)
        .env("UV_PYTHON", python)
        .env("UV_PYTHON_DOWNLOADS", "never")
        .env("UV_CACHE_DIR", machine.test_tools().join("uv-cache"))
        .output()
        .expect("uv can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "uv {arguments:?}:\n{said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A file of the newest component whose name begins so.
///
/// # Panics
/// When no such component has it.
#[track_caller]
#[must_use]
pub fn component_file(machine: &Machine, name: &str, file: &str) -> PathBuf {
    let components = machine.shared_home().join("components");
    let named = entries(&components).filter(|path| {
        let found = path.file_name().and_then(|found| found.to_str());
        found.is_some_and(|found| found.starts_with(name))
    });
    let files = named.flat_map(|component| {
        let versions: Vec<PathBuf> = entries(&component).collect();
        versions.into_iter().map(|version| version.join(file))
    });
    let times =
        files.filter_map(|file| Some((fs_err::metadata(&file).ok()?.modified().ok()?, file)));
    let newest = times.max().map(|(_, file)| file);
    newest.unwrap_or_else(|| panic!("no component {name} has {file}"))
}

fn entries(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs_err::read_dir(directory).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path()))
}
