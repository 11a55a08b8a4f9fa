//! Start commands, run by `start` and by real shells: the same output, arguments, environment and status,
//! or a refusal at build.
//!
//! This program is its own probe: called as `probe`, it prints what it was started with. The commands are
//! generated from a fixed seed; `START_COMMAND_SEED` chooses another one, `START_COMMAND_CASES` how many.
#![expect(
    clippy::disallowed_methods,
    reason = "shells and `start` are processes, and the probe reads its environment"
)]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test without libtest's attribute"
)]
#![expect(clippy::format_push_string, reason = "short texts, once")]

mod generate;
mod grammar;
mod probe;
mod run;
mod vectors;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    if let Some(status) = probe::play() {
        std::process::exit(status);
    }
    let arguments = Arguments::from_args();
    let trials = vec![
        test("vectors_made_with_dash_hold", vectors::hold),
        test("generated_commands_do_what_dash_does", generate::dash),
        test("generated_commands_do_what_bash_does", generate::bash),
        test("generated_scripts_do_what_npm_does", generate::scripts),
        test("any_text_is_planned_or_refused", generate::any_text),
    ];
    libtest_mimic::run(&arguments, trials).exit();
}

fn test(name: &str, run: fn() -> Result<(), String>) -> Trial {
    Trial::test(name, move || run().map_err(Failed::from))
}
