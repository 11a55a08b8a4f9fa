//! JSON as Python's `json.dumps(value, sort_keys=True)` writes it, to the byte: what Poetry, PDM and Pipenv hash.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// What stands after a comma and after a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separators {
    /// `, ` and `: `, Python's default.
    Spaced,
    /// `,` and `:`.
    Compact,
}

/// The SHA-256 of what Python would write, in hexadecimal.
pub(crate) fn sha256(value: &Value, separators: Separators) -> String {
    hex::encode(Sha256::digest(dumps(value, separators)))
}

/// What Python would write.
pub(crate) fn dumps(value: &Value, separators: Separators) -> String {
    let mut text = String::new();
    write(&mut text, value, separators);
    text
}

/// A value of a TOML file; dates become text, for want of which Python would fail.
pub(crate) fn of_toml(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(boolean) => Value::Bool(*boolean),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(items) => Value::Array(items.iter().map(of_toml).collect()),
        toml::Value::Table(table) => of_table(table),
    }
}

/// A table of a TOML file.
pub(crate) fn of_table(table: &toml::Table) -> Value {
    let entries = table
        .iter()
        .map(|(key, value)| (key.clone(), of_toml(value)));
    Value::Object(entries.collect())
}

fn write(text: &mut String, value: &Value, separators: Separators) {
    let (comma, colon) = match separators {
        Separators::Spaced => (", ", ": "),
        Separators::Compact => (",", ":"),
    };
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(boolean) => text.push_str(if *boolean { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(string) => write_string(text, string),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { comma });
                write(text, item, separators);
            }
            text.push(']');
        }
        Value::Object(entries) => {
            // Python sorts by code points, which is the order of UTF-8 bytes.
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, item)) in sorted.into_iter().enumerate() {
                text.push_str(if index == 0 { "" } else { comma });
                write_string(text, key);
                text.push_str(colon);
                write(text, item, separators);
            }
            text.push('}');
        }
    }
}

/// With everything but ASCII escaped, in UTF-16.
fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_would_write_the_same() {
        // From python3 -c 'import json; print(json.dumps(…, sort_keys=True))'.
        let value = serde_json::json!({
            "b": [1, -2, 1.5, true, null],
            "a": {"é": "\u{1f40d}\"\\\n\u{7f}", "Z": "/"},
            "empty": {"list": [], "table": {}},
        });
        let spaced = r#"{"a": {"Z": "/", "\u00e9": "\ud83d\udc0d\"\\\n\u007f"}, "b": [1, -2, 1.5, true, null], "empty": {"list": [], "table": {}}}"#;
        assert_eq!(dumps(&value, Separators::Spaced), spaced);
        let compact = r#"{"a":{"Z":"/","\u00e9":"\ud83d\udc0d\"\\\n\u007f"},"b":[1,-2,1.5,true,null],"empty":{"list":[],"table":{}}}"#;
        assert_eq!(dumps(&value, Separators::Compact), compact);
    }

    #[test]
    fn a_toml_file_becomes_json() {
        let table: toml::Table =
            toml::from_str("a = 1\nb = [\"x\", {c = true}]\nd = 2020-01-01\n").unwrap();
        assert_eq!(
            dumps(&of_table(&table), Separators::Compact),
            r#"{"a":1,"b":["x",{"c":true}],"d":"2020-01-01"}"#
        );
    }
}
