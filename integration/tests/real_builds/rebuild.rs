//! The second build of an app: what it reuses, and what it must not.

use integration::{Case, Layout, Machine};
use serde_json::Value;

use crate::apps::{self, answer_of};

pub(crate) const CASES: &[Case] = &[
    Case::new("rebuild::an_unchanged_app_is_the_same_image", unchanged),
    Case::new("rebuild::edits_of_equal_length_are_seen", edits),
];

fn unchanged(machine: &Machine) {
    let home = machine.home();
    let app = apps::word();
    let report = app.path().with_extension("json");
    let mut digests = Vec::new();
    for round in ["first", "second"] {
        let layout = home.path().join(round);
        let built = home
            .build("word", app.path())
            .arg("--report")
            .arg(&report)
            .arg("--output")
            .arg(format!("oci:{}", layout.display()))
            .run()
            .succeeded();
        let report: Value =
            serde_json::from_slice(&fs_err::read(&report).expect("the report is written"))
                .expect("the report is JSON");
        let layout = Layout::read(&layout);
        assert_eq!(report["digest"], layout.digest, "{}", built.text());
        let layers = report["layers"].as_array().expect("an array");
        assert_eq!(layers.len(), layout.layers.len());
        if round == "second" {
            let made: Vec<&Value> = layers
                .iter()
                .filter(|layer| layer["reused"] != true)
                .collect();
            assert!(made.is_empty(), "made again: {made:#?}\n{}", built.text());
        }
        digests.push(layout.digest);
    }
    assert_eq!(digests[0], digests[1]);
    fs_err::remove_file(report).expect("it is there");
}

/// Go's package index is keyed by path, modification time and size of a package's files, and a platform
/// gives every file of an app one time. A kept build cache then answers for the file before the edit.
fn edits(machine: &Machine) {
    let home = machine.home();
    let app = apps::word();
    assert_eq!(answer_of(&home, app.path()), "abab");
    let words = app.path().join("words/words.go");
    let before = fs_err::read_to_string(&words).expect("it is there");
    let edits = [
        ("\"ab\"", "\"cd\"", "cdcd"),
        // Another import in as many bytes, and then its use.
        ("strings\"", "strconv\"", ""),
        (
            "strings.Repeat(\"cd\", 2)",
            "strconv.Itoa(123456789)",
            "123456789",
        ),
    ];
    let mut text = before.clone();
    for (from, to, answer) in edits {
        text = text.replace(from, to);
        assert_eq!(text.len(), before.len(), "an edit of equal length");
        if !answer.is_empty() {
            fs_err::write(&words, &text).expect("it is writable");
            assert_eq!(answer_of(&home, app.path()), answer);
        }
    }
}
