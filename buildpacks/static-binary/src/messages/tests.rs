mod finding;
mod libraries;

use std::fmt::Write as _;
use std::path::PathBuf;

use linkage::{Kind, Machine};

use super::*;
use crate::plan::{Finding, Foreign, Unsuitable};

fn render(errors: impl IntoIterator<Item = PlanError>) -> String {
    let mut text = String::new();
    for error in errors {
        let message = error.explain();
        assert_eq!(message.kind, explain::Kind::Yours);
        assert!(message.title.chars().count() <= 60, "{}", message.title);
        for line in message.body.lines() {
            assert!(line.chars().count() <= 72, "{line}");
        }
        let _ = writeln!(text, "{}", message.render());
    }
    text
}

fn unsuitable(finding: Finding) -> PlanError {
    PlanError::Unsuitable(Box::new(Unsuitable {
        path: "bin/server".into(),
        origin: Origin::Variable("BP_STATIC_BINARY".into()),
        finding,
        target: "amd64".into(),
    }))
}

#[test]
fn which_program() {
    let paths = |count: usize| (0..count).map(|index| PathBuf::from(format!("tool-{index}")));
    insta::assert_snapshot!(render([
        PlanError::NoProgram,
        PlanError::Several { paths: paths(2).collect() },
        PlanError::Several { paths: paths(12).collect() },
    ]), @"
    [Error: There is no program]
    Neither the root of the app nor bin/ has an ELF file, and the variable
    BP_STATIC_BINARY is not set.

    Put the compiled program there, or name its path:

    BP_STATIC_BINARY=path/to/program
    (static-binary/none)

    [Error: There are 2 programs to choose from]
    These files of the app are programs:
    tool-0
    tool-1

    To have one of them, name it:

    BP_STATIC_BINARY=tool-0

    To have several, name them in a Procfile, a line each:

    web: ./tool-0
    (static-binary/several)

    [Error: There are 12 programs to choose from]
    These files of the app are programs:
    tool-0
    tool-1
    tool-2
    tool-3
    tool-4
    tool-5
    tool-6
    tool-7
    tool-8
    tool-9
    and 2 more

    To have one of them, name it:

    BP_STATIC_BINARY=tool-0

    To have several, name them in a Procfile, a line each:

    web: ./tool-0
    (static-binary/several)
    ");
}

#[test]
fn a_program_that_strip_does_not_take() {
    let failed = CommandError::Failed {
        command: "strip server".into(),
        status: std::os::unix::process::ExitStatusExt::from_raw(256),
        standard_error: "strip: server: file format not recognized".into(),
    };
    let error = BuildpackError::Strip(StripError::Command(failed));
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: The program can't be stripped]
    The variable BP_STRIP_BINARY asks for the program without symbols, and
    strip doesn't take it.

    Strip it where it is linked, or take it as it is:

    BP_STRIP_BINARY=false

    Details: strip: server: file format not recognized
    (static-binary/strip)
    ");
}

#[test]
fn a_project_toml() {
    let error = toml::from_str::<toml::Table>("[binary").unwrap_err();
    insta::assert_snapshot!(ProjectError::from(error).explain().render(), @r#"
    [Error: project.toml can't be read]
    This buildpack reads the project's name and the path of its program:

    [_]
    schema-version = "0.2"
    name = "server"

    [binary]
    path = "bin/server"

    Details: TOML parse error at line 1, column 8
      |
    1 | [binary
      |        ^
    unclosed table, expected `]`
    (static-binary/project-toml)
    "#);
}
