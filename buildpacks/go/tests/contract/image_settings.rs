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
