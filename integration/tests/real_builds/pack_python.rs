//! The samples in Python by `pack`, in a Docker daemon.

use integration::{Case, Machine, Need, Pack, Running};

use crate::apps::STOPS_WITHIN;
use crate::pack::{Loaded, image_id, loaded, named};

pub(crate) const CASES: &[Case] = &[Case::new("pack_python::every_sample_answers", |machine| {
    answer(machine, SAMPLES);
})
.needing(&[Need::Docker])];

/// A sample, a path, what is answered there, and the status with which SIGTERM ends it.
const SAMPLES: &[(&str, &str, &str, i32)] = &[
    ("python-flask", "/", "Hello from Flask", 0),
    (
        "python-fastapi",
        "/?first=1880",
        "Sailing Alone Around the World",
        0,
    ),
    (
        "python-django",
        "/2026-03-20/",
        "The moon from 20 March 2026",
        0,
    ),
    ("python-pandas", "/levels?by=week", "\"mean\"", 128 + 15),
    ("python-streamlit", "/_stcore/health", "ok", 0),
];

/// Builds samples, starts them and asks them. The first is built twice.
#[track_caller]
pub(crate) fn answer(machine: &Machine, samples: &[(&str, &str, &str, i32)]) {
    let Loaded { docker, .. } = loaded(machine);
    let pack = Pack::of(machine);
    for (sample, path, expected, status) in samples {
        let app = testkit::sample(sample);
        let bindings = testkit::directory("");
        let (image, builder) = (named(sample), named("builder"));
        let build = pack.build_with_packages(&image, &app, &builder, bindings.path());
        let build = build.args(["--pull-policy=never", "--trust-builder"]);
        let _ = build.clone().run().succeeded();
        if *sample == samples[0].0 {
            let first = image_id(docker, sample);
            let again = build.run().succeeded();
            assert_eq!(image_id(docker, sample), first, "{}", again.text());
        }
        let running = Running::in_container(docker, &image);
        let answer = running.get(path);
        assert!(answer.body.contains(expected), "{sample}: {answer:?}");
        let ended = running.stop(STOPS_WITHIN);
        assert_eq!(ended.code(), Some(*status), "{sample}");
    }
}
