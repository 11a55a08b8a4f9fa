//! The compiled `detect` and `build`, run as the lifecycle runs them.

use testkit::{Buildpack, Lifecycle};

/// Where `buildpack.toml` says that a builder keeps its buildpacks.
const BUILDPACKS: &str = "/cnb/buildpacks";

/// An app in a builder with the Go and static binary buildpacks of this checkout, and one of others.
#[track_caller]
fn app(text: &str) -> Lifecycle {
    let buildpack = Buildpack {
        directory: "buildpacks/explain",
        program: env!("CARGO_BIN_EXE_explain-buildpack"),
        additional: &[],
    };
    let lifecycle = Lifecycle::new(&buildpack, text);
    let read = |name: &str| {
        let path = testkit::workspace_root().join("buildpacks").join(name);
        fs_err::read_to_string(path.join("buildpack.toml")).expect("the builder can be made")
    };
    let own = read("explain");
    assert!(own.contains(BUILDPACKS));
    let builder = lifecycle.path("builder");
    let own = own.replace(BUILDPACKS, &builder.display().to_string());
    fs_err::write(lifecycle.path("buildpack/buildpack.toml"), own)
        .expect("the builder can be made");
    let foreign = "[metadata.detection]\nwhat = 1\n".to_owned();
    for (name, text) in [
        ("go", read("go")),
        ("static-binary", read("static-binary")),
        ("x", foreign),
    ] {
        let directory = builder.join(name).join("0.1.0");
        fs_err::create_dir_all(&directory).expect("the builder can be made");
        fs_err::write(directory.join("buildpack.toml"), text).expect("the builder can be made");
    }
    lifecycle
}

#[test]
fn one_screen_says_everything() {
    let build = app("
-- README.md --
-- requirement.txt --
-- odd -> /nowhere --
-- services/api/go.mod --
-- services/api/main.go --
-- node_modules/x/go.mod --
-- .hidden/go.mod --
-- project.toml --
[io.buildpacks]
exclude = [\"*.pyc\"]
")
    .with_file(
        "out/server",
        0o755,
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0",
    );
    insta::assert_snapshot!(build.is_refused(1), @r#"
    [Error: No buildpack of the builder knows this app]
    Found at the root: README.md, node_modules/, odd, out/,
    project.toml, requirement.txt, services/

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              closest: services/api/go.mod; to build that directory:
              BP_APP_DIR=services/api
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              closest: out/server; to take that:
              BP_STATIC_BINARY=out/server

    The builder has no buildpack for:
    Python    requirement.txt, which looks like requirements.txt
              Use a builder that has Python.

    project.toml leaves files out:
    exclude = ["*.pyc"]
    (explain/nothing-detected)
    "#);
}

#[test]
fn the_directory_that_is_the_app_is_the_one_that_is_explained() {
    let build = app("-- go.mod --\n-- services/README.md --\n-- services/api/go.mod --\n");
    let message = build.with_variable("BP_APP_DIR", "services").is_refused(1);
    assert!(
        message.contains("\nFound in services/: README.md, api/\n"),
        "{message}"
    );
    assert!(message.contains("BP_APP_DIR=services/api\n"), "{message}");
    let absent = app("-- a --\n")
        .with_variable("BP_APP_DIR", "b")
        .is_refused(1);
    assert!(!absent.contains("(explain/"), "{absent}");
}

#[test]
fn an_empty_app_is_explained() {
    insta::assert_snapshot!(app("").is_refused(1), @"
    [Error: No buildpack of the builder knows this app]
    The directory of the app has no files.
    Check the directory that is built, and what is left out of it.

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              nothing comes close
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              nothing comes close
    (explain/nothing-detected)
    ");
}

#[test]
fn a_variable_that_stops_every_buildpack_stops_this_one_too() {
    let build = app("-- a --\n").with_variable("BP_LOG_LEVEL", "loud");
    let detected = build.detect();
    assert_eq!(detected.status, 1);
    assert!(
        detected.errors.contains("(environment/invalid)"),
        "{detected:?}"
    );
}
