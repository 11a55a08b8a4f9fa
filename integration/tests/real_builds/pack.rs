//! `pack` with our builder: in a Docker daemon and in a registry, trusted and not.

use std::path::Path;
use std::sync::OnceLock;

use integration::{
    Call, Case, Docker, Home, Machine, Need, Outcome, Pack, Registry, Running, TEST_NAMES,
};
use tempfile::TempDir;

use crate::apps::STOPS_WITHIN;

pub(crate) const CASES: &[Case] = &[
    Case::new("pack::daemon_trusted_and_untrusted", daemon).needing(&[Need::Docker]),
    Case::new("pack::rebase_to_debug_and_back", rebase).needing(&[Need::Docker]),
    Case::new("pack::registry_trusted_and_untrusted", registry).needing(&[Need::Docker]),
    Case::new("pack::creates_the_builder_of_builder_toml", create).needing(&[Need::Docker]),
    Case::new("pack::tells_what_is_in_builder_and_image", inspect).needing(&[Need::Docker]),
];

/// The builder in the daemon.
pub(crate) struct Loaded {
    pub(crate) docker: &'static Docker,
    /// The name of the lifecycle's own image.
    lifecycle: String,
}

/// Loads the builder into the daemon, once for all cases, under names of our own.
#[track_caller]
pub(crate) fn loaded(machine: &Machine) -> &'static Loaded {
    static LOADED: OnceLock<Loaded> = OnceLock::new();
    LOADED.get_or_init(|| {
        let docker = Docker::of(machine);
        let lifecycle = load(machine, docker, &["--prefix", TEST_NAMES]);
        Loaded { docker, lifecycle }
    })
}

/// `coracle builder create --to docker`; returns the name of the lifecycle's image.
#[track_caller]
fn load(machine: &Machine, docker: &Docker, options: &[&str]) -> String {
    let create = Home::of_publications(machine).coracle();
    let create = create.args(["builder", "create", "--to", "docker"]);
    let create = create.args(options.iter().copied());
    lifecycle_in(&docker.reached_by(create).run().succeeded())
}

/// The name that a line of the output begins with.
#[track_caller]
pub(crate) fn lifecycle_in(outcome: &Outcome) -> String {
    let references = outcome.text().lines().map(|line| line.split(' ').next());
    let mut lifecycles = references
        .flatten()
        .filter(|name| name.contains("/lifecycle:"));
    lifecycles.next().expect("it is named").to_owned()
}

pub(crate) fn named(name: &str) -> String {
    format!("{TEST_NAMES}/{name}")
}

/// Builds a sample with the builder in the daemon, which is where all images of these cases are.
pub(crate) fn build(pack: &Pack, image: &str, app: &Path) -> Call {
    let build = pack.build(&named(image), app, &named("builder"));
    build.arg("--pull-policy=never")
}

#[track_caller]
pub(crate) fn image_id(docker: &Docker, image: &str) -> String {
    let inspect = docker.call(["image", "inspect", "--format={{.Id}}"]);
    inspect
        .arg(named(image))
        .run()
        .succeeded()
        .text()
        .trim()
        .to_owned()
}

fn daemon(machine: &Machine) {
    let Loaded { docker, lifecycle } = loaded(machine);
    let pack = Pack::of(machine);
    let sample = testkit::sample("go-http");
    let trusted = build(&pack, "trusted", &sample).arg("--trust-builder");
    let _ = trusted.clone().run().succeeded();
    let first = image_id(docker, "trusted");
    let again = trusted.run().succeeded();
    assert_eq!(image_id(docker, "trusted"), first, "{}", again.text());

    let untrusted = build(&pack, "untrusted", &sample)
        .arg("--lifecycle-image")
        .arg(lifecycle);
    let _ = untrusted.run().succeeded();
    assert_eq!(image_id(docker, "untrusted"), first);

    let running = Running::in_container(docker, &named("untrusted"));
    assert_eq!(running.get("/").status, 200);
    assert_eq!(running.stop(STOPS_WITHIN).code(), Some(0));
}

fn rebase(machine: &Machine) {
    let docker = loaded(machine).docker;
    let pack = Pack::of(machine);
    let _ = build(&pack, "rebased", &testkit::sample("go-http"))
        .arg("--trust-builder")
        .run()
        .succeeded();
    let layers = diff_ids(docker, "rebased");
    let shell = || {
        let run = docker.call(["run", "--rm", "--network=none", "--entrypoint=/bin/sh"]);
        run.args([&named("rebased"), "-c", "true"]).run()
    };
    assert_ne!(shell().code(), 0);
    let rebase = |run_image: &[&str]| {
        let rebase = pack.call(["rebase", &named("rebased"), "--pull-policy=never"]);
        let _ = rebase.args(run_image.iter().copied()).run().succeeded();
    };

    rebase(&["--run-image", &named("run:debug")]);

    let _ = shell().succeeded();
    let on_debug = diff_ids(docker, "rebased");
    assert_ne!(on_debug[0], layers[0]);
    assert_eq!(on_debug[1..], layers[1..]);

    rebase(&[]);

    assert_ne!(shell().code(), 0);
    assert_eq!(diff_ids(docker, "rebased"), layers);
    let running = Running::in_container(docker, &named("rebased"));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
}

#[track_caller]
fn diff_ids(docker: &Docker, image: &str) -> Vec<String> {
    let inspect = docker.call(["image", "inspect", "--format={{json .RootFS.Layers}}"]);
    let inspected = inspect.arg(named(image)).run().succeeded();
    serde_json::from_str(inspected.text()).expect("docker prints JSON")
}

/// As a platform team's users have it: everything comes from the team's registry.
fn registry(machine: &Machine) {
    let pack = Pack::of(machine);
    let registry = Registry::start(machine);
    let prefix = format!("{}/{TEST_NAMES}", registry.address());
    let lifecycle = publish(machine, &prefix);
    let sample = testkit::sample("go-http");
    let build = |image: &str| {
        let builder = format!("{prefix}/builder:latest");
        let build = pack.build(&format!("{prefix}/{image}"), &sample, &builder);
        build.arg("--publish")
    };

    let _ = build("trusted").arg("--trust-builder").run().succeeded();
    let untrusted = build("untrusted").arg("--lifecycle-image");
    let _ = untrusted.arg(lifecycle).run().succeeded();

    let digest = |image: &str| registry.digest(&format!("{prefix}/{image}"));
    assert_eq!(digest("trusted"), digest("untrusted"));

    // The same without pack and without Docker.
    let home = machine.home();
    let ours = home.build(&format!("{prefix}/ours"), &sample);
    let _ = ours
        .args(["--publish", "--prefix", &prefix])
        .run()
        .succeeded();
    assert_eq!(digest("trusted"), digest("ours"));

    let running = Running::in_container(Docker::of(machine), &format!("{prefix}/trusted"));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
}

/// Publishes the default builder; returns the name of its lifecycle image.
#[track_caller]
fn publish(machine: &Machine, prefix: &str) -> String {
    let publish = Home::of_publications(machine).coracle();
    let publish = publish.args(["builder", "publish", prefix]);
    lifecycle_in(&publish.run().succeeded())
}

fn inspect(machine: &Machine) {
    let pack = Pack::of(machine);
    let registry = Registry::start(machine);
    let prefix = format!("{}/{TEST_NAMES}", registry.address());
    let _ = publish(machine, &prefix);
    let (builder, image) = (format!("{prefix}/builder"), format!("{prefix}/inspected"));
    let sample = testkit::sample("go-multi");
    let build = pack.build(&image, &sample, &builder).arg("--publish");
    let _ = build.arg("--trust-builder").run().succeeded();

    let inspected = pack.call(["builder", "inspect", &builder, "--output=json"]);
    assert_tells(
        &inspected.run().succeeded(),
        &["coracle/go", "coracle/static-binary", "/run:debug"],
    );
    let inspected = pack.call(["inspect", &image, "--output=json"]);
    assert_tells(
        &inspected.run().succeeded(),
        &["\"rebasable\": true", "\"worker\"", "coracle/go"],
    );

    let directory = TempDir::new().expect("a temporary directory can be made");
    let download = pack.call(["sbom", "download", "--remote", &image]);
    let _ = download.in_directory(directory.path()).run().succeeded();
    let path = "layers/sbom/launch/coracle_go/sbom.cdx.json";
    let text = fs_err::read_to_string(directory.path().join(path)).expect("it is downloaded");
    assert!(text.contains("\"bomFormat\""), "{text}");
}

#[track_caller]
fn assert_tells(outcome: &Outcome, expected: &[&str]) {
    let text = outcome.text();
    for expected in expected {
        assert!(text.contains(expected), "no {expected} in:\n{text}");
    }
}

/// `builder.toml` as it stands, with what `stack build` packaged beside it.
fn create(machine: &Machine) {
    let docker = loaded(machine).docker;
    let pack = Pack::of(machine);
    let images = TempDir::new().expect("a temporary directory can be made");
    let stack = Home::of_publications(machine).coracle();
    let stack = stack.args(["stack", "build", "--output"]);
    let _ = stack.arg(images.path()).run().succeeded();
    let definition = testkit::workspace_root().join("builder.toml");
    // Under the names that stand in there.
    let _ = load(machine, docker, &[]);
    let create = pack.call([
        "builder",
        "create",
        &named("created"),
        "--pull-policy=never",
    ]);
    let create = create.arg("--config").arg(definition);
    let _ = create.run().succeeded();

    let image_by = |builder: &str| {
        let build = pack.build(&named("created-app"), &testkit::sample("go-http"), builder);
        let build = build.args(["--pull-policy=never", "--trust-builder"]);
        let _ = build.run().succeeded();
        image_id(docker, "created-app")
    };
    assert_eq!(image_by(&named("created")), image_by("coracle/builder"));
}

pub(crate) fn build_with_ours(pack: &Pack, image: &str) -> Call {
    build(pack, image, &testkit::sample("go-http")).arg("--trust-builder")
}
