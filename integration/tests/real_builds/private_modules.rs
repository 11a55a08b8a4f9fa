//! Go modules that not everybody may fetch: from git's own server, with the credentials of bindings.

use std::path::Path;

use integration::{Call, Case, GitServer, Home, Machine, Need, Running};
use tempfile::TempDir;
use walkdir::WalkDir;

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
    Case::new("private_modules::of_a_server_that_isnt_trusted", untrusted).needing(NEEDS),
    Case::new("private_modules::in_a_build_that_fails", in_a_failed_build).needing(NEEDS),
    Case::new("private_modules::killed_while_they_come", killed).needing(NEEDS),
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

/// Credentials in both forms.
#[track_caller]
fn both_bindings(server: &GitServer) -> [TempDir; 2] {
    let netrc = format!("-- ci/type --\nnetrc\n-- ci/.netrc --\n{}", netrc(server));
    let (user, password) = server.login();
    let credentials = format!(
        "-- git/type --\ngit-credentials\n-- git/context --\nhttps://git.example\n\
         -- git/credentials --\nusername={user}\npassword={password}\n"
    );
    [netrc, credentials].map(|bound| bindings(server, &bound))
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
    let [netrc, _] = both_bindings(&server);
    builds(machine, server, netrc.path());
}

fn with_git_credentials(machine: &Machine) {
    let server = server();
    let [_, credentials] = both_bindings(&server);
    builds(machine, server, credentials.path());
}

/// Once when a module isn't what go.sum says, and once when all are fetched and the app doesn't compile.
fn in_a_failed_build(machine: &Machine) {
    let server = server();
    let app = app(&server);
    let sums = app.path().join("go.sum");
    let whole = fs_err::read_to_string(&sums).expect("it can be read");
    let (before, hash) = whole
        .split_once("library.git v1.0.0 h1:")
        .expect("go wrote it");
    let other = format!("{before}library.git v1.0.0 h1:AAAA{}", &hash[4..]);
    let (_, password) = server.login();
    for bindings in both_bindings(&server) {
        let home = machine.home();
        let fails = |id: &str| {
            let ended = build(&server, &home, app.path(), bindings.path()).run();
            let _ = ended.failed_with(id, 1);
            assert!(!ended.text().contains(password), "{}", ended.text());
            assert_eq!(home.files_with(password), [""; 0], "{id}");
        };
        let write = |path: &Path, text: &str| fs_err::write(path, text).expect("it is writable");
        write(&sums, &other);
        fails("go/checksum");
        write(&sums, &whole);
        let source = app.path().join("broken.go");
        write(&source, "package main\n\nvar _ int = \"text\"\n");
        fails("go/compile");
        // Else there was nothing that could have held it.
        assert!(kept_modules(&home).contains("team/hidden@v1.0.0"));
        fs_err::remove_file(source).expect("it is there");
    }
}

/// What Go's modules are kept as, with digests.
fn kept_modules(home: &Home) -> String {
    let apps = fs_err::read_dir(home.path().join("apps"))
        .into_iter()
        .flatten()
        .flatten();
    let kept = apps.map(|app| app.path().join("kept/coracle_go/modules"));
    let kept = kept.filter(|kept| kept.is_dir());
    kept.map(|kept| testkit::tree(&kept)).collect()
}

/// Killed at moments that what is fetched decides: what the next build finds must be as if nothing had been there.
fn killed(machine: &Machine) {
    let server = server();
    let app = app(&server);
    let [netrc, _] = both_bindings(&server);
    let call = |home: &Home| build(&server, home, app.path(), netrc.path());
    let undisturbed = machine.home();
    let _ = call(&undisturbed).run().succeeded();
    let expected = kept_modules(&undisturbed);
    let total = WalkDir::new(undisturbed.path().join("apps"))
        .into_iter()
        .count();

    let home = machine.home();
    let apps = home.path().join("apps");
    for part in 1..6 {
        let mut process = call(&home).spawn();
        let count = || WalkDir::new(&apps).into_iter().flatten().count();
        let before = count();
        while process.is_running() && count() < before.max(total * part / 8) + 1 {
            std::thread::yield_now();
        }
        process.signal(rustix::process::Signal::KILL);
        let _ = process.finish();
    }
    let _ = call(&home).run().succeeded();
    assert_eq!(kept_modules(&home), expected);
    let running = Running::start(home.coracle().args(["run", "app"]));
    assert_eq!(running.get("/").body, "hiddenlibrary");
    let _ = running.stop(STOPS_WITHIN);
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

/// With credentials, and without the authority that vouches for the server.
fn untrusted(machine: &Machine) {
    let server = server();
    let home = machine.home();
    let app = app(&server);
    let [bindings, _] = both_bindings(&server);
    fs_err::remove_dir_all(bindings.path().join("ca")).expect("it is there");
    let ended = build(&server, &home, app.path(), bindings.path()).run();
    let message = ended.failed_with("go/certificate", 1);
    let expected = "a binding of the type\nca-certificates that holds it";
    assert!(message.contains(expected), "{message}");
    assert!(!home.listing().contains("images"), "{}", home.listing());
}
