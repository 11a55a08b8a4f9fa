//! Where `go` works: directories and workspaces.

use crate::apps::{self, run_program};

/// Two modules without a workspace.
const MODULES: &str = r#"
-- api/go.mod --
module example.com/api

go 1.21
-- api/main.go --
package main

import "fmt"

func main() { fmt.Print("api") }
-- api/page.html --
-- web/go.mod --
module example.com/web/v2

go 1.21
-- web/cmd/site/main.go --
package main

import "fmt"

func main() { fmt.Print("site") }
"#;

/// The app is recognised by files in its root.
const DETECTED: &str = "-- doc.go --\npackage doc\n";

#[test]
fn a_directory_that_is_named_is_built() {
    let app = MODULES;
    assert_eq!(apps::app(app).detect().status, 100);
    for (name, value, program) in [
        ("BP_GO_WORKDIR", "./api", "api"),
        ("GOOGLE_BUILDABLE", "./api", "api"),
        ("GOOGLE_BUILDABLE", "web/cmd/site", "site"),
        ("BP_GO_TARGETS", "./web/cmd/...", "site"),
    ] {
        let lifecycle = apps::app(app).with_variable(name, value);
        let log = lifecycle.succeeds();
        assert_eq!(run_program(&lifecycle, program), program, "{log}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
            api            dir  0755
            api/page.html  file 0644
            ");
        }
    }
}

#[test]
fn several_modules_are_refused_with_what_names_one() {
    let app = format!("{MODULES}{DETECTED}");
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @"
    [Error: There is no go.mod in the app]
    The root of the app has neither go.mod nor go.work. There is a go.mod in:
    ./api
    ./web

    To join the modules, run: go work init ./api ./web
    Or say which one to build, for example:
    BP_GO_WORKDIR=./api
    (go/no-module)
    ");
    let both = apps::app(&app).with_variable("BP_GO_TARGETS", "./api:./web/cmd/site");
    let message = both.is_refused(1);
    assert!(message.contains("(go/targets/modules)"), "{message}");
    let outside = apps::app(&app).with_variable("BP_GO_WORKDIR", "../x");
    let message = outside.is_refused(1);
    assert!(message.contains("(app-directory/outside)"), "{message}");
}

#[test]
fn modules_are_joined_for_the_build_alone() {
    let app = format!("{MODULES}{DETECTED}");
    let lifecycle = apps::app(&app)
        .with_variable("BP_GO_WORK_USE", "./api:./web")
        .with_variable("BP_GO_TARGETS", "./api:./web/cmd/site");
    lifecycle.succeeds();
    insta::assert_snapshot!(lifecycle.processes(), @"
    web*: ROOT/layers/binaries/bin/api
    api: ROOT/layers/binaries/bin/api
    site: ROOT/layers/binaries/bin/site
    ");
    let twice = format!("{app}-- go.work --\ngo 1.21\nuse ./api\n");
    let twice = apps::app(&twice).with_variable("BP_GO_WORK_USE", "./api");
    let message = twice.is_refused(1);
    assert!(message.contains("(go/work/twice)"), "{message}");
}

const WORKSPACE: &str = r#"
-- go.work --
go 1.21

use (
	./greeting
	./services/web
	./services/other
)
-- greeting/go.mod --
module example.com/greeting

go 1.21
-- greeting/greeting.go --
package greeting

const Text = "joined"
-- services/other/go.mod --
module example.com/other

go 1.21
-- services/other/main.go --
package main

func main() {}
-- services/web/go.mod --
module example.com/web

go 1.21

require example.com/greeting v0.0.0
-- services/web/main.go --
package main

import (
	"fmt"

	"example.com/greeting"
)

func main() { fmt.Print(greeting.Text) }
"#;

#[test]
fn a_workspace_is_built_as_one() {
    let lifecycle = apps::app(WORKSPACE);
    lifecycle.succeeds();
    assert_eq!(run_program(&lifecycle, "web"), "joined");
    assert!(lifecycle.processes().contains("other"));
}

#[test]
fn a_directory_of_a_workspace_is_built_with_the_modules_beside_it() {
    let lifecycle = apps::app(WORKSPACE).with_variable("BP_GO_WORKDIR", "services/web");
    lifecycle.succeeds();
    assert_eq!(run_program(&lifecycle, "web"), "joined");
    assert!(!lifecycle.processes().contains("other"));
}
