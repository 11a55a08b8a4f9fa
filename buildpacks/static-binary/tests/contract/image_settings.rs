//! What the user asks of every image.

use crate::{app, elf};

#[test]
fn variables_and_labels_are_in_the_image() {
    let build = app("-- README.md --\n")
        .with_file("server", 0o755, &elf::STATIC)
        .with_variable("BPE_GREETING", "hello")
        .with_variable("BPE_APPEND_PATH", "/opt/bin")
        .with_variable("BPE_DELIM_PATH", ":")
        .with_variable("BP_OCI_TITLE", "Shop")
        .with_variable("BP_IMAGE_LABELS", "team='the shop'");
    let log = build.succeeds();
    let said = "- Setting GREETING, PATH for the app\n  environment: new\n\
                - Labelling the image: org.opencontainers.image.title, team\n";
    assert!(log.contains(said), "{log}");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("layers/environment")), @"
    env.launch                    dir  0755
    env.launch/GREETING.override  file 0644
    env.launch/PATH.append        file 0644
    env.launch/PATH.delim         file 0644
    ");
    insta::assert_snapshot!(build.layers_file("launch.toml"), @r#"
    [[labels]]
    key = "org.opencontainers.image.title"
    value = "Shop"

    [[labels]]
    key = "team"
    value = "the shop"

    [[processes]]
    type = "web"
    command = ["ROOT/layers/start/start", '[{"do":{"run":{"words":[[{"quoted":"./server"}]],"stay":true}}}]']
    default = true

    [[processes]]
    type = "server"
    command = ["ROOT/layers/start/start", '[{"do":{"run":{"words":[[{"quoted":"./server"}]],"stay":true}}}]']
    "#);

    build.restore();
    let again = build.build();
    assert!(again.log.contains("  environment: reused\n"), "{again:?}");

    fs_err::remove_file(build.path("platform/env/BPE_GREETING")).unwrap();
    fs_err::remove_file(build.path("platform/env/BPE_APPEND_PATH")).unwrap();
    fs_err::remove_file(build.path("platform/env/BPE_DELIM_PATH")).unwrap();
    build.restore();
    assert_eq!(build.build().status, 0);
    assert!(!build.path("layers/environment.toml").exists());
}

#[test]
fn what_cannot_be_asked_is_refused_before_anything_is_done() {
    for (name, value, id) in [
        ("BPE_A-B", "x", "(environment/names)"),
        ("BP_IMAGE_LABELS", "a='b", "(labels/list)"),
        ("GOOGLE_LABEL_1", "x", "(labels/google-names)"),
    ] {
        let build = app("-- a --\n").with_file("server", 0o755, &elf::STATIC);
        let message = build.with_variable(name, value).is_refused(1);
        assert!(message.contains(id), "{message}");
    }
}

#[test]
fn the_app_can_be_a_directory_of_the_tree() {
    let build = app("
-- README.md --
-- services/web/public/a.css --
-- services/web/notes.md --
")
    .with_file("services/web/server", 0o755, &elf::STATIC)
    .with_file("services/api/server", 0o755, &elf::STATIC)
    .with_variable("BP_KEEP_FILES", "public")
    .with_variable("BP_APP_DIR", "services/web");
    let log = build.succeeds();
    let said =
        "- The app is services/web (from BP_APP_DIR): 2 files outside of it aren't in the image\n";
    assert!(log.contains(said), "{log}");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    services                   dir  0755
    services/web               dir  0755
    services/web/public        dir  0755
    services/web/public/a.css  file 0644
    services/web/server        file 0755
    ");
    let launch = build.layers_file("launch.toml");
    assert!(
        launch.contains("working-dir = \"ROOT/app/services/web\"\n"),
        "{launch}"
    );

    let missing = app("-- services/web/a --\n").with_variable("BP_APP_DIR", "services/wbe");
    let message = missing.is_refused(1);
    assert!(message.contains("\nBP_APP_DIR=services/web\n"), "{message}");
}

#[test]
fn secrets_of_the_build_are_left_nowhere() {
    const CANARY: &str = "c4n4ry";
    let build = app("-- .env --\nTOKEN=c4n4ry\n-- notes.md --\n")
        .with_file("server", 0o755, &elf::STATIC)
        .with_variable("API_TOKEN", CANARY)
        .with_variable("BP_NOBODY_KNOWS", CANARY)
        .with_variable("BP_LOG_LEVEL", "DEBUG")
        .with_variable("BPE_TOKEN", CANARY);
    let log = build.succeeds();
    assert!(!log.contains(CANARY), "{log}");
    // What the user puts into the image is there, and there alone.
    let value = "ROOT/layers/environment/env.launch/TOKEN.override";
    assert_eq!(build.files_with(CANARY), [value]);
}
