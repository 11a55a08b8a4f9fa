//! What a person reads when a build fails is seen by whoever reviews the tests: the id of every message of a
//! buildpack, and of the crates that speak for it, stands in a test or a snapshot.

use crate::workspace::Source;

/// Where these messages are.
const SPEAKERS: [&str; 3] = [
    "buildpacks/",
    "crates/buildpack-kit/",
    "crates/start-command/",
];

/// Ids that no test shows.
#[must_use]
pub fn not_shown(sources: &[Source]) -> Vec<String> {
    let ours = |source: &&Source| {
        let mut speakers = SPEAKERS.iter();
        speakers.any(|speaker| source.path.starts_with(speaker))
    };
    let ours: Vec<&Source> = sources.iter().filter(ours).collect();
    let shown: String = ours.iter().map(|source| split(source).1).collect();
    let is_shown = |id: &str| {
        [format!("({id})"), format!("\"{id}\"")]
            .iter()
            .any(|text| shown.contains(text))
    };
    let speaking = ours.iter().filter(|source| {
        source.path.ends_with("/src/messages.rs") || source.path.contains("/src/messages/")
    });
    let mut missing = Vec::new();
    for source in speaking {
        let ids = split(source).0.split('"').filter(|text| is_id(text));
        let ids = ids.filter(|id| !is_shown(id));
        missing.extend(ids.map(|id| format!("{}: no test shows the message {id}", source.path)));
    }
    missing
}

/// What isn't of a test, and what is.
fn split(source: &Source) -> (&str, &str) {
    let is_test = source.path.ends_with("tests.rs")
        || source.path.contains("/tests/")
        || source.path.contains("/snapshots/");
    match source.text.find("#[cfg(test)]") {
        _ if is_test => ("", &source.text),
        Some(at) => source.text.split_at(at),
        None => (&source.text, ""),
    }
}

/// `go/version/unknown`.
fn is_id(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.contains('/') && text.split('/').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn an_id_that_no_test_has_is_told() {
        let messages = "Message::yours(\n    \"x/one\",\n \"A title, and a/b\");\nours(\"x/two\");\nours(\"x/three\")";
        let shown = "#[cfg(test)]\nmod tests { \"\n(x/two)\n\" }";
        let all = [
            source(
                "buildpacks/x/src/messages.rs",
                &format!("{messages}\n{shown}"),
            ),
            source("buildpacks/x/src/snapshots/a.snap", "(x/three)"),
            source("crates/other/src/messages.rs", "(\"other/id\")"),
        ];
        assert_eq!(
            not_shown(&all),
            ["buildpacks/x/src/messages.rs: no test shows the message x/one"]
        );
    }
}
