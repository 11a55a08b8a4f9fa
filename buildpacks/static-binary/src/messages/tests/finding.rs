//! What is wrong with a file that should be a program.

use super::*;

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
        Finding::OtherSystem("FreeBSD"),
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

    [Error: bin/server is a program for FreeBSD]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The image is for linux/amd64.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/other-system)

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
