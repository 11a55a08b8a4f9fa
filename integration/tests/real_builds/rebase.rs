//! `coracle rebase`: another run image under an app that isn't built again.

use integration::{
    Call, Case, Failure, FaultyRegistry, Home, Layout, Machine, Registry, Running, edit_config,
};
use serde_json::Value;

use crate::apps::STOPS_WITHIN;
use crate::newer::{self, NewerCheckout};
use crate::samples::build;

pub(crate) const CASES: &[Case] = &[
    Case::new("rebase::to_debug_and_back", there_and_back),
    Case::new("rebase::a_layout_in_place", in_place),
    Case::new("rebase::onto_a_newer_run_image", newer),
    Case::new(
        "rebase::a_registry_that_fails_leaves_it_rebased_in_the_store",
        delivery,
    ),
    Case::new("rebase::onto_another_run_image_is_refused", refused),
    Case::new("rebase::checks_before_it_makes_anything", early),
    Case::new(
        "rebase::onto_another_processor_or_distribution_is_refused",
        other_targets,
    ),
];

const DEBUG: &str = "coracle/run:debug";

fn rebase(home: &Home, image: &str) -> Call {
    home.coracle().args(["rebase", image])
}

fn there_and_back(machine: &Machine) {
    let (home, before) = build(machine, &testkit::sample("go-http"), "default");
    let layout = home.path().join("rebased");
    let output = format!("--output=oci:{}", layout.display());

    let onto_debug = rebase(&home, "sample").args(["--run-image", DEBUG, &output]);
    let _ = onto_debug.run().succeeded();

    let on_debug = Layout::read(&layout);
    assert!(has_shell(&on_debug) && !has_shell(&before));
    assert_eq!(on_debug.layers[1..], before.layers[1..]);
    let running = Running::start(home.coracle().args(["run", "sample"]));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);

    let _ = rebase(&home, "sample").arg(&output).run().succeeded();

    // Not only the same layers: nothing tells that it was ever elsewhere.
    assert_eq!(Layout::read(&layout).digest, before.digest);
    let again = rebase(&home, "sample").run().succeeded();
    assert!(again.text().contains("already"), "{}", again.text());
}

fn has_shell(image: &Layout) -> bool {
    let mut entries = image.layers.iter().flat_map(|layer| &layer.entries);
    entries.any(|entry| entry.path == "usr/bin/sh")
}

fn in_place(machine: &Machine) {
    let (home, before) = build(machine, &testkit::sample("go-http"), "default");
    let layout = home.path().join("layout");
    let image = format!("oci:{}", layout.display());
    let onto_debug = rebase(&home, &image).args(["--run-image", DEBUG]);
    let _ = onto_debug.run().succeeded();
    assert_ne!(Layout::read(&layout).digest, before.digest);
    let _ = rebase(&home, &image).run().succeeded();
    assert_eq!(Layout::read(&layout).digest, before.digest);
}

/// What the name of the run image means changes: Debian has a newer package, and the lock names it.
fn newer(machine: &Machine) {
    let (home, before) = build(machine, &testkit::sample("go-http"), "default");
    let checkout = NewerCheckout::new();
    let by_layout = home.path().join("layout");
    let by_name = home.path().join("rebased");
    let output = format!("--output=oci:{}", by_name.display());

    let by_own_name = rebase(&home, "sample").arg(&output);
    let _ = checkout.of(by_own_name).run().succeeded();

    let rebased = Layout::read(&by_name);
    let is_newer = |image: &Layout| image.entries().any(|entry| entry.path == newer::FILE);
    assert!(is_newer(&rebased) && !is_newer(&before));
    assert_eq!(rebased.layers[1..], before.layers[1..]);
    let running = Running::start(home.coracle().args(["run", "sample"]));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);

    // The same from a layout, as who has no checkout gets the run image.
    let composed = home.path().join("stack");
    let compose = home.coracle().args(["stack", "build", "run", "--output"]);
    let _ = checkout.of(compose.arg(&composed)).run().succeeded();
    let run_image = format!("oci:{}", composed.join("run").display());
    let image = format!("oci:{}", by_layout.display());
    let onto = rebase(&home, &image).args(["--run-image", &run_image]);
    let _ = onto.run().succeeded();
    assert_eq!(Layout::read(&by_layout).digest, rebased.digest);
}

fn delivery(machine: &Machine) {
    let registry = Registry::start(machine);
    let faulty = FaultyRegistry::before(&registry, |_, _| Some(Failure::Status(401)));
    let image = format!("{}/team/app:1", faulty.address());
    let home = machine.home();
    let build = home.build(&image, &testkit::sample("go-http"));
    let _ = build.run().succeeded();

    let onto_debug = rebase(&home, &image).args(["--run-image", DEBUG, "--publish"]);
    let failed = onto_debug.run();

    let message = failed.failed_with("publish/refused", 1);
    let tells = format!("In the local image store, {image} is on the new run image.");
    assert!(message.contains(&tells), "{message}");
    assert!(
        failed.text().contains("\nDigest  sha256:"),
        "{}",
        failed.text()
    );
    let again = rebase(&home, &image).args(["--run-image", DEBUG]);
    let again = again.run().succeeded();
    assert!(again.text().contains("already"), "{}", again.text());
}

fn refused(machine: &Machine) {
    let (home, before) = build(machine, &testkit::sample("go-http"), "default");
    let other = rebase(&home, "sample").args(["--run-image", "coracle/run-static:latest"]);
    let _ = other.run().failed_with("rebase/run-image", 1);
    let layout = home.path().join("after");
    let output = format!("--output=oci:{}", layout.display());
    let _ = rebase(&home, "sample").arg(output).run().succeeded();
    assert_eq!(Layout::read(&layout).digest, before.digest);
}

/// Without anything to make a run image or crane of, and with nothing that is made.
fn early(machine: &Machine) {
    let (home, before) = build(machine, &testkit::sample("go-http"), "default");
    for made in ["components", "builders", "downloads"] {
        let path = home.path().join(made);
        let removed = fs_err::remove_dir_all(&path).or_else(|_| fs_err::remove_file(&path));
        removed.expect("they are links");
    }
    let (images, layout) = (home.listing(), home.path().join("layout"));
    let missing = format!("--run-image=oci:{}", home.path().join("missing").display());
    let table: [(&[&str], &str, i32); 6] = [
        (&["other"], "rebase/no-image", 1),
        (
            &["sample", "--run-image=other/run:latest"],
            "rebase/run-image",
            1,
        ),
        (&["sample", "--output=docker"], "output/docker/missing", 4),
        (&["sample", "--publish"], "publish/no-registry", 1),
        (&["oci:/dev/null"], "rebase/unreadable", 1),
        (
            &["sample", &missing, "--output=oci:/dev/null"],
            "output/occupied",
            1,
        ),
    ];
    for (arguments, id, status) in table {
        let call = home.coracle().arg("rebase").args(arguments.iter().copied());
        let call = call.env("PATH", "/nowhere");
        let _ = call.run().failed_with(id, status);
        assert_eq!(home.listing(), images, "{id}");
    }
    assert_eq!(Layout::read(&layout).digest, before.digest);
}

type Edit = fn(&mut Value);

fn other_targets(machine: &Machine) {
    let (home, before) = build(machine, &testkit::sample("go-http"), "default");
    let composed = home.path().join("stack");
    let compose = home.coracle().args(["stack", "build", "run", "--output"]);
    let _ = compose.arg(&composed).run().succeeded();
    let table: [(Edit, &str); 3] = [
        (
            |config| config["architecture"] = "arm64".into(),
            "linux/arm64 debian 13",
        ),
        (
            |config| set_label(config, "distro.name", "alpine"),
            "linux/amd64 alpine 13",
        ),
        (
            |config| set_label(config, "distro.version", "12"),
            "linux/amd64 debian 12",
        ),
    ];
    for (number, (edit, expected)) in table.into_iter().enumerate() {
        let run_image = home.path().join(format!("run-{number}"));
        fs_err::create_dir(&run_image).expect("it is new");
        integration::copy(&composed.join("run"), &run_image);
        edit_config(&run_image, edit);
        let name = format!("oci:{}", run_image.display());
        let layout = home.path().join("after");
        let output = format!("--output=oci:{}", layout.display());
        let onto = rebase(&home, "sample").args(["--run-image", &name, &output]);
        let message = onto.run().failed_with("rebase/target", 1);
        assert!(message.contains("linux/amd64 debian 13"), "{message}");
        assert!(message.contains(expected), "{message}");
        assert!(!layout.exists());
    }
    let layout = home.path().join("after");
    let output = format!("--output=oci:{}", layout.display());
    let _ = rebase(&home, "sample").arg(output).run().succeeded();
    assert_eq!(Layout::read(&layout).digest, before.digest);
}

fn set_label(config: &mut Value, name: &str, value: &str) {
    config["config"]["Labels"][format!("io.buildpacks.base.{name}")] = value.into();
}
