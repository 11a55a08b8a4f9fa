use super::*;
use crate::Missing;

#[test]
fn everything_missing_is_said_at_once() {
    let error = BuilderError::Prerequisites(vec![
        Missing::NewerGo {
            path: "/usr/bin/go".into(),
            version: "1.19.8".to_owned(),
        },
        Missing::StaticCLibrary,
        Missing::Apt,
    ]);
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: Programs are missing to make the builder]
    The builder is made on this machine, once, and for that it needs
    - Go 1.21 or newer (https://go.dev/dl); /usr/bin/go is 1.19.8
    - libc.a, the static C library
    - apt-get, which downloads Debian packages

    On Debian and Ubuntu:
    sudo apt-get install libc6-dev
    (builder/prerequisites)
    ");
}

#[test]
fn a_run_image_from_elsewhere_is_explained() {
    let error = BuilderError::UnknownRunImage {
        reference: "other.example/x/run:2026-10".to_owned(),
        known: vec!["run".to_owned(), "run-debug".to_owned()],
    };
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: The run image isn't one of this checkout]
    other.example/x/run:2026-10
    names no image of stack/. NAME and NAME:latest are stack/NAME.toml, NAME:TAG is
    stack/NAME-TAG.toml. There are:
    run
    run-debug

    For a run image from elsewhere, name its OCI layout:
    --run-image oci:DIRECTORY
    (rebase/unknown)
    ");
}

#[test]
fn a_missing_checkout_is_explained() {
    let explain = |named| {
        let looked_at = "/home/me/coracle".into();
        SourceTreeError { looked_at, named }.explain().render()
    };
    insta::assert_snapshot!(explain(true), @"
    [Error: CORACLE_SOURCE names no checkout of Coracle]
    There is no builder.toml, buildpacks/ and stack/ in
    /home/me/coracle

    Set it to a checkout, or unset it:
    unset CORACLE_SOURCE
    (source/wrong)
    ");
    insta::assert_snapshot!(explain(false), @"
    [Error: There is no checkout of Coracle]
    The builder is made from Coracle's own sources (builder.toml, buildpacks/,
    stack/), and they are no longer in
    /home/me/coracle

    Say where they are:
    export CORACLE_SOURCE=/path/to/coracle
    (source/missing)
    ");
}

#[test]
fn an_edit_meanwhile_is_explained() {
    let root = "/home/me/coracle".into();
    insta::assert_snapshot!(BuilderError::SourcesChanged { root }.explain().render(), @"
    [Error: The sources changed while they were compiled]
    The buildpacks are made of the checkout in
    /home/me/coracle
    and something there was edited meanwhile.

    Run the same command again, for what is there now.
    (source/changed)
    ");
}

fn failed(output: &str) -> CommandError {
    CommandError::Failed {
        command: "tool".to_owned(),
        status: std::os::unix::process::ExitStatusExt::from_raw(256),
        output: output.to_owned(),
    }
}

#[test]
fn old_compilers_are_told_what_is_needed() {
    let error = BuilderError::Prerequisites(vec![
        Missing::NewerGo {
            path: "/usr/bin/go".into(),
            version: String::new(),
        },
        Missing::NewerRust {
            path: "/usr/bin/rustc".into(),
            version: "1.85.0".to_owned(),
            oldest: "1.95".to_owned(),
        },
        Missing::CCompiler,
    ]);
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: Programs are missing to make the builder]
    The builder is made on this machine, once, and for that it needs
    - Go 1.21 or newer (https://go.dev/dl); /usr/bin/go is too old to say its version
    - Rust 1.95 or newer, as `rustup update stable` brings it; /usr/bin/rustc is 1.85.0
    - cc, a C compiler, which links Rust programs

    On Debian and Ubuntu:
    sudo apt-get install gcc libc6-dev
    (builder/prerequisites)
    ");
    let error = BuilderError::Prerequisites(vec![
        Missing::Go,
        Missing::Rust {
            oldest: "1.95".to_owned(),
        },
    ]);
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: Programs are missing to make the builder]
    The builder is made on this machine, once, and for that it needs
    - Go 1.21 or newer (https://go.dev/dl); it downloads the exact version by itself
    - Rust 1.95 or newer, cargo and rustc (https://www.rust-lang.org/tools/install)

    On Debian and Ubuntu:
    sudo apt-get install golang-go
    (builder/prerequisites)
    ");
}

#[test]
fn downloads_fail_for_whom_they_fail() {
    let table = [
        ("connection refused", "Network go/download"),
        ("checksum mismatch", "Yours go/altered"),
        ("malformed go.sum", "Yours go/lock"),
        (
            "module lookup disabled by GOPROXY=off",
            "Yours go/forbidden",
        ),
        ("404 Not Found", "Yours go/unknown-version"),
        ("no space left on device", "Machine disk/full"),
        ("signal: killed", "Machine machine/memory"),
    ];
    for (output, expected) in table {
        let error = BuilderError::GoDownload {
            version: "1.26.8".to_owned(),
            source: failed(output),
        };
        let message = error.explain();
        assert_eq!(format!("{:?} {}", message.kind, message.id), expected);
    }
}

#[test]
fn a_compiler_without_space_is_no_defect_of_ours() {
    let explain = |output| {
        let error = BuilderError::BuildpackCompile {
            id: "coracle/go".to_owned(),
            source: failed(output),
        };
        error.explain().render()
    };
    insta::assert_snapshot!(explain("ld: final link failed: No space left on device"), @"
    [Error: The disk is full]
    A program that makes a part of the builder had no space left. Such programs write
    to the cache directory, to target/ in the checkout, and to the caches of go and
    cargo.

    Free some space, or put the cache directory on another disk:
    export CORACLE_HOME=/path/with/space

    Details: `tool` failed with exit status: 1:
    ld: final link failed: No space left on device
    (disk/full)
    ");
    insta::assert_snapshot!(explain("error[E0308]: mismatched types"), @"
    [Error: coracle/go can't be compiled]

    This is a defect of Coracle, not of your app. To report it, open an issue
    with the output above and the id below.

    Details: `tool` failed with exit status: 1:
    error[E0308]: mismatched types
    (buildpack/compile)
    ");
}

#[test]
fn downloads_are_explained_with_the_fix() {
    let explain = |output| {
        let source = failed(output);
        BuilderError::CargoFetch { source }.explain().render()
    };
    insta::assert_snapshot!(explain("[7] Could not connect to server"), @"
    [Error: The buildpacks' crates can't be downloaded]
    go, cargo and pip download with their own configuration on this machine (registry,
    proxy, credentials).

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.

    Details: `tool` failed with exit status: 1:
    [7] Could not connect to server
    (buildpacks/download)
    ");
    insta::assert_snapshot!(explain("checksum for `a v1.0.0` changed between lock files"), @"
    [Error: A download isn't what was promised]
    The buildpacks' crates: what was downloaded differs from what Cargo.toml and Cargo.lock
    or the checksum database recorded. Its author changed a published version, or
    somebody on the way did. Find out which before you change a lock file.

    Details: `tool` failed with exit status: 1:
    checksum for `a v1.0.0` changed between lock files
    (buildpacks/altered)
    ");
    insta::assert_snapshot!(explain("error: failed to parse lock file at: /coracle/Cargo.lock"), @"
    [Error: A lock file can't be used]
    The buildpacks' crates are pinned by Cargo.toml and Cargo.lock
    in the checkout, and they are damaged or don't belong together.

    To see what was changed, run in the checkout:
    git diff Cargo.toml Cargo.lock

    Details: `tool` failed with exit status: 1:
    error: failed to parse lock file at: /coracle/Cargo.lock
    (buildpacks/lock)
    ");
    insta::assert_snapshot!(explain("you're using offline mode (--offline)"), @"
    [Error: The settings forbid to download]
    The buildpacks' crates: the client's own configuration on this machine, a variable or a file,
    forbids to download. Change the setting that it names.

    Details: `tool` failed with exit status: 1:
    you're using offline mode (--offline)
    (buildpacks/forbidden)
    ");
}
