//! Programs with the section that `cargo auditable` adds, made by the C compiler of this machine.
#![expect(clippy::disallowed_methods, reason = "the C compiler is a process")]

use std::fmt::Write as _;
use std::process::Command;

use sbom::rust_audit::components;

const CRATES: &str = r#"{"packages":[
    {"name":"itoa","version":"1.0.0","source":"registry"},
    {"name":"cc","version":"1.0.0","source":"registry","kind":"build"},
    {"name":"local","version":"0.2.0","source":"local"},
    {"name":"shop","version":"0.1.0","source":"local","root":true,"dependencies":[0,1,2]}]}"#;

/// A program with bytes in the section `.dep-v0`.
fn program(bytes: &[u8]) -> Vec<u8> {
    let directory = tempfile::tempdir().expect("a program can be made");
    let mut numbers = String::new();
    for byte in bytes {
        let _ = write!(numbers, "{byte},");
    }
    let source = format!(
        "__attribute__((section(\".dep-v0\"), used)) static const unsigned char list[] = {{{numbers}}};\n\
         int main(void) {{ return 0; }}\n"
    );
    fs_err::write(directory.path().join("main.c"), source).expect("a program can be made");
    let status = Command::new("cc")
        .args(["-o", "program", "main.c"])
        .current_dir(directory.path())
        .status()
        .expect("a program can be made");
    assert!(status.success());
    fs_err::read(directory.path().join("program")).expect("a program can be made")
}

fn compressed(text: &str) -> Vec<u8> {
    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
    let mut compressed = vec![0; compressor.zlib_compress_bound(text.len())];
    let length = compressor
        .zlib_compress(text.as_bytes(), &mut compressed)
        .expect("a program can be made");
    compressed.truncate(length);
    compressed
}

#[test]
fn crates_become_components() {
    let components = components(&program(&compressed(CRATES))).unwrap().unwrap();
    let rows = components.iter().map(|component| {
        let purl = component.purl.as_ref().map(ToString::to_string);
        let version = component.version.clone().unwrap_or_default();
        format!("{} {} {version} {purl:?}", component.kind, component.name)
    });
    insta::assert_snapshot!(rows.collect::<Vec<_>>().join("\n"), @r#"
    library itoa 1.0.0 Some("pkg:cargo/itoa@1.0.0")
    library local 0.2.0 None
    application shop 0.1.0 None
    "#);
}

#[test]
fn a_program_without_a_list_has_none() {
    let program = fs_err::read(std::env::current_exe().unwrap()).unwrap();
    assert!(components(&program).unwrap().is_none());
    assert!(components(b"\x7fELF").unwrap().is_none());
}

#[test]
fn a_list_that_is_damaged_or_too_long_is_an_error() {
    assert!(components(&program(b"no zlib")).is_err());
    assert!(components(&program(&compressed("{}"))).is_err());
    let long = " ".repeat(9 << 20);
    assert!(components(&program(&compressed(&long))).is_err());
}
