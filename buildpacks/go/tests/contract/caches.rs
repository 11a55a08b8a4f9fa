//! What the second build profits from, and what it must not be misled by.

use std::path::Path;
use std::process::Command;

use testkit::Lifecycle;

use crate::apps::{self, run_program};

const APP: &str = r#"
-- go.mod --
module example.com/app

go 1.21
-- main.go --
package main

import "example.com/app/greeting"

func main() { print(greeting.Text()) }
-- greeting/greeting.go --
package greeting

func Text() string { return "one" }
"#;

/// The names of the entries of the build cache layer.
fn cache_entries(lifecycle: &Lifecycle) -> Vec<String> {
    let tree = testkit::tree_without_digests(&lifecycle.path("layers/build-cache"));
    let files = tree.lines().filter(|line| line.contains(" file "));
    files.map(str::to_owned).collect()
}

#[test]
fn an_unchanged_app_reuses_its_launch_layer_without_content() {
    let lifecycle = apps::app(APP);
    lifecycle.succeeds();
    assert!(!cache_entries(&lifecycle).is_empty());
    lifecycle.restore();
    lifecycle.write_app(APP);
    lifecycle.succeeds();
    assert!(!lifecycle.path("layers/binaries").exists());
    assert!(lifecycle.path("layers/binaries.toml").exists());
}

#[test]
fn a_build_says_what_became_of_each_layer() {
    let lifecycle = apps::app(APP);
    let layers = |log: &str| {
        let lines = log.lines().filter(|line| {
            ["  build-cache: ", "  binaries: "]
                .iter()
                .any(|layer| line.starts_with(layer))
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        layers(&lifecycle.succeeds()),
        "  build-cache: new\n  binaries: new"
    );
    lifecycle.restore();
    lifecycle.write_app(APP);
    assert_eq!(
        layers(&lifecycle.succeeds()),
        "  build-cache: reused\n  binaries: reused"
    );
    lifecycle.restore();
    lifecycle.write_app(&APP.replace("\"one\"", "\"two\""));
    let metadata = lifecycle.path("layers/build-cache.toml");
    let text = fs_err::read_to_string(&metadata).unwrap();
    let line = text.lines().find(|line| line.starts_with("go = ")).unwrap();
    let version = line
        .trim_start_matches("go = ")
        .trim_matches('"')
        .to_owned();
    fs_err::write(&metadata, text.replace(&version, "1.20.1")).unwrap();
    assert_eq!(
        layers(&lifecycle.succeeds()),
        format!(
            "  build-cache: made anew, the Go version changed from 1.20.1 to {version}\n  \
             binaries: made anew, app changed"
        )
    );
}

#[test]
fn entries_that_an_edit_made_useless_are_removed() {
    let lifecycle = apps::app(APP);
    lifecycle.succeeds();
    let first = cache_entries(&lifecycle);
    lifecycle.restore();
    lifecycle.write_app(&APP.replace("\"one\"", "\"two\""));
    lifecycle.succeeds();
    let second = cache_entries(&lifecycle);
    assert!(lifecycle.path("layers/binaries/bin/app").exists());
    assert!(second.len() <= first.len(), "{first:#?} {second:#?}");
    let lost = first.iter().filter(|entry| !second.contains(entry));
    assert!(lost.count() > 0);
}

#[test]
fn a_cut_off_entry_is_compiled_again() {
    let lifecycle = apps::app(APP);
    lifecycle.succeeds();
    lifecycle.restore();
    lifecycle.write_app(APP);
    let cache = lifecycle.path("layers/build-cache");
    let mut cut = 0;
    for directory in fs_err::read_dir(&cache).unwrap() {
        for file in fs_err::read_dir(directory.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let size = fs_err::metadata(&path).unwrap().len();
            let file = fs_err::OpenOptions::new().write(true).open(&path).unwrap();
            file.set_len(size / 2).unwrap();
            cut += 1;
        }
    }
    assert!(cut > 0);
    lifecycle.succeeds();
}

/// Two versions of one file that import different packages and are equally long.
const BEFORE: &str =
    "package main\n\nimport \"strings\"\n\nfunc main() { print(strings.ToUpper(\"one\")) }   \n";
const AFTER: &str =
    "package main\n\nimport \"strconv\"\n\nfunc main() { print(strconv.Quote(\"two\")) }     \n";

fn write_version(app: &Path, main: &str) {
    fs_err::write(app.join("go.mod"), "module example.com/app\n\ngo 1.21\n").unwrap();
    fs_err::write(app.join("main.go"), main).unwrap();
    testkit::set_platform_times(app);
}

#[test]
fn go_itself_falls_for_an_edit_that_keeps_length_and_time() {
    assert_eq!(BEFORE.len(), AFTER.len());
    let root = testkit::directory("-- app/ --\n-- cache/ --\n");
    let app = root.path().join("app");
    let build = || {
        Command::new("go")
            .args(["build", "-o", "../program", "."])
            .current_dir(&app)
            .env("GOCACHE", root.path().join("cache"))
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "")
            .env("CGO_ENABLED", "0")
            .output()
            .unwrap()
    };
    write_version(&app, BEFORE);
    assert!(build().status.success());
    write_version(&app, AFTER);
    let output = build();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        errors.contains("could not import strconv"),
        "the trap is gone, and with it the need for source_times.rs: {errors}"
    );
}

#[test]
fn an_edit_that_keeps_length_and_time_is_built() {
    let lifecycle = apps::app("-- x --\n");
    let app = lifecycle.path("app");
    write_version(&app, BEFORE);
    lifecycle.succeeds();
    lifecycle.restore();
    write_version(&app, AFTER);
    lifecycle.succeeds();
    assert_eq!(run_program(&lifecycle, "app"), "\"two\"");
}

#[test]
fn the_shipped_cache_is_read_and_not_written() {
    let lifecycle = apps::app(APP);
    lifecycle.succeeds();
    // What one build cached is what a builder would ship.
    let bundles = lifecycle.path("bundles");
    let bundle = fs_err::read_dir(&bundles)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let shipped = bundle.join("build-cache");
    testkit::write_into(&bundle, "-- all/ --\n");
    for cache in [
        fs_err::canonicalize(&shipped).unwrap(),
        lifecycle.path("layers/build-cache"),
    ] {
        let copied = Command::new("cp")
            .arg("-r")
            .arg(cache.join("."))
            .arg(bundle.join("all"))
            .status();
        assert!(copied.unwrap().success());
    }
    fs_err::remove_file(&shipped).unwrap();
    fs_err::rename(bundle.join("all"), &shipped).unwrap();
    let before = testkit::tree(&shipped);
    fs_err::remove_dir_all(lifecycle.path("layers/build-cache")).unwrap();
    fs_err::remove_file(lifecycle.path("layers/build-cache.toml")).unwrap();
    lifecycle.write_app(APP);
    lifecycle.succeeds();
    assert_eq!(cache_entries(&lifecycle), [""; 0]);
    assert_eq!(testkit::tree(&shipped), before);
}
