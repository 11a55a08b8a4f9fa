//! What is left in a registry that fails, and what is said of it.

use std::collections::BTreeSet;

use integration::{Case, Failure, Fault, FaultyRegistry, Home, Layout, Machine, Registry};
use rustix::process::Signal;

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "publishing::a_failure_leaves_the_builder_that_was_there",
        half,
    ),
    Case::new("publishing::an_edit_pushes_little_but_the_program", edit),
    Case::new("publishing::an_image_is_whole_or_not_there", app),
    Case::new("publishing::a_registry_that_hangs_can_be_left", hang),
];

/// Bytes that an edit may push beside the changed program (issue 4).
const OVERHEAD: u64 = 64 << 10;

fn edit(machine: &Machine) {
    let registry = Registry::start(machine);
    let counting = FaultyRegistry::before(&registry, |_, _| None);
    let home = machine.home();
    let app = crate::apps::word();
    let layout = home.path().join("layout");
    let output = format!("--output=oci:{}", layout.display());
    let image = format!("{}/team/word", counting.address());
    let publish = || {
        let build = home.build(&image, app.path());
        let _ = build.args(["--publish", &output]).run().succeeded();
        Layout::read(&layout)
    };
    let before = publish();
    let first = counting.received();

    fs_err::write(app.path().join("words/words.go"), EDITED).expect("it can be written");
    let after = publish();

    let pushed = counting.received() - first;
    let known: BTreeSet<&str> = before.layers.iter().map(|layer| &*layer.digest).collect();
    let new = after
        .layers
        .iter()
        .filter(|layer| !known.contains(&*layer.digest));
    let program = new
        .map(|layer| layer.size)
        .max()
        .expect("the program changed");
    assert!(
        pushed > program,
        "{pushed} bytes for a program of {program}"
    );
    assert!(
        pushed < program + OVERHEAD,
        "{pushed} bytes for a program of {program}"
    );
}

const EDITED: &str = "package words\n\nfunc Answer() string { return \"edited\" }\n";

fn half(machine: &Machine) {
    let home = Home::of_publications(machine);
    let registry = Registry::start(machine);
    let publish = |address: &str, builder: &str| {
        let prefix = format!("{address}/team");
        let publish = home.coracle().args(["builder", "publish", &prefix]);
        publish.args(["--builder", builder]).run()
    };
    let prefix = format!("{}/team", registry.address());
    // What is there afterwards: nothing before all content is, and the builder's tag comes last.
    let table: [(Fault, bool); 2] = [
        (
            |method, path| {
                (method == "PUT" && path.contains("/team/builder-static/manifests/"))
                    .then_some(Failure::Status(500))
            },
            false,
        ),
        (
            |method, path| {
                let tag = "/team/builder-static/manifests/latest";
                (method == "PUT" && path.ends_with(tag)).then_some(Failure::Status(500))
            },
            true,
        ),
    ];
    for (fault, has_run_image) in table {
        let faulty = FaultyRegistry::before(&registry, fault);
        let failed = publish(&faulty.address(), "static");
        let message = failed.failed_with("publish/network", 3);
        assert!(message.contains("/team/builder-static"), "{message}");
        let run_image = registry.has(&format!("{prefix}/run-static:latest"));
        assert_eq!(run_image, has_run_image);
        assert!(!registry.has(&format!("{prefix}/builder-static:latest")));
    }

    let _ = publish(registry.address(), "static").succeeded();
    assert!(registry.has(&format!("{prefix}/builder-static:latest")));
}

fn app(machine: &Machine) {
    let registry = Registry::start(machine);
    let home = machine.home();
    let word = crate::apps::word();
    let table: [(Fault, &str, i32); 3] = [
        (
            |method, _| (method == "POST").then_some(Failure::Status(500)),
            "publish/network",
            3,
        ),
        (|_, _| Some(Failure::Status(401)), "publish/refused", 1),
        (
            |method, path| {
                (method == "PUT" && path.contains("/manifests/")).then_some(Failure::Status(403))
            },
            "publish/refused",
            1,
        ),
    ];
    for (fault, id, status) in table {
        let faulty = FaultyRegistry::before(&registry, fault);
        let image = format!("{}/team/app:1", faulty.address());
        let build = home.build(&image, word.path());
        let failed = build.arg("--publish").run();
        let message = failed.failed_with(id, status);
        assert!(message.contains("in the local image store"), "{message}");
        assert!(!registry.has(&format!("{}/team/app:1", registry.address())));
    }
}

/// Nobody waits for the patience of `coracle` in a test; whoever sits before it doesn't have to, either.
fn hang(machine: &Machine) {
    let registry = Registry::start(machine);
    let silent = FaultyRegistry::before(&registry, |method, path| {
        (method == "PUT" && path.contains("/manifests/")).then_some(Failure::Silence)
    });
    let home = machine.home();
    let word = crate::apps::word();
    let image = format!("{}/team/app:1", silent.address());
    let mut build = home.build(&image, word.path()).arg("--publish").spawn();
    silent.wait_for_silence();
    build.signal(Signal::INT);
    let status = build.wait(crate::apps::STOPS_WITHIN);
    assert_eq!(status.code(), Some(130), "{}", build.text());
    assert!(!registry.has(&format!("{}/team/app:1", registry.address())));
}
