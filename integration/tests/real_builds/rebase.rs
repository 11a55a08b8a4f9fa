//! `coracle rebase`: another run image under an app that isn't built again.

use integration::{Call, Case, Home, Layout, Machine, Running};

use crate::apps::STOPS_WITHIN;
use crate::samples::build;

pub(crate) const CASES: &[Case] = &[
    Case::new("rebase::to_debug_and_back", there_and_back),
    Case::new("rebase::a_layout_in_place", in_place),
    Case::new("rebase::onto_another_run_image_is_refused", refused),
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

fn refused(machine: &Machine) {
    let (home, before) = build(machine, &testkit::sample("go-http"), "default");
    let other = rebase(&home, "sample").args(["--run-image", "coracle/run-static:latest"]);
    let _ = other.run().failed_with("rebase/run-image", 1);
    let layout = home.path().join("after");
    let output = format!("--output=oci:{}", layout.display());
    let _ = rebase(&home, "sample").arg(output).run().succeeded();
    assert_eq!(Layout::read(&layout).digest, before.digest);
}
