//! Every app of `integration/apps` and every sample in Python, built, started and asked, with a table of what became of
//! each:
//!
//! ```sh
//! cargo bench -p integration --bench written_apps                # all
//! cargo bench -p integration --bench written_apps -- uv poetry   # those with one of these in their name
//! cargo bench -p integration --bench written_apps -- node/        # those of a language
//! ```
//!
//! Ends with an error when something isn't as expected. With `--logs DIR`, the logs of the builds are left there. Each app
//! has a cache directory for itself, and what it needs is fetched.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "prints what it found; a panic is the message"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use integration::{Machine, Seconds, WrittenApp, set_up, timed};
use serde_json::Value;

#[derive(Default)]
struct Options {
    names: Vec<String>,
    logs: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = options();
    let machine = set_up().unwrap();
    let languages = ["front-ends", "node", "python"].into_iter();
    let apps = languages.flat_map(|language| {
        let apps = WrittenApp::all(language).into_iter();
        apps.map(move |app| (format!("{language}/{}", app.name), app))
    });
    let wanted = |(path, _): &(String, WrittenApp)| {
        let mut names = options.names.iter();
        options.names.is_empty() || names.any(|name| path.contains(name))
    };
    println!("| app | shows | expected | | CPU s | s | MB |");
    println!("|---|---|---|---|---|---|---|");
    let mut wrong = 0;
    let mut total = 0;
    for (_, app) in apps.filter(wanted) {
        let checked = catch_unwind(AssertUnwindSafe(|| check(machine, &app, &options)));
        let row = checked.unwrap_or_else(|_| {
            wrong += 1;
            "**not** | | | ".to_owned()
        });
        total += 1;
        println!(
            "| {} | {} | {} | {row} |",
            app.name,
            app.shows(),
            app.expected()
        );
    }
    println!("\n{total} apps, {wrong} not as expected");
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn options() -> Options {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--logs" => options.logs = arguments.next().map(PathBuf::from),
            // Cargo's own.
            "--bench" => {}
            name => options.names.push(name.to_owned()),
        }
    }
    options
}

/// Builds the app, checks it, and gives the end of its row.
fn check(machine: &Machine, app: &WrittenApp, options: &Options) -> String {
    eprintln!("{}: {}", app.name, app.shows());
    let home = machine.home();
    let report = home.path().join("report.json");
    let directory = app.directory(machine);
    let call = app.build(&home, directory.path());
    let call = call.arg("--report").arg(&report);
    let (built, Seconds { wall, processor }) = timed(|| call.run()).unwrap();
    if let Some(logs) = &options.logs {
        fs_err::create_dir_all(logs).unwrap();
        fs_err::write(logs.join(format!("{}.log", app.name)), built.text()).unwrap();
    }
    app.check(&home, built);
    format!(
        "as expected | {processor:.1} | {wall:.1} | {}",
        size(&report)
    )
}

/// Megabytes of an image, compressed; nothing where there is none.
fn size(report: &Path) -> String {
    let Ok(report) = fs_err::read(report) else {
        return String::new();
    };
    let report: Value = serde_json::from_slice(&report).unwrap();
    let layers = report["layers"].as_array().unwrap().iter();
    let bytes: f64 = layers
        .filter_map(|layer| layer["compressed"].as_f64())
        .sum();
    format!("{:.2}", bytes / 1e6)
}
