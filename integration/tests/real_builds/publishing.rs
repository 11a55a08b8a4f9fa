//! What is left in a registry that fails, and what is said of it.

use std::collections::BTreeSet;

use integration::{Case, Failure, Fault, FaultyRegistry, Home, Layout, Machine, Outcome, Registry};
use rustix::process::Signal;

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "publishing::a_failure_leaves_the_builder_that_was_there",
        half,
    ),
    Case::new(
        "publishing::a_refusal_is_told_before_anything_is_made",
        refusals,
    ),
    Case::new("publishing::a_builder_fits_its_limit", size),
    Case::new("publishing::an_edit_pushes_little_but_the_program", edit),
    Case::new("publishing::an_image_is_whole_or_not_there", app),
    Case::new("publishing::a_registry_that_hangs_can_be_left", hang),
];

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
        pushed < program + crate::team::OVERHEAD,
        "{pushed} bytes for a program of {program}"
    );
}

const EDITED: &str = "package words\n\nfunc Answer() string { return \"edited\" }\n";

/// `coracle builder publish ADDRESS/DIRECTORY` of the static builder, which is the smaller one.
fn publish(machine: &Machine, address: &str, directory: &str) -> Outcome {
    let prefix = format!("{address}/{directory}");
    let publish = Home::of_publications(machine).coracle();
    let publish = publish.args(["builder", "publish", &prefix]);
    publish.args(["--builder", "static"]).run()
}

/// The names in the lines of a publication, without registry and directory.
fn names_in(outcome: &Outcome, prefix: &str) -> Vec<String> {
    let names = outcome.text().lines().filter_map(|line| {
        let name = line.strip_prefix(prefix)?.split(' ').next()?;
        Some(name.trim_start_matches('/').to_owned())
    });
    names.collect()
}

fn half(machine: &Machine) {
    let registry = Registry::start(machine);
    let new = format!("{}/new", registry.address());
    let names = names_in(
        &publish(machine, registry.address(), "new").succeeded(),
        &new,
    );
    // What is there is another image than the one that is published.
    let team = format!("{}/team", registry.address());
    for name in &names {
        registry.change(&format!("{new}/{name}"), &format!("{team}/{name}"));
    }
    let tags = || -> Vec<String> {
        let digests = names.iter();
        let digests = digests.map(|name| registry.digest(&format!("{team}/{name}")));
        digests.collect()
    };
    let before = tags();
    let run_image = registry.digest(&format!("{new}/run-static:latest"));
    let new_run_image = format!("{team}/run-static@{run_image}");
    let fails_at = |fault: Fault| {
        let faulty = FaultyRegistry::before(&registry, fault);
        let failed = publish(machine, &faulty.address(), "team");
        let message = failed.failed_with("publish/network", 3);
        assert!(message.contains("/team/builder-static"), "{message}");
        message
    };

    // While it is asked whether the last repository may be written.
    let _ = fails_at(|method, path| {
        let is_check = path == "/v2/team/builder-static/manifests/coracle-check";
        (method == "PUT" && is_check).then_some(Failure::Status(500))
    });
    assert_eq!(tags(), before);
    assert!(!registry.has(&new_run_image));

    // At the content of the last image, when that of all others is there.
    let _ = fails_at(|method, path| {
        let is_content = path.starts_with("/v2/team/builder-static/manifests/sha256:");
        (method == "PUT" && is_content).then_some(Failure::Status(500))
    });
    assert!(registry.has(&new_run_image));
    assert_eq!(tags(), before);

    // At the last tag. A new run image fits the old builder.
    let message = fails_at(|method, path| {
        let is_tag = path == "/v2/team/builder-static/manifests/latest";
        (method == "PUT" && is_tag).then_some(Failure::Status(500))
    });
    for told in ["mean the new builder now:", "The same command finishes it"] {
        assert!(message.contains(told), "{message}");
    }
    let after = tags();
    assert_ne!(after[0], before[0]);
    assert_eq!(after.last(), before.last());

    let _ = publish(machine, registry.address(), "team").succeeded();
    assert_ne!(tags().last(), before.last());
}

fn refusals(machine: &Machine) {
    let registry = Registry::start(machine);
    let failed = |fault: Fault, id: &str, status: i32| {
        let faulty = FaultyRegistry::before(&registry, fault);
        let failed = publish(machine, &faulty.address(), "team");
        let message = failed.failed_with(id, status);
        // In what crane says, the times at which it tried again.
        let (told, _) = message.split_once("Details: ").expect("crane says why");
        told.trim().replace(&faulty.address(), "REGISTRY")
    };
    let refused = |fault: Fault| {
        insta::allow_duplicates!(
            insta::assert_snapshot!(failed(fault, "publish/refused", 1), @"
        [Error: The registry refuses the image]
        REGISTRY doesn't let you push
        REGISTRY/team/run-static:latest

        Credentials are those of docker's configuration (config.json in ~/.docker or
        $DOCKER_CONFIG). To store yours there:
        docker login REGISTRY
        ")
        );
    };

    refused(|_, _| Some(Failure::Status(401)));
    refused(|_, _| Some(Failure::Status(403)));
    let broken: Fault = |_, path| (path == "/v2/").then_some(Failure::Status(500));
    insta::assert_snapshot!(failed(broken, "publish/network", 3), @"
    [Error: The image can't be pushed]
    REGISTRY can't be reached, or fails, while it is asked to take
    REGISTRY/team/run-static:latest

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.
    ");
    assert_eq!(registry.repositories(), "");

    // Who may read everything, all of which has been published before.
    let _ = publish(machine, registry.address(), "team").succeeded();
    refused(|method, _| {
        let is_reading = method == "GET" || method == "HEAD";
        (!is_reading).then_some(Failure::Status(403))
    });
}

/// Bytes that a registry holds of the default builder (issue 4).
const BUILDER_LIMIT: u64 = 400_000_000;

fn size(machine: &Machine) {
    let registry = Registry::start(machine);
    let prefix = format!("{}/team", registry.address());
    let publish = Home::of_publications(machine).coracle();
    let publish = publish.args(["builder", "publish", &prefix]);
    let _ = publish.run().succeeded();
    let layers = registry.layer_sizes(&format!("{prefix}/builder:latest"));
    let size: u64 = layers.iter().map(|(size, _)| size).sum();
    assert!(size < BUILDER_LIMIT, "{size} bytes: {layers:#?}");
    // Every layer says what it is, or nobody could tell which one grew.
    assert!(layers.iter().all(|(_, made_by)| !made_by.is_empty()));
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
