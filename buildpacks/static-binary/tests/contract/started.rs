//! What is started, and how: start commands of the user.

use crate::made_of::{go_program, native};
use crate::{app, elf};

#[test]
fn a_procfile_starts_several_programs() {
    let build = app("-- Procfile --\nweb: ./api --port 80\nNight_job: job\nagain: ./api\n")
        .with_file("api", 0o755, &elf::STATIC)
        .with_file("bin/job", 0o644, &elf::STATIC)
        .with_file("bin/unused", 0o755, &elf::STATIC);
    insta::assert_snapshot!(build.succeeds(), @"
    [Static binary]
    - web (from Procfile line 1) starts ./api through start
    - night-job (from Procfile line 2) starts job through start
    - again (from Procfile line 3) starts ./api through start
    Warning: The process Night_job of Procfile line 2 is called night-job in the image.
    - api (from Procfile line 1): a static program for amd64, 132 B
    - bin/job (from Procfile line 2): a static program for amd64, 132 B
    - bin/job isn't executable (mode 0644): it gets mode 0755
    - Removed 2 files (181 B) beside the program: BP_KEEP_FILES names what stays
      Procfile
      bin/ 1 file
    - Adding what the start commands need
      start: new
    ");
    insta::assert_snapshot!(build.layers_file("launch.toml"), @r#"
    [[processes]]
    type = "web"
    command = ["ROOT/layers/start/start", '[{"do":{"run":{"words":[[{"text":"./api"}],[{"text":"--port"}],[{"text":"80"}]],"stay":true}}}]']
    default = true

    [[processes]]
    type = "night-job"
    command = ["ROOT/layers/start/start", '[{"do":{"run":{"words":[[{"quoted":"ROOT/app/bin/job"}]],"stay":true}}}]']

    [[processes]]
    type = "again"
    command = ["ROOT/layers/start/start", '[{"do":{"run":{"words":[[{"text":"./api"}]],"stay":true}}}]']
    "#);
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    api      file 0755
    bin      dir  0755
    bin/job  file 0755
    ");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("layers")), @"
    launch.sbom.cdx.json   file 0644
    launch.sbom.spdx.json  file 0644
    launch.toml            file 0644
    start                  dir  0755
    start/start            file 0755
    start.toml             file 0644
    ");
    let document = build.layers_file("launch.sbom.cdx.json");
    assert!(document.contains("/layers/start/start"), "{document}");
}

#[test]
fn what_is_known_when_it_starts_is_left_to_start() {
    let text =
        "-- Procfile --\nweb: cd data && MODE=\"$M\" ../bin/api -p ${PORT:-80}\n-- data/x --\n";
    let build = app(text)
        .with_file("bin/api", 0o755, &elf::STATIC)
        .with_variable("BP_KEEP_FILES", "data")
        .with_variable("BP_PROCFILE_DEFAULT_PROCESS", "./absent");
    insta::assert_snapshot!(build.succeeds(), @"
    [Static binary]
    - web (from Procfile line 1) starts ../bin/api through start
      not used: BP_PROCFILE_DEFAULT_PROCESS
    - bin/api (from Procfile line 1): a static program for amd64, 132 B
    - Removed 1 file (52 B) beside the program: BP_KEEP_FILES names what stays
      Procfile
    - Adding what the start commands need
      start: new
    ");
    insta::assert_snapshot!(build.layers_file("launch.toml"), @r#"
    [[processes]]
    type = "web"
    command = ["ROOT/layers/start/start", '[{"do":{"cd":[[{"text":"data"}]]}},{"when":"&&","do":{"run":{"assignments":[{"name":"MODE","value":[{"quoted":""},{"variable":{"name":"M","quoted":true}}]}],"words":[[{"text":"../bin/api"}],[{"text":"-p"}],[{"variable":{"name":"PORT","operation":{"operator":"-","or_empty":true,"word":[{"text":"80"}]}}}]],"stay":true}}}]']
    default = true
    "#);
    // What the lifecycle restores of a launch layer.
    fs_err::remove_dir_all(build.path("layers/start")).unwrap();
    build.write_app(text);
    let again = build.succeeds();
    assert!(again.contains("  start: reused\n"), "{again}");
    assert!(!build.path("layers/start").exists());
    // A build without such a command leaves it behind.
    let without = build.with_variable("BP_PROCFILE_DEFAULT_PROCESS", "");
    let without = without.with_variable("BP_DIRECT_PROCESS", "true");
    without.succeeds();
    assert_eq!(
        without.layers_file("launch.toml").matches("start").count(),
        0
    );
    assert!(!without.path("layers/start.toml").exists());
}

#[test]
fn a_program_of_go_is_process_1_itself() {
    let of = |text: &str| {
        let build = app(text)
            .with_file("api", 0o755, &go_program())
            .with_process_variable("CNB_TARGET_ARCH", native());
        build.succeeds();
        assert!(!build.path("layers/start.toml").exists());
        build.layers_file("launch.toml")
    };
    insta::assert_snapshot!(of("-- Procfile --\nweb: ./api --port 80\n"), @r#"
    [[processes]]
    type = "web"
    command = ["./api", "--port", "80"]
    default = true
    "#);
    insta::assert_snapshot!(of(""), @r#"
    [[processes]]
    type = "web"
    command = ["./api"]
    default = true

    [[processes]]
    type = "api"
    command = ["./api"]
    "#);
}

#[test]
fn a_program_with_a_handler_can_be_process_1() {
    let of = |text: &str| {
        let build = app(text)
            .with_file("api", 0o755, &elf::STATIC)
            .with_variable("BP_DIRECT_PROCESS", "true");
        let log = build.succeeds();
        format!("{log}{}", build.layers_file("launch.toml"))
    };
    insta::assert_snapshot!(of(""), @r#"
    [Static binary]
    - api (from the only program at the root): a static program for amd64, 132 B
    [[processes]]
    type = "web"
    command = ["./api"]
    default = true

    [[processes]]
    type = "api"
    command = ["./api"]
    "#);
    insta::assert_snapshot!(of("-- Procfile --\nweb: ./api 80\njob: ./api $PORT\n"), @r#"
    [Static binary]
    - web (from Procfile line 1) starts ./api
    - job (from Procfile line 2) starts ./api through start
    - api (from Procfile line 1): a static program for amd64, 132 B
    - Removed 1 file (31 B) beside the program: BP_KEEP_FILES names what stays
      Procfile
    - Adding what the start commands need
      start: new
    [[processes]]
    type = "web"
    command = ["./api", "80"]
    default = true

    [[processes]]
    type = "job"
    command = ["ROOT/layers/start/start", '[{"do":{"run":{"words":[[{"text":"./api"}],[{"variable":{"name":"PORT"}}]]}}}]']
    "#);
    let word = app("").with_file("api", 0o755, &elf::STATIC);
    let message = word.with_variable("BP_DIRECT_PROCESS", "no").is_refused(1);
    assert!(message.contains("(environment/invalid)"), "{message}");
}

#[test]
fn links_of_a_command_lead_to_the_program() {
    let build = app("-- current -> build --\n-- Procfile --\nweb: ./current/api --port 80\n")
        .with_file("build/api", 0o755, &elf::STATIC);
    build.succeeds();
    let launch = build.layers_file("launch.toml");
    assert!(launch.contains("ROOT/app/build/api"), "{launch}");
    insta::assert_snapshot!(testkit::tree_without_digests(&build.path("app")), @"
    build      dir  0755
    build/api  file 0755
    ");
}

#[test]
fn an_entrypoint_names_a_program_and_a_binding_others() {
    let build = app("-- Procfile --\nweb: ./other\n")
        .with_file("deep/api", 0o755, &elf::STATIC)
        .with_variable("GOOGLE_ENTRYPOINT", "deep/api 'a b'");
    testkit::write_into(
        &build.path("platform"),
        "-- bindings/p/type --\nProcfile\n-- bindings/p/Procfile --\njob: deep/api job\n",
    );
    insta::assert_snapshot!(build.succeeds(), @"
    [Static binary]
    - web (from GOOGLE_ENTRYPOINT) starts deep/api through start
      not used: Procfile line 1
    - job (from Procfile of the binding p line 1) starts deep/api through start
    - deep/api (from GOOGLE_ENTRYPOINT): a static program for amd64, 132 B
    - Removed 1 file (13 B) beside the program: BP_KEEP_FILES names what stays
      Procfile
    - Adding what the start commands need
      start: new
    ");
}

#[test]
fn an_app_is_ours_when_a_command_leads_into_it() {
    let elf = |text: &str| app(text).with_file("out/api", 0o755, &elf::STATIC);
    for (text, status) in [
        ("-- Procfile --\nweb: out/api\n", 0),
        ("-- Procfile --\nweb: cd out && ./api $PORT\n", 0),
        ("-- Procfile --\nweb: out/api | tee log\n", 0),
        (
            "-- Procfile --\nweb: node server.js\n-- server.js --\n",
            100,
        ),
        (
            "-- Procfile --\nweb: python app.py | cat\n-- app.py --\n",
            100,
        ),
        ("-- Procfile --\nweb: $PROGRAM\n", 100),
    ] {
        assert_eq!(elf(text).detect().status, status, "{text}");
    }
    let entrypoint = elf("").with_variable("GOOGLE_ENTRYPOINT", "out/api");
    assert_eq!(entrypoint.detect().status, 0);
}

#[test]
fn a_command_enters_what_stays_in_the_image() {
    let of = |directory: &str| {
        let text = format!(
            "-- Procfile --\nweb: cd {directory} && /workspace/api\n-- data/x --\n-- lib/x --\n"
        );
        let build = app(&format!("{text}-- current -> bin --\n"));
        let build = build.with_file("bin/api", 0o755, &elf::STATIC);
        let path = build.path("app/bin/api").display().to_string();
        let text = text.replace("/workspace/api", &path);
        build.write_app(&text);
        build.with_variable("BP_KEEP_FILES", "data")
    };
    of("data").succeeds();
    of("bin").succeeds();
    insta::assert_snapshot!(of("lib").is_refused(1), @"
    [Error: There is no directory lib in the image]
        web: cd lib && ROOT/app/bin/api
                ^^^

    The app has none of that name, or all that is in it is for the build and isn't
    in the image. There are:
    - bin
    - data

    Name a directory of the image, keep a file in this one, or start the program
    from where the process starts, without cd:
    ./server
    (start-command/directory)
    ");
    for directory in ["current", "nowhere"] {
        let message = of(directory).is_refused(1);
        assert!(message.contains("(start-command/directory)"), "{message}");
    }
}
