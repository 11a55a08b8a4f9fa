//! Real ELF files, made by the C compiler of this machine, and what can be done to them.
#![expect(clippy::disallowed_methods, reason = "the C compiler is a process")]

use std::path::Path;
use std::process::Command;

use linkage::{
    ByteOrder, Class, Elf, Kind, Linkage, Machine, ParseError, RequiredVersion, is_elf, parse,
};

/// Needs no libc, so that the files are small enough to try everything on.
const BARE: &str = "void _start(void) { for (;;); } int shared(void) { return 1; }";
const HELLO: &str = "#include <stdio.h>\nint main(void) { return puts(\"hello\") < 0; }";

#[track_caller]
fn compile(source: &str, arguments: &[&str]) -> Vec<u8> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    compile_in(directory.path(), source, arguments)
}

#[track_caller]
fn compile_in(directory: &Path, source: &str, arguments: &[&str]) -> Vec<u8> {
    let file = directory.join("source.c");
    let output = directory.join("output");
    fs_err::write(&file, source).expect("the source can be written");
    let status = Command::new("cc")
        .args(["-Os", "-o"])
        .arg(&output)
        .arg(&file)
        .args(arguments)
        .status()
        .expect("cc can be run");
    assert!(status.success(), "cc {arguments:?} failed");
    fs_err::read(output).expect("the output can be read")
}

fn bare_static() -> Vec<u8> {
    compile(BARE, &["-nostdlib", "-static"])
}

fn this_machine() -> Machine {
    let name = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    Machine::from_target(name).expect("a known machine")
}

#[test]
fn every_kind_of_linkage_is_told_apart() {
    let table: [(&[&str], Kind, Option<Linkage>); 5] = [
        (
            &["-nostdlib", "-static"],
            Kind::Program,
            Some(Linkage::Static),
        ),
        (
            &["-nostdlib", "-static-pie", "-fPIE"],
            Kind::PositionIndependentProgram,
            Some(Linkage::StaticPositionIndependent),
        ),
        (
            &["-nostdlib", "-pie", "-fPIE"],
            Kind::PositionIndependentProgram,
            Some(Linkage::Dynamic),
        ),
        (&["-nostdlib", "-shared", "-fPIC"], Kind::SharedObject, None),
        (&["-c"], Kind::Relocatable, None),
    ];
    for (arguments, kind, linkage) in table {
        let elf = parse(&compile(BARE, arguments)).unwrap();
        let found = (elf.kind, elf.is_program().then(|| elf.linkage()));
        assert_eq!(found, (kind, linkage), "{arguments:?}");
    }
}

#[test]
fn a_static_program_needs_nothing() {
    let elf = parse(&bare_static()).unwrap();
    assert_ne!(elf.entry, 0);
    assert_eq!(
        elf,
        Elf {
            class: Class::Bits64,
            byte_order: ByteOrder::Little,
            machine: this_machine(),
            other_system: None,
            kind: Kind::Program,
            entry: elf.entry,
            is_loaded: true,
            interpreter: None,
            needed: vec![],
            rpath: None,
            runpath: None,
            required_versions: vec![],
            defined_versions: vec![],
        }
    );
}

#[test]
fn programs_of_other_systems_say_so() {
    let mut bytes = bare_static();
    bytes[7] = 9;
    assert_eq!(parse(&bytes).unwrap().other_system, Some("FreeBSD"));
    let note = "
        static const struct { int name, content, kind; char of[8]; int version; } note
            __attribute__((section(\".note.netbsd.ident\"), aligned(4), used)) =
            { 7, 4, 1, \"NetBSD\", 900000000 };
    ";
    let noted = compile(&format!("{note}{BARE}"), &["-nostdlib", "-static"]);
    assert_eq!(parse(&noted).unwrap().other_system, Some("NetBSD"));
}

#[test]
fn a_static_program_with_a_c_library_needs_nothing_either() {
    for (argument, linkage) in [
        ("-static", Linkage::Static),
        ("-static-pie", Linkage::StaticPositionIndependent),
    ] {
        let elf = parse(&compile(HELLO, &[argument])).unwrap();
        assert!(elf.is_program());
        assert_eq!(elf.linkage(), linkage);
        assert_eq!(elf.required_versions, []);
    }
}

#[test]
fn a_dynamic_program_names_its_loader_its_libraries_and_their_versions() {
    let elf = parse(&compile(HELLO, &[])).unwrap();
    assert_eq!(elf.linkage(), Linkage::Dynamic);
    let interpreter = elf.interpreter.unwrap();
    assert!(interpreter.contains("/ld-linux-"), "{interpreter}");
    assert_eq!(elf.needed, ["libc.so.6"]);
    let from_libc = |version: &RequiredVersion| {
        version.library == "libc.so.6" && version.version.starts_with("GLIBC_2.")
    };
    assert!(!elf.required_versions.is_empty());
    assert!(elf.required_versions.iter().all(from_libc));
}

#[test]
fn a_library_is_no_program_even_when_it_can_be_started() {
    let loader = "-Wl,-dynamic-linker,/lib64/ld-linux-x86-64.so.2";
    let interpreter =
        "const char loader[] __attribute__((section(\".interp\"))) = \"/lib64/ld.so\";";
    let startable = format!("{interpreter}\n{BARE}");
    for arguments in [
        &["-Wl,-soname,libx.so.1"][..],
        &["-Wl,-soname,libx.so.1", loader],
    ] {
        let arguments = [&["-nostdlib", "-shared", "-fPIC"], arguments].concat();
        let elf = parse(&compile(&startable, &arguments)).unwrap();
        assert_eq!(elf.kind, Kind::SharedObject);
    }
}

#[test]
fn a_library_names_the_versions_that_it_has() {
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("versions");
    fs_err::write(&script, "X_1 { global: shared; };\nX_2 { } X_1;\n").unwrap();
    let script = format!("-Wl,--version-script={}", script.display());
    let shared = ["-nostdlib", "-shared", "-fPIC", "-Wl,-soname,libx.so.1"];
    let elf = parse(&compile(BARE, &[&shared[..], &[&script]].concat())).unwrap();
    assert_eq!(elf.defined_versions, ["X_1", "X_2"]);
    let elf = parse(&compile(BARE, &shared)).unwrap();
    assert_eq!(elf.defined_versions, [""; 0]);
}

#[test]
fn section_headers_are_not_needed() {
    let mut bytes = compile(HELLO, &[]);
    let whole = parse(&bytes).unwrap();
    // e_shoff, e_shnum and e_shstrndx of a 64-bit header.
    bytes[0x28..0x30].fill(0);
    bytes[0x3c..0x40].fill(0);
    assert_eq!(parse(&bytes).unwrap(), whole);
}

#[test]
fn a_file_cut_anywhere_is_truncated() {
    let bytes = bare_static();
    assert_eq!(parse(&[]), Err(ParseError::NotElf));
    for length in 1..bytes.len() {
        match parse(&bytes[..length]) {
            Err(ParseError::Truncated { needed, present }) => {
                assert_eq!(present, length as u64);
                assert!(needed > present && needed <= bytes.len() as u64, "{length}");
            }
            other => panic!("{length} of {} bytes: {other:?}", bytes.len()),
        }
    }
}

#[test]
fn a_dynamic_file_cut_anywhere_is_truncated() {
    let bytes = compile(HELLO, &[]);
    for length in 1..bytes.len() {
        let result = parse(&bytes[..length]);
        assert!(
            matches!(result, Err(ParseError::Truncated { .. })),
            "{length}: {result:?}"
        );
    }
}

#[test]
fn forged_bytes_never_panic() {
    let bytes = compile(HELLO, &[]);
    for position in 0..bytes.len() {
        for forged in [0x00, 0x01, 0x7f, 0x80, 0xff] {
            let mut forgery = bytes.clone();
            forgery[position] = forged;
            // The result may be anything; that there is one is the point.
            let _ = parse(&forgery);
        }
        if position % 8 == 0 && position + 8 <= bytes.len() {
            let mut forgery = bytes.clone();
            forgery[position..position + 8].fill(0xff);
            let _ = parse(&forgery);
        }
    }
}

#[test]
fn a_file_at_an_odd_address_reads_the_same() {
    let bytes = compile(HELLO, &[]);
    let mut shifted = vec![0];
    shifted.extend(&bytes);
    assert_eq!(parse(&shifted[1..]), parse(&bytes));
}

#[test]
fn other_machines_and_kinds_are_named() {
    let mut bytes = bare_static();
    bytes[0x12..0x14].copy_from_slice(&243_u16.to_le_bytes());
    assert_eq!(parse(&bytes).unwrap().machine, Machine::Riscv64);
    bytes[0x10..0x12].copy_from_slice(&4_u16.to_le_bytes());
    assert_eq!(parse(&bytes).unwrap().kind, Kind::Core);
    bytes[0x10..0x12].copy_from_slice(&0xfe00_u16.to_le_bytes());
    assert_eq!(parse(&bytes).unwrap().kind, Kind::Other(0xfe00));
    bytes[4] = 9;
    assert!(matches!(parse(&bytes), Err(ParseError::Malformed { .. })));
}

#[test]
fn a_byte_order_that_is_not_that_of_the_header_is_not_taken_for_a_cut() {
    let mut bytes = bare_static();
    // EI_DATA: the most significant byte first.
    bytes[5] = 2;
    assert_eq!(
        parse(&bytes),
        Err(ParseError::Malformed {
            problem: "its numbers aren't in the byte order that it names".to_owned()
        })
    );
}

#[test]
fn a_32_bit_header_is_understood() {
    // An i386 header without program or section headers, by hand: no 32-bit libc is needed for it.
    let mut bytes = vec![0_u8; 52];
    bytes[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
    bytes[0x10] = 2;
    bytes[0x12] = 3;
    bytes[0x14] = 1;
    bytes[0x28] = 52;
    let elf = parse(&bytes).unwrap();
    assert_eq!((elf.class, elf.machine), (Class::Bits32, Machine::I386));
    assert_eq!((elf.entry, elf.is_loaded), (0, false));
}

#[test]
fn what_is_no_elf_file_is_not_read_as_one() {
    for bytes in [&b"#!/bin/sh\n"[..], b"MZ\x90\0", b"\x7fELE", b""] {
        assert!(!is_elf(bytes));
        assert_eq!(parse(bytes), Err(ParseError::NotElf));
    }
}
