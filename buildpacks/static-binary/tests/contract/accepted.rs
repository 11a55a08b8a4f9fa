//! Apps that become an image, and apps that are not ours.

use crate::{app, elf};

#[test]
fn the_only_program_becomes_the_image() {
    let build = app("
-- src/main.c --
-- src/more.c --
-- README.md --
-- .env --
")
    .with_file("server", 0o664, &elf::STATIC);
    insta::assert_snapshot!(build.succeeds(), @"
    [Static binary]
    - server (from the only program at the root): a static program for amd64, 132 B
    - server isn't executable (mode 0664): it gets mode 0755
    - ./server starts through start: as process 1, a program without a handler ignores SIGTERM
      BP_DIRECT_PROCESS=true, for one that has a handler, leaves start out
    - Removed 4 files (0 B) beside the program: BP_KEEP_FILES names what stays
      .env
      README.md
      src/ 2 files
    Warning: Not in the image, because such files hold secrets: .env
      Secrets belong in the environment of the container. An app that reads such a file
      when it runs needs the variables there instead.
      To have them in the image all the same, name them among all that stays:
      BP_KEEP_FILES=.env
    - Adding what the start commands need
      start: new
    ");
    insta::assert_snapshot!(testkit::tree(&build.path("app")), @"server  file 0755 aa579eb6");
    insta::assert_snapshot!(build.layers_file("launch.toml"), @r#"
    [[processes]]
    type = "web"
    command = ["ROOT/layers/start/start", '[{"do":{"run":{"words":[[{"quoted":"./server"}]],"stay":true}}}]']
    default = true

    [[processes]]
    type = "server"
    command = ["ROOT/layers/start/start", '[{"do":{"run":{"words":[[{"quoted":"./server"}]],"stay":true}}}]']
    "#);
    let digest = "\"aa579eb65dee70d307b6a617de22370f4b25b9091e6726b0df50f8e4dc31730c\"";
    for format in ["cdx", "spdx"] {
        let document = build.layers_file(&format!("launch.sbom.{format}.json"));
        assert!(document.contains(digest), "{document}");
    }
}

#[test]
fn building_twice_gives_the_same_files() {
    let trees = ["once", "twice"].map(|_| {
        let build = app("-- public/a.html 0600 --\n").with_file("bin/server", 0o700, &elf::STATIC);
        let build = build.with_variable("BP_KEEP_FILES", "public");
        // What is said of `start` has the path of its layer in it, which is another each time here.
        let build = build.with_variable("BP_DIRECT_PROCESS", "true");
        build.succeeds();
        let layers = testkit::tree(&build.path("layers"));
        format!("{}{layers}", testkit::tree(&build.path("app")))
    });
    assert_eq!(trees[0], trees[1]);
}

#[test]
fn an_app_of_another_user_is_built_as_if_it_were_ours() {
    let build = app("-- public/a.html 0600 --\n").with_file("bin/server", 0o600, &elf::STATIC);
    let build = build.with_variable("BP_KEEP_FILES", "public");
    let Some(build) = build.with_foreign_app() else {
        return;
    };
    build.succeeds();
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    bin            dir  0755
    bin/server     file 0755
    public         dir  0755
    public/a.html  file 0644
    ");
}

#[test]
fn kept_files_stay_readable_for_everyone() {
    let build = app("
-- public/index.html 0600 --
-- public/deep/style.css 0664 --
-- templates/a.html --
-- templates/a.txt --
-- LICENSE --
-- link -> public/index.html --
")
    .with_file("bin/server", 0o755, &elf::STATIC)
    .with_variable("BP_KEEP_FILES", "public/:templates/*.html:link:nowhere/*");
    insta::assert_snapshot!(build.succeeds(), @"
    [Static binary]
    - bin/server (from the only program in bin/): a static program for amd64, 132 B
    - ./bin/server starts through start: as process 1, a program without a handler ignores SIGTERM
      BP_DIRECT_PROCESS=true, for one that has a handler, leaves start out
    Warning: BP_KEEP_FILES: nowhere/* matches no file. Check its spelling.
    - Removed 2 files (0 B) beside the program: BP_KEEP_FILES names what stays
      LICENSE
      templates/ 1 file
    - Adding what the start commands need
      start: new
    ");
    insta::assert_snapshot!(testkit::tree(&build.path("app")), @"
    bin                    dir  0755
    bin/server             file 0755 aa579eb6
    link                   link -> public/index.html
    public                 dir  0755
    public/deep            dir  0755
    public/deep/style.css  file 0644 e3b0c442
    public/index.html      file 0644 e3b0c442
    templates              dir  0755
    templates/a.html       file 0644 e3b0c442
    ");
}

#[test]
fn a_file_of_secrets_that_is_kept_is_no_cause_to_warn() {
    let build = app("-- .env --\nA=1\n-- .env.example --\nA=\n-- .git/HEAD --\n")
        .with_file("server", 0o755, &elf::STATIC)
        .with_variable("BP_KEEP_FILES", ".env");
    insta::assert_snapshot!(build.succeeds(), @"
    [Static binary]
    - server (from the only program at the root): a static program for amd64, 132 B
    - ./server starts through start: as process 1, a program without a handler ignores SIGTERM
      BP_DIRECT_PROCESS=true, for one that has a handler, leaves start out
    - Removed 2 files (3 B) beside the program: BP_KEEP_FILES names what stays
      .env.example
      .git/ 1 file
    - Adding what the start commands need
      start: new
    ");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    .env    file 0644
    server  file 0755
    ");
}

#[test]
fn a_named_program_wins_over_the_ones_that_are_found() {
    let build = app("-- current -> build/out --\n")
        .with_file("build/out/server", 0o755, &elf::STATIC)
        .with_file("other", 0o755, &elf::STATIC)
        .with_variable("BP_STATIC_BINARY", "./current/server");
    insta::assert_snapshot!(build.succeeds(), @"
    [Static binary]
    - build/out/server (from BP_STATIC_BINARY): a static program for amd64, 132 B
    - ./build/out/server starts through start: as process 1, a program without a handler ignores SIGTERM
      BP_DIRECT_PROCESS=true, for one that has a handler, leaves start out
    - Removed 2 files (132 B) beside the program: BP_KEEP_FILES names what stays
      current
      other
    - Adding what the start commands need
      start: new
    ");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    build             dir  0755
    build/out         dir  0755
    build/out/server  file 0755
    ");
}

#[test]
fn project_toml_names_a_program_or_the_project() {
    let by_path = app("-- project.toml --\n[binary]\npath = \"out/a\"\n")
        .with_file("out/a", 0o755, &elf::STATIC)
        .succeeds();
    assert!(
        by_path.contains("- out/a (from project.toml): "),
        "{by_path}"
    );
    let by_name = app("-- project.toml --\n[_]\nschema-version = \"0.2\"\nname = \"b\"\n")
        .with_file("a", 0o755, &elf::STATIC)
        .with_file("b", 0o755, &elf::STATIC)
        .succeeds();
    let expected = "- b (from the program at the root that has the project's name): ";
    assert!(by_name.contains(expected), "{by_name}");
}

#[test]
fn an_app_without_a_program_is_not_ours() {
    let build = app("-- README.md --\n-- bin/script 0755 --\n#!/bin/sh\n-- lib/x --\n");
    let detected = build.detect();
    assert_eq!(detected.status, 100);
    assert_eq!(detected.log, "");
    assert_eq!(detected.errors, "");
}

#[test]
fn detection_leaves_mistakes_to_who_can_explain_them() {
    let odd = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff.txt");
    let odd: &std::ffi::OsStr = odd;
    let build = app("-- out -> /etc --\n-- project.toml --\n[[\n-- Procfile --\n|\n");
    fs_err::write(build.path("app").join(odd), "").unwrap();
    assert_eq!(build.detect().status, 100);
}
