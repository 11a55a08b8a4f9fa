// Longer than 300 lines because every message stands here as a whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use linkage::{Kind, Machine, Missing, RequiredVersion};

use super::*;
use crate::plan::{Finding, Foreign, Lacking, Needs, Unsuitable};

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
fn not_where_it_should_be() {
    insta::assert_snapshot!(
        render([Finding::Absent, Finding::NoFile, Finding::Outside].map(unsuitable)),
        @"
    [Error: bin/server isn't there]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The app directory has no such file. If it is compiled before the build,
    check that it was, and that no exclude in project.toml leaves it out.

    Paths are relative to the app directory.
    (static-binary/absent)

    [Error: bin/server is no file]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    A directory or another thing that can't be started lies there.

    Name the program in it.
    (static-binary/no-file)

    [Error: bin/server is outside of the app]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    Only files of the app directory can be in the image, and paths are
    relative to it.

    Copy the program into the app, and name it by its path there.
    (static-binary/outside)
    "
    );
}

#[test]
fn not_an_elf_file() {
    let findings = [
        Finding::Empty,
        Finding::Script("/usr/bin/env\u{7} bash".into()),
        Finding::MacOs,
        Finding::Windows,
        Finding::NoProgram,
    ];
    insta::assert_snapshot!(render(findings.map(unsuitable)), @r#"
    [Error: bin/server is empty]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The file has no content.

    Compile or copy it again.
    (static-binary/empty)

    [Error: bin/server is a script]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It asks for the interpreter /usr/bin/env\u{7} bash. The image has no
    interpreter and no shell: it holds one static program.

    Name the program that the script starts:

    BP_STATIC_BINARY=path/to/program
    (static-binary/script)

    [Error: bin/server is a program for macOS]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The image is for linux/amd64.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/macos)

    [Error: bin/server is a program for Windows]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The image is for linux/amd64.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/windows)

    [Error: bin/server is no program]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    Linux starts ELF files, which begin with the bytes 7f 45 4c 46. This
    file doesn't.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/no-program)
    "#);
}

#[test]
fn a_damaged_file_and_a_dangerous_one() {
    let findings = [
        Finding::Truncated {
            needed: 2_000_000,
            present: 133,
        },
        Finding::Malformed("the class is neither 32 nor 64 bits".into()),
        Finding::NothingToLoad,
        Finding::NoEntry,
        Finding::SetUser(0o4755),
    ];
    insta::assert_snapshot!(render(findings.map(unsuitable)), @r#"
    [Error: bin/server is cut off]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    Its headers speak of 2000000 bytes, and the file has 133.

    Copy or compile it again. If it is kept in Git LFS or came through a
    download, fetch the whole file.
    (static-binary/truncated)

    [Error: bin/server is damaged]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It begins as an ELF file does, but its headers contradict themselves.

    Compile it again.

    Details: the class is neither 32 nor 64 bits
    (static-binary/malformed)

    [Error: bin/server has nothing to load]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It begins as a program does, but no program header says what of it goes
    into memory, so Linux doesn't start it. Debug information that was split
    off looks like that.

    Name the program itself, or compile it again.
    (static-binary/nothing-to-load)

    [Error: bin/server doesn't say where it starts]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The entry point in its header is 0: it would crash at once. Linkers only
    warn of that, with "cannot find entry symbol _start".

    Link it with the start-up code, that is without -nostartfiles, or name
    the first function with -Wl,-e,NAME.
    (static-binary/no-entry)

    [Error: bin/server would change its user]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    Its mode is 4755: it would run as its owner or group, not as the
    user of the container. Images of Coracle hold no such program.

    Take the bits away and build again:

    chmod u-s,g-s bin/server
    (static-binary/setuid)
    "#);
}

#[test]
fn an_elf_file_of_another_kind() {
    let kinds = [
        Kind::SharedObject,
        Kind::Relocatable,
        Kind::Core,
        Kind::Other(7),
    ];
    let findings = kinds.map(Finding::WrongKind);
    insta::assert_snapshot!(render(findings.map(unsuitable)), @"
    [Error: bin/server is a shared object]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    Shared objects are loaded by programs and can't be started.

    Name the program, and link this library into it statically.
    (static-binary/kind)

    [Error: bin/server is an object file]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It was compiled but not linked.

    Link it to a program, and name that.
    (static-binary/kind)

    [Error: bin/server is a core file]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It holds the memory of a program that crashed.

    Remove it, and name the program.
    (static-binary/kind)

    [Error: bin/server is an ELF file of another kind]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It is neither a program nor a library.

    Name the program.
    (static-binary/kind)
    ");
}

#[test]
fn a_program_for_another_machine() {
    let findings = [
        Foreign::Bits32(Machine::I386),
        Foreign::X32,
        Foreign::BigEndian(Machine::Other(21)),
        Foreign::Machine(Machine::Arm64),
    ];
    insta::assert_snapshot!(render(findings.map(|found| unsuitable(Finding::Foreign(found)))), @"
    [Error: bin/server is a 32-bit program]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It is compiled for 386, and the image is for amd64.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/32-bit)

    [Error: bin/server is an x32 program]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It is compiled for x86-64 with 32-bit addresses, as -mx32 does, which
    most kernels don't start, and the image is for amd64.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/x32)

    [Error: bin/server is a big-endian program]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It has the most significant byte of a number first, and amd64 reads
    the least significant one first.
    It is compiled for machine 21, and the image is for amd64.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/big-endian)

    [Error: bin/server is for another machine]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    It is compiled for arm64, and the image is for amd64.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/foreign-machine)
    ");
}

#[test]
fn a_dynamic_program_is_told_how_to_be_static() {
    let dynamic = Finding::Dynamic(Needs {
        interpreter: Some("/lib64/ld-linux-x86-64.so.2".into()),
        libraries: vec!["libssl.so.3".into(), "libc.so.6".into()],
        versions: vec![version("GLIBC_2.38"), version("GLIBC_2.4")],
    });
    insta::assert_snapshot!(render([unsuitable(dynamic)]), @"
    [Error: bin/server is linked dynamically]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    To start, it needs:
    - the loader /lib64/ld-linux-x86-64.so.2
    - the library libssl.so.3
    - the library libc.so.6 (GLIBC_2.38)

    The run image of this builder has neither loaders nor libraries. Link it
    statically, or build it with the default builder, whose run image has
    the C library:

    Go    CGO_ENABLED=0 go build -buildmode=exe
    C     cc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/dynamic)
    ");
}

fn version(version: &str) -> RequiredVersion {
    RequiredVersion {
        library: "libc.so.6".into(),
        version: version.into(),
    }
}

#[test]
fn what_the_run_image_lacks_is_named() {
    let musl = Missing::Loader("/lib/ld-musl-x86_64.so.1".into());
    let newer = ["GLIBC_2.43", "GLIBC_2.42"].map(|name| Missing::Version(version(name)));
    let newest = BTreeMap::from([("libc.so.6".to_owned(), "GLIBC_2.41".to_owned())]);
    let lacking = |missing: &[Missing]| {
        unsuitable(Finding::Lacking(Lacking {
            missing: missing.to_vec(),
            newest: newest.clone(),
        }))
    };
    insta::assert_snapshot!(render([
        lacking(&[musl, Missing::Library("libc.musl-x86_64.so.1".into())]),
        lacking(&newer),
        lacking(&[Missing::NoLoader, Missing::Library("libssl.so.3".into())]),
    ]), @"
    [Error: bin/server needs what the image lacks]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The run image lacks:
    - the loader /lib/ld-musl-x86_64.so.1
    - the library libc.musl-x86_64.so.1

    It is linked to musl, the C library of Alpine, and the image has glibc.
    Link it statically:

    Go    CGO_ENABLED=0 go build -buildmode=exe
    C     cc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/libraries)

    [Error: bin/server needs what the image lacks]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The run image lacks:
    - GLIBC_2.43 of the library libc.so.6, it has GLIBC_2.41

    It was linked on a newer system. Link it on one that isn't newer than
    the image, or statically:

    Go    CGO_ENABLED=0 go build -buildmode=exe
    C     cc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/libraries)

    [Error: bin/server needs what the image lacks]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The run image lacks:
    - a loader, of which the program names none
    - the library libssl.so.3

    Link what is missing statically into the program, or all of it:

    Go    CGO_ENABLED=0 go build -buildmode=exe
    C     cc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/libraries)
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
fn a_procfile_line() {
    let errors = [
        ProcfileError::NotAnEntry {
            line: 2,
            text: "wéb ./server".into(),
            column: 1,
        },
        ProcfileError::NeedsShell {
            line: 3,
            text: "web:\t./server -p $PORT".into(),
            column: 17,
            construct: "a variable",
        },
    ];
    let rendered = errors.map(|error| error.explain().render()).join("\n");
    insta::assert_snapshot!(rendered, @r#"
    [Error: Line 2 of the Procfile can't be read]
    wéb ./server
     ^
    Each line is the name of a process, a colon and a program with its
    arguments. Names have letters, digits, _ and -:

    web: ./server --verbose
    (static-binary/procfile/line)

    [Error: Line 3 of the Procfile needs a shell]
    web:\u{9}./server -p $PORT
                         ^
    This is a variable, which only a shell understands. The image has
    no shell: the program is started directly, with these words.

    Write the program and plain arguments. Let the program itself read
    variables such as PORT:

    web: ./server --verbose
    (static-binary/procfile/shell)
    "#);
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
