//! The program that runs start commands, in the builder of a test.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::Lifecycle;

/// Where `buildpack.toml` says that a builder keeps it.
const DIRECTORY: &str = "/opt/coracle/start";

/// Gives the buildpack its `buildpack.toml`, with a directory of this test in the place of [`DIRECTORY`], and a
/// program in it that does nothing.
pub(super) fn describe(lifecycle: &Lifecycle, descriptor: &Path) {
    let text = fs_err::read_to_string(descriptor).expect("a buildpack.toml");
    let directory = lifecycle.path("start");
    let text = text.replace(DIRECTORY, &directory.display().to_string());
    fs_err::write(lifecycle.path("buildpack/buildpack.toml"), text).expect("a file can be written");
    let program = directory.join("start");
    fs_err::create_dir(directory).expect("a directory can be made");
    fs_err::write(&program, "the program start").expect("a file can be written");
    let mode = std::fs::Permissions::from_mode(0o755);
    fs_err::set_permissions(program, mode).expect("a mode can be set");
}
