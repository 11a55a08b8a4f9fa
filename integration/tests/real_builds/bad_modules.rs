//! Apps of Go whose files and settings contradict each other.

use integration::{Case, Machine};

use crate::bad_apps::refused;

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "bad_modules::target_that_is_no_program",
        target_that_is_none,
    ),
    Case::new(
        "bad_modules::vendor_that_is_out_of_date",
        vendor_out_of_date,
    ),
    Case::new("bad_modules::nobody_answers", nobody_answers),
    Case::new("bad_modules::language_of_go_mod_too_old", language_too_old),
];

fn target_that_is_none(machine: &Machine) {
    let app = testkit::directory(
        r#"
-- project.toml --
[_]
schema-version = "0.2"
[[io.buildpacks.build.env]]
name = "BP_GO_TARGETS"
value = "./lib"
-- go.mod --
module example.com/app

go 1.26
-- cmd/web/main.go --
package main

func main() {}
-- lib/lib.go --
package lib
"#,
    );
    insta::assert_snapshot!(refused(machine, app.path(), "go/target/not-main"), @"
    [Error: A target isn't a main package]
    BP_GO_TARGETS asks for: ./lib

    The main packages of the app are in:
    ./cmd/web
    (go/target/not-main)
    ");
}

fn vendor_out_of_date(machine: &Machine) {
    let app = testkit::directory(
        "
-- go.mod --
module example.com/app

go 1.26

require example.com/lib v1.0.0
-- main.go --
package main

func main() {}
-- vendor/modules.txt --
# example.com/lib v0.9.0
## explicit
",
    );
    let message = refused(machine, app.path(), "go/vendor");
    // The details are go's words.
    let before_details = message.split("\n\nDetails: ").next();
    insta::assert_snapshot!(before_details.unwrap_or_default(), @"
    [Error: vendor and go.mod disagree]
    The directory vendor doesn't hold what go.mod and the source ask for.

    To make it anew, run this and commit the result:
    go mod vendor
    ");
}

fn nobody_answers(machine: &Machine) {
    let app = testkit::directory(
        "
-- go.mod --
module example.com/app

go 1.26

require example.com/lib v1.0.0
-- go.sum --
example.com/lib v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
example.com/lib v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
-- main.go --
package main

import _ \"example.com/lib\"

func main() {}
",
    );
    let home = machine.home();
    let build = home.build("refused", app.path());
    // A port on which nobody listens.
    let build = build.args(["--env", "GOPROXY=http://127.0.0.1:1"]);
    let message = build.run().failed_with("go/network", 3);
    assert!(message.contains("connection refused"), "{message}");
}

fn language_too_old(machine: &Machine) {
    let app = testkit::directory(
        "
-- go.mod --
module example.com/app

go 1.20
-- main.go --
package main

func main() {
\tfor index := range 3 {
\t\tprintln(index)
\t}
}
",
    );
    insta::assert_snapshot!(refused(machine, app.path(), "go/language"), @"
    [Error: The source is newer than the Go that go.mod asks for]
    The compiler says:
    ./main.go:4:21: cannot range over 3 (untyped int constant): requires go1.22 or later (-lang was set to go1.20; check go.mod)

    What the language has depends on the line `go` in the go.mod of a module.
    To raise it, run this beside that go.mod and commit the result:
    go mod edit -go=1.22
    (go/language)
    ");
}
