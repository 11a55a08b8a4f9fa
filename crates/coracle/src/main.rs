//! `coracle`: the command line. Thin: it reads flags, calls `builder`, `composer` and `platform`, and
//! shows what they say.

mod arguments;
mod home;
mod output;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::Arguments;
use crate::output::{Output, Verbosity};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let verbosity = match (arguments.quiet, arguments.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let _output = Output::install(verbosity);
    ExitCode::SUCCESS
}
