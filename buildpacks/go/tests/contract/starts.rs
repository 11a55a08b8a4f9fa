//! Start commands of the user: what becomes of them in `launch.toml`, and which layers they need.

use crate::apps;

const APP: &str = "\
-- go.mod --
module example.com/app

go 1.21
-- cmd/api/main.go --
package main

func main() {}
-- cmd/job/main.go --
package main

func main() {}
-- cmd/job/kodata/text --
-- testdata/run 0755 --
#!/bin/sh
";

#[test]
fn processes_of_a_procfile_come_before_those_of_the_programs() {
    let procfile =
        "-- Procfile --\nweb: bin/api --port ${PORT:-80}\nnight: go build -o x ./cmd/job && ./x\n";
    let lifecycle = apps::app(&format!("{APP}{procfile}"));
    let log = lifecycle.succeeds();
    let log: Vec<&str> = log
        .lines()
        .skip_while(|line| !line.contains("Procfile"))
        .collect();
    insta::assert_snapshot!(log.join("\n"), @"
    - web (from Procfile line 1) starts bin/api through start
    - night (from Procfile line 2) starts ./x
      not run: go build -o x ./cmd/job, for this build has compiled the programs
      binaries: new
    - Adding what the start commands need
      start: new
      kodata: new
    - Leaving out 4 source files
    ");
    insta::assert_snapshot!(lifecycle.layers_file("launch.toml"), @r#"
    [[processes]]
    type = "web"
    command = ["ROOT/layers/start/start", '[{"do":{"run":{"words":[[{"quoted":"ROOT/layers/binaries/bin/api"}],[{"text":"--port"}],[{"variable":{"name":"PORT","operation":{"operator":"-","or_empty":true,"word":[{"text":"80"}]}}}]]}}}]']
    default = true

    [[processes]]
    type = "night"
    command = ["ROOT/layers/binaries/bin/job"]

    [[processes]]
    type = "api"
    command = ["ROOT/layers/binaries/bin/api"]

    [[processes]]
    type = "job"
    command = ["ROOT/layers/binaries/bin/job"]
    "#);
    let layers = testkit::tree_without_digests(&lifecycle.path("layers"));
    assert!(layers.contains("start/start "), "{layers}");
    // Each process finds its data, whoever named it.
    for process in ["job", "night"] {
        let file = format!("layers/kodata/env.launch/{process}/KO_DATA_PATH.default");
        assert!(lifecycle.path(&file).exists(), "{process}:\n{layers}");
    }
    let document = lifecycle.layers_file("launch.sbom.cdx.json");
    assert!(document.contains("ROOT/layers/start/start"), "{document}");

    // A build without it leaves nothing of it.
    lifecycle.write_app(APP);
    lifecycle.write_app("-- Procfile --\nweb: api\n");
    lifecycle.succeeds();
    let layers = testkit::tree_without_digests(&lifecycle.path("layers"));
    assert!(!layers.contains("start"), "{layers}");
}

#[test]
fn what_go_run_would_compile_is_compiled() {
    let procfile = "-- Procfile --\nweb: go run ./cmd/api --port 80\n\
                    job: cd cmd/job/kodata && go run ../main.go\n";
    let lifecycle = apps::app(&format!("{APP}{procfile}"));
    let log = lifecycle.succeeds();
    let log: Vec<&str> = log
        .lines()
        .skip_while(|line| !line.contains("Procfile"))
        .take(4)
        .collect();
    insta::assert_snapshot!(log.join("\n"), @"
    - web (from Procfile line 1) starts ./cmd/api
      go run ./cmd/api starts what this build has compiled.
    - job (from Procfile line 2) starts ../main.go through start
      go run ../main.go starts what this build has compiled.
    ");
    let launch = lifecycle.layers_file("launch.toml");
    let processes = launch.split("\n\n").take(2).collect::<Vec<_>>();
    insta::assert_snapshot!(processes.join("\n\n"), @r#"
    [[processes]]
    type = "web"
    command = ["ROOT/layers/binaries/bin/api", "--port", "80"]
    default = true

    [[processes]]
    type = "job"
    command = ["ROOT/layers/start/start", '[{"do":{"cd":[[{"text":"cmd/job/kodata"}]]}},{"when":"&&","do":{"run":{"words":[[{"quoted":"ROOT/layers/binaries/bin/job"}]]}}}]']
    "#);

    let refused = |text: &str| {
        let app = format!("{APP}-- cmd/api/tool.go --\n//go:build ignore\n\npackage main\n");
        apps::app(&format!("{app}-- Procfile --\nweb: {text}\n")).is_refused(1)
    };
    insta::assert_snapshot!(refused("go run ./cmd/none --port 80"), @"
    [Error: ./cmd/none isn't compiled]
        web: go run ./cmd/none --port 80
                    ^^^^^^^^^^

    There is no compiler in the image: what runs is what the build has compiled.
    That is:
    - ./cmd/api
    - ./cmd/job

    Name one of these, as it stands here, or have the other compiled, too:
    BP_GO_TARGETS=./cmd/api:./cmd/job:./cmd/none
    (start-command/command/not-compiled)
    ");
    for text in ["go run cmd/api/tool.go", "go run ./..."] {
        let message = refused(text);
        let id = "(start-command/command/not-compiled)";
        assert!(message.contains(id), "{message}");
    }
    let message = refused("go run -race ./cmd/api");
    assert!(message.contains("\nBP_GO_BUILD_FLAGS=-race\n"), "{message}");
    // The directory of a program has nothing that stays.
    let message = refused("cd cmd/api && go run .");
    assert!(message.contains("(start-command/directory)"), "{message}");
}

#[test]
fn what_the_compiler_would_have_read_is_refused_unless_the_build_was_given_it() {
    let run = |text: &str| apps::app(&format!("{APP}-- Procfile --\nweb: {text}\n"));
    for (text, fix) in [
        ("CGO_ENABLED=1 go run ./cmd/api", "CGO_ENABLED=1"),
        (
            "env GOFLAGS=-tags=x go run ./cmd/api",
            "BP_GO_BUILD_FLAGS=-tags=x",
        ),
        ("go run -tags x ./cmd/api", "BP_GO_BUILD_FLAGS=-tags=x"),
    ] {
        let message = run(text).is_refused(1);
        let end = format!("\n{fix}\n(start-command/command/compiler-option)\n");
        assert!(message.ends_with(&end), "{text}: {message}");
    }
    let given = run("CGO_ENABLED=0 GOFLAGS=-tags=x go run ./cmd/api");
    given
        .with_variable("BP_GO_BUILD_FLAGS", "-tags=x")
        .succeeds();
}

#[test]
fn a_command_that_no_image_could_run_is_refused_before_anything_is_compiled() {
    let app = format!("{APP}-- cmd/api/broken.go --\nno Go\n-- Procfile --\nweb: api &\n");
    let message = apps::app(&app).is_refused(1);
    assert!(
        message.contains("(start-command/shell/background)"),
        "{message}"
    );
}

#[test]
fn a_file_that_is_not_in_the_image_can_not_be_started() {
    let app = format!("{APP}-- Procfile --\nweb: api && ./testdata/run\n");
    let message = apps::app(&app).is_refused(1);
    assert!(message.contains("(start-command/command/"), "{message}");
    let app = format!("{APP}-- Procfile --\nweb: deep/api\n");
    let message = apps::app(&app).is_refused(1);
    assert!(
        message.contains("(start-command/command/not-found)"),
        "{message}"
    );
}
