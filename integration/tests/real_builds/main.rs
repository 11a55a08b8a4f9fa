//! Level 5: real builds through the embedded platform. Ignored unless asked for:
//! `cargo test -p integration -- --include-ignored`.

mod apps;
mod bad_apps;
mod bad_modules;
mod bad_node_apps;
mod bad_programs;
mod bad_starts;
mod ci_jobs;
mod faults;
mod first_process;
mod front_ends;
mod go_apps;
mod image;
mod image_settings;
mod kubernetes;
mod mirrors;
mod newer;
mod node_faults;
mod node_registries;
mod node_samples;
mod options;
mod outputs;
mod pack;
mod pack_faults;
mod pack_node;
mod pack_publishing;
mod pack_python;
mod pack_rebase;
mod private_modules;
mod publishing;
mod python_apps;
mod python_faults;
mod python_indexes;
mod python_samples;
mod rebase;
mod rebuild;
mod reproducible;
mod runtime_seed;
mod samples;
mod stack;
mod start_commands;
mod started_programs;
mod team;
mod third_party;
mod written_apps;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cases = [
        samples::CASES,
        image::CASES,
        image_settings::CASES,
        rebuild::CASES,
        rebase::CASES,
        reproducible::CASES,
        options::CASES,
        outputs::CASES,
        bad_apps::CASES,
        bad_modules::CASES,
        bad_node_apps::CASES,
        bad_programs::CASES,
        bad_starts::CASES,
        faults::CASES,
        first_process::CASES,
        front_ends::CASES,
        go_apps::CASES,
        private_modules::CASES,
        start_commands::CASES,
        stack::CASES,
        python_apps::CASES,
        python_faults::CASES,
        python_indexes::CASES,
        node_faults::CASES,
        node_registries::CASES,
        node_samples::CASES,
        python_samples::CASES,
        runtime_seed::CASES,
        third_party::CASES,
        written_apps::CASES,
        pack::CASES,
        pack_faults::CASES,
        pack_node::CASES,
        pack_publishing::CASES,
        pack_python::CASES,
        pack_rebase::CASES,
        mirrors::CASES,
        publishing::CASES,
        kubernetes::CASES,
        ci_jobs::CASES,
    ];
    integration::main(cases.into_iter().flatten().copied())
}
