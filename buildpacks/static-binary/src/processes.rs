//! The plan as launch processes.

use buildpack_kit::output::Output;
use buildpack_kit::process::{self, ProcessError, Program, name_of};
use buildpack_kit::start::Starts;
use libcnb::data::launch::Process;

use crate::plan::Plan;

/// A process for each start command, one for the program that none leads to, and `web`.
///
/// # Errors
/// When a name can't be that of a process.
pub(crate) fn processes(
    plan: &Plan,
    starts: &Starts,
    output: &Output,
) -> Result<Vec<Process>, ProcessError> {
    let own = plan.own.iter().map(|path| {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        // The launcher starts in the app directory and looks up a path with a slash from there.
        Program::new(name_of(&file_name), format!("./{}", path.display()))
    });
    process::processes(&starts.programs(own.collect(), output))
}
