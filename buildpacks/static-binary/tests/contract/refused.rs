//! Apps that are ours and can't become an image.

use crate::elf;
use crate::lifecycle::Build;

#[test]
fn what_could_not_start_is_refused() {
    let with = |bytes: &[u8], mode| Build::of("").file("server", mode, bytes);
    let (whole, _) = elf::STATIC.split_at(100);
    let mut other_machine = elf::STATIC;
    other_machine[0x12] = 183;
    let mut shared = elf::STATIC;
    shared[0x10] = 3;
    let mut core = elf::STATIC;
    core[0x10] = 4;
    for (build, id) in [
        (with(whole, 0o755), "static-binary/truncated"),
        (with(&other_machine, 0o755), "static-binary/foreign-machine"),
        (with(&shared, 0o755), "static-binary/kind"),
        (with(&core, 0o755), "static-binary/kind"),
        (with(&elf::BITS_32, 0o755), "static-binary/32-bit"),
        (with(&elf::STATIC, 0o4755), "static-binary/setuid"),
        (with(&elf::STATIC, 0o2755), "static-binary/setuid"),
        (
            with(b"\xcf\xfa\xed\xfe\x07\0\0\x01", 0o755),
            "static-binary/macos",
        ),
        (
            with(&elf::STATIC, 0o755).architecture("arm64"),
            "static-binary/foreign-machine",
        ),
        (
            with(&elf::STATIC, 0o755).file("second", 0o755, &elf::STATIC),
            "static-binary/several",
        ),
    ] {
        assert_eq!(build.is_refused(), id);
    }
}

#[test]
fn a_named_file_that_is_no_program_is_refused() {
    let app = "
-- script --
#!/bin/sh
-- text --
hello
-- program.exe --
MZ
-- directory/ --
";
    for (name, id) in [
        ("nowhere", "static-binary/absent"),
        ("directory", "static-binary/no-file"),
        ("/usr/bin/env", "static-binary/outside"),
        ("../server", "static-binary/outside"),
        ("script", "static-binary/script"),
        ("text", "static-binary/no-program"),
        ("program.exe", "static-binary/windows"),
        ("empty", "static-binary/empty"),
    ] {
        let build = Build::of(app).file("empty", 0o755, b"");
        let build = build.variable("BP_STATIC_BINARY", name);
        assert_eq!(build.is_refused(), id, "{name}");
    }
}

#[test]
fn real_programs_of_the_c_compiler_are_told_apart() {
    let native = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "amd64",
    };
    let compiled = |arguments: &[&str]| {
        let bytes = elf::compile(arguments);
        Build::of("")
            .file("server", 0o755, &bytes)
            .architecture(native)
    };
    assert_eq!(compiled(&[]).is_refused(), "static-binary/dynamic");
    let said = compiled(&["-static"]).succeeds();
    assert!(said.contains("a static program"), "{said}");
    let said = compiled(&["-static-pie"]).succeeds();
    assert!(said.contains("a static program"), "{said}");
}

#[test]
fn other_mistakes_in_the_app_are_refused() {
    let server = |app: &str| Build::of(app).file("server", 0o755, &elf::STATIC);
    for (build, id) in [
        (server("-- out -> ../secret --\n"), "files/link-leaves-app"),
        (
            server("-- Procfile --\nweb ./server\n"),
            "static-binary/procfile/line",
        ),
        (
            server("-- Procfile --\nweb: ./server $PORT\n"),
            "static-binary/procfile/shell",
        ),
        (
            server("-- Procfile --\nweb: ./absent\n"),
            "static-binary/absent",
        ),
        (
            server("-- project.toml --\n[[\n"),
            "static-binary/project-toml",
        ),
        (server("").variable("BP_KEEP_FILES", "a[/"), "files/pattern"),
        (
            server("").variable("BP_LOG_LEVEL", "loud"),
            "environment/invalid",
        ),
    ] {
        assert_eq!(build.is_refused(), id);
    }
    let odd = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff.txt");
    let odd: &std::ffi::OsStr = odd;
    let build = server("");
    fs_err::write(build.app().join(odd), "").unwrap();
    assert_eq!(build.is_refused(), "files/name-not-unicode");
}
