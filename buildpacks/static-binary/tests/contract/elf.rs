//! ELF files to build with: three made by hand, so that they are the same bytes everywhere, and those of
//! the C compiler.

use std::process::Command;

/// A static program for amd64 that ends with status 0: a file header, one program header that loads the
/// whole file, and the code.
pub(crate) const STATIC: [u8; 132] = {
    let mut bytes = [0; 132];
    copy(&mut bytes, 0x00, b"\x7fELF\x02\x01\x01");
    copy(&mut bytes, 0x10, &[2, 0, 62, 0, 1]);
    // Entry point, program headers, then the sizes of the headers and their number.
    copy(&mut bytes, 0x18, &[0x78, 0, 0x40]);
    copy(&mut bytes, 0x20, &[0x40]);
    copy(&mut bytes, 0x34, &[0x40, 0, 0x38, 0, 1]);
    // PT_LOAD, readable and executable, at 0x400000, 132 bytes.
    copy(&mut bytes, 0x40, &[1, 0, 0, 0, 5]);
    copy(&mut bytes, 0x50, &[0, 0, 0x40]);
    copy(&mut bytes, 0x58, &[0, 0, 0x40]);
    copy(&mut bytes, 0x60, &[132]);
    copy(&mut bytes, 0x68, &[132]);
    copy(&mut bytes, 0x70, &[0, 0x10]);
    // mov $60, %eax; xor %edi, %edi; syscall
    copy(
        &mut bytes,
        0x78,
        &[0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05],
    );
    bytes
};

/// The header of a program for i386.
pub(crate) const BITS_32: [u8; 52] = {
    let mut bytes = [0; 52];
    copy(&mut bytes, 0, b"\x7fELF\x01\x01\x01");
    copy(&mut bytes, 0x10, &[2, 0, 3, 0, 1]);
    copy(&mut bytes, 0x28, &[52]);
    bytes
};

/// The header of a program for 64-bit Arm with the other byte order.
pub(crate) const BIG_ENDIAN: [u8; 64] = {
    let mut bytes = [0; 64];
    copy(&mut bytes, 0, b"\x7fELF\x02\x02\x01");
    copy(&mut bytes, 0x10, &[0, 2, 0, 183, 0, 0, 0, 1]);
    copy(&mut bytes, 0x34, &[0, 64]);
    bytes
};

const fn copy(into: &mut [u8], at: usize, from: &[u8]) {
    let mut index = 0;
    while index < from.len() {
        into[at + index] = from[index];
        index += 1;
    }
}

/// A program of the C compiler of this machine.
#[track_caller]
pub(crate) fn compile(arguments: &[&str]) -> Vec<u8> {
    compile_source("int main(void) { return 0; }\n", arguments)
}

/// The same of any source.
#[track_caller]
pub(crate) fn compile_source(source: &str, arguments: &[&str]) -> Vec<u8> {
    let directory = testkit::directory(&format!("-- main.c --\n{source}"));
    let output = directory.path().join("output");
    let status = Command::new("cc")
        .args(["-Os", "-o"])
        .arg(&output)
        .arg(directory.path().join("main.c"))
        .args(arguments)
        .status()
        .expect("cc can be run");
    assert!(status.success(), "cc {arguments:?} failed");
    fs_err::read(output).expect("the output can be read")
}
