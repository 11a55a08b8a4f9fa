//! Apps of which go leaves out what is needed.

use crate::apps;

const GO_MOD: &str = "-- go.mod --\nmodule example.com/app\n\ngo 1.21\n";
const MAIN: &str = "package main\n\nfunc main() {}\n";

#[test]
fn a_package_that_needs_cgo() {
    let app = format!(
        "{GO_MOD}-- main.go --\npackage main\n\nimport _ \"example.com/app/native\"\n\nfunc main() {{}}\n\
         -- native/native.go --\npackage native\n\nimport \"C\"\n"
    );
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @r#"
    [Error: app/native needs cgo]
    Apps are built without cgo, that is without a C compiler (CGO_ENABLED=0),
    and these packages don't work then:
    - example.com/app/native
      native.go line 3: import "C"
      imported by example.com/app

    Use packages in pure Go, where there are such.

    Or compile with cgo, that is with gcc and the libraries of the build image;
    the program then needs the C library of the default builder's run image:
    CGO_ENABLED=1
    (go/cgo)
    "#);
}

#[test]
fn a_main_package_that_needs_cgo() {
    let app = format!("{GO_MOD}-- main.go --\npackage main\n\nimport \"C\"\n\nfunc main() {{}}\n");
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @r#"
    [Error: The main package needs cgo]
    These files are left out, because apps are built without cgo, that is
    without a C compiler (CGO_ENABLED=0):
    main.go line 3: import "C"

    Use a package in pure Go, for example modernc.org/sqlite instead of
    github.com/mattn/go-sqlite3.

    Or compile with cgo, that is with gcc and the libraries of the build image;
    the program then needs the C library of the default builder's run image:
    CGO_ENABLED=1
    (go/cgo)
    "#);
}

#[test]
fn a_main_function_that_needs_cgo_in_a_package_that_does_not() {
    let app = format!(
        "{GO_MOD}-- main.go --\npackage main\n\nimport \"C\"\n\nfunc main() {{}}\n\
         -- more.go --\npackage main\n-- more_windows.go --\npackage main\n"
    );
    let message = apps::app(&app).is_refused(1);
    assert!(
        message.contains("[Error: The main package needs cgo]"),
        "{message}"
    );
    assert!(
        message.contains(":\nmain.go line 3: import \"C\"\n\n"),
        "{message}"
    );
}

#[test]
fn main_packages_that_constraints_leave_out() {
    let app = format!(
        "{GO_MOD}-- cmd/web/main.go --\n//go:build special\n\n{MAIN}\
         -- cmd/service/main_windows.go --\n{MAIN}\
         -- lib/lib.go --\npackage lib\n-- lib/generate.go --\n//go:build ignore\n\n{MAIN}\
         -- nested/go.mod --\nmodule example.com/nested\n-- nested/main_windows.go --\n{MAIN}\
         -- testdata/main_windows.go --\n{MAIN}"
    );
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @"
    [Error: The main package is left out by build constraints]
    These files are compiled only under a condition that doesn't hold:
    cmd/service/main_windows.go: the name is that of a file for another system
    cmd/web/main.go line 1: //go:build special

    Remove the condition, or set the tag that it asks for:
    BP_GO_BUILD_FLAGS=-tags=NAME
    (go/excluded)
    ");
    let tagged = apps::app(&app).with_variable("BP_GO_BUILD_FLAGS", "-tags=special");
    tagged.succeeds();
}

#[test]
fn a_target_that_needs_cgo() {
    let app = format!(
        "{GO_MOD}-- cmd/web/main.go --\n{MAIN}-- cmd/native/main.go --\npackage main\n\nimport \"C\"\n"
    );
    let lifecycle = apps::app(&app).with_variable("BP_GO_TARGETS", "./cmd/native");
    let message = lifecycle.is_refused(1);
    assert!(
        message.contains("cmd/native/main.go line 3: import \"C\"\n"),
        "{message}"
    );
    apps::app(&app).succeeds();
}
