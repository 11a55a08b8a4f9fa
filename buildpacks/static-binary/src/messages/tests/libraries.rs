//! What a program needs that the run image doesn't have.

use std::collections::BTreeMap;

use linkage::{Missing, RequiredVersion};

use super::*;
use crate::plan::{Lacking, Needs};

#[test]
fn a_dynamic_program_is_told_how_to_be_static() {
    let dynamic = Finding::Dynamic(Needs {
        interpreter: Some("/lib64/ld-linux-x86-64.so.2".into()),
        libraries: vec!["libssl.so.3".into(), "libc.so.6".into()],
        versions: vec![version("GLIBC_2.38"), version("GLIBC_2.4")],
    });
    insta::assert_snapshot!(render([unsuitable(dynamic)]), @"
    [Error: bin/server is linked dynamically]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    To start, it needs:
    - the loader /lib64/ld-linux-x86-64.so.2
    - the library libssl.so.3
    - the library libc.so.6 (GLIBC_2.38)

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

fn version(version: &str) -> RequiredVersion {
    RequiredVersion {
        library: "libc.so.6".into(),
        version: version.into(),
    }
}

#[test]
fn what_the_run_image_lacks_is_named() {
    let musl = Missing::Loader("/lib/ld-musl-x86_64.so.1".into());
    let newer = ["GLIBC_2.43", "GLIBC_2.42"].map(|name| Missing::Version(version(name)));
    let newest = BTreeMap::from([("libc.so.6".to_owned(), "GLIBC_2.41".to_owned())]);
    let lacking = |missing: &[Missing]| {
        unsuitable(Finding::Lacking(Lacking {
            missing: missing.to_vec(),
            newest: newest.clone(),
        }))
    };
    insta::assert_snapshot!(render([
        lacking(&[musl, Missing::Library("libc.musl-x86_64.so.1".into())]),
        lacking(&newer),
        lacking(&[Missing::NoLoader, Missing::Library("libssl.so.3".into())]),
    ]), @"
    [Error: bin/server needs what the image lacks]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The run image lacks:
    - the loader /lib/ld-musl-x86_64.so.1
    - the library libc.musl-x86_64.so.1

    It is linked to musl, the C library of Alpine, and the image has glibc.
    Link it statically:

    Go    CGO_ENABLED=0 go build -buildmode=exe
    C     cc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/libraries)

    [Error: bin/server needs what the image lacks]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The run image lacks:
    - GLIBC_2.43 of the library libc.so.6, it has GLIBC_2.41

    It was linked on a newer system. Link it on one that isn't newer than
    the image, or statically:

    Go    CGO_ENABLED=0 go build -buildmode=exe
    C     cc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/libraries)

    [Error: bin/server needs what the image lacks]
    The program is bin/server (named by the variable BP_STATIC_BINARY).

    The run image lacks:
    - a loader, of which the program names none
    - the library libssl.so.3

    Link what is missing statically into the program, or all of it:

    Go    CGO_ENABLED=0 go build -buildmode=exe
    C     cc -static -o program program.c
    Rust  cargo build --release --target x86_64-unknown-linux-musl
    Zig   zig build -Dtarget=x86_64-linux-musl
    (static-binary/libraries)
    ");
}
