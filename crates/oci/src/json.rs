//! JSON with the bytes that the programs of the field write.

use serde::Serialize;
use serde_json::Value;

/// What Go's `encoding/json` escapes in strings and others don't. None of it stands outside of strings.
const ESCAPED: [(&str, &str); 5] = [
    ("<", "\\u003c"),
    (">", "\\u003e"),
    ("&", "\\u0026"),
    ("\u{2028}", "\\u2028"),
    ("\u{2029}", "\\u2029"),
];

/// Writes a document as Go's `encoding/json` does: a document that the lifecycle wrote and that we read
/// and write again keeps its digest.
///
/// # Errors
/// When the document has keys that are no strings.
pub(crate) fn to_json(document: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(escaped(serde_json::to_string(document)?))
}

/// The same of a document that is JSON already, which can't fail.
#[must_use]
pub fn json_text(document: &Value) -> String {
    escaped(document.to_string())
}

fn escaped(text: String) -> String {
    let escape = |text: String, (raw, escaped)| text.replace(raw, escaped);
    ESCAPED.into_iter().fold(text, escape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_go_wrote_is_written_again() {
        let text = r#"{"b":"a \u003cb\u003e \u0026\u0026 \u2028","a":["\\u003c","<"]}"#;
        let text = text.replace("\"<\"", "\"\"");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(to_json(&value).unwrap(), text);
        assert_eq!(json_text(&value), text);
    }
}
