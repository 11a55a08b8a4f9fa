//! cgo: found where it is off, compiled where it is on, and what the run image must have then.

use testkit::Lifecycle;

use crate::apps::{self, run_program};

/// A driver that is compiled without cgo and fails when it is used, as that of `SQLite` does, in a module beside the
/// app.
const STUB: &str = r#"
-- go.mod --
module example.com/app

go 1.21

require github.com/mattn/go-sqlite3 v1.14.0

replace github.com/mattn/go-sqlite3 => ./driver
-- main.go --
package main

import "example.com/app/store"

func main() { store.Open() }
-- store/store.go --
package store

import driver "github.com/mattn/go-sqlite3"

func Open() { driver.Open() }
-- driver/go.mod --
module github.com/mattn/go-sqlite3

go 1.21
-- driver/driver.go --
package driver

/*
static int one() { return 1; }
*/
import "C"

func Open() { println(int(C.one())) }
-- driver/mock.go --
//go:build !cgo

package driver

func Open() { panic("compiled with CGO_ENABLED=0, this requires cgo to work") }
"#;

#[test]
fn a_package_that_fails_without_cgo_when_it_runs() {
    insta::assert_snapshot!(apps::app(STUB).is_refused(1), @r#"
    [Error: mattn/go-sqlite3 needs cgo]
    Apps are built without cgo, that is without a C compiler (CGO_ENABLED=0),
    and these packages don't work then:
    - github.com/mattn/go-sqlite3
      driver.go line 6: import "C"
      imported by example.com/app/store

    These do the same in pure Go:
    - modernc.org/sqlite
      instead of github.com/mattn/go-sqlite3

    Or compile with cgo, that is with gcc and the libraries of the build image;
    the program then needs the C library of the default builder's run image:
    CGO_ENABLED=1
    (go/cgo)
    "#);
}

#[test]
fn a_package_that_does_not_compile_without_cgo() {
    let app = STUB.replace(
        "-- driver/mock.go --\n//go:build !cgo\n",
        "-- driver/other.go --\n",
    );
    let app = app.replace(
        "func Open() { panic(\"compiled with CGO_ENABLED=0, this requires cgo to work\") }",
        "func Other() { Open() }",
    );
    let message = apps::app(&app).is_refused(1);
    assert!(
        message.starts_with("[Error: mattn/go-sqlite3 needs cgo]\n"),
        "{message}"
    );
}

#[test]
fn a_package_with_something_in_place_of_cgo_is_fine() {
    let app = STUB.replace(
        "panic(\"compiled with CGO_ENABLED=0, this requires cgo to work\")",
        "print(2)",
    );
    let lifecycle = apps::app(&app);
    lifecycle.succeeds();
    assert_eq!(run_program(&lifecycle, "app"), "2");
}

/// In a builder whose run image has these loaders and libraries.
fn on(run_image: &str, name: &str, value: &str) -> Lifecycle {
    let lifecycle = apps::app(STUB).with_variable(name, value);
    let libraries = lifecycle.path("run-libraries.toml");
    fs_err::write(&libraries, run_image).unwrap();
    let libraries = libraries.display().to_string();
    lifecycle.with_process_variable("CORACLE_RUN_LIBRARIES", &libraries)
}

const GLIBC: &str = r#"
loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"]
[libraries]
"libc.so.6" = []
"#;

const NOTHING: &str = "loaders = []\n[libraries]\n";

#[test]
fn with_cgo_the_run_image_must_have_what_the_program_is_linked_to() {
    let lifecycle = on(GLIBC, "CGO_ENABLED", "1");
    let log = lifecycle.succeeds();
    assert_eq!(run_program(&lifecycle, "app"), "1\n");
    assert!(
        log.contains("  app isn't static, and needs of the run image: /lib"),
        "{log}"
    );
    assert!(log.contains("can't be used with CGO_ENABLED=1\n"), "{log}");

    let message = on(NOTHING, "CGO_ENABLED", "1").is_refused(1);
    assert!(
        message.starts_with("[Error: app wouldn't start]\n"),
        "{message}"
    );
    assert!(message.contains("- the library libc.so.6"), "{message}");
    let statically = on(NOTHING, "CGO_ENABLED", "1").with_variable(
        "BP_GO_BUILD_LDFLAGS",
        "-linkmode=external -extldflags=-static",
    );
    statically.succeeds();
    assert_eq!(run_program(&statically, "app"), "1\n");
}

#[test]
fn a_program_of_pure_go_may_need_a_loader_too() {
    let app = "-- go.mod --\nmodule example.com/app\n\ngo 1.21\n-- main.go --\npackage main\n\nfunc main() {}\n";
    let pie = |run_image: &str| {
        let lifecycle = on(run_image, "BP_GO_BUILD_FLAGS", "-buildmode=pie");
        fs_err::remove_dir_all(lifecycle.path("app")).unwrap();
        fs_err::create_dir(lifecycle.path("app")).unwrap();
        lifecycle.write_app(app);
        lifecycle
    };
    pie(GLIBC).succeeds();
    let message = pie(NOTHING).is_refused(1);
    assert!(message.contains("(go/linkage)"), "{message}");
}
