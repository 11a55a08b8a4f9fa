//! Start commands that can't be run: each is refused when the image is built.

use integration::{Case, Machine, Need};

use crate::bad_apps::refused;
use crate::started_programs::{c, go};

pub(crate) const CASES: &[Case] = &[
    Case::new("bad_starts::of_go", of_go),
    Case::new("bad_starts::of_files_of_go", of_files),
    Case::new("bad_starts::of_a_program", of_program).needing(&[Need::StaticLibc]),
];

/// Where `e_machine` stands in an ELF header, and 64-bit Arm (System V ABI, "ELF Header").
const MACHINE_OFFSET: usize = 18;
const AARCH64: u8 = 183;

#[track_caller]
fn refused_go(machine: &Machine, procfile: &str, files: &str, id: &str) -> String {
    let app = go(&format!("-- Procfile --\n{procfile}\n{files}"));
    refused(machine, app.path(), id)
}

fn of_go(machine: &Machine) {
    insta::assert_snapshot!(refused_go(machine, "web: told | tee log", "", "start-command/shell/pipe"), @"
    [Error: Procfile line 1 needs a shell for a pipe]
        web: told | tee log
                  ^

    A pipe runs two programs at once. The platform collects what the app prints:
    nothing needs to be piped into tee or a logger.

    Ways out, the best first:
    - write a plain command line; variables, quotes, &&, ||, ; and cd work
    - move it into a small program in the language of the app, and start that
    - set BP_INCLUDE_SHELL=true for the build: Debian's dash is put into the
      image and runs the text
    (start-command/shell/pipe)
    ");
    insta::assert_snapshot!(refused_go(machine, "# ours\nweb: told\njob ./told", "", "procfile/line"), @"
    [Error: Procfile line 3 can't be read]
        job ./told
           ^

    The name isn't followed by a colon.

    A line is a name of ASCII letters, digits, - and _, a colon, and a command:
    web: ./server --port $PORT
    (procfile/line)
    ");
    let not_found = "start-command/command/not-found";
    insta::assert_snapshot!(refused_go(machine, "web: cd data && tool --x", "", not_found), @"
    [Error: tool is not in the image]
        web: cd data && tool --x
                        ^^^^

    Procfile line 1 starts it, but the image has no such program. It was looked for in
    - /layers/coracle_go/binaries/bin

    The image holds the app, its dependencies and their interpreter. Write the
    path of the program as it is in the app, or add what brings it to the
    dependencies that are installed for production:
    ./server
    (start-command/command/not-found)
    ");
}

fn of_files(machine: &Machine) {
    let script = "-- run.sh 0755 --\n#!/bin/bash\ntold\n";
    let id = "start-command/command/shell-script";
    insta::assert_snapshot!(refused_go(machine, "web: ./run.sh", script, id), @"
    [Error: ./run.sh is a shell script]
        web: ./run.sh
             ^^^^^^^^

    /workspace/run.sh is a shell script. Its first line names /bin/bash.
    There is no shell in the image.

    Ways out, the best first:
    - write a plain command line; variables, quotes, &&, ||, ; and cd work
    - move it into a small program in the language of the app, and start that
    - set BP_INCLUDE_SHELL=true for the build: Debian's dash is put into the
      image and runs the text
    (start-command/command/shell-script)
    ");
    let tool = "-- tool 0644 --\n\u{7f}ELF\n";
    let id = "start-command/command/not-executable";
    insta::assert_snapshot!(refused_go(machine, "web: ./tool", tool, id), @"
    [Error: ./tool isn't executable]
        web: ./tool
             ^^^^^^

    /workspace/tool has no permission to run.

    Give it that, also in the repository:
    chmod +x ./tool
    git update-index --chmod=+x ./tool
    (start-command/command/not-executable)
    ");
}

fn of_program(machine: &Machine) {
    let app = c("-- Procfile --\nweb: MODE=x ./out/server $PORT\n");
    let program = app.path().join("out/server");
    let mut bytes = fs_err::read(&program).expect("it was compiled");
    bytes[MACHINE_OFFSET] = AARCH64;
    fs_err::write(&program, &bytes).expect("it is ours");
    insta::assert_snapshot!(refused(machine, app.path(), "static-binary/foreign-machine"), @"
    [Error: out/server is for another machine]
    The program is out/server (named by Procfile line 1).

    It is compiled for arm64, and the image is for amd64.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/foreign-machine)
    ");

    // The same as a tool of another app.
    let tool = go("-- Procfile --\nweb: ./tool\n");
    fs_err::copy(program, tool.path().join("tool")).expect("it is ours");
    insta::assert_snapshot!(refused(machine, tool.path(), "start/program/machine"), @"
    [Error: ./tool is for another machine]
    It is named in Procfile:
        web: ./tool

    It is compiled for arm64, and the image is for amd64.

    Compile it for amd64, or build the image for arm64.
    (start/program/machine)
    ");
}
