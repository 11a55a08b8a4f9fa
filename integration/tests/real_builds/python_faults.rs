//! Builds of Python apps that are cut off, and interpreters that the builder doesn't have.

use std::path::Path;

use integration::{Answers, Call, Case, Home, Machine, PackageIndex, PythonMirror};

use crate::apps::answer_of;
use crate::faults::{fill, kill};

pub(crate) const CASES: &[Case] = &[
    Case::new("python_faults::kill_9_at_every_line", killed),
    Case::new("python_faults::a_full_disk", full_disk),
    Case::new("python_faults::an_interpreter_that_is_fetched", fetched),
];

const PACKAGES: &[(&str, &str)] = &[("shelf", "1.0")];

const APP: &str = r#"
-- requirements.txt --
shelf
-- Procfile --
web: python main.py
-- main.py --
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import shelf


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"shelf {shelf.VERSION} {sys.prefix} {sys.version}".encode())


HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
"#;

fn killed(machine: &Machine) {
    let index = PackageIndex::start(PACKAGES, Answers::All);
    let app = testkit::directory(APP);
    kill(machine, |home| of_index(home.coracle(), app.path(), &index));
}

fn full_disk(machine: &Machine) {
    let index = PackageIndex::start(PACKAGES, Answers::All);
    let app = testkit::directory(APP);
    fill(machine, &["1m", "8m", "16m"], |call| {
        of_index(call, app.path(), &index)
    });
}

fn of_index(call: Call, app: &Path, index: &PackageIndex) -> Call {
    let build = call.args(["build", "app", "--path"]).arg(app);
    build.args(["--env", &format!("PIP_INDEX_URL={}", index.url())])
}

/// By the uv of the builder, into a cache; the second build has it from there.
fn fetched(machine: &Machine) {
    let app = testkit::directory(APP);
    let index = PackageIndex::start(PACKAGES, Answers::All);
    let build = |home: &Home, mirror: &PythonMirror, version: &str| {
        let build = of_index(home.coracle(), app.path(), &index);
        build
            .args(["--env", &format!("BP_CPYTHON_VERSION={version}")])
            .args([
                "--env",
                &format!("UV_PYTHON_DOWNLOADS_JSON_URL={}", mirror.list()),
            ])
            .args(["--env", "UV_HTTP_RETRIES=0"])
            .run()
    };
    let home = machine.home();
    let half = PythonMirror::of_python_3_11(machine, 1, Answers::Half);
    let _ = build(&home, &half, "3.11.1").failed_with("python/version/network", 3);
    let mirror = PythonMirror::of_python_3_11(machine, 1, Answers::All);
    let _ = build(&home, &mirror, "3.11.0").failed_with("python/version/no-download", 1);

    let first = build(&home, &mirror, "3.11.1").succeeded();
    assert!(
        first.text().contains("fetched-3.11.1: new"),
        "{}",
        first.text()
    );
    let answer = answer_of(&home, "app");
    assert!(
        answer.starts_with("shelf 1.0 /layers/coracle_python/venv 3.11."),
        "{answer}"
    );
    let again = build(&home, &half, "3.11.1").succeeded();
    assert!(
        !again.text().contains("fetched-3.11.1: new"),
        "{}",
        again.text()
    );
}
