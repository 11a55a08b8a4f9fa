//! What decides what is built: `project.toml`, `--env`, `--env-file`; and how `coracle run` ends.

use integration::{Case, Layout, Machine, Running, free_port};

use crate::apps;

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "options::project_toml_selects_files_and_sets_variables",
        project_toml,
    ),
    Case::new("options::env_beats_env_file_beats_project_toml", precedence),
    Case::new("options::the_user_says_what_the_app_is", language),
    Case::new("options::run_ends_with_the_status_of_the_app", exit_status),
];

fn project_toml(machine: &Machine) {
    let home = machine.home();
    let app = apps::word();
    testkit::write_into(
        app.path(),
        r#"
-- notes/secret.md --
not for the image
-- broken.go --
this would not compile
-- project.toml --
[_]
schema-version = "0.2"

[io.buildpacks]
exclude = ["/notes", "broken.go"]

[[io.buildpacks.build.env]]
name = "BP_GO_BUILD_LDFLAGS"
value = "-X example.com/word/words.unused=1"
"#,
    );
    let layout = home.path().join("layout");
    let _ = home
        .build("word", app.path())
        .arg("--output")
        .arg(format!("oci:{}", layout.display()))
        .run()
        .succeeded();
    let layout = Layout::read(&layout);
    let in_app: Vec<&str> = layout
        .entries()
        .filter_map(|entry| entry.path.strip_prefix("workspace/"))
        .collect();
    assert!(in_app.contains(&"static/greeting.txt"), "{in_app:?}");
    let unwanted = |path: &&str| path.rsplit('.').next() == Some("go") || path.starts_with("notes");
    assert_eq!(in_app.into_iter().find(unwanted), None);
}

/// A program in Go beside a Python app: it would be the app.
fn language(machine: &Machine) {
    let home = machine.home();
    let app = apps::word();
    testkit::write_into(app.path(), "-- main.py --\nprint('of Python')\n");
    let build = |variable: &str| home.build("word", app.path()).args(["--env", variable]);
    let _ = build("GOOGLE_RUNTIME=python312").run().succeeded();
    let ran = home.coracle().args(["run", "word"]).run().succeeded();
    assert!(ran.text().contains("of Python"), "{}", ran.text());
    let unknown = build("BP_LANGUAGE=ruby").run();
    let message = unknown.failed_with("environment/invalid", 1);
    assert!(
        message.contains("go, node, python or static-binary"),
        "{message}"
    );
    let absent = build("BP_LANGUAGE=python").args(["--builder", "static"]);
    let message = absent.run().failed_with("explain/language", 1);
    assert!(message.contains("Python apps"), "{message}");
}

/// A version that can't exist is refused by the buildpack, which says what it was asked for and by whom.
fn precedence(machine: &Machine) {
    let home = machine.home();
    let app = apps::word();
    testkit::write_into(
        app.path(),
        r#"
-- project.toml --
[_]
schema-version = "0.2"
[[io.buildpacks.build.env]]
name = "BP_GO_VERSION"
value = "of-project-toml"
-- variables --
# a comment
BP_GO_VERSION=of-env-file
"#,
    );
    let refused = |arguments: &[&str]| {
        let build = home.build("word", app.path());
        let build = build.args(arguments.iter().copied());
        build
            .in_directory(app.path())
            .run()
            .failed_with("go/version/invalid", 1)
    };
    let cases: [(&[&str], &str); 3] = [
        (&[], "of-project-toml"),
        (&["--env-file", "variables"], "of-env-file"),
        (
            &["--env-file", "variables", "--env", "BP_GO_VERSION=of-env"],
            "of-env",
        ),
    ];
    for (arguments, winner) in cases {
        let message = refused(arguments);
        let named: Vec<&str> = ["of-project-toml", "of-env-file", "of-env"]
            .into_iter()
            .filter(|value| {
                let mut words = message.split(|character: char| {
                    !character.is_ascii_alphanumeric() && character != '-'
                });
                words.any(|word| word == *value)
            })
            .collect();
        assert_eq!(named, [winner], "{arguments:?}:\n{message}");
    }
}

/// A server that ends when it is told to, with the status and the arguments that it got.
const ENDS: &str = r#"
-- go.mod --
module example.com/ends

go 1.26
-- main.go --
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "batch" {
		status, _ := strconv.Atoi(os.Args[2])
		os.Exit(status)
	}
	http.HandleFunc("/", func(http.ResponseWriter, *http.Request) {
		fmt.Printf("%q\n", os.Args[1:])
		os.Exit(7)
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
"#;

fn exit_status(machine: &Machine) {
    let home = machine.home();
    let app = testkit::directory(ENDS);
    let run = home.coracle().arg("run").arg(app.path()).arg("--port");
    let port = free_port();
    let run = run.arg(port.to_string()).args(["--", "one", "two words"]);
    let running = Running::start_on(port, run);
    // It ends before it answers.
    let _ = integration::get(port, "/").expect_err("no answer");
    let ended = running.ended();
    assert_eq!(ended.code(), 7, "{}", ended.text());
    assert!(
        ended.text().contains(r#"["one" "two words"]"#),
        "{}",
        ended.text()
    );
    // The same image, which now ends before it listens.
    let batch = |status: &str| {
        let run = home.coracle().arg("run").arg(app.path());
        run.args(["--", "batch", status]).run()
    };
    let ended = batch("0");
    assert_eq!(ended.code(), 0, "{}", ended.text());
    let notice = "The app ended without having listened on port ";
    assert!(ended.text().contains(notice), "{}", ended.text());
    let _ = batch("139").failed_with("run/ended", 139);
}
