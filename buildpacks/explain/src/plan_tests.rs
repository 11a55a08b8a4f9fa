use super::*;
use crate::elsewhere;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn project(root: &[&str], below: &[&str]) -> Project {
    let detection = |language: &str, files: &[&str], variable: Option<&str>| Detection {
        language: language.to_owned(),
        files: names(files),
        looked_for: variable.map(|_| "a program".to_owned()),
        program_variable: variable.map(str::to_owned),
    };
    Project {
        within: String::new(),
        root: names(root),
        below: names(below),
        programs: below
            .iter()
            .filter(|path| path.ends_with("server"))
            .map(|&path| path.to_owned())
            .collect(),
        started: root
            .contains(&"Procfile")
            .then(|| (2, "./bin/web".to_owned())),
        leaves_out: vec![],
        detections: vec![
            detection("Go", &["go.mod", "*.go", "cmd/*/*.go"], None),
            detection("Binary", &[], Some("BP_STATIC_BINARY")),
        ],
    }
}

fn closest_of(root: &[&str], below: &[&str]) -> String {
    let project = project(root, below);
    let findings = findings(&project, vec![]);
    let rows = findings.looked_for.into_iter();
    let rows: Vec<String> = rows.map(|row| format!("{:?}", row.closest)).collect();
    rows.join(" ")
}

#[test]
fn what_comes_closest() {
    let cases: [(&[&str], &[&str]); 9] = [
        (&["README.md"], &["docs/a.md"]),
        (&["go.mod.txt"], &["api/go.mod"]),
        (&["GO.MOD"], &[]),
        (&["go.sum", "go.mod/"], &["go.mod/x"]),
        (&["a/"], &["a/x.go", "a/b/go.mod", "a/c/d/go.mod"]),
        (&["a/"], &["a/b/cmd/c/d.go", "a/b/cmd/c/e.go"]),
        (&["target/"], &["target/release/server", "out/server"]),
        (&["Procfile", "out/"], &["out/server"]),
        (&["Procfile"], &[]),
    ];
    let table = cases.map(|(root, below)| closest_of(root, below));
    insta::assert_snapshot!(table.join("\n"), @r#"
    None None
    Some(Misspelled { found: "go.mod.txt", expected: "go.mod" }) None
    Some(Misspelled { found: "GO.MOD", expected: "go.mod" }) None
    None None
    Some(Below { path: "a/b/go.mod", directory: "a/b" }) None
    Some(Below { path: "a/b/cmd/c/d.go", directory: "a/b" }) None
    None Some(Program { path: "out/server", variable: "BP_STATIC_BINARY" })
    None Some(Program { path: "out/server", variable: "BP_STATIC_BINARY" })
    None Some(Started { line: 2, program: "./bin/web" })
    "#);
}

#[test]
fn a_slip_is_little_and_no_other_file() {
    for (name, file, expected) in [
        ("requirement.txt", "requirements.txt", true),
        ("Package.json", "package.json", true),
        ("go.mod.txt", "go.mod", true),
        ("gemfile", "Gemfile", true),
        ("go.sum", "go.mod", false),
        ("package-lock.json", "package.json", false),
        ("package.json/", "package.json", false),
        ("package.json", "package.json", false),
    ] {
        assert_eq!(is_slip(name, file), expected, "{name} {file}");
    }
}

#[test]
fn languages_that_the_builder_has_are_not_elsewhere() {
    let found = |root: &[&str], has: Option<&str>| {
        let mut project = project(root, &[]);
        if let (Some(has), Some(first)) = (has, project.detections.first_mut()) {
            first.language = has.to_owned();
        }
        let findings = findings(&project, elsewhere::languages());
        let rows = findings.elsewhere.into_iter();
        let rows = rows.map(|row| format!("{} {} {:?}", row.language, row.found, row.expected));
        rows.collect::<Vec<_>>()
    };
    assert_eq!(found(&["pom.xml", "src/"], None), ["Java pom.xml None"]);
    assert_eq!(found(&["pom.xml", "src/"], Some("Java")), [""; 0]);
    let misspelled = "Python requirement.txt Some(\"requirements.txt\")";
    assert_eq!(found(&["requirement.txt"], None), [misspelled]);
    assert_eq!(found(&["app.py/"], None), [""; 0]);
}

#[test]
fn only_an_archive_that_is_alone_is_the_app() {
    assert_eq!(
        archive(&names(&[".git/", "app.tar.gz"])).unwrap(),
        "app.tar.gz"
    );
    assert_eq!(archive(&names(&["a.zip", "b"])), None);
    assert_eq!(archive(&names(&["zip"])), None);
    assert_eq!(archive(&[]), None);
}
