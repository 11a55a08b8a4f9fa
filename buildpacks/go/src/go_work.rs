//! The workspace of the modules that `BP_GO_WORK_USE` names: what `go work init` and `go work use` would write, but
//! outside of the app, which stays as it is.

use std::fmt::Write as _;
use std::path::Path;

use crate::go_version::GoVersion;
use crate::project::Project;

/// The oldest Go that knows workspaces.
const OLDEST: &str = "1.18";

/// The text of a `go.work` that can lie anywhere.
pub(crate) fn text(app_dir: &Path, project: &Project) -> String {
    let versions = project.versions.iter().map(|version| version.value);
    let oldest: Option<GoVersion> = OLDEST.parse().ok();
    // A module that asks for a newer Go than its workspace is refused.
    let version = versions.chain(oldest).max();
    let version = version.map_or(OLDEST.to_owned(), |version| version.to_string());
    let mut text = format!("go {version}\n\nuse (\n");
    for directory in &project.joined {
        let directory = app_dir.join(directory);
        // Writing to a string can't fail.
        let _ = writeln!(text, "\t\"{}\"", directory.display());
    }
    text.push_str(")\n");
    text
}
