//! What programs say of themselves, with and without their symbols.

use crate::{app, elf};

/// Programs that say what they are made of, and have symbols.
fn program_with_section(name: &str, bytes: &str) -> Vec<u8> {
    let source = format!(
        "__attribute__((section(\"{name}\"), used)) static const char list[] = {bytes};\n\
         int symbol_to_strip(void) {{ return 1; }}\nint main(void) {{ return symbol_to_strip() - 1; }}\n"
    );
    elf::compile_source(&source, &["-static"])
}

const GO: &str = r#""\xff Go buildinf:\x08\x02" "0123456789abcdef" "\x08go1.26.8" "\x4a" "0123456789abcdef" "path\tx.example/a\ndep\tx.example/b\tv1.2.3\th1:=\n0123456" "0123456789abcde""#;

/// A program that says that Go compiled it.
pub(crate) fn go_program() -> Vec<u8> {
    program_with_section(".go.buildinfo", GO)
}

#[test]
fn what_a_program_is_made_of_survives_stripping() {
    let go = go_program();
    let build = app("").with_file("server", 0o555, &go);
    let build = build.with_process_variable("CNB_TARGET_ARCH", native());
    let said = build.succeeds();
    assert!(
        said.contains("- server is made of: Go 1.26.8, 2 modules\n"),
        "{said}"
    );
    let whole = build.layers_file("launch.sbom.cdx.json");
    assert!(whole.contains("pkg:golang/x.example/b@v1.2.3"), "{whole}");

    let build = app("").with_file("server", 0o555, &go);
    let build = build.with_process_variable("CNB_TARGET_ARCH", native());
    let build = build.with_variable("BP_STRIP_BINARY", "true");
    let said = build.succeeds();
    assert!(said.contains("\n- Stripped server from "), "{said}");
    let stripped = fs_err::read(build.path("app/server")).unwrap();
    let has = |bytes: &[u8], text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(has(&go, "symbol_to_strip") && !has(&stripped, "symbol_to_strip"));
    assert!(has(&stripped, "x.example/b\tv1.2.3"));
    // The digest is that of the file in the image.
    let document = build.layers_file("launch.sbom.cdx.json");
    let digest = sha256_of(&build.path("app/server"));
    assert!(
        document.contains(&digest) && !whole.contains(&digest),
        "{document}"
    );
    let again = app("").with_file("server", 0o755, &stripped);
    let again = again.with_process_variable("CNB_TARGET_ARCH", native());
    assert!(again.succeeds().contains("is made of: Go 1.26.8"));
}

#[test]
fn a_list_of_crates_that_can_not_be_read_is_a_warning() {
    let rust = program_with_section(".dep-v0", "\"no zlib\"");
    let build = app("").with_file("server", 0o755, &rust);
    let said = build
        .with_process_variable("CNB_TARGET_ARCH", native())
        .succeeds();
    let warning = "Warning: server has a list of its crates that can't be read: ";
    assert!(said.contains(warning), "{said}");
}

#[test]
fn a_packed_program_can_not_be_checked() {
    let mut packed = elf::STATIC.to_vec();
    packed.extend(b"UPX!");
    let build = app("").with_file("server", 0o755, &packed);
    let build = build.with_variable("BP_STRIP_BINARY", "true");
    insta::assert_snapshot!(build.succeeds(), @"
    [Static binary]
    - server (from the only program at the root): a static program for amd64, 136 B
    - ./server starts through start: as process 1, a program without a handler ignores SIGTERM
      BP_DIRECT_PROCESS=true, for one that has a handler, leaves start out
    Warning: server is packed with UPX: what it needs and what it is made of can't be checked.
      Put it there unpacked (upx -d server): the layers of an image are compressed anyway.
    - Adding what the start commands need
      start: new
    ");
    assert_eq!(fs_err::read(build.path("app/server")).unwrap(), packed);
}

pub(crate) fn native() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "amd64",
    }
}

fn sha256_of(path: &std::path::Path) -> String {
    let output = std::process::Command::new("sha256sum")
        .arg(path)
        .output()
        .expect("sha256sum says text");
    let text = String::from_utf8(output.stdout).expect("sha256sum says text");
    text.split(' ').next().unwrap_or_default().to_owned()
}
