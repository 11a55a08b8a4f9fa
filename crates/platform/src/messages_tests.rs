use std::path::PathBuf;

use super::*;
use crate::{LifecycleFailure, ProjectDescriptor, Restriction, SandboxError, StagingError};

fn rendered(errors: &[&dyn Explain]) -> String {
    let messages = errors.iter().map(|error| error.explain().render());
    messages.collect::<Vec<_>>().join("\n")
}

#[test]
fn of_the_descriptor() {
    let descriptor = |text: &str| BuildError::Descriptor {
        path: "project.toml".into(),
        source: ProjectDescriptor::parse(text).unwrap_err(),
    };
    insta::assert_snapshot!(rendered(&[
        &descriptor("[_]\nschema-version = '9'"),
        &descriptor("[build"),
        &descriptor("[build]\ninclude = ['a']\nexclude = ['b']"),
    ]), @r#"
    [Error: The project descriptor's schema is unknown]
    project.toml, line 2, asks for schema 9.

    The schemas 0.1, 0.2 and 0.3 are understood. Use the newest but one, as most do:
    schema-version = "0.2"
    (project/schema)

    [Error: The project descriptor can't be understood]
    project.toml, line 1:
    [build
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

    [Error: Both include and exclude are given]
    project.toml
    has a list of what to include and one of what to exclude.

    Keep one: `include` builds only what matches, `exclude` all that doesn't.
    (project/include-and-exclude)
    "#);
}

#[test]
fn of_the_app() {
    insta::assert_snapshot!(rendered(&[
        &StagingError::LinkOutside { link: "a".into(), target: "../b".into() },
        &StagingError::Empty { path: "app".into(), all_excluded: true },
    ]), @r#"
    [Error: A symbolic link points out of the app]
    a
    points to ../b

    That isn't part of the app and won't be in the image. Replace the link by
    what it points to, or leave it out, in project.toml:
    [_]
    schema-version = "0.2"
    [io.buildpacks]
    exclude = ["/a"]
    (app/link-outside)

    [Error: There is nothing to build]
    app
    has files, but `include` or `exclude` in project.toml leave none of them.
    (app/empty)
    "#);
}

#[test]
fn of_variables() {
    insta::assert_snapshot!(rendered(&[
        &EnvironmentError::Unset { name: "TOKEN".into() },
        &EnvironmentError::Name { name: "export A".into() },
        &EnvironmentError::TooLong { name: "A".into(), bytes: 3_000_000 },
    ]), @r#"
    [Error: A variable has no value]
    TOKEN without a value means your own, but it isn't set here.

    Give it a value:
    TOKEN=value
    (environment/unset)

    [Error: A variable's name can't be used]
    "export A" is empty, begins with a dot, or has a space, a slash
    or a control character. Variables are written without spaces around =, and
    without `export`:
    A=value
    (environment/name)

    [Error: A variable's value can't be used]
    A has 3.00 MB with its value; Linux starts no program with a
    variable of more than 131.1 kB.

    Put the value into a file of the app, and the file's name into the variable.
    (environment/value)
    "#);
}

#[test]
fn of_a_long_name() {
    let long = "x".repeat(200_000);
    for error in [
        EnvironmentError::Name { name: long.clone() },
        EnvironmentError::Unset { name: long },
    ] {
        let message = error.explain().render();
        assert!(message.len() < 1000, "{} bytes", message.len());
    }
}

#[test]
fn of_the_build() {
    let failures = [
        LifecycleFailure::NothingDetected,
        LifecycleFailure::DetectFailed { status: None },
        LifecycleFailure::BuildpackFailed { status: Some(3) },
        LifecycleFailure::NoSpace,
        LifecycleFailure::Other {
            phase: Some("EXPORTING".into()),
            status: 137,
            output: "last line".into(),
        },
    ]
    .map(BuildError::Lifecycle);
    let no_process = BuildError::NoProcess {
        process: "nope".into(),
        known: vec!["api".into(), "web".into()],
    };
    let failures: Vec<&dyn Explain> = failures
        .iter()
        .map(|failure| failure as &dyn Explain)
        .chain([&no_process as &dyn Explain])
        .collect();
    insta::assert_snapshot!(rendered(&failures), @"
    [Error: No buildpack knows this app]
    Every buildpack looked for the files that its kind of app must have at the top
    of the directory, such as go.mod for Go or a compiled program, and found none.

    When they are in a directory below, name that one:
    --path DIR
    (build/nothing-detected)

    [Error: A buildpack couldn't look at the app]
    What it said is above.
    (build/detect-failed)

    [Error: The app isn't built]
    What the buildpack said is above.

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.
    (build/buildpack-failed)

    [Error: The disk is full]
    The build needs more space than there is. Nothing half-written is left.

    Free some space, or put the cache directory on another disk:
    export CORACLE_HOME=/path/with/space
    (disk/full)

    [Error: The lifecycle failed]
    It ended with status 137 (EXPORTING).

    It was killed, which the kernel does when memory runs out.

    Details: last line
    (build/lifecycle)

    [Error: The app has no such process]
    --default-process asks for nope.

    The app's processes: api, web

    Choose one of them:
    --default-process api
    (build/no-process)
    ");
}

#[test]
fn of_the_limit_of_open_files() {
    let limit = || std::io::Error::from_raw_os_error(24);
    let wrapped = std::io::Error::other(SandboxError::Io(limit()));
    for error in [limit(), wrapped] {
        let id = SandboxError::Io(error).explain().id;
        assert_eq!(id, "sandbox/open-files");
    }
    let other = SandboxError::Io(std::io::Error::from_raw_os_error(12));
    assert_eq!(other.explain().id, "sandbox/io");
}

#[test]
fn of_the_machine() {
    let refused = |restriction| SandboxError::Refused {
        output: "bwrap: setting up uid map: Permission denied".into(),
        restriction,
    };
    insta::assert_snapshot!(rendered(&[
        &refused(Restriction::AppArmor),
        &refused(Restriction::Disabled),
        &refused(Restriction::NoneAllowed),
        &refused(Restriction::Container),
        &refused(Restriction::Unknown),
        &CompletionError::MissingLayer { digest: oci::Digest::of(b"") },
    ]), @"
    [Error: This machine doesn't allow sandboxes]
    Builds run in a user namespace, and the kernel refuses to make one.

    AppArmor restricts them here (Ubuntu 23.10 and later). Either install the
    distribution's bubblewrap, whose profile allows them, or, until the next
    start of the machine:
    sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0

    Details: bwrap: setting up uid map: Permission denied
    (sandbox/refused)

    [Error: This machine doesn't allow sandboxes]
    Builds run in a user namespace, and the kernel refuses to make one.

    They are switched off for ordinary users. Until the next start of the machine:
    sudo sysctl kernel.unprivileged_userns_clone=1

    Details: bwrap: setting up uid map: Permission denied
    (sandbox/refused)

    [Error: This machine doesn't allow sandboxes]
    Builds run in a user namespace, and the kernel refuses to make one.

    Their number is limited to 0. Until the next start of the machine:
    sudo sysctl user.max_user_namespaces=15000

    Details: bwrap: setting up uid map: Permission denied
    (sandbox/refused)

    [Error: This machine doesn't allow sandboxes]
    Builds run in a user namespace, and the kernel refuses to make one.

    We are in a container whose runtime forbids them. Start it with
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined

    Details: bwrap: setting up uid map: Permission denied
    (sandbox/refused)

    [Error: This machine doesn't allow sandboxes]
    Builds run in a user namespace, and the kernel refuses to make one.

    In a container, its runtime may forbid them; elsewhere a security module may.
    This command must succeed:
    unshare --user --map-root-user true

    Details: bwrap: setting up uid map: Permission denied
    (sandbox/refused)

    [Error: A layer of the image is missing]
    The lifecycle refers to sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,
    which no image here has.

    This is a defect of Coracle, not of your app. To report it, open an issue
    with the output above and the id below.
    (build/completion/missing-layer)
    ");
}

#[test]
fn of_the_builder() {
    let path = PathBuf::from("/components/runtime-seed/00");
    insta::assert_snapshot!(rendered(&[&BuildError::BuilderImage {
        builder: "default".to_owned(),
        path: path.clone(),
        source: oci::LayoutError::NotALayout { path },
    }]), @"
    [Error: An image of the builder is damaged]
    A file of the builder default isn't what it was when it was made.

    Remove the image; the next build makes it again:
    rm -r /components/runtime-seed/00

    Details: /components/runtime-seed/00 is not an OCI layout
    (builder/image/damaged)
    ");
}
