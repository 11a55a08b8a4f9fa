//! `coracle`: the command line. Thin: it reads flags, calls `builder`, `composer` and `platform`, and
//! shows what they say.

mod arguments;
mod commands;
mod context;
mod error;
mod examples;
mod home;
mod interrupt;
mod messages;
mod output;

use std::process::ExitCode;

use clap::Parser as _;
use explain::Explain as _;
use rustix::fs::Mode;
use rustix::process::umask;

use crate::arguments::{Arguments, Command};
use crate::context::Context;
use crate::error::CommandError;
use crate::output::{Output, Verbosity};

fn main() -> ExitCode {
    keep_own_access();
    let arguments = Arguments::parse();
    let verbosity = match (arguments.quiet, arguments.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let output = Output::install(verbosity);
    match dispatch(&output, arguments.command) {
        Ok(status) => status,
        Err(error) if interrupt::was_interrupted() => {
            output.error(messages::interrupted(&error));
            ExitCode::from(interrupt::EXIT_STATUS)
        }
        Err(error) => {
            // Of an image that is built, the log is of no interest.
            if !error.is_of_delivery() {
                output.show_withheld_log();
            }
            let message = error.explain();
            output.error(message.render().trim_end());
            ExitCode::from(message.kind.exit_code())
        }
    }
}

/// What we make must be ours to use: under a umask of 777 nobody could enter a directory that was just made.
fn keep_own_access() {
    let mask = umask(Mode::RWXG | Mode::RWXO);
    umask(mask.difference(Mode::RWXU));
}

fn dispatch(output: &Output, command: Command) -> Result<ExitCode, CommandError> {
    let context = Context::open(output.clone())?;
    interrupt::defer(context.store.cancellation());
    match command {
        Command::Build(build) => commands::build::execute(&context, &build)?,
        Command::Run(run) => return commands::run::execute(&context, run),
        Command::Builder { command } => commands::builder::execute(&context, &command)?,
        Command::Stack { command } => commands::stack::execute(&context, command)?,
        Command::Rebase(arguments) => commands::rebase::execute(&context, &arguments)?,
        Command::Images => commands::images::execute(&context)?,
        Command::Cache { command } => commands::cache::execute(&context, &command)?,
    }
    output.check().map_err(CommandError::StandardOutput)?;
    Ok(ExitCode::SUCCESS)
}
