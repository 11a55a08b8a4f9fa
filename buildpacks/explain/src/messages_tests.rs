use buildpack_kit::environment::Environment;
use buildpack_kit::variables::Language;

use super::*;

fn render(findings: Findings) -> String {
    let message = BuildpackError::NothingDetected(Box::new(findings)).explain();
    assert_eq!(message.kind, explain::Kind::Yours);
    assert!(message.title.chars().count() <= 60, "{}", message.title);
    for line in message.body.lines() {
        assert!(line.chars().count() <= 72, "{line}");
    }
    message.render()
}

fn row(language: &str, what: &str, closest: Option<Closest>) -> LookedFor {
    LookedFor {
        language: language.to_owned(),
        what: what.to_owned(),
        closest,
    }
}

fn other(language: &str, found: &str, expected: Option<&str>, way_out: &str) -> Elsewhere {
    Elsewhere {
        language: language.to_owned(),
        found: found.to_owned(),
        expected: expected.map(str::to_owned),
        way_out: way_out.to_owned(),
    }
}

fn findings(root: &[&str]) -> Findings {
    Findings {
        within: String::new(),
        root: root.iter().map(|&name| name.to_owned()).collect(),
        archive: None,
        looked_for: vec![
            row("Go", "go.mod, go.work, *.go, cmd/*/*.go", None),
            row(
                "Binary",
                "an ELF program at the root or in bin/, or one that a Procfile names",
                None,
            ),
        ],
        elsewhere: vec![],
        leaves_out: vec![],
    }
}

#[test]
fn a_language_that_the_builder_has_not() {
    let environment = Environment::new([("BP_LANGUAGE", "python")], [("", ""); 0]);
    let wished = Language::wished(&environment).unwrap().unwrap();
    let message = BuildpackError::NotInBuilder { wished }.explain();
    assert_eq!(message.kind, explain::Kind::Yours);
    insta::assert_snapshot!(message.render(), @"
    [Error: The builder has no buildpack for Python apps]
    BP_LANGUAGE says what the app is.

    Choose another builder, or leave BP_LANGUAGE unset.
    (explain/language)
    ");
}

#[test]
fn a_program_that_was_not_compiled() {
    let mut findings = findings(&["Procfile"]);
    findings.looked_for[1].closest = Some(Closest::Started {
        line: 1,
        program: "./server".to_owned(),
    });
    insta::assert_snapshot!(render(findings), @"
    [Error: No buildpack of the builder knows this app]
    Found at the root: Procfile

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              nothing comes close
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              closest: Procfile line 1 starts ./server,
              which isn't in the app; compile it before the build
    (explain/nothing-detected)
    ");
}

#[test]
fn everything_at_once() {
    let mut findings = findings(&[
        "README.md",
        "pom.xml",
        "requirement.txt",
        "services/",
        ".git/",
    ]);
    findings.looked_for[0].closest = Some(Closest::Below {
        path: "services/api/go.mod".to_owned(),
        directory: "services/api".to_owned(),
    });
    findings.looked_for[1].closest = Some(Closest::Program {
        path: "target/release/server".to_owned(),
        variable: "BP_STATIC_BINARY".to_owned(),
    });
    findings.elsewhere = vec![
        other(
            "Python",
            "requirement.txt",
            Some("requirements.txt"),
            "Use another builder.",
        ),
        other(
            "Java",
            "pom.xml",
            None,
            "Use another builder,\nor a program.",
        ),
    ];
    findings.leaves_out = vec!["exclude = [\"/go.mod\"]".to_owned()];
    insta::assert_snapshot!(render(findings), @r#"
    [Error: No buildpack of the builder knows this app]
    Found at the root: README.md, pom.xml, requirement.txt,
    services/

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              closest: services/api/go.mod; to build that directory:
              BP_APP_DIR=services/api
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              closest: target/release/server; to take that:
              BP_STATIC_BINARY=target/release/server

    The builder has no buildpack for:
    Python    requirement.txt, which looks like requirements.txt
              Use another builder.
    Java      pom.xml
              Use another builder,
              or a program.

    project.toml leaves files out:
    exclude = ["/go.mod"]
    (explain/nothing-detected)
    "#);
}

#[test]
fn a_misspelled_name() {
    let mut findings = findings(&["go.mod.txt"]);
    findings.looked_for[0].closest = Some(Closest::Misspelled {
        found: "go.mod.txt".to_owned(),
        expected: "go.mod".to_owned(),
    });
    insta::assert_snapshot!(render(findings), @"
    [Error: No buildpack of the builder knows this app]
    Found at the root: go.mod.txt

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              closest: go.mod.txt looks like go.mod; to rename it:
              mv go.mod.txt go.mod
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              nothing comes close
    (explain/nothing-detected)
    ");
}

#[test]
fn nothing_to_speak_of() {
    let many: Vec<String> = (0..25)
        .map(|number| format!("chapter-{number}.md"))
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut archive = findings(&["app.zip"]);
    archive.archive = Some("app.zip".to_owned());
    let screens = [
        findings(&[]),
        findings(&[".git/"]),
        archive,
        findings(&many),
    ]
    .map(render);
    insta::assert_snapshot!(screens.join("\n"), @"
    [Error: No buildpack of the builder knows this app]
    The directory of the app has no files.
    Check the directory that is built, and what is left out of it.

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              nothing comes close
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              nothing comes close
    (explain/nothing-detected)

    [Error: No buildpack of the builder knows this app]
    The directory of the app has only hidden files.
    Check the directory that is built, and what is left out of it.

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              nothing comes close
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              nothing comes close
    (explain/nothing-detected)

    [Error: No buildpack of the builder knows this app]
    The app is an archive, app.zip.
    Unpack it, and build the directory that has the sources.

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              nothing comes close
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              nothing comes close
    (explain/nothing-detected)

    [Error: No buildpack of the builder knows this app]
    Found at the root: chapter-0.md, chapter-1.md, chapter-2.md,
    chapter-3.md, chapter-4.md, chapter-5.md, chapter-6.md,
    chapter-7.md, chapter-8.md, chapter-9.md, chapter-10.md,
    chapter-11.md, chapter-12.md, chapter-13.md, chapter-14.md,
    chapter-15.md, chapter-16.md, chapter-17.md, chapter-18.md,
    chapter-19.md and 5 more

    Go        looked for go.mod, go.work, *.go, cmd/*/*.go
              nothing comes close
    Binary    looked for an ELF program at the root or in bin/, or one that
              a Procfile names
              nothing comes close
    (explain/nothing-detected)
    ");
}
