//! The layers of runtimes that are made with the builder, once for all apps.

use integration::{Case, Home, Layout, Machine, Need, Pack, Registry, copy_of, test_names};
use serde_json::{Value, json};

use crate::pack::{lifecycle_in, publish_to};

pub(crate) const CASES: &[Case] = &[
    Case::new("runtime_seed::first_builds_make_no_runtime", first_builds),
    Case::new("runtime_seed::an_app_of_go_has_nothing_of_python", go),
    Case::new(
        "runtime_seed::pack_takes_published_runtimes_for_the_previous_image",
        published,
    )
    .needing(&[Need::Docker]),
];

const REUSED: &str = "Reusing layer 'coracle/python:python-3.13'";
const MADE: &str = "Adding layer 'coracle/python:python-3.13'";

fn first_builds(machine: &Machine) {
    let home = machine.home();
    let app = copy_of(&testkit::sample("python-flask"));
    let build = |name: &str, options: &[&str]| {
        let root = home.path().join("layout");
        let call = home.build(name, app.path()).args(options.iter().copied());
        let call = call.arg("--output").arg(format!("oci:{}", root.display()));
        let log = call.run().succeeded().text().to_owned();
        assert!(log.contains(REUSED) && !log.contains(MADE), "{log}");
        assert!(!log.contains("python-3.14"), "{log}");
        Layout::read(&root)
    };
    let first = build("one", &[]);
    assert_eq!(runtimes_in(&first), ["python-3.13"]);
    assert_eq!(
        layers_said(&first, "coracle/python")["python-3.11"],
        Value::Null
    );
    for (name, options) in [
        ("one", &[] as &[&str]),
        ("one", &["--clear-cache"]),
        ("other", &[]),
    ] {
        assert_eq!(build(name, options).digest, first.digest, "{name}");
    }

    let source = app.path().join("app.py");
    let text = fs_err::read_to_string(&source).expect("it is there");
    fs_err::write(&source, text.replace("\"Hello\"", "\"Again\"")).expect("writable");
    let edited = build("one", &[]);
    assert_ne!(edited.digest, first.digest);
    let digests = |layout: &Layout| -> Vec<String> {
        let digests = layout.layers.iter().map(|layer| layer.digest.clone());
        digests.collect()
    };
    let others = digests(&first);
    let changed = digests(&edited).into_iter();
    let changed: Vec<String> = changed.filter(|layer| !others.contains(layer)).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
}

fn go(machine: &Machine) {
    let home = machine.home();
    let root = home.path().join("layout");
    let build = home.build("go", &testkit::sample("go-http"));
    let build = build.arg("--output").arg(format!("oci:{}", root.display()));
    for _ in 0..2 {
        let _ = build.clone().run().succeeded();
        let image = Layout::read(&root);
        assert_eq!(runtimes_in(&image), [""; 0]);
        assert_eq!(layers_said(&image, "coracle/python"), Value::Null);
    }
}

/// An app that needs no index, which pack's containers may not reach.
const ALONE: &str = "-- requirements.txt --\n-- main.py --\nprint('alone')\n";

fn published(machine: &Machine) {
    let pack = Pack::of(machine);
    let registry = Registry::start(machine);
    let prefix = format!("{}/{}", registry.address(), test_names());
    let lifecycle = lifecycle_in(&publish_to(machine, &prefix).run().succeeded());
    let app = testkit::directory(ALONE);
    let image = |name: &str| registry.layout(&format!("{prefix}/{name}"));
    let builder = format!("{prefix}/builder:latest");
    let build = |name: &str, options: &[&str]| {
        let call = pack.build(&format!("{prefix}/{name}"), app.path(), &builder);
        let call = call.arg("--publish").args(options.iter().copied());
        (call.run().succeeded().text().to_owned(), image(name))
    };
    let seeded = format!("--previous-image={prefix}/runtimes:latest");
    let untrusted = format!("--lifecycle-image={lifecycle}");

    let (log, trusted) = build("trusted", &["--trust-builder", &seeded]);
    assert!(log.contains(REUSED), "{log}");
    let (log, other) = build("untrusted", &[&untrusted, &seeded]);
    assert!(log.contains(REUSED), "{log}");
    assert_eq!(other.digest, trusted.digest);
    let (_, again) = build("trusted", &["--trust-builder"]);
    assert_eq!(
        again.digest, trusted.digest,
        "its own image is the previous one"
    );
    let _ = Home::of_publications(machine)
        .build(&format!("{prefix}/ours"), app.path())
        .args(["--publish", "--prefix", &prefix])
        .run()
        .succeeded();
    assert_eq!(image("ours").digest, trusted.digest);

    // Without it, the lifecycle packs the same files and compresses them less.
    let (log, plain) = build("plain", &["--trust-builder"]);
    assert!(log.contains(MADE), "{log}");
    assert_eq!(plain.config, trusted.config);
    assert_ne!(plain.digest, trusted.digest);
    let saved = plain.size() - trusted.size();
    assert!(saved > 2_000_000, "{saved} bytes");
}

/// The layers in which a Python lies.
fn runtimes_in(image: &Layout) -> Vec<&str> {
    let paths = image.entries().filter_map(|entry| {
        let layer = entry.path.strip_prefix("layers/coracle_python/")?;
        (layer.starts_with("python-3.") && !layer.contains('/')).then_some(layer)
    });
    paths.collect()
}

/// What the lifecycle says of a buildpack's layers.
fn layers_said(image: &Layout, buildpack: &str) -> Value {
    let label = &image.config["config"]["Labels"]["io.buildpacks.lifecycle.metadata"];
    let said: Value = serde_json::from_str(label.as_str().expect("a text")).expect("it is JSON");
    let buildpacks = said["buildpacks"].as_array().expect("an array");
    let this = buildpacks
        .iter()
        .find(|said| said["key"] == json!(buildpack));
    this.map_or(Value::Null, |said| said["layers"].clone())
}
