//! Bindings with which private modules are fetched.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use testkit::Lifecycle;

use crate::apps::{self, run_program};

/// Needs a module that only git can fetch.
const APP: &str = r#"
-- go.mod --
module example.com/app

go 1.21

require git.example/private.git v1.0.0
-- go.sum --
git.example/private.git v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
git.example/private.git v1.0.0/go.mod h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
-- main.go --
package main

import _ "git.example/private.git"

func main() {}
"#;

/// What nobody may see.
const CANARY: &str = "canary-of-a-password";

/// An app with bindings; `git` only asks what it would be given for the server, and fails.
fn bound(bindings: &str) -> Lifecycle {
    let lifecycle = apps::app(APP);
    testkit::write_into(&lifecycle.path("platform"), bindings);
    let programs = lifecycle.path("programs");
    fs_err::create_dir(&programs).unwrap();
    let answer = lifecycle.path("answer").display().to_string();
    let path = std::env::var("PATH").unwrap();
    let script = format!(
        "#!/bin/sh\nPATH='{path}'\nprintf 'protocol=https\\nhost=git.example\\n\\n' | git credential fill > '{answer}'\n\
         printf 'NETRC=%s\\n' \"$NETRC\" >> '{answer}'\nexit 1\n"
    );
    testkit::write_into(&programs, &format!("-- git 0755 --\n{script}"));
    lifecycle
        .with_process_variable("PATH", &format!("{}:{path}", programs.display()))
        .with_process_variable("GOPROXY", "direct")
        .with_variable("GOPRIVATE", "git.example")
}

#[track_caller]
fn assert_secret(lifecycle: &Lifecycle) {
    let built = lifecycle.build();
    assert!(!format!("{built:?}").contains(CANARY), "{built:?}");
    for directory in ["layers", "app", "tmp", "home"] {
        for entry in walk(&lifecycle.path(directory)) {
            let bytes = fs_err::read(&entry).unwrap();
            let mut windows = bytes.windows(CANARY.len());
            assert!(
                !windows.any(|window| window == CANARY.as_bytes()),
                "{}",
                entry.display()
            );
        }
    }
}

fn walk(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            files.extend(walk(&path));
        } else if path.is_file() {
            files.push(path);
        }
    }
    files
}

#[test]
fn git_is_given_what_the_bindings_hold_and_nobody_else() {
    for bindings in [
        format!(
            "-- bindings/mine/type --\nnetrc\n-- bindings/mine/.netrc --\nmachine git.example login me password {CANARY}\n"
        ),
        format!(
            "-- bindings/mine/type --\ngit-credentials\n-- bindings/mine/context --\nhttps://git.example\n\
             -- bindings/mine/credentials --\nusername=me\npassword={CANARY}\n"
        ),
    ] {
        let lifecycle = bound(&bindings);
        let message = lifecycle.is_refused(1);
        assert!(!message.contains(CANARY), "{message}");
        let answer = fs_err::read_to_string(lifecycle.path("answer")).unwrap();
        let expected = format!("username=me\npassword={CANARY}\n");
        assert!(answer.contains(&expected), "{answer}");
        assert_eq!(
            answer.contains("NETRC=/"),
            bindings.contains("netrc"),
            "{answer}"
        );
        fs_err::remove_file(lifecycle.path("answer")).unwrap();
        assert_secret(&lifecycle);
    }
}

/// `tests/module-proxy`; ends with its standard input, that is when this is dropped.
struct ModuleProxy {
    url: String,
    process: std::process::Child,
}

impl Drop for ModuleProxy {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Compiles and starts it; it writes the certificate of its CA to a file.
#[track_caller]
fn module_proxy(authority: &Path) -> ModuleProxy {
    let source = testkit::workspace_root().join("buildpacks/go/tests/module-proxy/main.go");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("module-proxy");
    let compiled = Command::new("go")
        .arg("build")
        .arg("-o")
        .args([&program, &source])
        .status();
    assert!(compiled.unwrap().success());
    let mut process = Command::new(program)
        .arg(authority)
        .arg(format!("me:{CANARY}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    let output = process.stdout.take().unwrap();
    BufReader::new(output).read_line(&mut url).unwrap();
    ModuleProxy {
        url: url.trim().to_owned(),
        process,
    }
}

#[test]
fn a_private_module_proxy_is_asked_with_the_password_of_a_netrc() {
    let app = r#"
-- go.mod --
module example.com/app

go 1.21

require private.example/lib v1.0.0
-- main.go --
package main

import "private.example/lib"

func main() { print(lib.Text) }
"#;
    let certificates =
        "-- bindings/ca/type --\nca-certificates\n-- bindings/netrc/type --\nnetrc\n";
    for (password, is_right) in [(CANARY, true), ("wrong", false)] {
        let lifecycle = apps::app(app)
            .with_variable("GONOSUMDB", "private.example")
            // There is no go.sum, because the test has no hash of what the proxy makes.
            .with_variable("GOFLAGS", "-mod=mod");
        testkit::write_into(&lifecycle.path("platform"), certificates);
        let proxy = module_proxy(&lifecycle.path("platform/bindings/ca/ca.pem"));
        let machine = proxy.url.strip_prefix("https://").unwrap();
        let netrc = format!("machine {machine} login me password {password}\n");
        fs_err::write(lifecycle.path("platform/bindings/netrc/netrc"), netrc).unwrap();
        let lifecycle = lifecycle.with_variable("GOPROXY", &proxy.url);
        if is_right {
            let log = lifecycle.succeeds();
            assert!(
                log.contains("- Fetching with the credentials of netrc\n"),
                "{log}"
            );
            assert_eq!(run_program(&lifecycle, "app"), "private");
            lifecycle.write_app(app);
            assert_secret(&lifecycle);
        } else {
            let built = lifecycle.build();
            assert_eq!(built.status, 1, "{built:?}");
            assert!(built.errors.contains("401 Unauthorized"), "{built:?}");
        }
    }
}
