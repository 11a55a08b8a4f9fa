//! `.dockerignore`: what users of Docker leave out of their images.
//!
//! The rules are Docker's: patterns begin at the root of the app; `*` and `?` don't match a `/`, `**` matches
//! any number of directories; a pattern that matches a directory matches all that is in it; `!` makes
//! exceptions; of all patterns that match, the last one counts; `#` begins a comment.

mod pattern;

use std::path::Path;

use crate::files::{self, FilesError};

use self::pattern::Pattern;
pub use self::pattern::{MalformedPattern, PatternProblem};

/// The name of the file, in the root of the app.
pub const FILE: &str = ".dockerignore";

/// The patterns of the file; none when there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DockerIgnore {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    is_exception: bool,
    pattern: Pattern,
}

/// A `.dockerignore` that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DockerIgnoreError {
    /// The file can't be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// A line is no pattern.
    #[error("line {line} of {FILE} is no pattern: {problem:?}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// The line as it stands in the file.
        text: String,
        /// Where in the line, in characters from 0.
        column: usize,
        /// What is wrong there.
        problem: PatternProblem,
    },
}

impl DockerIgnore {
    /// Reads the file in the root of the app.
    ///
    /// # Errors
    /// When it is there and can't be read, or a line is no pattern.
    pub fn read(app_dir: &Path) -> Result<Self, DockerIgnoreError> {
        Self::parse(&files::read_text(app_dir, FILE)?.unwrap_or_default())
    }

    /// The patterns of a text.
    ///
    /// # Errors
    /// When a line is no pattern.
    pub fn parse(text: &str) -> Result<Self, DockerIgnoreError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rules = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let trimmed = line.trim();
            // A comment begins in the first column; elsewhere # is a character as others are.
            if line.starts_with('#') || trimmed.is_empty() {
                continue;
            }
            let exception = trimmed.strip_prefix('!').map(str::trim);
            let written = exception.unwrap_or(trimmed);
            let pattern = written.parse::<Pattern>().map_err(|malformed| {
                let before = line.rfind(written).unwrap_or_default();
                DockerIgnoreError::Line {
                    line: number,
                    text: line.to_owned(),
                    column: line[..before].chars().count() + malformed.column,
                    problem: malformed.problem,
                }
            })?;
            rules.push(Rule {
                is_exception: exception.is_some(),
                pattern,
            });
        }
        Ok(Self { rules })
    }

    /// Whether the file says that a path, relative to the app, is left out.
    #[must_use]
    pub fn ignores(&self, path: &Path) -> bool {
        let Some(path) = path.to_str() else {
            return false;
        };
        let slashes = path.match_indices('/').map(|(index, _)| &path[..index]);
        let with_parents: Vec<&str> = slashes.chain([path]).collect();
        let mut is_ignored = false;
        for rule in &self.rules {
            // Only what changes the decision so far has to be looked at.
            if rule.is_exception == is_ignored {
                let mut paths = with_parents.iter();
                if paths.any(|path| rule.pattern.matches(path)) {
                    is_ignored = !rule.is_exception;
                }
            }
        }
        is_ignored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn ignored(text: &str, paths: &[&str]) -> Vec<String> {
        let rules = DockerIgnore::parse(text).unwrap();
        let ignored = paths.iter().filter(|path| rules.ignores(Path::new(path)));
        ignored.map(ToString::to_string).collect()
    }

    #[test]
    fn patterns_begin_at_the_root() {
        let paths = ["docs/a.md", "lib/docs/a.md", "docs", "a.md", "lib/b/a.md"];
        for (text, expected) in [
            ("docs\n", &["docs/a.md", "docs"][..]),
            ("/docs/\n", &["docs/a.md", "docs"]),
            ("./lib/../docs", &["docs/a.md", "docs"]),
            ("*.md", &["a.md"]),
            (
                "**/*.md",
                &["docs/a.md", "lib/docs/a.md", "a.md", "lib/b/a.md"],
            ),
            ("**/docs", &["docs/a.md", "lib/docs/a.md", "docs"]),
            ("lib/*/a.md", &["lib/docs/a.md", "lib/b/a.md"]),
            ("docs/**", &["docs/a.md"]),
            ("*/a.md", &["docs/a.md"]),
            ("../docs\n.\n/\n", &[]),
        ] {
            assert_eq!(ignored(text, &paths), expected, "{text}");
        }
    }

    #[test]
    fn the_last_pattern_that_matches_counts() {
        let paths = ["a.md", "README.md", "docs/README.md", "docs/b.md"];
        for (text, expected) in [
            (
                "**/*.md\n!README.md\n",
                &["a.md", "docs/README.md", "docs/b.md"][..],
            ),
            ("*\n!docs\ndocs/b.md", &["a.md", "README.md", "docs/b.md"]),
            ("!a.md\n*.md", &["a.md", "README.md"]),
            ("docs\n! docs/README.md ", &["docs/b.md"]),
        ] {
            assert_eq!(ignored(text, &paths), expected, "{text}");
        }
    }

    #[test]
    fn comments_and_spaces_around_patterns_mean_nothing() {
        let text = "\u{feff}# a.md\n\n  b.md  \r\n #c\n\\#d\n";
        let paths = ["a.md", "b.md", "#c", "#d", "# a.md"];
        assert_eq!(ignored(text, &paths), ["b.md", "#c", "#d"]);
    }

    #[test]
    fn a_line_that_is_no_pattern_has_its_place() {
        for (text, line, column, problem) in [
            ("a\n!\n", 2, 1, PatternProblem::Empty),
            ("a\n  b[c\n", 2, 3, PatternProblem::OpenClass),
            ("! [z-a]", 1, 2, PatternProblem::Class),
            ("a\\", 1, 1, PatternProblem::Escape),
        ] {
            let error = DockerIgnore::parse(text).unwrap_err();
            let DockerIgnoreError::Line {
                line: found,
                column: at,
                problem: what,
                ..
            } = error
            else {
                panic!("{error}");
            };
            assert_eq!((found, at, what), (line, column, problem), "{text}");
        }
    }
}
