//! What the users of other builders have in their apps and variables.

use crate::apps::{self, run_program};

#[test]
fn comments_of_herokus_buildpack_are_followed() {
    let app = r#"
-- go.mod --
module example.com/app

// +heroku goVersion >=1.21
// +heroku install ./tools/b
go 1.21
-- tools/a/main.go --
package main

func main() {}
-- tools/b/main.go --
//go:build heroku

package main

import "fmt"

func main() { fmt.Print("tagged") }
"#;
    let lifecycle = apps::app(app);
    let log = lifecycle.succeeds();
    assert_eq!(run_program(&lifecycle, "b"), "tagged");
    assert!(
        log.contains("  go.mod line 3 asks for 1.21 or newer\n"),
        "{log}"
    );
    assert!(
        log.contains("- Compiling ./tools/b, go.mod line 4\n"),
        "{log}"
    );
    assert!(!lifecycle.path("layers/binaries/bin/a").exists());

    let wrong = app.replace(">=1.21", ">1.21");
    let message = apps::app(&wrong).is_refused(1);
    assert!(message.contains("(go/version/invalid)"), "{message}");
}

#[test]
fn without_any_main_package_herokus_tag_is_tried() {
    let app = "
-- go.mod --
module example.com/app

go 1.21
-- main.go --
//go:build heroku

package main

func main() { print(1) }
";
    let lifecycle = apps::app(app).with_variable("GOFLAGS", "-tags=other");
    let log = lifecycle.succeeds();
    assert!(log.contains("With the build tag heroku,"), "{log}");
    assert_eq!(run_program(&lifecycle, "app"), "1");
}

const KO: &str = r#"
-- go.mod --
module example.com/app

go 1.21
-- .ko.yaml --
defaultBaseImage: example.com/base
defaultEnv: [GOCACHE=/x]
builds:
- main: ./tools/a
  ldflags: ['-X main.version={{.Env.VERSION}}']
- dir: tools
  main: ./b/main.go
  ldflags: [-X main.version=2]
-- tools/a/main.go --
package main

import "fmt"

var version string

func main() { fmt.Print(version) }
-- tools/b/main.go --
package main

import "fmt"

var version string

func main() { fmt.Print(version) }
-- tools/c/main.go --
package main

func main() {}
"#;

#[test]
fn the_configuration_of_ko_says_what_to_build_and_how() {
    let lifecycle = apps::app(KO).with_variable("VERSION", "1");
    let log = lifecycle.succeeds();
    assert!(
        log.contains("- Compiling ./tools/a, ./tools/b, .ko.yaml\n"),
        "{log}"
    );
    assert!(
        log.contains("not applied of .ko.yaml: defaultBaseImage, GOCACHE\n"),
        "{log}"
    );
    assert_eq!(run_program(&lifecycle, "a"), "1");
    assert_eq!(run_program(&lifecycle, "b"), "2");
    assert!(!lifecycle.path("layers/binaries/bin/c").exists());

    let message = apps::app(KO).is_refused(1);
    assert!(message.contains("(go/ko/variable)"), "{message}");
    let other = apps::app(KO).with_variable("BP_GO_TARGETS", "./tools/c");
    let log = other.succeeds();
    assert!(log.contains("  not used: .ko.yaml\n"), "{log}");
}

#[test]
fn variables_in_flags_are_filled_in() {
    let app = "
-- go.mod --
module example.com/app

go 1.21
-- main.go --
package main

var version string

func main() { print(version) }
";
    let flags = "-X main.version=${RELEASE}";
    let lifecycle = apps::app(app)
        .with_variable("BP_GO_BUILD_LDFLAGS", flags)
        .with_variable("RELEASE", "7");
    // Without a process variable, as the lifecycle sets it for a buildpack.
    lifecycle.succeeds();
    assert_eq!(run_program(&lifecycle, "app"), "7");
    let message = apps::app(app)
        .with_variable("BP_GO_BUILD_LDFLAGS", flags)
        .is_refused(1);
    assert!(message.contains("(go/flags/variable)"), "{message}");
}

#[test]
fn an_app_from_before_there_were_modules() {
    let app = "-- main.go --\npackage main\n-- Gopkg.lock --\n-- vendor/a/a.go --\npackage a\n";
    let lifecycle = apps::app(app).with_variable("BP_GO_BUILD_IMPORT_PATH", "example.com/shop");
    insta::assert_snapshot!(lifecycle.is_refused(1), @"
    [Error: There is no go.mod in the app]
    These files are of tools from before there were modules:
    ./Gopkg.lock

    BP_GO_BUILD_IMPORT_PATH says where the app lies in a GOPATH.

    Go builds modules only: a go.mod says what the app is called and which
    modules it needs. To make one, run this in the app directory and commit
    the result; go get MODULE@VERSION takes a version over where it matters:
    rm -rf vendor && go mod init example.com/shop && go mod tidy
    (go/no-module)
    ");
}
