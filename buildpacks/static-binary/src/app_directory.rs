//! Brings the app directory to what the plan says: programs and kept files, nothing else.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use buildpack_kit::files::{self, FilesError};
use buildpack_kit::output::{Output, size};
use explain::quote;

use crate::plan::Plan;

/// How many names of removed files and directories are listed.
const LISTED: usize = 20;

/// An app directory that can't be changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReduceError {
    /// A file can't be removed or its mode can't be set.
    #[error("the app directory can't be changed")]
    Files(#[from] FilesError),
}

/// Removes what the plan does not keep, saying what, and sets the modes of what stays.
pub(crate) fn reduce(app_dir: &Path, plan: &Plan, output: &Output) -> Result<(), ReduceError> {
    let removed = files::remove_unless(app_dir, |entry| plan.keeps(entry))?;
    if removed.files > 0 {
        output.step(format_args!(
            "Removed {} ({}) beside the program: BP_KEEP_FILES names what stays",
            count(removed.files),
            size(removed.bytes)
        ));
    }
    for (name, files) in removed.by_top.iter().take(LISTED) {
        let shown = quote(name, 100);
        if name.ends_with('/') {
            output.detail(format_args!("{shown} {}", count(*files)));
        } else {
            output.detail(shown);
        }
    }
    if let Some(more @ 1..) = removed.by_top.len().checked_sub(LISTED) {
        output.detail(format_args!("and {more} more at the root"));
    }
    if let Some(warning) = removed.warning() {
        output.warning(warning);
    }
    files::normalise_content_modes(app_dir)?;
    for program in &plan.programs {
        let path = app_dir.join(&program.path);
        files::change_as_owner(&path, |path| {
            fs_err::set_permissions(path, Permissions::from_mode(0o755))
        })?;
    }
    Ok(())
}

fn count(files: usize) -> String {
    match files {
        1 => "1 file".to_owned(),
        _ => format!("{files} files"),
    }
}
