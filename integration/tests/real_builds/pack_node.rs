//! The samples in Node by `pack`, in a Docker daemon.

use integration::{Case, Need};

use crate::pack_python::answer;

pub(crate) const CASES: &[Case] = &[Case::new("pack_node::every_sample_answers", |machine| {
    answer(machine, SAMPLES);
})
.needing(&[Need::Docker])];

/// A sample, a path, what is answered there, and the status with which SIGTERM ends it.
const SAMPLES: &[(&str, &str, &str, i32)] = &[
    ("node-express", "/", "Hello from node-express", 128 + 15),
    (
        "node-fastify",
        "/convert?from=km&to=m&value=2",
        "2000",
        128 + 15,
    ),
    ("node-typescript", "/hours", "[]", 128 + 15),
    ("node-native", "/", "Hello from node-native", 128 + 15),
];
