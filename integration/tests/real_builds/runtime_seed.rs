//! The layers of runtimes that are made with the builder, once for all apps.

use integration::{Case, Home, Layout, Machine, Need, Pack, Registry, copy_of, test_names};
use serde_json::{Value, json};

use crate::pack::{lifecycle_in, publish_to};

pub(crate) const CASES: &[Case] = &[
    Case::new("runtime_seed::first_builds_make_no_python", |machine| {
        first_builds(machine, &PYTHON);
    }),
    Case::new("runtime_seed::first_builds_make_no_node", |machine| {
        first_builds(machine, &NODE);
    }),
    Case::new("runtime_seed::a_node_that_was_fetched_is_alone", fetched),
    Case::new("runtime_seed::an_app_of_go_has_no_runtime", go),
    Case::new(
        "runtime_seed::pack_takes_published_runtimes_for_the_previous_image",
        published,
    )
    .needing(&[Need::Docker]),
];

/// A runtime that the builder carries, and apps on it.
struct Bundled {
    buildpack: &'static str,
    layer: &'static str,
    sample: &'static str,
    /// A file of the sample, what stands in it, and what is put in its place.
    edit: (&'static str, &'static str, &'static str),
    /// An app that needs no packages, which pack's containers may not be able to reach.
    alone: &'static str,
    /// By how much the seed has its layer smaller than the lifecycle, in bytes.
    saves: u64,
}

const PYTHON: Bundled = Bundled {
    buildpack: "coracle/python",
    layer: "python-3.13",
    sample: "python-flask",
    edit: ("app.py", "\"Hello\"", "\"Again\""),
    alone: "-- requirements.txt --\n-- main.py --\nprint('alone')\n",
    saves: 2_000_000,
};

const NODE: Bundled = Bundled {
    buildpack: "coracle/node",
    layer: "node-24",
    sample: "node-express",
    edit: ("app.js", "Hello", "Again"),
    alone: "-- package.json --\n{}\n-- server.js --\nconsole.log('alone')\n",
    saves: 6_000_000,
};

impl Bundled {
    /// Whether the layer was neither copied nor packed.
    #[track_caller]
    fn assert_reused(&self, log: &str) {
        let layer = format!("layer '{}:{}'", self.buildpack, self.layer);
        let (reused, made) = (format!("Reusing {layer}"), format!("Adding {layer}"));
        assert!(log.contains(&reused) && !log.contains(&made), "{log}");
    }
}

fn first_builds(machine: &Machine, bundled: &Bundled) {
    let home = machine.home();
    let app = copy_of(&testkit::sample(bundled.sample));
    let build = |name: &str, options: &[&str]| {
        let root = home.path().join("layout");
        let call = home.build(name, app.path()).args(options.iter().copied());
        let call = call.arg("--output").arg(format!("oci:{}", root.display()));
        let log = call.run().succeeded().text().to_owned();
        bundled.assert_reused(&log);
        assert!(!log.contains("python-3.14"), "{log}");
        Layout::read(&root)
    };
    let first = build("one", &[]);
    assert_eq!(runtimes_in(&first), [bundled.layer]);
    assert_eq!(
        layers_said(&first, bundled.buildpack)["python-3.11"],
        Value::Null
    );
    for (name, options) in [
        ("one", &[] as &[&str]),
        ("one", &["--clear-cache"]),
        ("other", &[]),
    ] {
        assert_eq!(build(name, options).digest, first.digest, "{name}");
    }

    let (file, text, other) = bundled.edit;
    let source = app.path().join(file);
    let content = fs_err::read_to_string(&source).expect("it is there");
    fs_err::write(&source, content.replace(text, other)).expect("writable");
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

/// The builder's own is restored for it, too, and must not be in its image.
fn fetched(machine: &Machine) {
    let home = machine.home();
    let app = testkit::directory(NODE.alone);
    let root = home.path().join("layout");
    let build = home.build("app", app.path());
    let build = build.args(["--env", "BP_NODE_VERSION=24.18.0"]);
    let build = build.arg("--output").arg(format!("oci:{}", root.display()));
    let _ = build.run().succeeded();
    let image = Layout::read(&root);
    assert_eq!(runtimes_in(&image), ["node-24.18.0"]);
    let layers = layers_said(&image, NODE.buildpack);
    assert_eq!(layers[NODE.layer], Value::Null, "{layers}");
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
        for Bundled { buildpack, .. } in [PYTHON, NODE] {
            assert_eq!(layers_said(&image, buildpack), Value::Null);
        }
    }
}

fn published(machine: &Machine) {
    let registry = Registry::start(machine);
    let prefix = format!("{}/{}", registry.address(), test_names());
    let lifecycle = lifecycle_in(&publish_to(machine, &prefix).run().succeeded());
    for bundled in [PYTHON, NODE] {
        pack_is_given(machine, &registry, (&prefix, &lifecycle), &bundled);
    }
}

fn pack_is_given(
    machine: &Machine,
    registry: &Registry,
    (prefix, lifecycle): (&str, &str),
    bundled: &Bundled,
) {
    let pack = Pack::of(machine);
    let app = testkit::directory(bundled.alone);
    let named = |name: &str| format!("{prefix}/{}-{name}", bundled.layer);
    let image = |name: &str| registry.layout(&named(name));
    let builder = format!("{prefix}/builder:latest");
    let build = |name: &str, options: &[&str]| {
        let call = pack.build(&named(name), app.path(), &builder);
        let call = call.arg("--publish").args(options.iter().copied());
        (call.run().succeeded().text().to_owned(), image(name))
    };
    let seeded = format!("--previous-image={prefix}/runtimes:latest");
    let untrusted = format!("--lifecycle-image={lifecycle}");

    let (log, trusted) = build("trusted", &["--trust-builder", &seeded]);
    bundled.assert_reused(&log);
    let (log, other) = build("untrusted", &[&untrusted, &seeded]);
    bundled.assert_reused(&log);
    assert_eq!(other.digest, trusted.digest);
    let (_, again) = build("trusted", &["--trust-builder"]);
    assert_eq!(
        again.digest, trusted.digest,
        "its own image is the previous one"
    );
    let _ = Home::of_publications(machine)
        .build(&named("ours"), app.path())
        .args(["--publish", "--prefix", prefix])
        .run()
        .succeeded();
    assert_eq!(image("ours").digest, trusted.digest);

    // Without it, the lifecycle packs the same files and compresses them less.
    let (log, plain) = build("plain", &["--trust-builder"]);
    let made = format!("Adding layer '{}:{}'", bundled.buildpack, bundled.layer);
    assert!(log.contains(&made), "{log}");
    assert_eq!(plain.config, trusted.config);
    assert_ne!(plain.digest, trusted.digest);
    let saved = plain.size() - trusted.size();
    assert!(saved > bundled.saves, "{saved} bytes");
}

/// The layers in which a runtime lies.
fn runtimes_in(image: &Layout) -> Vec<&str> {
    let paths = image.entries().filter_map(|entry| {
        let (_, layer) = entry.path.strip_prefix("layers/")?.split_once('/')?;
        let is_runtime = layer.starts_with("python-3.") || layer.starts_with("node-2");
        (is_runtime && !layer.contains('/')).then_some(layer)
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
