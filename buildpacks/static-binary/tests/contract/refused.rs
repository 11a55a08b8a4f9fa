//! Apps that are ours and can't become an image.

use testkit::Lifecycle;

use crate::{app, elf};

/// The id of the message with which the app is refused.
#[track_caller]
fn id_of(build: &Lifecycle) -> String {
    let message = build.is_refused(1);
    assert_eq!(testkit::tree(&build.path("layers")), "");
    let id = message.lines().last().unwrap_or_default();
    id.trim_matches(['(', ')']).to_owned()
}

#[test]
fn what_could_not_start_is_refused() {
    let with = |bytes: &[u8], mode| app("").with_file("server", mode, bytes);
    let (whole, _) = elf::STATIC.split_at(100);
    let mut other_machine = elf::STATIC;
    other_machine[0x12] = 183;
    let mut shared = elf::STATIC;
    shared[0x10] = 3;
    let changed = |at: usize, bytes: &[u8]| {
        let mut program = elf::STATIC;
        program[at..at + bytes.len()].copy_from_slice(bytes);
        program
    };
    let mut x32 = elf::BITS_32;
    x32[0x12] = 62;
    let mut core = elf::STATIC;
    core[0x10] = 4;
    for (build, id) in [
        (with(whole, 0o755), "static-binary/truncated"),
        (with(&other_machine, 0o755), "static-binary/foreign-machine"),
        (with(&shared, 0o755), "static-binary/kind"),
        (with(&core, 0o755), "static-binary/kind"),
        (with(&elf::BITS_32, 0o755), "static-binary/32-bit"),
        (with(&x32, 0o755), "static-binary/x32"),
        (with(&elf::BIG_ENDIAN, 0o755), "static-binary/big-endian"),
        // No program header, one that loads nothing, and no entry point.
        (
            with(&changed(0x38, &[0]), 0o755),
            "static-binary/nothing-to-load",
        ),
        (
            with(&changed(0x40, &[4]), 0o755),
            "static-binary/nothing-to-load",
        ),
        (
            with(&changed(0x18, &[0; 8]), 0o755),
            "static-binary/no-entry",
        ),
        (with(&elf::STATIC, 0o4755), "static-binary/setuid"),
        (with(&elf::STATIC, 0o2755), "static-binary/setuid"),
        (
            with(b"\xcf\xfa\xed\xfe\x07\0\0\x01", 0o755),
            "static-binary/macos",
        ),
        (
            with(&elf::STATIC, 0o755).with_process_variable("CNB_TARGET_ARCH", "arm64"),
            "static-binary/foreign-machine",
        ),
        (
            with(&elf::STATIC, 0o755).with_file("second", 0o755, &elf::STATIC),
            "static-binary/several",
        ),
    ] {
        assert_eq!(id_of(&build), id);
    }
}

#[test]
fn a_named_file_that_is_no_program_is_refused() {
    let files = "
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
        ("pipe", "static-binary/no-file"),
    ] {
        let build = app(files).with_file("empty", 0o755, b"");
        let build = build.with_variable("BP_STATIC_BINARY", name);
        let made = std::process::Command::new("mkfifo")
            .arg(build.path("app/pipe"))
            .status();
        assert!(made.unwrap().success());
        assert_eq!(id_of(&build), id, "{name}");
    }
}

#[test]
fn what_is_alone_and_is_no_program_is_refused_and_not_passed_over() {
    for (files, id) in [
        (
            "-- app.exe 0755 --\nMZ\u{1}\0\u{3}\0\n",
            "static-binary/windows",
        ),
        ("-- app 0755 --\n#!/bin/sh\n", "static-binary/script"),
        (
            "-- .gitignore --\n-- bin/a --\n#!/bin/sh\n-- bin/b --\n#!/bin/sh\n",
            "static-binary/script",
        ),
        (
            "-- Procfile --\nweb: ./start.sh\n-- start.sh --\n#!/bin/sh\n-- app.py --\n",
            "start-command/command/shell-script",
        ),
    ] {
        let build = app(files);
        assert_eq!(build.detect().status, 0, "{files}");
        assert_eq!(id_of(&build), id, "{files}");
    }
    for files in [
        "-- gradlew --\n#!/bin/sh\n-- build.gradle --\n",
        "-- notes --\nMZ is no program\n",
    ] {
        assert_eq!(app(files).detect().status, 100, "{files}");
    }
}

#[test]
fn shared_objects_are_not_offered() {
    let library = elf::compile(&["-shared", "-fPIC"]);
    let cut = &library[..library.len() / 2];
    let with_libraries = || {
        app("")
            .with_file("liba.so", 0o755, &library)
            .with_file("libb.so", 0o755, &library)
    };
    let beside = with_libraries().with_file("cut.so", 0o755, cut);
    let beside = beside.with_file("server", 0o755, &elf::STATIC);
    let said = beside.succeeds();
    assert!(
        said.contains("- server (from the only program at the root)"),
        "{said}"
    );

    let alone = with_libraries();
    let message = alone.is_refused(1);
    assert!(message.contains("liba.so is a shared object"), "{message}");
    assert!(!message.contains("BP_STATIC_BINARY"), "{message}");
}

#[test]
fn real_programs_of_the_c_compiler_are_told_apart() {
    let native = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "amd64",
    };
    let compiled = |arguments: &[&str]| {
        let bytes = elf::compile(arguments);
        app("")
            .with_file("server", 0o755, &bytes)
            .with_process_variable("CNB_TARGET_ARCH", native)
    };
    assert_eq!(id_of(&compiled(&[])), "static-binary/dynamic");
    let said = compiled(&["-static"]).succeeds();
    assert!(said.contains("a static program"), "{said}");
    let said = compiled(&["-static-pie"]).succeeds();
    assert!(said.contains("a static program"), "{said}");
}

#[test]
fn a_dynamic_program_is_measured_by_the_run_image() {
    let native = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "amd64",
    };
    let bytes = elf::compile(&[]);
    let on = |libraries: &str| {
        let build = app("").with_file("server", 0o755, &bytes);
        let path = build.path("run-libraries.toml");
        fs_err::write(&path, libraries).unwrap();
        let path = path.display().to_string();
        build
            .with_process_variable("CNB_TARGET_ARCH", native)
            .with_process_variable("CORACLE_RUN_LIBRARIES", &path)
    };
    let loaders = "loaders = [\"/lib64/ld-linux-x86-64.so.2\", \"/lib/ld-linux-aarch64.so.1\"]\n";
    let said = on(&format!("{loaders}[libraries]\n\"libc.so.6\" = []")).succeeds();
    let decision =
        format!("- server (from the only program at the root): a dynamic program for {native}, ");
    assert!(said.contains(&decision), "{said}");
    assert!(
        said.contains("- server needs, and the run image has: libc.so.6\n"),
        "{said}"
    );
    for libraries in [
        "[libraries]".to_owned(),
        "[libraries]\n\"libc.so.6\" = [\"GLIBC_2.1\"]".to_owned(),
    ] {
        let build = on(&format!("{loaders}{libraries}"));
        assert_eq!(id_of(&build), "static-binary/libraries");
    }
    assert_eq!(
        id_of(&on("loaders = []\n[libraries]")),
        "static-binary/dynamic"
    );
    // On kpack only the user's variables say which run image it is.
    let by_user = app("").with_file("server", 0o755, &bytes);
    let static_image = by_user.path("run-static.toml");
    fs_err::write(&static_image, "loaders = []\n[libraries]\n").unwrap();
    let by_user = by_user
        .with_process_variable("CNB_TARGET_ARCH", native)
        .with_variable("CORACLE_RUN_LIBRARIES", &static_image.display().to_string());
    assert_eq!(id_of(&by_user), "static-binary/dynamic");
    let broken = on("loaders = 1").is_refused(70);
    assert!(
        broken.trim_end().ends_with("(run-image/format)"),
        "{broken}"
    );
}

#[test]
fn other_mistakes_in_the_app_are_refused() {
    let server = |files: &str| app(files).with_file("server", 0o755, &elf::STATIC);
    for (build, id) in [
        (server("-- out -> ../secret --\n"), "files/link-leaves-app"),
        (server("-- Procfile --\nweb ./server\n"), "procfile/line"),
        (
            server("-- Procfile --\nweb: ./server | tee log\n"),
            "start-command/shell/pipe",
        ),
        (
            server("-- Procfile --\nweb: ./absent\n"),
            "start-command/command/not-found",
        ),
        (
            server("-- Procfile --\nweb: ./dir/\n-- dir/x --\n"),
            "start-command/command/not-a-file",
        ),
        (
            server("-- Procfile --\nweb: ./tool.exe\n-- tool.exe --\nMZ\n"),
            "static-binary/windows",
        ),
        (
            server("").with_variable("GOOGLE_ENTRYPOINT", "./server &"),
            "start-command/shell/background",
        ),
        (
            server("").with_variable("BP_INCLUDE_SHELL", "true"),
            "start/shell/run-image",
        ),
        (
            server("-- project.toml --\n[[\n"),
            "static-binary/project-toml",
        ),
        (
            server("").with_variable("BP_KEEP_FILES", "a[/"),
            "files/pattern",
        ),
        (
            server("").with_variable("BP_LOG_LEVEL", "loud"),
            "environment/invalid",
        ),
    ] {
        assert_eq!(id_of(&build), id);
    }
    let odd = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff.txt");
    let odd: &std::ffi::OsStr = odd;
    let build = server("");
    fs_err::write(build.path("app").join(odd), "").unwrap();
    assert_eq!(id_of(&build), "files/name-not-unicode");
}
