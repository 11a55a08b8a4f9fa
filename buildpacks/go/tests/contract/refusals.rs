//! Apps that do not build: the message, the exit status, and nothing half-written.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use crate::apps;

const GO_MOD: &str = "-- go.mod --\nmodule example.com/app\n\ngo 1.21\n";

/// Of an app that no bundled Go can build.
const NEWER_GO: &str = "-- go.mod --\nmodule example.com/app\n\ngo 1.99\n";

#[test]
fn go_files_without_a_module() {
    let app = "-- main.go --\npackage main\n";
    insta::assert_snapshot!(apps::app(app).is_refused(1), @"
    [Error: There is no go.mod in the app]
    The app has Go files, but no go.mod, which says what it is called and
    which modules it needs.

    To make one, run this in the app directory and commit the result:
    go mod init example.com/app && go mod tidy
    (go/no-module)
    ");
}

#[test]
fn no_main_package() {
    let app =
        format!("{GO_MOD}-- lib.go --\npackage lib\n-- tool/go.mod --\nmodule example.com/tool\n");
    insta::assert_snapshot!(apps::app(&app).is_refused(1), @"
    [Error: There is no main package]
    No package of the app is called main, so there is nothing to start
    (others seen: 1). The root, cmd and every other directory were
    looked at, except testdata, vendor and names that begin with _ or a dot.

    These directories are modules of their own. go.work can join them:
    ./tool

    A program begins with:
    package main
    (go/no-main)
    ");
}

#[test]
fn a_main_package_of_tests_alone() {
    let app = format!("{GO_MOD}-- main_test.go --\npackage main\n");
    let message = apps::app(&app).is_refused(1);
    assert!(message.contains("(go/no-main)"), "{message}");
}

#[test]
fn a_compile_error() {
    let app = format!("{GO_MOD}-- main.go --\npackage main\n\nfunc main() {{ undefined() }}\n");
    let lifecycle = apps::app(&app);
    insta::assert_snapshot!(lifecycle.is_refused(1), @"
    [Error: The app doesn't compile]
    The first complaint of the compiler is:
    ./main.go:3:15: undefined: undefined

    All of them are above. To see them on your machine, run:
    CGO_ENABLED=0 go build ./...
    (go/compile)
    ");
    // The source is still there for the next attempt.
    assert!(lifecycle.path("app/main.go").exists());
}

#[test]
fn vendor_and_go_mod_disagree() {
    let app = "
-- go.mod --
module example.com/app

go 1.21

require example.com/lib v1.0.0
-- main.go --
package main

func main() {}
-- vendor/modules.txt --
# example.com/lib v0.9.0
## explicit
";
    insta::assert_snapshot!(apps::app(app).is_refused(1), @"
    [Error: vendor and go.mod disagree]
    The directory vendor doesn't hold what go.mod and the source ask for.

    To make it anew, run this and commit the result:
    go mod vendor

    Details: go: inconsistent vendoring in ROOT/app:
    	example.com/lib@v1.0.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt

    	To ignore the vendor directory, use -mod=readonly or -mod=mod.
    	To sync the vendor directory, run:
    		go mod vendor
    (go/vendor)
    ");
}

#[test]
fn a_target_that_is_no_main_package() {
    let app = format!(
        "{GO_MOD}-- cmd/web/main.go --\npackage main\n\nfunc main() {{}}\n-- lib/lib.go --\npackage lib\n"
    );
    let lifecycle = apps::app(&app).with_variable("BP_GO_TARGETS", "./lib");
    insta::assert_snapshot!(lifecycle.is_refused(1), @"
    [Error: A target isn't a main package]
    BP_GO_TARGETS asks for: ./lib

    The main packages of the app are in:
    ./cmd/web
    (go/target/not-main)
    ");
}

#[test]
fn variables_that_would_break_the_build() {
    let lifecycle = apps::app(GO_MOD)
        .with_variable("GOROOT", "/usr/lib/go")
        .with_variable("GOBIN", "/bin");
    insta::assert_snapshot!(lifecycle.is_refused(1), @"
    [Error: Variables are set that would break the build]
    The buildpack decides these itself:
    GOBIN: the programs go into the image
    GOROOT: set BP_GO_VERSION instead

    Remove them from the environment of the build.
    (go/variables)
    ");
}

#[test]
fn a_version_that_nobody_has() {
    let app = "-- go.mod --\nmodule example.com/app\n\ngo 1.99\n-- main.go --\npackage main\n\nfunc main() {}\n";
    let lifecycle = apps::app(app);
    let message = lifecycle.is_refused(1);
    assert!(
        message.contains("[Error: Go 1.99.0 isn't available]"),
        "{message}"
    );
    assert!(
        message.contains("go.mod line 3 asks for Go 1.99 or newer."),
        "{message}"
    );
    assert!(!lifecycle.path("layers/toolchain-1.99.0").exists());
}

#[test]
fn a_server_that_does_not_answer_is_the_networks() {
    let app = "-- go.mod --\nmodule example.com/app\n\ngo 1.99\n-- main.go --\npackage main\n\nfunc main() {}\n";
    // Nobody listens on the discard port.
    let lifecycle = apps::app(app).with_process_variable("GOPROXY", "http://127.0.0.1:9");
    let message = lifecycle.is_refused(3);
    assert!(message.contains("(go/version/network)"), "{message}");
}

#[test]
fn a_server_that_refuses_a_toolchain_is_named_so() {
    let app = "-- go.mod --\nmodule example.com/app\n\ngo 1.27.0\n-- main.go --\npackage main\n\nfunc main() {}\n";
    let proxy = format!("http://{}", server_that_forbids());
    let message = apps::app(app)
        .with_process_variable("GOPROXY", &proxy)
        .is_refused(1);
    assert!(
        message.starts_with("[Error: A server refuses to give Go 1.27."),
        "{message}"
    );
    assert!(
        message.ends_with(": 403 Forbidden\n(go/version/denied)\n"),
        "{message}"
    );
}

/// Answers every request with status 403 until the tests end.
fn server_that_forbids() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(&stream).lines();
            lines
                .take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
                .for_each(drop);
            let answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    address
}

#[test]
fn a_fetch_that_is_killed_is_the_machines() {
    let app = format!("{NEWER_GO}-- main.go --\npackage main\n\nfunc main() {{}}\n");
    let bundles = testkit::directory(
        "
-- 1.21.0/toolchain/bin/go 0755 --
#!/bin/sh
[ \"$1 $2\" != 'mod download' ] || kill -KILL $$
exec go \"$@\"
",
    );
    let lifecycle = apps::bundled_in(apps::app(&app), bundles.path());
    let message = lifecycle.is_refused(4);
    assert!(
        message.starts_with("[Error: The download of Go 1.99.0 was killed]\n"),
        "{message}"
    );
    assert!(
        message.ends_with(": signal: 9 (SIGKILL)\n(go/version/killed)\n"),
        "{message}"
    );
}

#[test]
fn a_link_out_of_the_app() {
    let app = format!(
        "{GO_MOD}-- main.go --\npackage main\n\nfunc main() {{}}\n-- secret -> /etc/passwd --\n"
    );
    let message = apps::app(&app).is_refused(1);
    assert!(message.contains("(files/link-leaves-app)"), "{message}");
}

#[test]
fn a_builder_without_go() {
    let lifecycle = apps::bundled_in(apps::app(GO_MOD), Path::new("/nonexistent"));
    let message = lifecycle.is_refused(70);
    assert!(message.contains("(go/no-bundle)"), "{message}");
}
