//! Shell text and where it was written, so that a message can show the line.

use std::ops::Range;

/// A start command as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Shell text, of one line or several.
    pub text: String,
    /// Where it was written.
    pub source: Source,
}

/// Where shell text was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As a person would call it: `Procfile`, `GOOGLE_ENTRYPOINT`, `package.json (scripts.start)`.
    pub name: String,
    /// The line of the file on which the text begins, from 1; `None` where lines mean nothing.
    pub line: Option<usize>,
    /// What stands before the text on its first line: `web: `.
    pub before: String,
}

/// A place in shell text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where the text was written.
    pub source: String,
    /// The line of the file, from 1; of the text, where the file has none or several.
    pub line: Option<usize>,
    /// The whole line.
    pub text: String,
    /// Where it begins, in characters from 0.
    pub column: usize,
    /// How many characters it has; at least 1.
    pub width: usize,
    /// The characters themselves.
    pub token: String,
}

impl Script {
    /// The value of an environment variable.
    pub fn of_variable(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::named(name, text)
    }

    /// A script of a package.json, as JSON means it: without its quotes and escapes.
    pub fn of_package(file: &str, script: &str, text: impl Into<String>) -> Self {
        Self::named(format!("{file} (scripts.{script})"), text)
    }

    fn named(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            source: Source {
                name: name.into(),
                line: None,
                before: String::new(),
            },
        }
    }

    /// The place of some bytes of the text.
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "everybody keeps it boxed, so that errors are small"
    )]
    pub(crate) fn place(&self, span: Range<usize>) -> Box<Place> {
        let text = &self.text;
        let start = span.start.min(text.len());
        let begin = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[start..]
            .find('\n')
            .map_or(text.len(), |newline| start + newline);
        let number = text[..start].matches('\n').count();
        let before = if begin == 0 {
            self.source.before.as_str()
        } else {
            ""
        };
        let token = &text[start..span.end.clamp(start, end)];
        let has_lines = self.source.line.is_some() || text.trim_end().contains('\n');
        Box::new(Place {
            source: self.source.name.clone(),
            line: has_lines.then(|| self.source.line.unwrap_or(1) + number),
            text: format!("{before}{}", &text[begin..end]),
            column: before.chars().count() + text[begin..start].chars().count(),
            width: token.chars().count().max(1),
            token: token.to_owned(),
        })
    }

    /// The place of all of it.
    #[expect(
        clippy::unnecessary_box_returns,
        reason = "everybody keeps it boxed, so that errors are small"
    )]
    pub(crate) fn whole(&self) -> Box<Place> {
        self.place(0..self.text.len())
    }
}
