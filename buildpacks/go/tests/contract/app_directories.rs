//! Directories of a larger tree: `BP_APP_DIR`, which says what the app is, and `BP_GO_WORKDIR`, which says where `go`
//! works and, as Paketo has it, nothing else.

use testkit::Lifecycle;

use crate::apps;

/// One module; the service in it has data and assets, and so has the tree.
const MODULE: &str = r#"
-- go.mod --
module example.com/all

go 1.21
-- words/words.go --
package words

const Word = "word"
-- README.md --
-- services/web/main.go --
package main

import "example.com/all/words"

func main() { print(words.Word) }
-- services/web/page.html --
-- services/web/.env --
-- services/web/kodata/x.go --
-- services/api/main.go --
package main

func main() {}
"#;

/// Modules that a workspace joins; what it needs of others is vendored beside it.
const WORKSPACE: &str = r#"
-- go.work --
go 1.22

use (
	./words
	./services/web
)
-- words/go.mod --
module example.com/words

go 1.22
-- words/words.go --
package words

import "example.com/far"

const Word = far.Word
-- services/web/go.mod --
module example.com/web

go 1.22
-- services/web/main.go --
package main

import "example.com/words"

func main() { print(words.Word) }
-- services/web/vendor/page.html --
-- vendor/modules.txt --
## workspace
# example.com/far v1.0.0
## explicit; go 1.22
example.com/far
-- vendor/example.com/far/far.go --
package far

const Word = "word"
"#;

const NEEDS_FAR: &str = "
-- words/go.mod --
module example.com/words

go 1.22

require example.com/far v1.0.0
";

#[track_caller]
fn launched(lifecycle: &Lifecycle) -> String {
    let launch = lifecycle.layers_file("launch.toml");
    let mut lines = launch.lines();
    let line = lines.find(|line| line.starts_with("working-dir"));
    line.unwrap_or("the app's").to_owned()
}

#[test]
fn the_app_can_be_a_directory_of_a_module() {
    let build = apps::app(MODULE).with_variable("BP_APP_DIR", "services/web");
    let log = build.succeeds();
    assert_eq!(apps::run_program(&build, "web"), "word", "{log}");
    assert_eq!(launched(&build), "working-dir = \"ROOT/app/services/web\"");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    services                  dir  0755
    services/web              dir  0755
    services/web/kodata       dir  0755
    services/web/kodata/x.go  file 0644
    services/web/page.html    file 0644
    ");
    insta::assert_snapshot!(build.processes(), @"web*: ROOT/layers/binaries/bin/web");
    let data = build.layers_file("kodata/env.launch/web/KO_DATA_PATH.default");
    assert_eq!(data, "ROOT/app/services/web/kodata");
}

#[test]
fn a_program_outside_of_the_app_is_the_one_that_go_run_means_there() {
    let build = apps::app(MODULE);
    build.write_app("-- services/web/Procfile --\nrelease: go run ../api up\n");
    let build = build
        .with_variable("BP_APP_DIR", "services/web")
        .with_variable("BP_GO_TARGETS", ".:../api");
    build.succeeds();
    insta::assert_snapshot!(build.processes(), @"
    web*: ROOT/layers/binaries/bin/web
    release: ROOT/layers/binaries/bin/api up
    api: ROOT/layers/binaries/bin/api
    ");
}

#[test]
fn the_app_can_be_a_module_of_a_workspace() {
    let build = apps::app(WORKSPACE);
    build.write_app(NEEDS_FAR);
    let build = build.with_variable("BP_APP_DIR", "services/web");
    let log = build.succeeds();
    assert_eq!(apps::run_program(&build, "web"), "word", "{log}");
    // What is called vendor in the app is its own.
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    services                       dir  0755
    services/web                   dir  0755
    services/web/vendor            dir  0755
    services/web/vendor/page.html  file 0644
    ");
}

#[test]
fn what_is_kept_is_relative_to_the_app() {
    let build = apps::app(MODULE).with_variable("BP_APP_DIR", "services/web");
    let build = build.with_variable("BP_KEEP_FILES", "page.html:README.md");
    let log = build.succeeds();
    let warning = "Warning: BP_KEEP_FILES: README.md matches no file.";
    assert!(log.contains(warning), "{log}");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    services                  dir  0755
    services/web              dir  0755
    services/web/kodata       dir  0755
    services/web/kodata/x.go  file 0644
    services/web/page.html    file 0644
    ");
}

#[test]
fn where_go_works_is_not_what_the_app_is() {
    let build = apps::app(MODULE).with_variable("BP_GO_WORKDIR", "services/web");
    let log = build.succeeds();
    assert_eq!(apps::run_program(&build, "web"), "word", "{log}");
    assert_eq!(launched(&build), "the app's");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    README.md                 file 0644
    services                  dir  0755
    services/web              dir  0755
    services/web/kodata       dir  0755
    services/web/kodata/x.go  file 0644
    services/web/page.html    file 0644
    ");
    let build = apps::app(MODULE).with_variable("BP_APP_DIR", "services");
    let build = build.with_variable("BP_GO_WORKDIR", "web");
    build.succeeds();
    assert_eq!(apps::run_program(&build, "web"), "word");
    assert_eq!(launched(&build), "working-dir = \"ROOT/app/services\"");
}

#[test]
fn a_directory_that_is_not_there_is_told() {
    let build = apps::app(MODULE).with_variable("BP_GO_WORKDIR", "services/wbe");
    insta::assert_snapshot!(build.is_refused(1), @"
    [Error: BP_GO_WORKDIR names a directory that isn't there]
    BP_GO_WORKDIR is set to: services/wbe

    Perhaps project.toml leaves it out. Directories with names like it:
    services/web
    services/api
    services

    BP_GO_WORKDIR=services/web
    (app-directory/missing)
    ");
}

/// Knative's `func` writes the server around a function into a directory like this one.
#[test]
fn a_hidden_module_that_is_named_is_built() {
    let app = r#"
-- go.mod --
module example.com/function

go 1.21
-- handle.go --
package function

const Text = "handled"
-- .func/build/go.mod --
module example.com/server

go 1.21

require example.com/function v0.0.0

replace example.com/function => ../../
-- .func/build/main.go --
package main

import "example.com/function"

func main() { print(function.Text) }
"#;
    let build = apps::app(app).with_variable("BP_GO_WORKDIR", ".func/build");
    build.succeeds();
    assert_eq!(apps::run_program(&build, "server"), "handled");
}
