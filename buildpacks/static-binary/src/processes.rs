//! The plan as launch processes.

use buildpack_kit::output::Output;
use buildpack_kit::process::{self, ProcessError, Program, name_of};
use buildpack_kit::start::Starts;
use explain::quote;
use libcnb::data::launch::Process;

use crate::plan::Plan;

/// The program that no start command leads to, with `start` as process 1 where that is needed.
pub(crate) fn own(plan: &Plan, starts: &mut Starts, output: &Output) -> Option<Program> {
    let own = plan.own.as_ref()?;
    let file_name = own.path.file_name().unwrap_or_default().to_string_lossy();
    // The launcher starts in the app directory and looks up a path with a slash from there.
    let path = format!("./{}", own.path.display());
    let mut program = Program::new(name_of(&file_name), &path);
    if own.may_ignore_sigterm && starts.watch(&mut program) {
        output.step(format_args!(
            "{} starts through start: as process 1, a program without a handler ignores SIGTERM",
            quote(&path, 100)
        ));
        output.detail("BP_DIRECT_PROCESS=true, for one that has a handler, leaves start out");
    }
    Some(program)
}

/// A process for each start command, one for the program that none leads to, and `web`.
///
/// # Errors
/// When a name can't be that of a process.
pub(crate) fn processes(
    own: Option<Program>,
    starts: &Starts,
    output: &Output,
) -> Result<Vec<Process>, ProcessError> {
    process::processes(&starts.programs(own.into_iter().collect(), output))
}
