use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use crate::audit::MissingLibrary;
use crate::lock::Lock;
use crate::selection::Owner;
use crate::steps::Step;

use super::*;

fn missing_file() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn of_image(source: SelectionError) -> Problem {
    Problem::Selection {
        image: text("run"),
        source,
    }
}

fn of_step(source: StepError) -> Problem {
    Problem::Step {
        image: text("run"),
        source,
    }
}

fn stack_problems() -> Vec<Problem> {
    let syntax = toml::from_str::<crate::definition::Definition>("x = 1").unwrap_err();
    vec![
        Problem::Definition {
            path: PathBuf::from("stack/run.toml"),
            source: Box::new(syntax),
        },
        Problem::Stack(missing_file()),
        Problem::ExtendsItself { image: text("run") },
        Problem::Lock {
            path: PathBuf::from("stack/debian.lock"),
            source: Lock::parse("nonsense").unwrap_err(),
        },
        of_image(SelectionError::Pattern {
            pattern: text("a[b"),
            source: globset::Glob::new("a[b").unwrap_err(),
        }),
        of_image(SelectionError::Conflict {
            path: text("usr/lib/ssl"),
            first: Owner::Step(Step::Applets),
            second: Owner::Table("links"),
        }),
        of_image(SelectionError::NoCopyright {
            package: text("libc6"),
        }),
        of_image(SelectionError::CopyrightElsewhere {
            package: text("libgcc-s1"),
            holder: text("gcc-14-base"),
        }),
        Problem::Library {
            image: text("run"),
            source: MissingLibrary {
                file: text("usr/bin/tool"),
                library: text("libz.so.1"),
            },
        },
        of_step(StepError::PackageNotInImage {
            step: Step::CertificateBundle,
            package: "ca-certificates",
        }),
        of_step(StepError::NoTable {
            step: Step::Applets,
            table: "applets",
        }),
        Problem::Deb(DebError::Unreadable {
            deb: PathBuf::from("downloads/debs/0.deb"),
            stderr: text("not a Debian format archive"),
        }),
        Problem::Deb(DebError::Start {
            source: missing_file(),
        }),
    ]
}

fn render(problems: Vec<Problem>) -> String {
    let mut rendered = String::new();
    for problem in problems {
        let message = problem.explain();
        let _ = writeln!(rendered, "{:?}\n{}", message.kind, message.render());
    }
    rendered
}

#[test]
#[expect(clippy::too_many_lines, reason = "one snapshot of every message")]
fn what_is_wrong_with_the_stack_is_said() {
    insta::assert_snapshot!(render(stack_problems()), @"
    Yours
    [Error: A definition can't be understood]
    stack/run.toml is not of the form it must have.

    Details: TOML parse error at line 1, column 1
      |
    1 | x = 1
      | ^
    unknown field `x`, expected one of `description`, `extends`, `suite`, `packages`, `resolve-dependencies`, `exclude`, `select`, `steps`, `directories`, `files`, `links`, `users`, `groups`, `applets`, `image`
    (stack/definition)

    Yours
    [Error: A file of the stack can't be used]
    Composing reads the definitions in stack/, the lock beside them and the
    literal files in stack/files; `coracle stack lock` also writes the lock.

    Details: entity not found
    (stack/files)

    Yours
    [Error: run extends itself]
    Following `extends` from stack/run.toml leads back to it.

    Remove one `extends` on the way.
    (stack/extends-itself)

    Yours
    [Error: The lock can't be read]
    stack/debian.lock is made by a command and not edited by hand.

    To make it anew, run:
    rm stack/debian.lock
    coracle stack lock

    Details: line 1 of the lock can't be read, or is there twice: `nonsense`
    (stack/lock-damaged)

    Yours
    [Error: A pattern can't be understood]
    stack/run.toml, or what it extends, has the pattern
    a[b

    Patterns are globs: `*` within a path's part, `**` across parts, `?`, `[a-z]`,
    `{one,other}`, and a leading `!` to leave out what the others match.

    Details: error parsing glob 'a[b': unclosed character class; missing ']'
    (stack/pattern)

    Yours
    [Error: Two things claim one path]
    In the image run
    /usr/lib/ssl
    comes from the step applets
    and from the table [links].

    Take it from one of them: leave it out of `select`, add it to `exclude`, or
    remove the table's line.
    (stack/conflict)

    Yours
    [Error: libc6 has no copyright file]
    Every package in run brings its copyright file, which its licence asks for,
    but libc6 has no /usr/share/doc/libc6/copyright.
    (stack/copyright)

    Yours
    [Error: A copyright file would be missing]
    The copyright file of libgcc-s1 is in gcc-14-base, which isn't in run.

    Take it along with this line under [select]:
    gcc-14-base = []
    (stack/copyright)

    Yours
    [Error: libz.so.1 is missing]
    In the image run
    /usr/bin/tool
    needs libz.so.1, which no package there has.

    Add the library's package to stack/run.toml, or leave out the file.
    (stack/missing-library)

    Yours
    [Error: run can't be finished]
    The step certificate-bundle works from the package ca-certificates, which isn't in run.

    Add the package to stack/run.toml, or remove the step.
    (stack/step)

    Yours
    [Error: run can't be finished]
    The step applets works from the table [applets], which stack/run.toml doesn't have.
    (stack/step)

    Machine
    [Error: A downloaded package is damaged]
    It was whole when it was downloaded. To download it again, remove it:
    rm downloads/debs/0.deb

    Details: not a Debian format archive
    (stack/damaged-package)

    Machine
    [Error: dpkg-deb can't be started]
    Packages are unpacked by dpkg-deb, which every Debian-like system has.

    To install it elsewhere, look for a package named dpkg.

    Details: entity not found
    (stack/dpkg-deb)
    ");
}
