//! Start commands of the user, run without a shell: what is read, what the program gets, how it ends.

use std::path::Path;

use integration::{
    Call, Case, Docker, Home, Layout, Machine, Need, Pack, Running, free_port, output_of,
    test_names,
};
use serde_json::{Value, json};

use crate::apps::STOPS_WITHIN;
use crate::pack;
use crate::started_programs::{c, go};

pub(crate) const CASES: &[Case] = &[
    Case::new("start_commands::procfile_of_go_on_default", |machine| {
        procfile_of_go(machine, "default");
    }),
    Case::new("start_commands::procfile_of_go_on_static", |machine| {
        procfile_of_go(machine, "static");
    }),
    Case::new(
        "start_commands::entrypoint_wins_over_a_procfile",
        entrypoint,
    ),
    Case::new(
        "start_commands::procfile_of_a_program_on_default",
        |machine| {
            procfile_of_program(machine, "default");
        },
    )
    .needing(&[Need::StaticLibc]),
    Case::new(
        "start_commands::procfile_of_a_program_on_static",
        |machine| {
            procfile_of_program(machine, "static");
        },
    )
    .needing(&[Need::StaticLibc]),
    Case::new(
        "start_commands::start_is_process_1_for_others",
        first_process,
    )
    .needing(&[Need::StaticLibc, Need::Docker]),
    Case::new("start_commands::go_is_process_1_itself", go_is_first).needing(&[Need::Docker]),
    Case::new(
        "start_commands::start_is_process_1_of_a_program_that_no_command_names",
        unnamed,
    )
    .needing(&[Need::StaticLibc, Need::Docker]),
    Case::new(
        "start_commands::a_prebuilt_program_of_go_is_process_1_itself",
        unnamed_go,
    )
    .needing(&[Need::Docker]),
    Case::new(
        "start_commands::a_shell_is_there_when_it_is_asked_for",
        shell,
    )
    .needing(&[Need::Docker]),
    Case::new("start_commands::on_pack", on_pack).needing(&[Need::Docker]),
];

/// Builds an app as `app` and reads the image; gives the log, too.
#[track_caller]
fn build(home: &Home, app: &Path, options: &[&str]) -> (String, Layout) {
    let layout = home.path().join("layout");
    let build = home.build("app", app).args(options.iter().copied());
    let build = build
        .arg("--output")
        .arg(format!("oci:{}", layout.display()));
    let log = build.run().succeeded().text().to_owned();
    (log, Layout::read(&layout))
}

/// Whether a file of a launch layer is in the image.
fn has(layout: &Layout, end: &str) -> bool {
    layout.entries().any(|entry| entry.path.ends_with(end))
}

#[track_caller]
fn start(home: &Home, options: &[&str]) -> Running {
    Running::start(
        home.coracle()
            .args(["run", "app"])
            .args(options.iter().copied()),
    )
}

fn procfile_of_go(machine: &Machine, builder: &str) {
    let app = go("-- Procfile --\n\
        web: MODE=${MODE:-fast} && export MODE && cd data && told --port=${PORT:-1} 'a b' $NONE\n\
        plain: told\n");
    let home = machine.home();
    let (log, layout) = build(&home, app.path(), &["--builder", builder]);
    assert!(
        log.contains("web (from Procfile line 1) starts told through start"),
        "{log}"
    );
    assert!(has(&layout, "/start/start"));

    let running = start(&home, &[]);
    let expected = |rest: &str, mode: &str| {
        let port = running.port();
        format!("[\"--port={port}\" \"a b\"{rest}] in /workspace/data, MODE={mode}")
    };
    assert_eq!(running.get("/").body, expected("", "fast"));
    let _ = running.stop(STOPS_WITHIN);

    // What the container says wins, and its arguments go to the program.
    let run = home
        .coracle()
        .args(["run", "app", "--env", "MODE=slow", "--port"]);
    let port = free_port();
    let run = run.arg(port.to_string()).args(["--", "more", "than this"]);
    let running = Running::start_on(port, run);
    let expected =
        format!("[\"--port={port}\" \"a b\" \"more\" \"than this\"] in /workspace/data, MODE=slow");
    assert_eq!(running.get("/").body, expected);
    let _ = running.stop(STOPS_WITHIN);
}

fn entrypoint(machine: &Machine) {
    let app = go("-- Procfile --\nweb: ./absent\n");
    let home = machine.home();
    let entrypoint = "GOOGLE_ENTRYPOINT=go build -o bin/server . && ./bin/server --named";
    let (log, layout) = build(&home, app.path(), &["--env", entrypoint]);
    for line in [
        "- web (from GOOGLE_ENTRYPOINT) starts ./bin/server",
        "  not used: Procfile line 1",
        "  not run: go build -o bin/server ., for this build has compiled the programs",
    ] {
        assert!(
            log.lines().any(|other| other.trim_end().ends_with(line)),
            "{line}\n{log}"
        );
    }
    // Nothing of it needs `start`.
    assert!(!has(&layout, "/start/start"));
    let running = start(&home, &[]);
    assert_eq!(running.get("/").body, "[\"--named\"] in /workspace, MODE=");
    let _ = running.stop(STOPS_WITHIN);
}

fn procfile_of_program(machine: &Machine, builder: &str) {
    let app = c("-- Procfile --\nweb: cd data && MODE=\"$KIND x\" ../out/server \"$PORT\" $NONE\n");
    let home = machine.home();
    let options = ["--builder", builder, "--env", "BP_KEEP_FILES=data"];
    let (_, layout) = build(&home, app.path(), &options);
    assert!(has(&layout, "/start/start"));
    let running = start(&home, &["--env", "KIND=a  b"]);
    let port = running.port();
    let expected = format!("[\"{port}\"] in /workspace/data, MODE=a  b x");
    assert_eq!(running.get("/").body, expected);
    assert_eq!(running.get("/exit").status, 200);
    assert_eq!(running.ended().code(), 7);
}

/// Builds into the daemon; gives the image's name there.
#[track_caller]
pub(crate) fn in_daemon(
    machine: &Machine,
    app: &Path,
    name: &str,
    options: &[&str],
) -> (&'static Docker, String) {
    let docker = Docker::of(machine);
    let image = format!("{}/{name}:latest", test_names());
    let home = machine.home();
    let build = home.build(&image, app).args(options.iter().copied());
    let _ = docker
        .reached_by(build.arg("--output=docker"))
        .run()
        .succeeded();
    (docker, image)
}

/// In containers, which `coracle run` isn't: there the app is process 1, its root is read-only, and its
/// capabilities are gone.
fn first_process(machine: &Machine) {
    let app = c("-- Procfile --\nweb: exec ./out/server $PORT\n");
    let (docker, image) = in_daemon(machine, app.path(), "first", &["--builder", "static"]);
    let running = Running::in_container(docker, &image);
    assert_ne!(running.get("/process").body, "1");
    assert_eq!(running.get("/orphan").body, "waited for");
    // It has no handler: SIGTERM ends it because it isn't process 1.
    assert_eq!(running.stop(STOPS_WITHIN).code(), Some(128 + 15));

    let running = Running::in_container(docker, &image);
    assert_eq!(running.get("/exit").status, 200);
    assert_eq!(running.ended().code(), 7);
}

fn go_is_first(machine: &Machine) {
    let app = go("-- Procfile --\nweb: told $PORT\n");
    let (docker, image) = in_daemon(machine, app.path(), "go-first", &[]);
    let running = Running::in_container(docker, &image);
    assert_eq!(running.get("/process").body, "1");
    // Go's runtime has a handler, and ends with 2 where the kernel doesn't end it.
    assert_eq!(running.stop(STOPS_WITHIN).code(), Some(2));
}

fn unnamed(machine: &Machine) {
    let app = c("");
    let named = [
        "--builder",
        "static",
        "--env",
        "BP_STATIC_BINARY=out/server",
    ];
    let (docker, image) = in_daemon(machine, app.path(), "unnamed", &named);
    let running = Running::in_container(docker, &image);
    assert_ne!(running.get("/process").body, "1");
    assert_eq!(running.stop(STOPS_WITHIN).code(), Some(128 + 15));

    let direct = ["--env", "BP_DIRECT_PROCESS=true"];
    let options: Vec<&str> = named.into_iter().chain(direct).collect();
    let (docker, image) = in_daemon(machine, app.path(), "direct", &options);
    let running = Running::in_container(docker, &image);
    assert_eq!(running.get("/process").body, "1");
    // It would ignore SIGTERM now.
    assert_eq!(running.get("/exit").status, 200);
    assert_eq!(running.ended().code(), 7);
}

fn unnamed_go(machine: &Machine) {
    let source = go("");
    let app = testkit::directory("");
    let program = app.path().join("server");
    let program = program.to_str().expect("a readable path");
    let arguments = ["build", "-tags=netgo,osusergo", "-o", program, "."];
    let _ = output_of("go", &arguments, source.path());
    let (docker, image) = in_daemon(machine, app.path(), "unnamed-go", &["--builder", "static"]);
    let running = Running::in_container(docker, &image);
    assert_eq!(running.get("/process").body, "1");
    assert_eq!(running.stop(STOPS_WITHIN).code(), Some(2));
}

fn shell(machine: &Machine) {
    let app = go("-- Procfile --\n\
        web: MODE=$(echo shell | tr a-z A-Z 2>/dev/null || echo no-tr) told; exit 5\n");
    let home = machine.home();
    let with_shell = ["--env", "BP_INCLUDE_SHELL=true"];
    let (log, layout) = build(&home, app.path(), &with_shell);
    let said = "BP_INCLUDE_SHELL puts a shell into the image, dash 0.5";
    assert!(log.contains(said), "{log}");
    assert!(has(&layout, "/shell/bin/dash"));
    names_dash(&home, &log, &layout);
    let running = start(&home, &[]);
    assert_eq!(running.get("/").body, "[] in /workspace, MODE=no-tr");
    let _ = running.stop(STOPS_WITHIN);

    // The kernel doesn't find the shell where the script says.
    let script = "-- Procfile --\nweb: ./run.sh one\n\
                  -- run.sh 0755 --\n#!/bin/sh\nMODE=${1#o} exec told \"$@\"\n";
    let _ = build(&home, go(script).path(), &with_shell);
    let running = start(&home, &[]);
    assert_eq!(running.get("/").body, "[\"one\"] in /workspace, MODE=ne");
    let _ = running.stop(STOPS_WITHIN);

    let (docker, image) = in_daemon(machine, app.path(), "shell", &with_shell);
    let running = Running::in_container(docker, &image);
    assert_ne!(running.get("/process").body, "1");
    assert_eq!(running.stop(STOPS_WITHIN).code(), Some(128 + 15));

    let on_static = home.build("app", app.path()).args(["--builder", "static"]);
    let on_static = on_static.args(with_shell).run();
    let message = on_static.failed_with("start/shell/run-image", 1);
    assert!(message.contains("- the library libc.so.6"), "{message}");
}

/// The bill of materials in the image names the shell as Debian does, in the version that the log tells.
#[track_caller]
fn names_dash(home: &Home, log: &str, layout: &Layout) {
    let text = layout.text_in(
        &home.path().join("layout"),
        "sbom/launch/coracle_go/sbom.cdx.json",
    );
    let document: Value = serde_json::from_str(&text).expect("it is JSON");
    let components = document["components"].as_array().expect("an array");
    let dash = components.iter().find(|one| one["name"] == "dash");
    let version = log.split("image, dash ").nth(1).unwrap_or_default();
    let version = version.split(',').next().unwrap_or_default();
    let architecture = layout.config["architecture"].as_str().unwrap_or_default();
    let purl = format!("pkg:deb/debian/dash@{version}?arch={architecture}&distro=debian-13");
    assert_eq!(dash.map(|dash| &dash["purl"]), Some(&json!(purl)), "{text}");
}

/// The builder in the daemon has `start`, too.
fn on_pack(machine: &Machine) {
    let docker = pack::loaded(machine).docker;
    let app = go("-- Procfile --\nweb: cd data && MODE=${MODE:-pack} told $PORT\n");
    let build: Call = pack::build(&Pack::of(machine), "procfile", app.path());
    let _ = build.arg("--trust-builder").run().succeeded();
    let running = Running::in_container(docker, &pack::named("procfile"));
    let port = running.port();
    let expected = format!("[\"{port}\"] in /workspace/data, MODE=pack");
    assert_eq!(running.get("/").body, expected);
    let _ = running.stop(STOPS_WITHIN);
}
