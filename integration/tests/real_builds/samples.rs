//! Every sample builds and answers, on every builder that makes sense for it.

use integration::{Case, Layout, Machine, Need, Running, commands_in, copy_of, output_of};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::apps::STOPS_WITHIN;

pub(crate) const CASES: &[Case] = &[
    Case::new("samples::go_http_on_default", |machine| {
        go_http(machine, "default");
    }),
    Case::new("samples::go_http_on_static", |machine| {
        go_http(machine, "static");
    }),
    Case::new("samples::go_multi_has_two_processes", go_multi),
    Case::new("samples::static_c_on_default", |machine| {
        static_c(machine, "default");
    })
    .needing(&[Need::Program("make"), Need::StaticLibc]),
    Case::new("samples::static_c_on_static", |machine| {
        static_c(machine, "static");
    })
    .needing(&[Need::Program("make"), Need::StaticLibc]),
    Case::new("samples::c_with_the_libraries_of_the_run_image", dynamic_c)
        .needing(&[Need::Program("make")]),
    Case::new("samples::the_readmes_command_answers", readme),
];

/// Bytes of an image on the static run image, compressed (issue 3).
const GO_HTTP_ON_STATIC: u64 = 5_000_000;
const STATIC_C_ON_STATIC: u64 = 2_500_000;

/// `samples/static-c` with its program made.
#[track_caller]
pub(crate) fn made_static_c() -> TempDir {
    let app = copy_of(&testkit::sample("static-c"));
    let _ = output_of("make", &[], app.path());
    app
}

/// Builds an app as `sample`, and reads the image.
#[track_caller]
pub(crate) fn build(
    machine: &Machine,
    app: &std::path::Path,
    builder: &str,
) -> (integration::Home, Layout) {
    let home = machine.home();
    let layout = home.path().join("layout");
    let _ = home
        .build("sample", app)
        .args(["--builder", builder, "--output"])
        .arg(format!("oci:{}", layout.display()))
        .run()
        .succeeded();
    let layout = Layout::read(&layout);
    (home, layout)
}

fn go_http(machine: &Machine, builder: &str) {
    let (home, layout) = build(machine, &testkit::sample("go-http"), builder);
    let running = Running::start(home.coracle().args(["run", "sample"]));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
    if builder == "static" {
        assert!(
            layout.size() <= GO_HTTP_ON_STATIC,
            "{} bytes",
            layout.size()
        );
    }
}

fn go_multi(machine: &Machine) {
    let (home, _) = build(machine, &testkit::sample("go-multi"), "default");
    let running = Running::start(home.coracle().args(["run", "sample", "--process", "web"]));
    assert_eq!(running.get("/").body, "Hello from web\n");
    let _ = running.stop(STOPS_WITHIN);

    // The worker listens on nothing; it says that it works.
    let run = home
        .coracle()
        .args(["run", "sample", "--process", "worker"]);
    let mut worker = run.spawn();
    let works = worker.wait_for_line(|line| line.ends_with("waiting for jobs"));
    assert!(works.is_some(), "{}", worker.text());
    worker.signal(Signal::TERM);
    assert_eq!(
        worker.wait(STOPS_WITHIN).code(),
        Some(0),
        "{}",
        worker.text()
    );
}

fn static_c(machine: &Machine, builder: &str) {
    let (home, layout) = build(machine, made_static_c().path(), builder);
    let running = Running::start(home.coracle().args(["run", "sample"]));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
    if builder == "static" {
        assert!(
            layout.size() <= STATIC_C_ON_STATIC,
            "{} bytes",
            layout.size()
        );
    }
}

/// The same program, linked to the C library of this machine, which the run image of the default builder
/// has, too.
fn dynamic_c(machine: &Machine) {
    let app = dynamic_server();
    let home = machine.home();
    let strip = ["--env", "BP_STRIP_BINARY=true"];
    let ended = home.build("sample", app.path()).args(strip).run();
    let ended = ended.succeeded();
    let text = ended.text();
    assert!(text.contains("the run image has: libc.so.6"), "{text}");
    assert!(text.contains("- Stripped server from "), "{text}");
    let running = Running::start(home.coracle().args(["run", "sample"]));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
}

/// The program of `samples/static-c` by itself, linked dynamically.
#[track_caller]
pub(crate) fn dynamic_server() -> TempDir {
    let source = testkit::sample("static-c").join("server.c");
    let app = testkit::directory("");
    let source = source.to_str().expect("the checkout has a readable path");
    let _ = output_of("cc", &["-std=c17", "-o", "server", source], app.path());
    app
}

/// With the user's own cache directory.
fn readme(machine: &Machine) {
    let commands = commands_in("README.md", "## Try it");
    let [command] = commands.as_slice() else {
        panic!("more than one command: {commands:?}");
    };
    let arguments = command.iter().map(String::as_str);
    let arguments: Vec<&str> = arguments.collect();
    assert_eq!(arguments[..2], ["cargo", "coracle"]);
    let running = Running::start(machine.coracle().args(arguments[2..].iter().copied()));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
}
