//! How cargo compiles what a builder is made of: the same bytes everywhere, of the crates of the lock file.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::command::Process;
use crate::errors::BuilderError;
use crate::key::KeyBuilder;
use crate::tools;

/// Everything that needs the network: also crates of other systems, because libcnb asks `cargo
/// metadata`, which wants every crate of the lock file.
pub(crate) fn fetch(cargo: &Path, root: &Path) -> Result<(), BuilderError> {
    Process::new(cargo)
        .directory(root)
        .arguments(["fetch", "--locked"])
        .run()
        .map_err(|source| BuilderError::CargoFetch { source })
}

/// The variables for cargo; `flag` is one for rustc beside those that everything is compiled with.
///
/// `CARGO_ENCODED_RUSTFLAGS` wins over every other place for flags, those of the user's shell
/// included; cargo applies it to the target only, because a target is named.
pub(crate) fn environment(root: &Path, flag: &str) -> Vec<(OsString, OsString)> {
    // No path of this machine may be in a program: the same bytes everywhere.
    let remap = |from: &Path, to| format!("--remap-path-prefix={}={to}", from.display());
    let mut flags = vec![flag.to_owned(), remap(root, "/coracle")];
    flags.extend(tools::cargo_home().map(|home| remap(&home, "/cargo")));
    let flags = flags.join("\x1f");
    [
        ("CARGO_ENCODED_RUSTFLAGS", flags.as_str()),
        ("CARGO_PROFILE_RELEASE_STRIP", "true"),
        ("CARGO_NET_OFFLINE", "true"),
        ("CARGO_TERM_QUIET", "true"),
    ]
    .map(|(name, value)| (OsString::from(name), OsString::from(value)))
    .to_vec()
}

/// Adds to a key what crates of the checkout are compiled from.
pub(crate) fn add_crates(
    key: &mut KeyBuilder,
    root: &Path,
    directories: &BTreeSet<PathBuf>,
) -> Result<(), BuilderError> {
    let mut add = || {
        for name in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
            key.file(name, &root.join(name))?;
        }
        for directory in directories {
            let label = directory.strip_prefix(root).unwrap_or(directory);
            key.tree(&label.to_string_lossy(), directory, is_compiled)?;
        }
        Ok(())
    };
    add().map_err(BuilderError::Read)
}

/// Tests, notes and build products of a crate are not part of its program.
fn is_compiled(path: &Path) -> bool {
    let first = path.iter().next().and_then(|name| name.to_str());
    !matches!(
        first,
        Some("tests" | "target" | "README.md" | "CHANGELOG.md")
    )
}
