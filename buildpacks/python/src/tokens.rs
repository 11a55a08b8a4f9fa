//! Python source as logical lines of tokens: enough to see imports and module-level assignments, and no parser.
//!
//! A whole parser (that of Ruff is published) would add a hundred crates, 80 CPU-seconds to the making of a builder and
//! 2.8 MB to this program. What this reader doesn't see: what stands in f-strings that nest the same quotes, and what
//! is only known when the code runs. It accepts anything: text that is no Python gives lines that mean nothing.

/// A line as Python means it: joined over brackets and backslashes, without comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogicalLine {
    /// Columns of white space before it; a tab goes to the next multiple of eight.
    pub(crate) indent: usize,
    /// At least one.
    pub(crate) tokens: Vec<Token>,
}

/// The smallest part of a line that means something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name, a keyword or a number.
    Word(String),
    /// The content of a string, escapes as they are written.
    Text(String),
    /// One character of an operator, or two of one that assigns or compares: `=`, `==`, `+=`, `(`.
    Sign(String),
}

impl Token {
    /// Whether it is this word.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(text) if text == word)
    }

    /// Whether it is this sign.
    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        matches!(self, Self::Sign(text) if text == sign)
    }

    /// The name, where it can be one.
    pub(crate) fn as_name(&self) -> Option<&str> {
        match self {
            Self::Word(word) if !word.starts_with(|first: char| first.is_ascii_digit()) => {
                Some(word)
            }
            _ => None,
        }
    }
}

/// Splits source text.
pub(crate) fn logical_lines(text: &str) -> Vec<LogicalLine> {
    let mut scanner = Scanner {
        rest: text.strip_prefix('\u{feff}').unwrap_or(text),
        lines: Vec::new(),
        tokens: Vec::new(),
        indent: 0,
        line_indent: 0,
        depth: 0,
    };
    scanner.run();
    scanner.lines
}

struct Scanner<'a> {
    rest: &'a str,
    lines: Vec<LogicalLine>,
    tokens: Vec<Token>,
    /// Of the line that is being read.
    indent: usize,
    /// Of the line that the tokens began on.
    line_indent: usize,
    /// Open brackets.
    depth: usize,
}

impl Scanner<'_> {
    fn run(&mut self) {
        self.measure_indent();
        while let Some(first) = self.rest.chars().next() {
            match first {
                '\n' => {
                    self.advance(1);
                    if self.depth == 0 {
                        self.end_line();
                    }
                    self.measure_indent();
                }
                '#' => {
                    let end = self.rest.find('\n').unwrap_or(self.rest.len());
                    self.advance(end);
                }
                '\\' => {
                    self.advance(1);
                    let after = self.rest.trim_start_matches('\r');
                    self.rest = after.strip_prefix('\n').unwrap_or(after);
                }
                ';' if self.depth == 0 => {
                    self.advance(1);
                    self.end_line();
                    self.line_indent = self.indent;
                }
                '"' | '\'' => self.string(),
                _ if first.is_alphanumeric() || first == '_' => self.word(),
                _ if first.is_whitespace() => self.advance(first.len_utf8()),
                _ => self.sign(first),
            }
        }
        self.end_line();
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn measure_indent(&mut self) {
        let mut column = 0;
        let mut bytes = 0;
        for character in self.rest.chars() {
            match character {
                ' ' => column += 1,
                '\t' => column = column / 8 * 8 + 8,
                '\u{c}' => column = 0,
                _ => break,
            }
            bytes += 1;
        }
        self.advance(bytes);
        self.indent = column;
        if self.tokens.is_empty() {
            self.line_indent = column;
        }
    }

    fn end_line(&mut self) {
        let tokens = std::mem::take(&mut self.tokens);
        if !tokens.is_empty() {
            self.lines.push(LogicalLine {
                indent: self.line_indent,
                tokens,
            });
        }
        // What is open at the end of a file is a mistake, and must not swallow the next one.
        self.depth = 0;
    }

    fn word(&mut self) {
        let is_of_word = |character: char| character.is_alphanumeric() || character == '_';
        let end = self.rest.find(|character| !is_of_word(character));
        let end = end.unwrap_or(self.rest.len());
        let word = &self.rest[..end];
        let is_prefix = word.len() <= 2 && word.chars().all(|letter| "rRbBuUfFtT".contains(letter));
        if is_prefix && self.rest[end..].starts_with(['"', '\'']) {
            self.advance(end);
            self.string();
            return;
        }
        self.tokens.push(Token::Word(word.to_owned()));
        self.advance(end);
    }

    /// From its first quote on. A backslash hides the next character, in raw strings, too.
    fn string(&mut self) {
        let quote = if self.rest.starts_with('"') {
            '"'
        } else {
            '\''
        };
        let triple: String = std::iter::repeat_n(quote, 3).collect();
        let is_triple = self.rest.starts_with(&triple);
        self.advance(if is_triple { 3 } else { 1 });
        let mut content = String::new();
        while let Some(character) = self.rest.chars().next() {
            if is_triple && self.rest.starts_with(&triple) {
                self.advance(3);
                break;
            }
            if !is_triple && character == '\n' {
                // Not closed: the line ends here.
                break;
            }
            self.advance(character.len_utf8());
            if !is_triple && character == quote {
                break;
            }
            content.push(character);
            if character == '\\'
                && let Some(hidden) = self.rest.chars().next()
            {
                content.push(hidden);
                self.advance(hidden.len_utf8());
            }
        }
        self.tokens.push(Token::Text(content));
    }

    fn sign(&mut self, first: char) {
        match first {
            '(' | '[' | '{' => self.depth += 1,
            ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let is_pair =
            self.rest[first.len_utf8()..].starts_with('=') && "=!<>+-*/%&|^@:".contains(first);
        let end = first.len_utf8() + usize::from(is_pair);
        self.tokens.push(Token::Sign(self.rest[..end].to_owned()));
        self.advance(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let lines = logical_lines(text).into_iter().map(|line| {
            let tokens = line.tokens.iter().map(|token| match token {
                Token::Word(word) => word.clone(),
                Token::Text(text) => format!("{text:?}"),
                Token::Sign(sign) => format!("‹{sign}›"),
            });
            format!("{}: {}", line.indent, tokens.collect::<Vec<_>>().join(" "))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn lines_are_joined_and_split_as_python_does() {
        let text = "\
from a import (  # why
    b,
    c as d,
)
x = 1; y == 2
if x:
\tz += 'it\\'s' \"\"\"two
# lines\"\"\"
long = 1 + \\
    2
s = rb'\\d' f\"{x!r}\"
print(
";
        insta::assert_snapshot!(shown(text), @r#"
        0: from a import ‹(› b ‹,› c as d ‹,› ‹)›
        0: x ‹=› 1
        0: y ‹==› 2
        0: if x ‹:›
        8: z ‹+=› "it\\'s" "two\n# lines"
        0: long ‹=› 1 ‹+› 2
        0: s ‹=› "\\d" "{x!r}"
        0: print ‹(›
        "#);
    }

    #[test]
    fn anything_is_accepted() {
        for text in [
            "'",
            "\"\"\"",
            "(((",
            ")]}",
            "\\",
            "é = \u{1f40d}\r\n",
            "\u{feff}a",
            "'a\nb = 1",
            "\0",
        ] {
            let _ = shown(text);
        }
        assert_eq!(shown("'a\nb = 1"), "0: \"a\"\n0: b ‹=› 1");
    }
}
