//! Programs that the static binary buildpack must not put into an image.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use integration::{Case, Machine, Need, Running};
use tempfile::TempDir;

use crate::apps::STOPS_WITHIN;
use crate::bad_apps::refused;
use crate::samples::{build, dynamic_server, made_static_c};

const NEEDS: &[Need] = &[Need::Program("make"), Need::StaticLibc];

pub(crate) const CASES: &[Case] = &[
    Case::new("bad_programs::dynamic", dynamic).needing(NEEDS),
    Case::new("bad_programs::of_another_architecture", other_architecture).needing(NEEDS),
    Case::new("bad_programs::truncated", truncated).needing(NEEDS),
    Case::new("bad_programs::not_executable", not_executable).needing(NEEDS),
    Case::new("bad_programs::packed", packed).needing(NEEDS),
];

/// Where `e_machine` stands in an ELF header, and 64-bit Arm (System V ABI, "ELF Header").
const MACHINE_OFFSET: usize = 18;
const AARCH64: u8 = 183;

/// Where the identification of an ELF file has bytes that mean nothing.
const PADDING_OFFSET: usize = 9;

/// An app of one program, made from the sample's.
#[track_caller]
fn program(change: impl FnOnce(&mut Vec<u8>)) -> TempDir {
    let made = made_static_c();
    let mut bytes = fs_err::read(made.path().join("server")).expect("make made it");
    change(&mut bytes);
    let app = testkit::directory("");
    write_program(app.path(), &bytes, 0o755);
    app
}

#[track_caller]
fn write_program(app: &Path, bytes: &[u8], mode: u32) {
    let path = app.join("server");
    fs_err::write(&path, bytes).expect("it is writable");
    fs_err::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
}

fn dynamic(machine: &Machine) {
    let app = dynamic_server();
    let home = machine.home();
    let ended = home
        .build("refused", app.path())
        .args(["--builder", "static"])
        .run();
    insta::assert_snapshot!(ended.failed_with("static-binary/dynamic", 1), @"
    [Error: server is linked dynamically]
    The program is server (the only program at the root).

    To start, it needs:
    - the loader /lib64/ld-linux-x86-64.so.2
    - the library libc.so.6 (GLIBC_2.34)

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

fn other_architecture(machine: &Machine) {
    let app = program(|bytes| bytes[MACHINE_OFFSET] = AARCH64);
    insta::assert_snapshot!(refused(machine, app.path(), "static-binary/foreign-machine"), @"
    [Error: server is for another machine]
    The program is server (the only program at the root).

    It is compiled for arm64, and the image is for amd64.

    Compile it for linux/amd64, and link it statically:

    Go    CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build
    C     x86_64-linux-gnu-gcc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/foreign-machine)
    ");
}

fn truncated(machine: &Machine) {
    let app = program(|bytes| bytes.truncate(bytes.len() / 2));
    insta::assert_snapshot!(refused(machine, app.path(), "static-binary/truncated"), @"
    [Error: server is cut off]
    The program is server (the only program at the root).

    Its headers speak of 678512 bytes, and the file has 339256.

    Copy or compile it again. If it is kept in Git LFS or came through a
    download, fetch the whole file.
    (static-binary/truncated)
    ");
}

/// A checkout or an archive may have lost the bit, and what was meant is plain: it is set.
fn not_executable(machine: &Machine) {
    let made = made_static_c();
    let bytes = fs_err::read(made.path().join("server")).expect("make made it");
    let app = testkit::directory("");
    write_program(app.path(), &bytes, 0o644);
    let (_home, mended) = build(machine, app.path(), "static");
    write_program(app.path(), &bytes, 0o755);
    let (_home, whole) = build(machine, app.path(), "static");
    assert_eq!(mended.digest, whole.digest);
}

/// Debian 12 has no UPX, so the program only has its mark, where nothing looks at it that runs it.
fn packed(machine: &Machine) {
    let app = program(|bytes| bytes[PADDING_OFFSET..][..4].copy_from_slice(b"UPX!"));
    let home = machine.home();
    let ended = home.build("packed", app.path()).run().succeeded();
    let log = ended.text();
    let warning = log.split_once("Warning: ").map(|(_, rest)| rest);
    let warning: Vec<&str> = warning.unwrap_or_default().lines().take(2).collect();
    insta::assert_snapshot!(warning.join("\n"), @"
    server is packed with UPX: what it needs and what it is made of can't be checked.
      Put it there unpacked (upx -d server): the layers of an image are compressed anyway.
    ");
    let running = Running::start(home.coracle().args(["run", "packed"]));
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
}
