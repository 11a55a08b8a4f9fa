//! Files that the C compiler of this machine made, changed in place and then run.
#![expect(clippy::disallowed_methods, reason = "the C compiler is a process")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use linkage::{EditError, RequiredVersion, parse, replace_version, set_rpath};
use tempfile::TempDir;

const ANSWER: &str = "int answer(void) { return 42; }";
const PROGRAM: &str = "int answer(void); int main(void) { return answer(); }";

#[track_caller]
fn compile(directory: &Path, name: &str, source: &str, arguments: &[&str]) -> Vec<u8> {
    let file = directory.join("source.c");
    fs_err::write(&file, source).unwrap();
    let status = Command::new("cc")
        .current_dir(directory)
        .args(["-Os", "-o", name, "source.c"])
        .args(arguments)
        .status()
        .unwrap();
    assert!(status.success(), "cc {arguments:?} failed");
    fs_err::read(directory.join(name)).unwrap()
}

/// A library in `lib`, where no loader looks, and a program in `bin` that needs it, in the format `argument`.
fn program(argument: &str) -> (TempDir, Vec<u8>) {
    let directory = testkit::directory("-- bin/ --\n-- lib/ --\n");
    let path = directory.path();
    compile(
        path,
        "lib/libanswer.so",
        ANSWER,
        &["-shared", "-fPIC", "-Wl,-soname,libanswer.so"],
    );
    let program = compile(
        path,
        "bin/program",
        PROGRAM,
        &["-Llib", "-lanswer", argument],
    );
    (directory, program)
}

fn status(directory: &Path, program: &[u8]) -> Option<i32> {
    let path = directory.join("bin/program");
    fs_err::write(&path, program).unwrap();
    fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new(path).env_clear().output().unwrap();
    output.status.code()
}

#[test]
fn a_program_finds_its_libraries_beside_it() {
    for argument in ["-no-pie", "-pie"] {
        let (directory, mut bytes) = program(argument);
        let before = bytes.clone();
        assert_eq!(status(directory.path(), &bytes), Some(127));

        set_rpath(&mut bytes, "$ORIGIN/../lib").unwrap();

        assert_eq!(status(directory.path(), &bytes), Some(42), "{argument}");
        assert_eq!(bytes.len(), before.len());
        let changed = bytes.iter().zip(&before).filter(|(new, old)| new != old);
        assert!(changed.count() < 40, "{argument}");
        let elf = parse(&bytes).unwrap();
        assert_eq!(elf.rpath.as_deref(), Some("$ORIGIN/../lib"));
        let mut without = elf.clone();
        without.rpath = None;
        assert_eq!(without, parse(&before).unwrap());

        let again = set_rpath(&mut bytes, "/elsewhere");
        let path = "$ORIGIN/../lib".to_owned();
        assert_eq!(again, Err(EditError::SearchPath(path)));
    }
}

#[test]
fn a_file_without_room_stays_as_it_is() {
    let (_directory, before) = program("-Wl,--spare-dynamic-tags=1");
    let mut bytes = before.clone();
    let too_long = "x".repeat(5000);
    assert_eq!(
        set_rpath(&mut bytes, &too_long),
        Err(EditError::NoRoom("an entry of its dynamic table"))
    );
    assert_eq!(bytes, before);
    let (_directory, before) = program("-no-pie");
    let mut bytes = before.clone();
    assert_eq!(
        set_rpath(&mut bytes, &too_long),
        Err(EditError::NoRoom("the path"))
    );
    assert_eq!(bytes, before);
    let directory = tempfile::tempdir().unwrap();
    let source = "void _start(void) { for (;;); }";
    let arguments = ["-nostdlib", "-static", "-no-pie"];
    let mut fixed = compile(directory.path(), "fixed", source, &arguments);
    assert_eq!(set_rpath(&mut fixed, "/lib"), Err(EditError::NotDynamic));
}

#[test]
fn a_program_asks_for_another_version() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    fs_err::create_dir(path.join("bin")).unwrap();
    let build = |versions: &str, answers: &str| {
        fs_err::write(path.join("versions"), versions).unwrap();
        let script = "-Wl,--version-script=versions";
        compile(path, "libanswer.so", answers, &["-shared", "-fPIC", script]);
    };
    build(
        "OLD { global: first; }; NEW { global: second; } OLD;",
        "int first(void) { return 1; } int second(void) { return 2; }",
    );
    let source = "int first(void), second(void); int main(void) { return first() + second(); }";
    let here = format!("-Wl,-rpath,{}", path.display());
    let before = compile(path, "bin/program", source, &["-L.", "-lanswer", &here]);
    assert_eq!(status(path, &before), Some(3));
    // The same functions, but an older library.
    build(
        "OLD { global: first; second; };",
        "int first(void) { return 1; } int second(void) { return 2; }",
    );
    assert_eq!(status(path, &before), Some(1));

    let mut bytes = before.clone();
    replace_version(&mut bytes, "libanswer.so", "NEW", "OLD").unwrap();

    assert_eq!(status(path, &bytes), Some(3));
    let versions = parse(&bytes).unwrap().required_versions;
    let answer = versions
        .iter()
        .filter(|version| version.library == "libanswer.so");
    let old = RequiredVersion {
        library: "libanswer.so".to_owned(),
        version: "OLD".to_owned(),
    };
    assert_eq!(answer.collect::<Vec<_>>(), [&old]);
    let missing = replace_version(&mut bytes, "libanswer.so", "NEW", "OLD");
    assert_eq!(
        missing,
        Err(EditError::Version {
            library: "libanswer.so".to_owned(),
            version: "NEW".to_owned()
        })
    );
}

#[test]
fn forged_bytes_never_panic() {
    let (_directory, bytes) = program("-no-pie");
    for position in 0..bytes.len().min(8192) {
        for forged in [0x00, 0x7f, 0xff] {
            let mut forgery = bytes.clone();
            forgery[position] = forged;
            // The results may be anything; that there are some is the point.
            let _ = set_rpath(&mut forgery, "/lib");
            let _ = replace_version(&mut forgery, "libc.so.6", "GLIBC_2.34", "GLIBC_2.2.5");
        }
    }
}
