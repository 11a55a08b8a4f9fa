//! `start PLAN [ARGUMENT…]`: runs a plan; arguments go to its last program.
#![expect(
    clippy::disallowed_methods,
    reason = "the door through which `start` reads its environment"
)]

use std::io::Write as _;
use std::process::ExitCode;

use start_runtime::plan::Plan;
use start_runtime::process::Processes;
use start_runtime::sequence::Sequence;
use start_runtime::variables::Variables;

/// As of sysexits.h: a plan that can't be read is a defect of who wrote it.
const NO_PLAN: u8 = 70;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let plan = arguments.next().and_then(|plan| plan.into_string().ok());
    let Some(plan) = plan.and_then(|plan| Plan::from_argument(&plan).ok()) else {
        // Nobody is left to be told when this fails.
        let _ = writeln!(
            std::io::stderr(),
            "start: usage: start PLAN [ARGUMENT...], with a plan of the build"
        );
        return ExitCode::from(NO_PLAN);
    };
    let variables = Variables::of_environment(std::env::vars_os());
    let mut sequence = Sequence::new(variables, Processes::of_this_process(), arguments.collect());
    ExitCode::from(sequence.run(&plan))
}
