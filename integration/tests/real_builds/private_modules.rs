//! Go modules that not everybody may fetch: from git's own server, with the credentials of bindings.

use std::path::Path;

use integration::{Call, Case, GitServer, Home, Machine, Need, Running};
use tempfile::TempDir;

use crate::apps::STOPS_WITHIN;

const NEEDS: &[Need] = &[Need::Program("git")];

pub(crate) const CASES: &[Case] = &[
    Case::new("private_modules::with_a_netrc", with_a_netrc).needing(NEEDS),
    Case::new(
        "private_modules::with_git_credentials",
        with_git_credentials,
    )
    .needing(NEEDS),
    Case::new("private_modules::without_credentials", without_credentials).needing(NEEDS),
];

/// One module whose path is the repository's, and one of which the host tells in which repository it is.
const APP: &str = r#"
-- go.mod --
module example.com/app

go 1.24

require (
	git.example/team/hidden v1.0.0
	git.example/team/library.git v1.0.0
)
-- main.go --
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"git.example/team/hidden"
	"git.example/team/library.git"
)

func main() {
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(response, hidden.Text, library.Text)
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
"#;

#[track_caller]
fn server() -> GitServer {
    let module = |path: &str, package: &str| {
        format!(
            "-- go.mod --\nmodule git.example/{path}\n\ngo 1.24\n-- {package}.go --\npackage {package}\n\nconst Text = \"{package}\"\n"
        )
    };
    let (hidden, library) = (
        module("team/hidden", "hidden"),
        module("team/library.git", "library"),
    );
    GitServer::start(&[("team/hidden", &hidden), ("team/library", &library)])
}

/// The bindings of somebody who may read, the CA's among them.
#[track_caller]
fn bindings(server: &GitServer, credentials: &str) -> TempDir {
    let bindings = testkit::directory(&format!("-- ca/type --\nca-certificates\n{credentials}"));
    fs_err::copy(server.authority(), bindings.path().join("ca/ca.pem")).expect("it can be copied");
    bindings
}

fn netrc(server: &GitServer) -> String {
    let (user, password) = server.login();
    format!("machine git.example login {user} password {password}\n")
}

/// The app with a `go.sum`, as its author made it.
#[track_caller]
fn app(server: &GitServer) -> TempDir {
    let app = testkit::directory(APP);
    let home = testkit::directory(&format!("-- .netrc --\n{}", netrc(server)));
    let go = Call::new("go").args(["mod", "tidy"]);
    let go = server.reached_by(go).in_directory(app.path());
    let go = go
        .env("HOME", home.path())
        .env("GOMODCACHE", home.path().join("modules"));
    let go = go
        .env("GOFLAGS", "-modcacherw")
        .env("GOPRIVATE", "git.example");
    let go = go.env("GOPROXY", "direct").env("GOTOOLCHAIN", "local");
    let go = go.env("SSL_CERT_FILE", server.authority());
    let _ = go
        .env("GIT_SSL_CAINFO", server.authority())
        .run()
        .succeeded();
    app
}

fn build(server: &GitServer, home: &Home, app: &Path, bindings: &Path) -> Call {
    let build = home
        .build("app", app)
        .args(["--env", "GOPRIVATE=git.example"]);
    let build = build.args(["--env", "BP_LOG_LEVEL=DEBUG"]);
    server.reached_by(build.arg("--bindings").arg(bindings))
}

#[track_caller]
fn builds(machine: &Machine, server: GitServer, bindings: &Path) {
    let home = machine.home();
    let app = app(&server);
    // In the app as people have them, and no part of it.
    let own = app.path().join("bindings");
    integration::copy(bindings, &own);
    let built = build(&server, &home, app.path(), &own).run().succeeded();
    let running = Running::start(home.coracle().args(["run", "app"]));
    assert_eq!(running.get("/").body, "hiddenlibrary");
    let _ = running.stop(STOPS_WITHIN);
    let (_, password) = server.login();
    assert!(!built.text().contains(password), "{}", built.text());
    assert_eq!(home.files_with(password), [""; 0]);

    // What was fetched stays, and neither a server nor the lifecycle has work with it.
    drop(server);
    fs_err::write(
        app.path().join("more.go"),
        "package main\n\nvar _ = \"edited\"\n",
    )
    .expect("it is writable");
    let again = home.build("app", app.path()).run().succeeded();
    let text = again.text();
    assert!(
        text.contains("modules: reused") && !text.contains("cache layer"),
        "{text}"
    );
}

fn with_a_netrc(machine: &Machine) {
    let server = server();
    let netrc = format!("-- ci/type --\nnetrc\n-- ci/.netrc --\n{}", netrc(&server));
    let bindings = bindings(&server, &netrc);
    builds(machine, server, bindings.path());
}

fn with_git_credentials(machine: &Machine) {
    let server = server();
    let (user, password) = server.login();
    let credentials = format!("username={user}\npassword={password}\n");
    let bound = format!(
        "-- git/type --\ngit-credentials\n-- git/context --\nhttps://git.example\n-- git/credentials --\n{credentials}"
    );
    let bindings = bindings(&server, &bound);
    builds(machine, server, bindings.path());
}

fn without_credentials(machine: &Machine) {
    let server = server();
    let home = machine.home();
    let app = app(&server);
    let wrong =
        "-- ci/type --\nnetrc\n-- ci/.netrc --\nmachine git.example login ci password guessed\n";
    for (credentials, name) in [("", "none"), (wrong, "wrong")] {
        let bindings = bindings(&server, credentials);
        let ended = build(&server, &home, app.path(), bindings.path()).run();
        assert!(
            !ended.text().contains("guessed"),
            "{name}: {}",
            ended.text()
        );
        let message = ended.failed_with("go/module-private", 1);
        insta::allow_duplicates!(insta::assert_snapshot!(message, @r#"
        [Error: A server refuses to give a module]
        go says:
        main.go:9:2: unrecognized import path "git.example/team/hidden": reading https://git.example/team/hidden?go-get=1: 401 Unauthorized

        If the module is private, give the build the credentials and set
        GOPRIVATE=example.com/path

        If it is public, check its path and version in go.mod: servers refuse
        what doesn't exist, too. If GOPROXY names a server of your own, ask
        whoever runs it.
        (go/module-private)
        "#));
    }
    assert_eq!(home.files_with("guessed"), [""; 0]);
    assert!(!home.listing().contains("images"), "{}", home.listing());
}
