//! How long the samples in Python take from their start to the first answer, each in its image and in two others that a
//! Dockerfile gives:
//!
//! ```sh
//! cargo bench -p integration --bench python_start -- [flask] [fastapi] [django] [--runs N]
//! ```
//!
//! All have the same Debian packages and the same Python packages, and start in the same sandbox: a read-only root, as
//! user 1000. **plain** is what an image like `python:slim` or a distroless one is: the standard library is there as
//! Debian has it, without `.pyc`, which nobody may write when the app runs; of the Python packages pip has made them, of
//! the app nobody. **compiled** is that of somebody who has thought of it: everything has `.pyc`. The contestants take
//! turns, and what is compared is the median of the ratios of a turn.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "starts what it measures, and prints what it found; a panic is the message"
)]

mod image;

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use integration::{Machine, component_file, free_port, get, median, set_up, summary};

use crate::image::{Image, images};

/// A sample, and what a Dockerfile says to start it, without the address.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    command: &'static [&'static str],
    path: &'static str,
}

const SAMPLES: [Sample; 3] = [
    Sample {
        name: "flask",
        command: &["gunicorn", "app:app"],
        path: "/",
    },
    Sample {
        name: "fastapi",
        command: &["uvicorn", "shelf.main:app", "--port"],
        path: "/",
    },
    Sample {
        name: "django",
        command: &["gunicorn", "almanac.wsgi:application"],
        path: "/2026-03-20/",
    },
];

/// How often it is looked whether the app answers.
const LOOK: Duration = Duration::from_millis(1);

fn main() {
    let mut runs = 10;
    let mut names = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => runs = arguments.next().unwrap().parse().unwrap(),
            // Cargo's own.
            "--bench" => {}
            name => names.push(name.to_owned()),
        }
    }
    let machine = set_up().unwrap();
    println!("| app | coracle s | plain | ratio | compiled | ratio |");
    println!("|---|---|---|---|---|---|");
    let is_wanted =
        |sample: &&Sample| names.is_empty() || names.iter().any(|name| name == sample.name);
    for sample in SAMPLES.iter().filter(is_wanted) {
        let home = machine.home();
        let images = images(machine, &home, sample.name);
        let mut seconds = images.each_ref().map(|_| Vec::new());
        // The first turn fills the kernel's caches.
        for turn in 0..=runs {
            for (image, seconds) in images.iter().zip(&mut seconds) {
                let one = start(machine, image, sample);
                if turn > 0 {
                    seconds.push(one);
                }
            }
        }
        let [ours, plain, compiled] = &seconds;
        let ratio = |others: &[f64]| {
            let pairs = ours.iter().zip(others);
            let mut ratios: Vec<f64> = pairs.map(|(one, other)| one / other).collect();
            ratios.sort_by(f64::total_cmp);
            format!("{:.2}", median(&ratios))
        };
        println!(
            "| {} | {} | {} | {} | {} | {} |",
            sample.name,
            summary(ours),
            summary(plain),
            ratio(plain),
            summary(compiled),
            ratio(compiled)
        );
    }
}

/// Seconds from the start of the sandbox to the first answer.
fn start(machine: &Machine, image: &Image, sample: &Sample) -> f64 {
    let port = free_port();
    let mut command = sandbox(machine, &image.root);
    for (name, value) in &image.environment {
        command.args(["--setenv", name, value]);
    }
    command.args(["--setenv", "PORT", &port.to_string(), "--"]);
    if image.is_ours {
        command.arg("/cnb/process/web");
    } else {
        let words = sample.command.iter().map(|word| (*word).to_owned());
        let asks = sample.command.last() == Some(&"--port");
        command.args(words.chain(asks.then(|| port.to_string())));
    }
    let started = Instant::now();
    let mut process = command.spawn().unwrap();
    loop {
        if get(port, sample.path).is_ok_and(|answer| answer.status == 200) {
            break;
        }
        let ended = process.try_wait().unwrap();
        assert!(ended.is_none(), "{} ended: {ended:?}", sample.name);
        sleep(LOOK);
    }
    let seconds = started.elapsed().as_secs_f64();
    process.kill().unwrap();
    let _ = process.wait().unwrap();
    seconds
}

/// bubblewrap, of the builder: the machine may have none, or one without the libraries.
fn sandbox(machine: &Machine, root: &Path) -> Command {
    let program = component_file(machine, "host-tools-image", "usr/bin/bwrap");
    let libraries = program.ancestors().nth(2).unwrap().join("lib");
    let libraries = libraries.join(format!("{}-linux-gnu", std::env::consts::ARCH));
    let mut files = fs_err::read_dir(&libraries)
        .unwrap()
        .map(|file| file.unwrap().path());
    let is_loader = |path: &std::path::PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("ld-linux"))
    };
    let loader = files.find(is_loader).unwrap();
    let mut command = Command::new(loader);
    command
        .arg("--library-path")
        .args([&libraries, &program])
        .args([
            "--unshare-user",
            "--unshare-pid",
            "--unshare-ipc",
            "--die-with-parent",
        ])
        .args(["--uid", "1000", "--gid", "1000", "--ro-bind"])
        .args([root, Path::new("/")])
        .args(["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"])
        .args(["--chdir", "/workspace", "--clearenv"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}
