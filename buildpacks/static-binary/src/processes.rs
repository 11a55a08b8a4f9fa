//! The plan as launch processes: each program directly, no shell.

use buildpack_kit::process::{self, ProcessError, Program};
use libcnb::data::launch::Process;

use crate::plan::Plan;

/// A process for each of the plan's, and `web`.
///
/// # Errors
/// When a name can't be that of a process.
pub(crate) fn processes(plan: &Plan) -> Result<Vec<Process>, ProcessError> {
    let programs = plan.processes.iter().map(|process| {
        // The launcher starts in the app directory and looks up a path with a slash from there.
        let command = format!("./{}", process.program.display());
        Program::new(&process.name, command).arguments(process.arguments.clone())
    });
    process::processes(&programs.collect::<Vec<_>>())
}
