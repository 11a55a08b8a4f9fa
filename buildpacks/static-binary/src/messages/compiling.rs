//! How a program is made that can be used, in the languages that people make such programs in.

use linkage::Machine;

pub(super) fn link_statically(target: &str) -> String {
    let rust = rust_target(target);
    format!(
        "Go    CGO_ENABLED=0 go build -buildmode=exe\n\
         C     cc -static -o program program.c\n\
         Rust  cargo build --release --target {rust}\n\
         Zig   zig build -Dtarget={}",
        zig_target(target)
    )
}

pub(super) fn compile_for(target: &str) -> String {
    let rust = rust_target(target);
    let c = match Machine::from_target(target) {
        Some(Machine::Arm64) => "aarch64-linux-gnu-gcc",
        Some(Machine::Amd64) => "x86_64-linux-gnu-gcc",
        _ => "cc",
    };
    format!(
        "Compile it for linux/{target}, and link it statically:\n\n\
         Go    CGO_ENABLED=0 GOOS=linux GOARCH={target} go build\n\
         C     {c} -static -o program program.c\n\
         Rust  cargo build --release --target {rust}\n\
         Zig   zig build -Dtarget={}",
        zig_target(target)
    )
}

fn rust_target(target: &str) -> String {
    format!("{}-unknown-linux-musl", machine(target))
}

fn zig_target(target: &str) -> String {
    format!("{}-linux-musl", machine(target))
}

fn machine(target: &str) -> &str {
    match Machine::from_target(target) {
        Some(Machine::Amd64) => "x86_64",
        Some(Machine::Arm64) => "aarch64",
        _ => target,
    }
}
