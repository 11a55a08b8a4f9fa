//! What a user asks of every image: variables for the app, labels, files, the directory that is the app.

use std::path::Path;

use integration::{Case, Home, Layout, Machine, Need, Running};

use crate::apps::STOPS_WITHIN;
use crate::samples::made_static_c;

pub(crate) const CASES: &[Case] = &[
    Case::new("image_settings::of_a_go_app_in_a_larger_tree", of_go),
    Case::new("image_settings::of_a_static_program", of_a_static_program)
        .needing(&[Need::Program("make"), Need::StaticLibc]),
];

/// A service that says what it finds around it, in a tree with another one.
const TREE: &str = r#"
-- services/web/go.mod --
module example.com/web

go 1.26
-- services/web/main.go --
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		directory, _ := os.Getwd()
		fmt.Fprint(response, os.Getenv("GREETING"), " ", directory)
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
-- services/web/.dockerignore --
**/*.map
-- services/web/static/app.js --
-- services/web/static/app.js.map --
-- services/api/main.py --
"#;

#[track_caller]
fn build(home: &Home, app: &Path, variables: &[&str]) -> Layout {
    let layout = home.path().join("layout");
    let mut call = home.build("sample", app).arg("--output");
    call = call.arg(format!("oci:{}", layout.display()));
    for variable in variables {
        call = call.args(["--env", variable]);
    }
    let _ = call.run().succeeded();
    Layout::read(&layout)
}

fn of_go(machine: &Machine) {
    let home = machine.home();
    let tree = testkit::directory(TREE);
    let variables = [
        "BP_APP_DIR=services/web",
        "BPE_DEFAULT_GREETING=hello",
        "BP_OCI_TITLE=Shop",
        "GOOGLE_LABEL_TEAM=shop",
    ];
    let layout = build(&home, tree.path(), &variables);
    let labels = &layout.config["config"]["Labels"];
    assert_eq!(labels["org.opencontainers.image.title"], "Shop");
    assert_eq!(labels["google.team"], "shop");
    let files = layout.entries().filter(|entry| !entry.kind.is_dir());
    let in_app: Vec<&str> = files
        .filter_map(|entry| entry.path.strip_prefix("workspace/"))
        .collect();
    assert_eq!(
        in_app,
        ["services/web/.dockerignore", "services/web/static/app.js"]
    );

    let answer = |arguments: &[&str]| {
        let run = home.coracle().args(["run", "sample"]);
        let running = Running::start(run.args(arguments.iter().copied()));
        let answer = running.get("/").body;
        let _ = running.stop(STOPS_WITHIN);
        answer
    };
    assert_eq!(answer(&[]), "hello /workspace/services/web");
    let of_the_container = answer(&["--env", "GREETING=hi"]);
    assert_eq!(of_the_container, "hi /workspace/services/web");
}

fn of_a_static_program(machine: &Machine) {
    let home = machine.home();
    let app = made_static_c();
    let variables = ["BPE_GREETING=hello", "BP_IMAGE_LABELS=team='the shop'"];
    let layout = build(&home, app.path(), &variables);
    assert_eq!(layout.config["config"]["Labels"]["team"], "the shop");
    let environment: Vec<&str> = layout
        .entries()
        .filter(|entry| entry.path.contains("/environment/") && !entry.kind.is_dir())
        .map(|entry| entry.path.as_str())
        .collect();
    assert_eq!(
        environment,
        ["layers/coracle_static-binary/environment/env.launch/GREETING.override"]
    );
}
