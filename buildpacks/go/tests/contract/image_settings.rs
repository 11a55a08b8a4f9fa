//! What the user asks of every image.

use crate::apps;

const APP: &str = "
-- go.mod --
module example.com/app

go 1.21
-- main.go --
package main

func main() {}
";

#[test]
fn variables_and_labels_are_in_the_image() {
    let build = apps::app(APP)
        .with_variable("BPE_DEFAULT_GREETING", "hello")
        .with_variable("GOOGLE_LABEL_TEAM", "shop");
    let log = build.succeeds();
    let said = "- Setting GREETING for the app\n  environment: new\n\
                - Labelling the image: google.team\n";
    assert!(log.contains(said), "{log}");
    let value = build.layers_file("environment/env.launch/GREETING.default");
    assert_eq!(value, "hello");
    let launch = build.layers_file("launch.toml");
    let label = "[[labels]]\nkey = \"google.team\"\nvalue = \"shop\"\n";
    assert!(launch.contains(label), "{launch}");
    build.restore();
    // The sources are gone, as they are when the lifecycle exports the app.
    build.write_app(APP);
    let log = build.succeeds();
    assert!(log.contains("  environment: reused\n"), "{log}");
}

const MONOREPO: &str = "
-- lib/go.mod --
module example.com/lib

go 1.21
-- lib/lib.go --
package lib

func Word() string { return \"word\" }
-- services/web/go.mod --
module example.com/web

go 1.21

require example.com/lib v0.0.0

replace example.com/lib => ../../lib
-- services/web/main.go --
package main

import \"example.com/lib\"

func main() { print(lib.Word()) }
-- services/web/static/a.css --
-- services/api/package.json --
-- README.md --
";

#[test]
fn the_app_can_be_a_module_of_a_larger_tree() {
    let build = apps::app(MONOREPO).with_variable("BP_APP_DIR", "./services/web");
    let log = build.succeeds();
    let said =
        "- The app is services/web (from BP_APP_DIR): 4 files outside of it aren't in the image\n";
    assert!(log.contains(said), "{log}");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    services                   dir  0755
    services/web               dir  0755
    services/web/static        dir  0755
    services/web/static/a.css  file 0644
    ");
    let launch = build.layers_file("launch.toml");
    assert!(
        launch.contains("working-dir = \"ROOT/app/services/web\"\n"),
        "{launch}"
    );
    assert_eq!(apps::run_program(&build, "web"), "word");

    let other = apps::app(MONOREPO).with_variable("BP_APP_DIR", "services/api");
    assert_eq!(other.detect().status, 100);
    let missing = apps::app(MONOREPO).with_variable("BP_APP_DIR", "services/wbe");
    let message = missing.is_refused(1);
    assert!(message.contains("\nBP_APP_DIR=services/web\n"), "{message}");
}
