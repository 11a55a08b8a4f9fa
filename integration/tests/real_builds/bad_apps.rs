//! Apps that can't be built: each is refused with one message, the status of its kind, and nothing left.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use integration::{Case, Machine};

pub(crate) const CASES: &[Case] = &[
    Case::new("bad_apps::nothing_to_build", nothing_to_build),
    Case::new("bad_apps::nothing_that_is_known", nothing_that_is_known),
    Case::new("bad_apps::no_go_files", no_go_files),
    Case::new(
        "bad_apps::go_mod_that_does_not_parse",
        go_mod_that_does_not_parse,
    ),
    Case::new("bad_apps::go_sum_missing", go_sum_missing),
    Case::new("bad_apps::compile_error", compile_error),
    Case::new("bad_apps::main_package_missing", main_package_missing),
    Case::new("bad_apps::unknown_version", unknown_version),
    Case::new("bad_apps::link_out_of_the_tree", link_out_of_the_tree),
    Case::new(
        "bad_apps::file_name_that_is_no_text",
        file_name_that_is_no_text,
    ),
    Case::new("bad_apps::project_toml_that_does_not_parse", project_toml),
];

/// Builds an app that must be refused; gives the message, with the app's directory as `APP`.
#[track_caller]
pub(crate) fn refused(machine: &Machine, app: &Path, id: &str) -> String {
    let home = machine.home();
    let before = home.listing();
    let ended = home.build("refused", app).run();
    let message = ended.failed_with(id, 1);
    let left: Vec<String> = home
        .listing()
        .lines()
        .filter(|line| line.contains("images/") || line.contains("tmp/"))
        .map(str::to_owned)
        .collect();
    assert_eq!(left, Vec::<String>::new(), "left behind; before:\n{before}");
    message.replace(&app.display().to_string(), "APP")
}

fn nothing_to_build(machine: &Machine) {
    let app = testkit::directory("-- empty/ --\n");
    insta::assert_snapshot!(refused(machine, app.path(), "app/empty"), @"
    [Error: There is nothing to build]
    APP
    has no files.
    (app/empty)
    ");
}

/// An app for several buildpacks, and of the right form for none.
#[track_caller]
pub(crate) fn unknown_app() -> tempfile::TempDir {
    testkit::directory(
        "-- README.md --\n-- gemfile --\n-- requirement.txt --\n-- services/api/go.mod --\nmodule example.com/api\n",
    )
}

fn nothing_that_is_known(machine: &Machine) {
    let app = unknown_app();
    insta::assert_snapshot!(refused(machine, app.path(), "explain/nothing-detected"), @"
    [Error: No buildpack of the builder knows this app]
    Found at the root: README.md, gemfile, requirement.txt,
    services/

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              closest: services/api/go.mod; to build that directory:
              BP_APP_DIR=services/api
    Node      looked for package.json, server.js, server.mjs, server.cjs,
              server.ts, app.js, app.mjs, app.cjs, app.ts, main.js,
              main.mjs, main.cjs, main.ts, index.js, index.mjs, index.cjs,
              index.ts
              nothing comes close
    Python    looked for requirements.txt, pyproject.toml, uv.lock,
              poetry.lock, pdm.lock, Pipfile, Pipfile.lock, setup.cfg,
              .python-version, runtime.txt, *.py
              closest: requirement.txt looks like requirements.txt; to rename it:
              mv requirement.txt requirements.txt
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              nothing comes close

    The builder has no buildpack for:
    Ruby      gemfile, which looks like Gemfile
              Use a builder that has Ruby.
    (explain/nothing-detected)
    ");
}

fn no_go_files(machine: &Machine) {
    let app = testkit::directory("-- go.mod --\nmodule example.com/app\n\ngo 1.26\n");
    insta::assert_snapshot!(refused(machine, app.path(), "go/no-main"), @"
    [Error: There is no main package]
    No package of the app is called main, so there is nothing to start
    (others seen: 0). The root, cmd and every other directory were
    looked at, except testdata, vendor and names that begin with _ or a dot.

    A program begins with:
    package main
    (go/no-main)
    ");
}

fn go_mod_that_does_not_parse(machine: &Machine) {
    let app = testkit::directory(
        "
-- go.mod --
module example.com/app

go 1.26

requires example.com/lib v1.0.0
-- main.go --
package main

func main() {}
",
    );
    insta::assert_snapshot!(refused(machine, app.path(), "go/syntax"), @"
    [Error: go.mod can't be parsed]
    Line 5 of your go.mod file is:
    requires example.com/lib v1.0.0

    go says: unknown directive: requires
    (go/syntax)
    ");
}

fn go_sum_missing(machine: &Machine) {
    let app = testkit::directory(
        r#"
-- go.mod --
module example.com/app

go 1.26

require golang.org/x/text v0.22.0
-- main.go --
package main

import _ "golang.org/x/text/width"

func main() {}
"#,
    );
    insta::assert_snapshot!(refused(machine, app.path(), "go/sum-missing"), @"
    [Error: go.sum doesn't know all modules]
    It lacks a line that go needs to check what it downloads, or it isn't in
    the app at all. go says:
    main.go:3:8: missing go.sum entry for module providing package golang.org/x/text/width (imported by example.com/app)

    To mend it, run this in the directory of go.mod and commit go.mod and
    go.sum:
    go mod tidy
    (go/sum-missing)
    ");
}

fn compile_error(machine: &Machine) {
    let app = testkit::directory(
        "
-- go.mod --
module example.com/app

go 1.26
-- main.go --
package main

func main() {
	undefinedFunction()
}
",
    );
    insta::assert_snapshot!(refused(machine, app.path(), "go/compile"), @"
    [Error: The app doesn't compile]
    The first complaint of the compiler is:
    ./main.go:4:2: undefined: undefinedFunction

    All of them are above. To see them on your machine, run:
    CGO_ENABLED=0 go build ./...
    (go/compile)
    ");
}

fn main_package_missing(machine: &Machine) {
    let app = testkit::directory(
        "
-- go.mod --
module example.com/lib

go 1.26
-- lib.go --
package lib
-- inner/inner.go --
package inner
",
    );
    insta::assert_snapshot!(refused(machine, app.path(), "go/no-main"), @"
    [Error: There is no main package]
    No package of the app is called main, so there is nothing to start
    (others seen: 2). The root, cmd and every other directory were
    looked at, except testdata, vendor and names that begin with _ or a dot.

    A program begins with:
    package main
    (go/no-main)
    ");
}

fn unknown_version(machine: &Machine) {
    let app = testkit::directory(
        "
-- go.mod --
module example.com/app

go 1.99
-- main.go --
package main

func main() {}
",
    );
    // The details are go's words, which name the proxy of this machine.
    let message = refused(machine, app.path(), "go/version/unknown");
    let before_details = message.split("\n\nDetails: ").next();
    insta::assert_snapshot!(before_details.unwrap_or_default(), @"
    [Error: Go 1.99.0 isn't available]
    go.mod line 3 asks for Go 1.99 or newer.

    This builder bundles Go 1.26.8; Go 1.16.15 to 1.27.4 can be fetched.

    Ask for one of these.
    ");
}

fn link_out_of_the_tree(machine: &Machine) {
    let app = crate::apps::word();
    testkit::write_into(app.path(), "-- static/passwd -> ../../etc/passwd --\n");
    insta::assert_snapshot!(refused(machine, app.path(), "app/link-outside"), @r#"
    [Error: A symbolic link points out of the app]
    static/passwd
    points to ../../etc/passwd

    That isn't part of the app and won't be in the image. Replace the link by
    what it points to, or leave it out, in project.toml:
    [_]
    schema-version = "0.2"
    [io.buildpacks]
    exclude = ["/static/passwd"]
    (app/link-outside)
    "#);
}

fn file_name_that_is_no_text(machine: &Machine) {
    let app = crate::apps::word();
    let name = app.path().join(OsStr::from_bytes(b"caf\xe9.txt"));
    fs_err::write(name, "").expect("the file system takes any name");
    insta::assert_snapshot!(refused(machine, app.path(), "app/not-unicode"), @r"
    [Error: A file name isn't UTF-8]
    caf\xe9.txt
    can't be part of an image. Rename it, or exclude it in project.toml.
    (app/not-unicode)
    ");
}

fn project_toml(machine: &Machine) {
    let app = crate::apps::word();
    testkit::write_into(app.path(), "-- project.toml --\n[io.buildpacks\n");
    insta::assert_snapshot!(refused(machine, app.path(), "project/syntax"), @r#"
    [Error: The project descriptor can't be understood]
    APP/project.toml, line 1:
    [io.buildpacks
    unclosed table, expected `]`

    The file is TOML. One with everything that is read from it:
    [_]
    schema-version = "0.2"
    [io.buildpacks]
    exclude = ["*.md"]
    [[io.buildpacks.build.env]]
    name = "NAME"
    value = "value"
    (project/syntax)
    "#);
}
