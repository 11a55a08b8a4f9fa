//! Programs without their symbols and debug information: `BP_STRIP_BINARY=true`.

use std::path::Path;

use buildpack_kit::command::{Command, CommandError};
use buildpack_kit::environment::Environment;
use buildpack_kit::files::FilesError;
use buildpack_kit::output::{Output, size};
use explain::quote;
use sbom::Hash;

use crate::plan::Plan;

/// What Go and `cargo auditable` write for scanners, which read it in the image.
const KEPT: [&str; 2] = ["--keep-section=.go.buildinfo", "--keep-section=.dep-v0"];

/// A program that can't be stripped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StripError {
    /// `strip` can't be run, or doesn't take the program.
    #[error("a program can't be stripped")]
    Command(#[from] CommandError),
    /// The program can't be read afterwards.
    #[error("the program can't be read")]
    Files(#[from] FilesError),
}

/// Strips the plan's programs where it says so, and notes their new sizes and digests in it.
pub(crate) fn strip(
    app_dir: &Path,
    plan: &mut Plan,
    environment: &Environment,
    output: &Output,
) -> Result<(), StripError> {
    if !plan.strips {
        return Ok(());
    }
    let path = environment.raw("PATH").unwrap_or_default();
    // Nothing is left to strip of what is packed, and `strip` would damage it.
    for program in plan
        .programs
        .iter_mut()
        .filter(|program| !program.is_packed)
    {
        let file = app_dir.join(&program.path);
        Command::new("strip")
            .arguments(["--strip-all"])
            .arguments(KEPT)
            .arguments([&file])
            .variables([("PATH", path)])
            .capture()?;
        let bytes = fs_err::read(&file).map_err(FilesError::from)?;
        let before = std::mem::replace(&mut program.size, bytes.len() as u64);
        program.hash = Hash::sha256_of(&bytes);
        let name = quote(&program.path.display().to_string(), 200);
        output.step(format_args!(
            "Stripped {name} from {} to {} (from BP_STRIP_BINARY)",
            size(before),
            size(program.size)
        ));
    }
    Ok(())
}
