//! A builder in another registry than the one that it was published to, and run images that can't be had: what
//! docs/platform-teams.md says of them.

use std::sync::atomic::{AtomicBool, Ordering};

use integration::{
    Call, Case, Docker, Failure, FaultyRegistry, Machine, Need, Pack, Registry, Running, TlsServer,
    test_names,
};

use crate::apps::STOPS_WITHIN;
use crate::pack::{build, loaded, publish_to};

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "mirrors::a_copied_builder_builds_where_the_first_is_not_reached",
        copied,
    )
    .needing(&[Need::Docker]),
    Case::new(
        "mirrors::a_run_image_that_is_named_is_not_replaced_by_debug",
        refused,
    )
    .needing(&[Need::Docker]),
    Case::new("mirrors::a_proxy_and_a_ca_reach_the_build", reach).needing(&[Need::Docker]),
];

fn copied(machine: &Machine) {
    let pack = Pack::of(machine);
    let docker = Docker::of(machine);
    let (first, second) = (Registry::start(machine), Registry::start(machine));
    let prefix = |registry: &Registry| format!("{}/{}", registry.address(), test_names());
    let (from, to) = (prefix(&first), prefix(&second));
    let _ = publish_to(machine, &from).run().succeeded();
    copy(&second, &from, &to);
    drop(first);
    let image = format!("{to}/app");
    let build = || {
        let builder = format!("{to}/builder");
        let build = pack.build(&image, &testkit::sample("go-http"), &builder);
        build.args(["--publish", "--trust-builder"])
    };
    // The builder names the run image where it was published.
    assert_ne!(build().run().code(), 0);
    let (there, here) = (format!("{from}/run:latest"), format!("{to}/run:latest"));
    let add = pack.call([
        "config",
        "run-image-mirrors",
        "add",
        &there,
        "--mirror",
        &here,
    ]);
    let _ = add.run().succeeded();

    let _ = build().run().succeeded();

    let running = Running::in_container(docker, &image);
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);

    // So does the app, until that is passed over once.
    let rebase = || pack.call(["rebase", &image, "--publish"]);
    let refused = rebase().run();
    let says = "not found in existing run image metadata";
    assert!(refused.text().contains(says), "{}", refused.text());
    let _ = rebase().arg("--force").run().succeeded();
    let _ = rebase().run().succeeded();
}

/// As between registries of which no machine reaches both, and where one does.
#[track_caller]
fn copy(registry: &Registry, from: &str, to: &str) {
    let crane = |arguments: [&str; 4]| {
        let _ = Call::new(registry.crane())
            .args(arguments)
            .run()
            .succeeded();
    };
    let name = |prefix: &str, name: &str| format!("{prefix}/{name}");
    for image in ["run:latest", "run:debug"] {
        crane(["copy", "--insecure", &name(from, image), &name(to, image)]);
    }
    let directory = testkit::directory("");
    let directory = directory.path().join("builder").display().to_string();
    let pull = Call::new(registry.crane()).args(["pull", "--insecure", "--format=oci"]);
    let pull = pull.args([&*name(from, "builder"), &directory]);
    let _ = pull.run().succeeded();
    crane(["push", "--insecure", &directory, &name(to, "builder")]);
    let digest = registry.digest(&name(from, "builder"));
    assert_eq!(registry.digest(&name(to, "builder")), digest);
}

/// Whether the registry refuses what is asked of `run:latest`.
static REFUSES: AtomicBool = AtomicBool::new(false);

/// With the debug image as a mirror, pack takes that when it may not read the other, and says nothing.
fn refused(machine: &Machine) {
    let pack = Pack::of(machine);
    let behind = Registry::start(machine);
    let registry = FaultyRegistry::before(&behind, |_, path| {
        let refused = REFUSES.load(Ordering::Relaxed) && path.ends_with("/run/manifests/latest");
        refused.then_some(Failure::Status(403))
    });
    let prefix = format!("{}/{}", registry.address(), test_names());
    let _ = publish_to(machine, &prefix).run().succeeded();
    REFUSES.store(true, Ordering::Relaxed);
    let image = format!("{prefix}/app");
    let build = || {
        let builder = format!("{prefix}/builder");
        let build = pack.build(&image, &testkit::sample("go-http"), &builder);
        build.args(["--publish", "--trust-builder"])
    };

    let named = build().arg(format!("--run-image={prefix}/run:latest"));
    let named = named.run();

    assert_ne!(named.code(), 0, "{}", named.text());
    assert!(!behind.has(&image));

    // Why the option is needed.
    let _ = build().run().succeeded();
    let on_debug = behind.layout(&image);
    assert!(on_debug.entries().any(|entry| entry.path == "usr/bin/sh"));
}

const APP: &str = r#"
-- go.mod --
module example.com/app

go 1.24

require example.com/library v1.0.0
-- go.sum --
example.com/library v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
example.com/library v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
-- main.go --
package main

import _ "example.com/library"

func main() {}
"#;

/// By what go says when it doesn't get the app's module: no registry of modules is needed for that.
fn reach(machine: &Machine) {
    let _ = loaded(machine);
    let pack = Pack::of(machine);
    let app = testkit::directory(APP);
    let build = || build(&pack, "behind", app.path()).arg("--trust-builder");
    let server = TlsServer::start();
    let from_server = || build().arg(format!("--env=GOPROXY={}", server.url()));

    let unknown = from_server().run();

    let says = "certificate signed by unknown authority";
    assert!(unknown.text().contains(says), "{}", unknown.text());
    let bundle = format!(
        "{}:/etc/ssl/certs/ca-certificates.crt:ro",
        server.authority().display()
    );
    let known = from_server().args(["--volume", &bundle]).run();
    // What the server answers is no module.
    assert!(known.text().contains("go/checksum"), "{}", known.text());
    let bindings = testkit::directory("-- ca/type --\nca-certificates\n");
    let binding = bindings.path().join("ca");
    fs_err::copy(server.authority(), binding.join("ca.pem")).expect("it can be copied");
    let volume = format!("{}:/platform/bindings/ca:ro", binding.display());
    let bound = from_server().args(["--volume", &volume]).run();
    assert!(bound.text().contains("go/checksum"), "{}", bound.text());

    let proxied = build().arg("--env=GOPROXY=https://modules.invalid");
    let proxied = proxied.env("HTTPS_PROXY", "http://127.0.0.1:9").run();
    assert!(
        proxied.text().contains("proxyconnect"),
        "{}",
        proxied.text()
    );
}
