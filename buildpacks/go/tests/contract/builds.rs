//! Apps that build.

use crate::apps::{self, run_program};

const HELLO: &str = r#"
-- go.mod --
module example.com/hello/v2

go 1.21
-- main.go --
package main

import "fmt"

func main() { fmt.Println("hello") }
-- main_test.go --
package main
-- assets/page.html 0600 --
<p>
"#;

const SEVERAL: &str = "
-- go.mod --
module example.com/several

go 1.21
-- cmd/worker/main.go --
package main

func main() { print(1) }
-- cmd/web/main.go --
package main

func main() {}
-- tools/generate/main.go --
package main

func main() {}
";

#[test]
fn detect_passes_for_go_and_fails_for_the_rest() {
    assert_eq!(apps::app(HELLO).detect().status, 0);
    let other = apps::app("-- package.json --\n{}\n").detect();
    assert_eq!(other.status, 100, "{other:?}");
}

#[test]
fn a_module_becomes_a_static_program_and_its_assets() {
    let lifecycle = apps::app(HELLO);
    let log = lifecycle.succeeds();
    assert!(log.starts_with("[Go]\n- Go 1."), "{log}");
    assert!(
        log.contains("go.mod line 3 asks for 1.21 or newer\n"),
        "{log}"
    );
    insta::assert_snapshot!(lifecycle.processes(), @"
    web*: ROOT/layers/binaries/bin/hello
    hello: ROOT/layers/binaries/bin/hello
    ");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    assets            dir  0755
    assets/page.html  file 0644
    ");
    assert_eq!(run_program(&lifecycle, "hello"), "hello\n");

    let program = fs_err::read(lifecycle.path("layers/binaries/bin/hello")).unwrap();
    let has = |text: &str| {
        program
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(!has(".symtab"), "the program is not stripped");
    assert!(!has("ld-linux"), "the program is not static");
    let root = lifecycle.path("").display().to_string();
    assert!(
        !has(root.trim_end_matches('/')),
        "the program names where it was built"
    );
}

#[test]
fn the_bill_of_materials_names_the_module_and_the_standard_library() {
    let lifecycle = apps::app(HELLO);
    lifecycle.succeeds();
    for (format, names) in [
        (
            "cdx",
            ["pkg:golang/example.com/hello", "pkg:golang/stdlib@1."],
        ),
        (
            "spdx",
            ["pkg:golang/example.com/hello", "pkg:golang/stdlib@1."],
        ),
    ] {
        let path = lifecycle.path(&format!("layers/launch.sbom.{format}.json"));
        let text = fs_err::read_to_string(path).unwrap();
        let is_json = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        assert!(
            is_json && names.iter().all(|name| text.contains(name)),
            "{text}"
        );
    }
}

#[test]
fn every_command_is_a_process_and_web_the_default() {
    let lifecycle = apps::app(SEVERAL);
    let log = lifecycle.succeeds();
    insta::assert_snapshot!(lifecycle.processes(), @"
    web*: ROOT/layers/binaries/bin/web
    worker: ROOT/layers/binaries/bin/worker
    ");
    assert!(
        log.contains("- Compiling ./cmd/web, ./cmd/worker, every main package in cmd\n"),
        "{log}"
    );
    assert!(log.contains("left out: ./tools/generate;"), "{log}");
}

#[test]
fn targets_and_flags_are_the_users() {
    let lifecycle = apps::app(
        r#"
-- go.mod --
module example.com/several

go 1.21
-- cmd/worker/main.go --
package main

var version string

func main() { println(version) }
-- cmd/web/main.go --
package main

func main() {}
-- tools/generate/main.go --
package main

import "fmt"

var version = "none"

func main() { fmt.Print(version, tagged) }
-- tools/generate/tagged.go --
//go:build special

package main

const tagged = " and special"
"#,
    )
    .with_variable("BP_GO_TARGETS", "./tools/generate")
    .with_variable("BP_GO_BUILD_LDFLAGS", "-X 'main.version=one two'")
    .with_variable("GOFLAGS", "-tags=special");
    lifecycle.succeeds();
    assert_eq!(run_program(&lifecycle, "generate"), "one two and special");
    insta::assert_snapshot!(lifecycle.processes(), @"
    web*: ROOT/layers/binaries/bin/generate
    generate: ROOT/layers/binaries/bin/generate
    ");
}

#[test]
fn vendored_modules_are_used_as_they_lie() {
    let lifecycle = apps::app(
        r#"
-- go.mod --
module example.com/app

go 1.21

require example.com/lib v1.0.0
-- main.go --
package main

import (
	"fmt"

	"example.com/lib"
)

func main() { fmt.Print(lib.Text) }
-- vendor/modules.txt --
# example.com/lib v1.0.0
## explicit; go 1.21
example.com/lib
-- vendor/example.com/lib/lib.go --
package lib

const Text = "vendored"
"#,
    );
    lifecycle.succeeds();
    assert_eq!(run_program(&lifecycle, "app"), "vendored");
    assert!(!lifecycle.path("app/vendor").exists());
    assert!(!lifecycle.path("layers/modules").exists());
}

#[test]
fn two_builds_in_other_places_give_the_same_bytes() {
    let programs = [(), ()].map(|()| {
        let lifecycle = apps::app(HELLO);
        lifecycle.succeeds();
        fs_err::read(lifecycle.path("layers/binaries/bin/hello")).unwrap()
    });
    assert!(programs[0] == programs[1]);
}
