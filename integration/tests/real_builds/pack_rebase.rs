//! `pack rebase`: the run image changes, and nothing else; the app answers on each.

use integration::{Call, Case, Docker, Layout, Machine, Need, Pack, Registry, Running, test_names};

use crate::apps::STOPS_WITHIN;
use crate::newer::{self, NewerCheckout};
use crate::pack::{create_in, publish_to};

pub(crate) const CASES: &[Case] = &[
    Case::new("pack_rebase::in_a_daemon", in_daemon).needing(&[Need::Docker]),
    Case::new("pack_rebase::in_a_registry", in_registry).needing(&[Need::Docker]),
];

/// Another prefix than that of the builder that all cases share: here its tags come to mean other images.
fn prefix() -> String {
    format!("{}/rebase", test_names())
}

fn in_daemon(machine: &Machine) {
    let docker = Docker::of(machine);
    let pack = Pack::of(machine);
    let prefix = prefix();
    let image = format!("{prefix}/app");
    let create = || create_in(machine, docker, &["--prefix", &prefix]);
    let _ = create().run().succeeded();
    let build = pack.build(
        &image,
        &testkit::sample("go-http"),
        &format!("{prefix}/builder"),
    );
    let build = build.args(["--pull-policy=never", "--trust-builder"]);
    let _ = build.run().succeeded();
    let layers = diff_ids(docker, &image);
    let rebase = || pack.call(["rebase", &image, "--pull-policy=never"]);
    let debug = format!("{prefix}/run:debug");
    assert!(!has_shell(docker, &image));

    let _ = rebase().args(["--run-image", &debug]).run().succeeded();

    assert!(has_shell(docker, &image));
    let on_debug = diff_ids(docker, &image);
    assert_ne!(on_debug[0], layers[0]);
    assert_eq!(on_debug[1..], layers[1..]);
    assert_answers(docker, &image);

    let _ = rebase().run().succeeded();

    assert!(!has_shell(docker, &image));
    assert_eq!(diff_ids(docker, &image), layers);
    assert_answers(docker, &image);

    let newer = NewerCheckout::new();
    let _ = newer.of(create()).run().succeeded();
    let _ = rebase().run().succeeded();

    let on_newer = diff_ids(docker, &image);
    assert_ne!(on_newer[0], layers[0]);
    assert_eq!(on_newer[1..], layers[1..]);
    assert_answers(docker, &image);
}

/// As docs/platform-teams.md tells those who publish a builder and what they deploy.
fn in_registry(machine: &Machine) {
    let docker = Docker::of(machine);
    let pack = Pack::of(machine);
    let registry = Registry::start(machine);
    let prefix = format!("{}/{}", registry.address(), prefix());
    let image = format!("{prefix}/app");
    let tagged = publish_to(machine, &prefix).args(["--tag", "first"]);
    let _ = tagged.run().succeeded();
    let build = pack.build(
        &image,
        &testkit::sample("go-http"),
        &format!("{prefix}/builder"),
    );
    let build = build.args(["--publish", "--trust-builder"]);
    let _ = build.run().succeeded();
    let before = registry.layout(&image);
    let rebase = |run_image: &str| -> Call {
        let rebase = pack.call(["rebase", &image, "--publish", "--run-image"]);
        rebase.arg(format!("{prefix}/{run_image}"))
    };

    let _ = rebase("run:debug").run().succeeded();

    let on_debug = registry.layout(&image);
    assert!(has(&on_debug, "usr/bin/sh") && !has(&before, "usr/bin/sh"));
    assert_eq!(on_debug.layers[1..], before.layers[1..]);
    pull(docker, &image);
    assert_answers(docker, &image);

    let _ = rebase("run:latest").run().succeeded();

    let back = registry.layout(&image);
    assert_eq!(back.layers, before.layers);
    // But for the history, whose texts pack loses.
    assert_eq!(back.config["config"], before.config["config"]);

    let newer = NewerCheckout::new();
    let _ = newer.of(publish_to(machine, &prefix)).run().succeeded();
    let _ = pack.call(["rebase", &image, "--publish"]).run().succeeded();

    let on_newer = registry.layout(&image);
    assert!(has(&on_newer, newer::FILE) && !has(&before, newer::FILE));
    assert_eq!(on_newer.layers[1..], before.layers[1..]);
    pull(docker, &image);
    assert_answers(docker, &image);

    let tag = Call::new(registry.crane()).args(["tag", "--insecure"]);
    let tag = tag.args([&*format!("{prefix}/run:first"), "latest"]);
    let _ = tag.run().succeeded();
    let _ = pack.call(["rebase", &image, "--publish"]).run().succeeded();
    assert_eq!(registry.layout(&image).layers, before.layers);
}

fn has(image: &Layout, path: &str) -> bool {
    image.entries().any(|entry| entry.path == path)
}

fn has_shell(docker: &Docker, image: &str) -> bool {
    let run = docker.call(["run", "--rm", "--network=none", "--entrypoint=/bin/sh"]);
    run.args([image, "-c", "true"]).run().code() == 0
}

#[track_caller]
fn diff_ids(docker: &Docker, image: &str) -> Vec<String> {
    let inspect = docker.call(["image", "inspect", "--format={{json .RootFS.Layers}}"]);
    let inspected = inspect.arg(image).run().succeeded();
    serde_json::from_str(inspected.text()).expect("docker prints JSON")
}

/// What the registry has now, instead of what the daemon knows by that name.
#[track_caller]
fn pull(docker: &Docker, image: &str) {
    let _ = docker.call(["pull", "--quiet", image]).run().succeeded();
}

#[track_caller]
fn assert_answers(docker: &Docker, image: &str) {
    let running = Running::in_container(docker, image);
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
}
