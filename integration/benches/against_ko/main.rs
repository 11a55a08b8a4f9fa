//! `coracle build` against `ko build` on the same base image, and against the compiler alone:
//!
//! ```sh
//! cargo bench -p integration --bench against_ko -- [small|rich] [--runs N] [--cold N]
//! ```
//!
//! The contestants take turns within a run, so that a machine that is busy is so for all of them, and what is compared
//! is the median of the ratios of a turn. Cold: no cache has anything, modules are fetched. The builder and ko are
//! there in all cases, as they are after the first build of a day.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "starts what it measures, and prints what it found; a panic is the message"
)]

mod contestants;
mod sizes;

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use integration::{Call, Machine, Registry, Seconds, median, set_up, summary};

use crate::contestants::{Contestant, Kind, base};

struct Options {
    apps: Vec<&'static str>,
    runs: usize,
    cold: usize,
}

const APPS: [&str; 2] = ["small", "rich"];

fn main() {
    let options = options();
    let machine = set_up().unwrap();
    let registry = Registry::start(machine);
    let ko = machine.ko().unwrap();
    publish_base(machine, &registry);
    println!("load before: {}", load());
    println!(
        "| app | what | coracle wall s | ko | go | ratio to ko | coracle user+sys s | ko | go | ratio to ko | step of the buildpack wall s | ratio to go |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    let mut tables = String::new();
    for app in &options.apps {
        let bench = Bench {
            app,
            source: source(app),
            machine,
            registry: &registry,
            ko: &ko,
        };
        tables += &bench.run(&options);
    }
    println!(
        "\nload after: {}\n\n| image | KB | layer |\n|---|---|---|\n{tables}",
        load()
    );
}

fn options() -> Options {
    let mut options = Options {
        apps: Vec::new(),
        runs: 5,
        cold: 1,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|number| number.parse().ok());
        match argument.as_str() {
            "--runs" => options.runs = number().unwrap(),
            "--cold" => options.cold = number().unwrap(),
            // Cargo's own.
            "--bench" => {}
            name => {
                let known = APPS.into_iter().find(|known| *known == name);
                options.apps.push(known.unwrap());
            }
        }
    }
    if options.apps.is_empty() {
        options.apps = APPS.to_vec();
    }
    options
}

fn source(app: &str) -> PathBuf {
    match app {
        "small" => testkit::sample("go-http"),
        _ => testkit::workspace_root().join("integration/benches/against_ko/rich"),
    }
}

/// The run image of the builder without libraries, where ko can find it.
fn publish_base(machine: &Machine, registry: &Registry) {
    let layouts = tempfile::tempdir().unwrap();
    let stack = machine.coracle().args(["stack", "build", "run-static"]);
    let stack = stack.arg("--output").arg(layouts.path());
    let _ = stack.run().succeeded();
    let push = Call::new(registry.crane()).args(["push", "--insecure"]);
    let push = push.arg(layouts.path().join("run-static"));
    let _ = push.arg(base(registry)).run().succeeded();
}

fn load() -> String {
    let text = fs_err::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

struct Bench<'a> {
    app: &'a str,
    source: PathBuf,
    machine: &'a Machine,
    registry: &'a Registry,
    ko: &'a Path,
}

impl Bench<'_> {
    /// Prints the rows of an app; returns the sizes of its images.
    fn run(&self, options: &Options) -> String {
        let mut contestants = Vec::new();
        let cold = (0..options.cold.max(1)).map(|_| {
            contestants = self.contestants();
            self.turn(&contestants)
        });
        let cold: Vec<Turn> = cold.collect();
        self.row("caches empty", &cold);
        let again: Vec<Turn> = (0..options.runs).map(|_| self.turn(&contestants)).collect();
        self.row("nothing changed", &again);
        let edited = (0..options.runs).map(|number| {
            for contestant in &contestants {
                contestant.edit(&self.source, number);
            }
            self.turn(&contestants)
        });
        let edited: Vec<Turn> = edited.collect();
        self.row("a line changed", &edited);
        let mut tables = String::new();
        for contestant in &contestants {
            let name = match contestant.kind {
                Kind::Coracle => "coracle",
                Kind::Ko => "ko",
                Kind::Go => continue,
            };
            let mut build = contestant.build(self.machine, self.registry, self.ko, true);
            let _ = timed(&mut build);
            let layers = sizes::layers(&contestant.layout());
            tables += &sizes::table(&format!("{} by {name}", self.app), &layers);
        }
        tables
    }

    fn contestants(&self) -> Vec<Contestant> {
        let all = Kind::ALL.into_iter();
        all.map(|kind| Contestant::new(kind, self.machine, &self.source))
            .collect()
    }

    /// One build by each. Says how long each took, because all of them may take long.
    fn turn(&self, contestants: &[Contestant]) -> Turn {
        let builds = contestants.iter().map(|contestant| {
            let mut build = contestant.build(self.machine, self.registry, self.ko, false);
            let run = timed(&mut build);
            let Seconds { wall, processor } = run.seconds;
            let (app, kind) = (self.app, contestant.kind);
            eprintln!("{app}, {kind:?}: {wall:.2} s, of a processor {processor:.2} s");
            run
        });
        builds.collect()
    }

    fn row(&self, what: &str, turns: &[Turn]) {
        let mut cells = vec![self.app.to_owned(), what.to_owned()];
        for figure in [
            |run: &Run| run.seconds.wall,
            |run: &Run| run.seconds.processor,
        ] {
            for contestant in 0..Kind::ALL.len() {
                let values: Vec<f64> = turns.iter().map(|turn| figure(&turn[contestant])).collect();
                cells.push(summary(&values));
            }
            let ratios = turns.iter().map(|turn| figure(&turn[0]) / figure(&turn[1]));
            let mut ratios: Vec<f64> = ratios.collect();
            ratios.sort_by(f64::total_cmp);
            cells.push(format!("{:.2}", median(&ratios)));
        }
        let steps: Vec<f64> = turns.iter().filter_map(|turn| turn[0].step).collect();
        cells.push(summary(&steps));
        let of_go = |turn: &Turn| Some(turn[0].step? / turn[2].seconds.wall);
        let mut ratios: Vec<f64> = turns.iter().filter_map(of_go).collect();
        ratios.sort_by(f64::total_cmp);
        cells.push(format!("{:.2}", median(&ratios)));
        println!("| {} |", cells.join(" | "));
    }
}

/// What a build took.
struct Run {
    seconds: Seconds,
    /// Between the lines of the lifecycle before and after the buildpack's own work, in seconds on the clock.
    step: Option<f64>,
}

/// A run of the command, which must end well.
fn timed(command: &mut Command) -> Run {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let (mut begins, mut ends) = (None, None);
    let ((status, said), seconds) = integration::timed(|| {
        let mut child = command.spawn().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let errors = thread::spawn(move || {
            let mut said = String::new();
            errors.read_to_string(&mut said).map(|_| said)
        });
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            match line.unwrap().as_str() {
                "===> BUILDING" => begins = Some(Instant::now()),
                "===> EXPORTING" => ends = Some(Instant::now()),
                _ => {}
            }
        }
        let status = child.wait().unwrap();
        (status, errors.join().unwrap().unwrap())
    })
    .unwrap();
    assert!(status.success(), "{command:?} failed:\n{said}");
    let step = begins.zip(ends);
    let step = step.map(|(begins, ends)| ends.duration_since(begins).as_secs_f64());
    Run { seconds, step }
}

/// One run of each contestant, in the order of [`Kind::ALL`].
type Turn = Vec<Run>;
