//! `pack` where something is gone or broken: what was there stays, and the next build succeeds.

use integration::{Case, FailingDaemon, Machine, Need, Pack, test_names};

use crate::pack::{build, build_with_ours, image_id, loaded, named};

pub(crate) const CASES: &[Case] = &[
    Case::new("pack_faults::a_cache_that_is_gone_or_broken", caches).needing(&[Need::Docker]),
    Case::new("pack_faults::a_daemon_that_stops_half_way", daemon_stops).needing(&[Need::Docker]),
];

/// pack keeps the build cache in a volume, which may be gone or broken the next time.
fn caches(machine: &Machine) {
    let docker = loaded(machine).docker;
    let pack = Pack::of(machine);
    let volume = format!("{}-cache", test_names());
    let cache = format!("type=build;format=volume;name={volume}");
    let built = || {
        let build = build_with_ours(&pack, "cached").args(["--cache", &cache]);
        let outcome = build.run().succeeded();
        (image_id(docker, "cached"), outcome.text().to_owned())
    };
    let (first, _) = built();
    let (again, text) = built();
    assert_eq!(again, first);
    assert!(text.contains("build-cache: reused"), "{text}");

    // As root, in the builder's own image, which has a shell.
    let spoil = docker.call(["run", "--rm", "--network=none", "--user=0:0"]);
    let mount = format!("--volume={volume}:/cache");
    let spoil = spoil.args([&*mount, "--entrypoint=/bin/sh"]);
    let script = "find /cache -name '*.tar' -exec sh -c 'head -c 1000 \"$1\" > /tmp/x; cat /tmp/x > \"$1\"' - {} +";
    let _ = spoil
        .args([&named("build:latest"), "-c", script])
        .run()
        .succeeded();
    let (spoiled, text) = built();
    assert_eq!(spoiled, first, "{text}");
    assert!(!text.contains("build-cache: reused"), "{text}");

    let _ = docker.call(["volume", "rm", &volume]).run().succeeded();
    assert_eq!(built().0, first);
}

/// The image that was there is there still, and the next build makes the new one.
fn daemon_stops(machine: &Machine) {
    let docker = loaded(machine).docker;
    let pack = Pack::of(machine);
    let app = testkit::sample("go-http");
    let _ = build_with_ours(&pack, "stopped").run().succeeded();
    let before = image_id(docker, "stopped");
    let app = integration::copy_of(&app);
    let page = app.path().join("public/index.html");
    fs_err::write(page, "edited").expect("it can be written");
    let edited = build(&pack, "stopped", app.path()).arg("--trust-builder");

    let failing = FailingDaemon::before(docker, "/images/load");
    let failed = failing.reached_by(docker, edited.clone()).run();

    assert_ne!(failed.code(), 0, "{}", failed.text());
    assert!(failed.text().contains("EXPORTING"), "{}", failed.text());
    assert_eq!(image_id(docker, "stopped"), before, "{}", failed.text());
    let again = edited.run().succeeded();
    assert_ne!(image_id(docker, "stopped"), before, "{}", again.text());
}
