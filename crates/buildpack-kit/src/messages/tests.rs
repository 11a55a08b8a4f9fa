mod debian;
mod files;
mod start;

use super::*;

#[derive(Debug)]
struct Own;

impl Explain for Own {
    fn explain(&self) -> Message {
        Message::yours("own", "Own")
    }
}

pub(super) fn render(errors: &[&dyn Explain]) -> String {
    let messages = errors.iter().map(|error| error.explain());
    let rendered = messages.map(|message| {
        assert!(message.title.chars().count() <= 60, "{}", message.title);
        for line in message.body.lines() {
            assert!(line.chars().count() <= 72, "{line}");
        }
        format!("{:?} {}", message.kind, message.render())
    });
    rendered.collect::<Vec<_>>().join("\n")
}

#[test]
fn variables() {
    let name = "BP_GO_VERSION".to_owned();
    insta::assert_snapshot!(render(&[
        &EnvironmentError::NotUnicode { name: name.clone() },
        &EnvironmentError::Invalid {
            name,
            value: "1.x\u{202e}".into(),
            expected: "a version such as 1.26".into(),
        },
    ]), @r#"
    Yours [Error: BP_GO_VERSION isn't readable text]
    The value of the variable BP_GO_VERSION isn't UTF-8.

    Set it again, for example in a shell whose locale is C.UTF-8.
    (environment/not-unicode)

    Yours [Error: BP_GO_VERSION has a value that isn't known]
    The variable BP_GO_VERSION is set to: 1.x\u{202e}

    It takes: a version such as 1.26

    Change the value, or remove the variable to get the default.
    (environment/invalid)
    "#);
}

#[test]
fn run_images() {
    let path = "/opt/coracle/run-images/run.toml".into();
    let source = toml::from_str::<linkage::Libraries>("loaders = 1").unwrap_err();
    insta::assert_snapshot!(render(&[
        &RunImageError::Absent { path: "/opt/run.toml".into() },
        &RunImageError::Io(std::io::Error::from(ErrorKind::PermissionDenied)),
        &RunImageError::Format { path, source },
    ]), @"
    Yours [Error: CORACLE_RUN_LIBRARIES names no file]
    The variable CORACLE_RUN_LIBRARIES is set to: /opt/run.toml

    It takes the path of a file of the build image that lists the libraries
    of the run image: those of the run images that Coracle makes are in
    /opt/coracle/run-images.

    For the run image run, remove the variable. For run-static:
    CORACLE_RUN_LIBRARIES=/opt/coracle/run-images/run-static.toml
    (run-image/absent)

    Machine [Error: A file of the builder can't be read]
    The build may not read or write there. It runs without root rights:
    what it works on has to belong to its user, or give its group the right.

    Details: permission denied
    (run-image/io)

    Ours [Error: The builder's list of libraries can't be read]
    /opt/coracle/run-images/run.toml isn't of its format.

    This is a defect of Coracle, not of your app. To report it, open an issue
    with the output above and the id below.

    Details: TOML parse error at line 1, column 11
      |
    1 | loaders = 1
      |           ^
    invalid type: integer `1`, expected a sequence
    (run-image/format)
    ");
}

#[test]
fn layers() {
    let read_only = std::io::Error::from(ErrorKind::ReadOnlyFilesystem);
    let io = LayerError::<Own>::Io {
        layer: "tool".into(),
        source: read_only,
    };
    let metadata = LayerError::<Own>::Metadata {
        layer: "tool".into(),
        source: toml::to_string(&()).unwrap_err(),
    };
    insta::assert_snapshot!(render(&[&io, &metadata, &LayerError::Create(Own)]), @"
    Machine [Error: The layer tool can't be read or written]
    The file system there is read-only.

    Details: read-only filesystem or storage medium
    (layer/io)

    Ours [Error: The metadata of the layer tool can't be written]

    This is a defect of Coracle, not of your app. To report it, open an issue
    with the output above and the id below.

    Details: unsupported unit type
    (layer/metadata)

    Yours [Error: Own]
    (own)
    ");
}

#[test]
fn commands() {
    let run = |arguments: [&str; 2]| {
        let command = crate::command::Command::new("sh").arguments(arguments);
        command
            .variables([("PATH", "/usr/bin:/bin")])
            .capture()
            .unwrap_err()
    };
    let missing = CommandError::NotFound {
        program: "go".into(),
        source: std::io::Error::from(ErrorKind::NotFound),
    };
    let not_run = CommandError::CouldNotRun {
        command: "go build".into(),
        source: std::io::Error::other("exec format error"),
    };
    let failed = run(["-c", "echo no such module >&2; exit 1"]);
    insta::assert_snapshot!(render(&[&missing, &not_run, &failed]), @"
    Ours [Error: go isn't in the build image]

    This is a defect of Coracle, not of your app. To report it, open an issue
    with the output above and the id below.

    Details: entity not found
    (command/not-found)

    Machine [Error: A program of the build can't be run]
    The command is: go build

    Details: exec format error
    (command/could-not-run)

    Yours [Error: A command of the build failed]
    The command is: sh -c 'echo no such module >&2; exit 1'

    It ended with exit status: 1. What it wrote is above and below.

    Details: no such module
    (command/failed)
    ");
}

#[test]
fn processes() {
    insta::assert_snapshot!(render(&[
        &ProcessError::InvalidName { name: "my app".into() },
        &ProcessError::Duplicate { name: "api".into() },
    ]), @"
    Yours [Error: A program's name can't be the name of a process]
    The app has a program called my app.

    Processes have names of the letters a to z and A to Z, digits, dots,
    dashes and underscores. Rename the program.
    (process/invalid-name)

    Yours [Error: Two programs are called api]
    Each program becomes a process of the image, under its own name.
    Rename one of them, or build only one of them.
    (process/duplicate)
    ");
}

#[test]
fn what_libcnb_finds_has_a_kind() {
    use explain::Kind;
    use libcnb::data::launch::ProcessType;
    use std::env::VarError;
    let io = || std::io::Error::from(ErrorKind::StorageFull);
    let read_toml = || libcnb::TomlFileError::IoError(io());
    for (error, kind, id) in [
        (Error::BuildpackError(Own), Kind::Yours, "own"),
        (
            Error::CannotDetermineTargetArch(VarError::NotPresent),
            Kind::Machine,
            "platform/target",
        ),
        (
            Error::CannotWriteLaunchSbom(io()),
            Kind::Machine,
            "platform/sbom",
        ),
        (
            Error::CannotDetermineAppDirectory(io()),
            Kind::Machine,
            "platform/directory",
        ),
        (
            Error::CannotReadBuildpackPlan(read_toml()),
            Kind::Machine,
            "platform/input",
        ),
        (
            Error::CannotWriteLaunch(read_toml()),
            Kind::Machine,
            "platform/output",
        ),
        (
            Error::CannotReadBuildpackDescriptor(read_toml()),
            Kind::Ours,
            "buildpack/descriptor",
        ),
        (
            Error::ProcessTypeError("a b".parse::<ProcessType>().unwrap_err()),
            Kind::Ours,
            "buildpack/internal",
        ),
    ] {
        let message = crate::failure::message(&error);
        assert_eq!((message.kind, message.id), (kind, id));
    }
}
