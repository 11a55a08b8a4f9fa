use super::*;

fn target(directory: &str, program: &str) -> MainPackage {
    MainPackage {
        import_path: format!("example.com/{directory}"),
        directory: directory.into(),
        program: program.to_owned(),
    }
}

#[test]
fn what_go_run_means_is_compiled() {
    let targets = [
        target("", "shop"),
        target("cmd/api", "api"),
        target("../tools/migrate", "migrate"),
    ];
    let is_part = |file: &Path| !file.ends_with("migrate.go");
    let of = |text: &str, directory: &str| {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let directory = Some(directory).filter(|directory| *directory != "?");
        let run = run(&words, directory.map(Path::new), &targets, &is_part);
        match run {
            None => "none".to_owned(),
            Some(Ok((dropped, program))) => format!("{program} {}", words[dropped..].join(" ")),
            Some(Err((index, missing))) => format!("{} {missing:?}", words[index]),
        }
    };
    for (text, directory, expected) in [
        ("go run . serve", "", "shop serve"),
        ("go run ./cmd/api --port 80", "", "api --port 80"),
        ("go run ./cmd/api/", "", "api "),
        ("go run example.com/cmd/api", "?", "api "),
        ("go run .", "cmd/api", "api "),
        ("go run ../..", "cmd/api", "shop "),
        ("go run main.go server.go x", "", "shop x"),
        ("go run cmd/api/main.go", "", "api "),
        ("go run ../tools/migrate up", "", "migrate up"),
        ("go run ../../tools/migrate/main.go", "cmd", "migrate "),
        ("go build .", "", "none"),
        ("air run .", "", "none"),
    ] {
        assert_eq!(of(text, directory), expected, "{text}");
    }
    let refused = [
        ("go run ./cmd/none x", ""),
        ("go run tools/migrate/main.go", ""),
        ("go run cmd/api", ""),
        ("go run ./...", ""),
        ("go run example.com/tool@latest", ""),
        ("go run cmd/none/main.go", ""),
        ("go run migrate.go", ""),
        ("go run main.go cmd/api/main.go", ""),
        ("go run .", "?"),
        ("go run", ""),
    ];
    let refused = refused.map(|(text, directory)| of(text, directory));
    insta::assert_snapshot!(refused.join("\n"), @r#"
    ./cmd/none NotCompiled { source: "./cmd/none", compiled: [".", "./cmd/api", "../tools/migrate"], fix: Some("BP_GO_TARGETS=.:./cmd/api:../tools/migrate:./cmd/none") }
    tools/migrate/main.go NotCompiled { source: "tools/migrate/main.go", compiled: [".", "./cmd/api", "../tools/migrate"], fix: Some("BP_GO_TARGETS=.:./cmd/api:../tools/migrate:./tools/migrate") }
    cmd/api NotCompiled { source: "cmd/api", compiled: [".", "./cmd/api", "../tools/migrate"], fix: None }
    ./... NotCompiled { source: "./...", compiled: [".", "./cmd/api", "../tools/migrate"], fix: None }
    example.com/tool@latest NotCompiled { source: "example.com/tool@latest", compiled: [".", "./cmd/api", "../tools/migrate"], fix: None }
    cmd/none/main.go NotCompiled { source: "cmd/none/main.go", compiled: [".", "./cmd/api", "../tools/migrate"], fix: Some("BP_GO_TARGETS=.:./cmd/api:../tools/migrate:./cmd/none") }
    migrate.go NotCompiled { source: "migrate.go", compiled: [".", "./cmd/api", "../tools/migrate"], fix: None }
    main.go NotCompiled { source: "main.go", compiled: [".", "./cmd/api", "../tools/migrate"], fix: None }
    . NotCompiled { source: ".", compiled: [".", "./cmd/api", "../tools/migrate"], fix: None }
    run NotCompiled { source: "", compiled: [".", "./cmd/api", "../tools/migrate"], fix: None }
    "#);
}

#[test]
fn options_are_for_the_compiler_which_has_run() {
    let table = [
        "-race .",
        "-tags x .",
        "-v --ldflags=-s -tags=a,b .",
        "-C cmd/api . x",
        "-exec strace .",
        "-tags",
    ];
    let table = table.map(|text| {
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        match options(&words) {
            Some(Missing::CompilerOption { option, fix }) => format!("{option} {fix:?}"),
            other => panic!("{other:?}"),
        }
    });
    insta::assert_snapshot!(table.join("\n"), @r#"
    -race Variable("BP_GO_BUILD_FLAGS=-race")
    -tags Variable("BP_GO_BUILD_FLAGS=-tags=x")
    -v Variable("BP_GO_BUILD_FLAGS=-v -ldflags=-s -tags=a,b")
    -C Command("cd cmd/api && go run . x")
    -exec Command("go run .")
    -tags Variable("BP_GO_BUILD_FLAGS=-tags=…")
    "#);
    assert_eq!(options(&[".".to_owned(), "-x".to_owned()]), None);
}

#[test]
fn an_output_is_that_of_its_package() {
    let several = [target("", "shop"), target("cmd/api", "api")];
    let one = [target("cmd/api", "api")];
    let of = |text: &str, targets: &[MainPackage]| {
        output(text, targets).map(|(path, program)| format!("{} {program}", path.display()))
    };
    assert_eq!(of("go build -o x", &several).as_deref(), Some("x shop"));
    assert_eq!(
        of("go build -o x ./cmd/api/", &several).as_deref(),
        Some("x api")
    );
    assert_eq!(of("go build -o x ./cmd/none", &several), None);
    assert_eq!(
        of("CGO_ENABLED=0 go build -o ./bin/x .", &one).as_deref(),
        Some("bin/x api")
    );
    assert_eq!(of("go build ./cmd/api", &one), None);
}
