//! What is said about start commands.

use std::io::ErrorKind;

use linkage::{Missing, ParseError};
use start_command::{Missing as MissingCommand, Place, Reason, Refusal};

use super::render;
use crate::start::{Problem, ShellError, StartError, Unusable};

fn place() -> Place {
    Place {
        source: "Procfile".into(),
        line: Some(2),
        text: "web: ./tools/run --fast".into(),
        column: 5,
        width: 11,
        token: "./tools/run".into(),
    }
}

fn missing() -> Vec<Missing> {
    vec![
        Missing::Loader("/lib64/ld-linux-x86-64.so.2".into()),
        Missing::Library("libc.so.6".into()),
    ]
}

#[test]
fn programs_that_would_not_start() {
    let problems = [
        Problem::Damaged(ParseError::NotElf),
        Problem::Foreign {
            machine: "arm64".into(),
            target: "amd64".into(),
        },
        Problem::Lacking(missing()),
    ];
    let errors = problems.map(|problem| Unusable {
        place: place(),
        problem,
    });
    let [damaged, foreign, lacking] = &errors;
    insta::assert_snapshot!(render(&[damaged, foreign, lacking]), @"
    Yours [Error: ./tools/run is damaged]
    It is named in Procfile:
        web: ./tools/run --fast

    It begins as a program does, but its headers make no sense.

    Copy or compile it again.

    Details: not an ELF file
    (start/program/damaged)

    Yours [Error: ./tools/run is for another machine]
    It is named in Procfile:
        web: ./tools/run --fast

    It is compiled for arm64, and the image is for amd64.

    Compile it for amd64, or build the image for arm64.
    (start/program/machine)

    Yours [Error: ./tools/run needs what the image lacks]
    It is named in Procfile:
        web: ./tools/run --fast

    The run image of this builder lacks:
    - the loader /lib64/ld-linux-x86-64.so.2
    - the library libc.so.6

    Link it statically, or use a builder whose run image has them.
    (start/program/libraries)
    ");
}

#[test]
fn shells_that_can_not_be_had() {
    let shell = Some("/bin/bash".to_owned());
    let path = "tools/run".to_owned();
    let refusal = Refusal {
        reason: Reason::Command(MissingCommand::ShellScript { path, shell }),
        place: Box::new(place()),
    };
    insta::assert_snapshot!(render(&[
        &ShellError::Lacking(missing()),
        &ShellError::Other(refusal),
        &ShellError::Absent(ErrorKind::NotFound.into()),
        &ShellError::Damaged(ParseError::NotElf),
    ]), @"
    Yours [Error: The run image can't run a shell]
    BP_INCLUDE_SHELL asks for a shell in the image, and the run image of
    this builder lacks what Debian's dash needs:
    - the loader /lib64/ld-linux-x86-64.so.2
    - the library libc.so.6

    Use the default builder, whose run image has the C library, or a start
    command that needs no shell, and unset the variable:
    BP_INCLUDE_SHELL=
    (start/shell/run-image)

    Yours [Error: ./tools/run is for another shell than dash]
    It is named in Procfile:
        web: ./tools/run --fast

    BP_INCLUDE_SHELL puts Debian's dash into the image, as sh. It reads what
    POSIX says of a shell, and doesn't know what only bash or others have.
    None of them is beside it.

    Write the command, or the script, for sh. A script's first line is then:
    #!/bin/sh
    (start/shell/other)

    Ours [Error: The builder has no shell for the image]
    BP_INCLUDE_SHELL puts the dash of the build image into the app's.

    This is a defect of Coracle, not of your app. To report it, open an issue
    with the output above and the id below.

    Details: entity not found
    (start/shell/absent)

    Ours [Error: The builder's shell can't be read]

    This is a defect of Coracle, not of your app. To report it, open an issue
    with the output above and the id below.

    Details: not an ELF file
    (start/shell/damaged)
    ");
}

#[test]
fn a_builder_without_start() {
    let error = StartError::NoProgram {
        path: "/opt/coracle/start/start".into(),
        source: ErrorKind::NotFound.into(),
    };
    insta::assert_snapshot!(render(&[&error]), @"
    Ours [Error: The builder can't run start commands]
    A start command needs the program /opt/coracle/start/start,
    and the builder hasn't got it.

    This is a defect of Coracle, not of your app. To report it, open an issue
    with the output above and the id below.

    Details: entity not found
    (start/program)
    ");
}
