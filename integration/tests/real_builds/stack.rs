//! The images of `stack/`: the same bytes twice, and how large they may be.

use std::collections::BTreeMap;
use std::path::Path;

use integration::{Case, Layout, Machine};

pub(crate) const CASES: &[Case] = &[Case::new(
    "stack::two_compositions_are_the_same_and_small",
    two_compositions,
)];

/// Bytes of a run image, compressed (issue 3 and docs/architecture.md).
const LIMITS: &[(&str, u64)] = &[("run", 3_100_000), ("run-static", 300_000)];

fn two_compositions(machine: &Machine) {
    let compose = || {
        // Packages may be shared, nothing that was composed before.
        let home = machine.home();
        for made in ["components", "builders"] {
            fs_err::remove_dir_all(home.path().join(made)).expect("links can be removed");
        }
        let output = home.path().join("stack");
        let composed = home
            .coracle()
            .args(["stack", "build", "run", "run-static", "run-debug"])
            .arg("--output")
            .arg(&output)
            .run()
            .succeeded();
        (layouts(&output), composed)
    };
    let (first, text) = compose();
    let (second, _) = compose();
    let digests = |layouts: &BTreeMap<String, Layout>| -> BTreeMap<String, String> {
        let digest = |(name, layout): (&String, &Layout)| (name.clone(), layout.digest.clone());
        layouts.iter().map(digest).collect()
    };
    assert_eq!(digests(&first), digests(&second));
    for (name, limit) in LIMITS {
        let size = first[*name].size();
        assert!(size <= *limit, "{name} has {size} bytes:\n{}", text.text());
    }
    for name in ["run", "run-static"] {
        let shells = first[name].programs_called(crate::image::SHELLS);
        assert_eq!(shells, Vec::<String>::new(), "shells in {name}");
    }
    let debug_shells = first["run-debug"].programs_called(crate::image::SHELLS);
    assert_ne!(debug_shells, Vec::<String>::new());
}

fn layouts(directory: &Path) -> BTreeMap<String, Layout> {
    let entries = fs_err::read_dir(directory).expect("the images are written");
    entries
        .map(|entry| {
            let entry = entry.expect("the directory can be read");
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, Layout::read(&entry.path()))
        })
        .collect()
}
