//! `pack` with our builder: in a Docker daemon and in a registry, trusted and not.

use std::path::Path;
use std::sync::OnceLock;

use integration::{
    Call, Case, Docker, Home, Machine, Need, Outcome, Pack, Registry, Running, commands_in,
    test_names,
};
use tempfile::TempDir;

use crate::apps::STOPS_WITHIN;

pub(crate) const CASES: &[Case] = &[
    Case::new("pack::daemon_trusted_and_untrusted", daemon).needing(&[Need::Docker]),
    Case::new("pack::the_readmes_commands_answer", readme).needing(&[Need::Docker]),
    Case::new("pack::explains_an_app_that_no_buildpack_knows", explain).needing(&[Need::Docker]),
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
        let lifecycle = load(machine, docker, &["--prefix", test_names()]);
        Loaded { docker, lifecycle }
    })
}

/// `coracle builder create --to docker`; returns the name of the lifecycle's image.
#[track_caller]
fn load(machine: &Machine, docker: &Docker, options: &[&str]) -> String {
    lifecycle_in(&create_in(machine, docker, options).run().succeeded())
}

/// `coracle builder create --to docker`.
pub(crate) fn create_in(machine: &Machine, docker: &Docker, options: &[&str]) -> Call {
    let create = Home::of_publications(machine).coracle();
    let create = create.args(["builder", "create", "--to", "docker"]);
    docker.reached_by(create.args(options.iter().copied()))
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
    format!("{}/{name}", test_names())
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

/// With a platform that says no more than how a buildpack ended.
fn explain(machine: &Machine) {
    let _ = loaded(machine);
    let app = crate::bad_apps::unknown_app();
    let build = build(&Pack::of(machine), "unknown", app.path()).arg("--trust-builder");
    let ended = build.run();
    let _ = ended.failed_with("explain/nothing-detected", ended.code());
    assert_ne!(ended.code(), 0);
    assert!(
        !ended.text().contains("No buildpack groups"),
        "{}",
        ended.text()
    );
}

/// The README's commands, but for the image's name, by which it is removed again.
fn readme(machine: &Machine) {
    let docker = loaded(machine).docker;
    let pack = Pack::of(machine);
    let image = named("shop");
    let mut images = Vec::new();
    for command in commands_in("README.md", "### With pack") {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["cargo", "coracle", arguments @ ..] => {
                let call = Home::of_publications(machine).coracle();
                let call = docker.reached_by(call.args(arguments.iter().copied()));
                let _ = call.run().succeeded();
            }
            ["pack", "build", "shop", options @ ..] => {
                let build = pack.call(["build", &image]).args(options.iter().copied());
                let build = build.args(["--docker-host=inherit", "--network=host"]);
                let _ = build.run().succeeded();
                images.push(image_id(docker, "shop"));
                let running = Running::in_container(docker, &image);
                assert_eq!(running.get("/").status, 200);
                let _ = running.stop(STOPS_WITHIN);
            }
            _ => panic!("what is {words:?}?"),
        }
    }
    assert!(images.len() == 2 && images[0] == images[1], "{images:?}");
}

/// As a platform team's users have it: everything comes from the team's registry.
fn registry(machine: &Machine) {
    let pack = Pack::of(machine);
    let registry = Registry::start(machine);
    let prefix = format!("{}/{}", registry.address(), test_names());
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
    lifecycle_in(&publish_to(machine, prefix).run().succeeded())
}

/// `coracle builder publish PREFIX`.
pub(crate) fn publish_to(machine: &Machine, prefix: &str) -> Call {
    let publish = Home::of_publications(machine).coracle();
    publish.args(["builder", "publish", prefix])
}

fn inspect(machine: &Machine) {
    let pack = Pack::of(machine);
    let registry = Registry::start(machine);
    let prefix = format!("{}/{}", registry.address(), test_names());
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
    // What the run image has for dynamic programs is known in a builder that isn't of our making, too.
    let app = crate::samples::dynamic_server();
    let build = pack.build(&named("created-app"), app.path(), &named("created"));
    let build = build.args(["--pull-policy=never", "--trust-builder"]).run();
    let build = build.succeeded();
    let text = build.text();
    assert!(text.contains("the run image has: libc.so.6"), "{text}");
    let running = Running::in_container(docker, &named("created-app"));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
}

pub(crate) fn build_with_ours(pack: &Pack, image: &str) -> Call {
    build(pack, image, &testkit::sample("go-http")).arg("--trust-builder")
}
