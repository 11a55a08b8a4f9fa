//! go.mod and go.sum files that say something wrong, or nothing.

use crate::apps;

const MAIN: &str = "-- main.go --\npackage main\n\nfunc main() {}\n";

#[test]
fn a_go_mod_that_does_not_parse() {
    let app = "-- go.mod --\nmodule example.com/app\n\nmodul x\n-- main.go --\npackage main\n";
    insta::assert_snapshot!(apps::app(app).is_refused(1), @"
    [Error: go.mod can't be parsed]
    Line 3 of your go.mod file is:
    modul x

    go says: unknown directive: modul
    (go/syntax)
    ");
}

#[test]
fn go_sum_is_missing() {
    let app = "
-- go.mod --
module example.com/app

go 1.21

require example.com/lib v1.0.0
-- main.go --
package main

import _ \"example.com/lib\"

func main() {}
";
    insta::assert_snapshot!(apps::app(app).is_refused(1), @"
    [Error: go.sum doesn't know all modules]
    It lacks a line that go needs to check what it downloads, or it isn't in
    the app at all. go says:
    main.go:3:8: missing go.sum entry for module providing package example.com/lib (imported by example.com/app)

    To mend it, run this in the directory of go.mod and commit go.mod and
    go.sum:
    go mod tidy
    (go/sum-missing)
    ");
}

#[test]
fn a_go_mod_that_says_nothing() {
    let app = format!("-- go.mod --\n\n{MAIN}");
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @"
    [Error: go.mod is empty]
    Your go.mod file should say what the module is called and which modules
    it needs, and says nothing.

    To make it anew, run this in the app directory and commit the result:
    rm go.mod && go mod init example.com/app && go mod tidy
    (go/mod-empty)
    ");
}

#[test]
fn a_go_mod_without_a_module() {
    let app = format!("-- go.mod --\ngo 1.21\n{MAIN}");
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @"
    [Error: go.mod has no module line]
    Your go.mod file doesn't say what the module is called.
    A line of it should be, for example: module example.com/app

    To add it, run this in the app directory and commit the result:
    go mod edit -module=example.com/app && go mod tidy
    (go/mod-no-module)
    ");
}

#[test]
fn a_byte_order_mark() {
    let app = format!("-- go.mod --\n\u{feff}module example.com/app\n{MAIN}");
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @r#"
    [Error: go.mod begins with a byte order mark]
    Your go.mod file begins with the bytes ef bb bf.
    Editors that save "UTF-8 with BOM" write them, nobody sees them, and go
    doesn't accept them there.

    Save the file as UTF-8 without BOM, or run:
    sed -i '1s/^\xef\xbb\xbf//' go.mod
    (go/byte-order-mark)
    "#);
    // In Go files it is allowed.
    let app = "-- go.mod --\nmodule example.com/app\n-- main.go --\n\u{feff}package main\n\nfunc main() {}\n";
    apps::app(app).succeeds();
}

#[test]
fn a_go_sum_that_was_not_merged() {
    let app = |requirement: &str| {
        format!(
            "-- go.mod --\nmodule example.com/app\n\ngo 1.21\n{requirement}\
             -- go.sum --\nexample.com/lib v1.0.0 h1:a=\n<<<<<<< HEAD\n{MAIN}"
        )
    };
    let lifecycle = apps::app(&app("\nrequire example.com/lib v1.0.0\n"));
    insta::assert_snapshot!(lifecycle.is_refused(1), @"
    [Error: go.sum can't be parsed]
    Line 2 of your go.sum file is:
    <<<<<<< HEAD

    A line has a module path, a version and a hash, but this one has 2 words.
    An unfinished merge leaves lines like that.

    Remove the line, then run this and commit the result:
    go mod tidy
    (go/sum-malformed)
    ");
    // go doesn't look at it where it needs no module.
    apps::app(&app("")).succeeds();
}

#[test]
fn a_workspace_of_nothing() {
    let app = format!("-- go.work --\ngo 1.21\n-- go.mod --\nmodule example.com/app\n{MAIN}");
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @"
    [Error: go.work uses no module]
    Your go.work file has no use line, so there is nothing to build.

    Remove the file, or have it use the modules of the app:
    go work use -r .
    (go/work/empty)
    ");
}

#[test]
fn a_go_mod_that_is_a_link() {
    let app =
        format!("-- modules/app --\nmodule example.com/app\n-- go.mod -> modules/app --\n{MAIN}");
    apps::app(&app).succeeds();
}

#[test]
fn a_variable_that_go_refuses_is_no_mistake_in_go_mod() {
    let app = format!("-- go.mod --\nmodule example.com/app\n{MAIN}");
    let lifecycle = apps::app(&app).with_variable("GOEXPERIMENT", "nosuch");
    let message = lifecycle.is_refused(1);
    assert!(
        message.contains("Details: go: unknown GOEXPERIMENT"),
        "{message}"
    );
}

#[test]
fn a_go_line_that_names_no_version() {
    let app = format!("-- go.mod --\nmodule example.com/app\n\ngo 2.0\n{MAIN}");
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @"
    [Error: There is no Go 2.0]
    go.mod line 3 asks for Go 2.0.

    It takes a version such as 1.26 or 1.26.8. To change it, run this in the
    directory of the file:
    go mod edit -go=1.26
    (go/version/none)
    ");
}

#[test]
fn a_module_line_that_go_refuses_is_told_as_such() {
    for path in ["example.com/..", "example.com/web;x"] {
        let app = format!("-- go.mod --\nmodule {path}\n{MAIN}");
        let message = apps::app(&app).is_refused(1);
        assert!(
            message.contains(&format!("It says:\nmodule {path}\n")),
            "{message}"
        );
        assert!(message.ends_with("(go/module-path)\n"), "{message}");
    }
}

#[test]
fn a_package_of_the_app_that_is_not_in_it() {
    let app = |module: &str, more: &str| {
        format!(
            "-- go.mod --\nmodule {module}\n\ngo 1.21\n{more}-- main.go --\npackage main\n\n\
             import _ \"{module}/gen/pb\"\n\nfunc main() {{}}\n"
        )
    };
    let message = apps::app(&app("example.com/app", "")).is_refused(1);
    insta::assert_snapshot!(message, @"
    [Error: An imported package isn't in the app]
    main.go:3:8 imports a package of the app itself:
    example.com/app/gen/pb

    It should be in the directory gen/pb, which isn't in the app.

    If it is generated, generate it before the build, or commit it. A checkout
    of git lacks what .gitignore names, and a build what an exclude of
    project.toml names.
    (go/package-missing)
    ");
    let vendored = "require example.com/lib v1.0.0\n-- gen/pb/api.proto --\n-- vendor/modules.txt --\n\
                    # example.com/lib v1.0.0\n## explicit\n";
    let message = apps::app(&app("example.com/app", vendored)).is_refused(1);
    assert!(
        message.contains("gen/pb, which has no Go files"),
        "{message}"
    );
    let message = apps::app(&app("app", "")).is_refused(1);
    assert!(message.ends_with("(go/package-missing)\n"), "{message}");
    // What is a module of its own must be required.
    let nested = "-- gen/go.mod --\nmodule example.com/app/gen\n-- gen/pb/pb.go --\npackage pb\n";
    let message = apps::app(&app("example.com/app", nested)).is_refused(1);
    assert!(message.ends_with("(go/requirement-missing)\n"), "{message}");
}

#[test]
fn a_module_that_a_directory_of_modules_lacks() {
    let app = "-- go.mod --\nmodule example.com/app\n\ngo 1.21\n\nrequire example.com/lib v1.0.0\n\
               -- go.sum --\nexample.com/lib v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\
               example.com/lib v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\
               -- main.go --\npackage main\n\nimport _ \"example.com/lib\"\n\nfunc main() {}\n";
    let with_password = format!("http://{}@127.0.0.1:9", "user:password");
    for (proxy, id) in [
        ("file:///nonexistent", "(go/module-not-in-directory)\n"),
        (with_password.as_str(), "(go/password-insecure)\n"),
    ] {
        let build = apps::app(app).with_process_variable("GOPROXY", proxy);
        let message = build.is_refused(1);
        assert!(message.ends_with(id), "{message}");
    }
}

#[test]
fn a_replacement_out_of_a_workspace_is_told_with_what_works_there() {
    let app = "-- go.work --\ngo 1.22\n\nuse ./a\n-- a/go.mod --\nmodule example.com/a\n\ngo 1.22\n\n\
               require example.com/lib v1.0.0\n\nreplace example.com/lib => ../../lib\n\
               -- a/main.go --\npackage main\n\nimport _ \"example.com/lib\"\n\nfunc main() {}\n";
    let message = apps::app(app).is_refused(1);
    assert!(message.contains("\ngo work vendor\n"), "{message}");
    let join = "cd .. && go work init && go work use -r \"./${OLDPWD#$PWD/}\" \"./lib\"\n";
    assert!(message.contains(join), "{message}");
}

#[test]
fn vendor_of_a_workspace_disagrees() {
    let app = "
-- go.work --
go 1.26

use ./web
-- web/go.mod --
module example.com/web

go 1.26

require example.com/far v1.0.0
-- web/main.go --
package main

func main() {}
-- vendor/modules.txt --
## workspace
";
    let message = apps::app(app).is_refused(1);
    assert!(
        message.contains("\ngo work vendor\n\nDetails: "),
        "{message}"
    );
}
