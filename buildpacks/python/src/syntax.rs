//! Files that can't be parsed: where, and what stands there.

use std::path::{Path, PathBuf};

/// A place in a file of the app at which a parser gave up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} can't be parsed", .file.display())]
pub(crate) struct SyntaxError {
    /// Relative to the app directory.
    pub(crate) file: PathBuf,
    /// From 1; 0 where the parser names no place.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    /// The whole line.
    pub(crate) text: String,
    /// What is wrong, in the parser's words or ours.
    pub(crate) problem: String,
}

impl SyntaxError {
    /// What the TOML parser says of a text.
    pub(crate) fn of_toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let offset = error.span().map(|span| span.start);
        let problem = error.message().trim_end().to_owned();
        match offset {
            Some(offset) => Self::at(file, text, offset, problem),
            None => Self::without_place(file, problem),
        }
    }

    /// What the JSON parser says of a text.
    pub(crate) fn of_json(file: &Path, text: &str, error: &serde_json::Error) -> Self {
        let problem = error.to_string();
        let problem = problem.split(" at line ").next().unwrap_or_default();
        Self {
            file: file.to_owned(),
            line: error.line(),
            column: error.column().max(1),
            text: nth_line(text, error.line()),
            problem: problem.to_owned(),
        }
    }

    /// A problem at an offset in bytes.
    pub(crate) fn at(file: &Path, text: &str, offset: usize, problem: String) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        Self {
            file: file.to_owned(),
            line,
            column: before[start..].chars().count() + 1,
            text: nth_line(text, line),
            problem,
        }
    }

    /// A problem of a whole file.
    pub(crate) fn without_place(file: &Path, problem: String) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            text: String::new(),
            problem,
        }
    }
}

/// The number of the line on which an offset in bytes lies, from 1.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}

fn nth_line(text: &str, line: usize) -> String {
    let index = line.saturating_sub(1);
    text.lines().nth(index).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_told() {
        let text = "[project]\nname = \"é\" x\n";
        let error = toml::from_str::<toml::Table>(text).unwrap_err();
        let error = SyntaxError::of_toml(Path::new("pyproject.toml"), text, &error);
        assert_eq!((error.line, error.column), (2, 12));
        assert_eq!(error.text, "name = \"é\" x");

        let text = "{\n  \"a\": ]\n}";
        let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
        let error = SyntaxError::of_json(Path::new("Pipfile.lock"), text, &error);
        assert_eq!(
            (error.line, error.column, error.text.as_str()),
            (2, 8, "  \"a\": ]")
        );
        assert_eq!(error.problem, "expected value");
    }

    #[test]
    fn an_offset_behind_the_end_is_the_last_line() {
        let error = SyntaxError::at(Path::new("x"), "a\nb", 99, "problem".to_owned());
        assert_eq!((error.line, error.text.as_str()), (2, "b"));
        assert_eq!(line_at("a\nb\nc", 2), 2);
    }
}
