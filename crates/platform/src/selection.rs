//! Which files of an app the patterns of `project.toml` keep.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::project_descriptor::Selection;

/// A pattern that is no `.gitignore` pattern.
#[derive(Debug, thiserror::Error)]
#[error("the pattern `{pattern}` can't be understood")]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it.
    pub source: ignore::Error,
}

/// A compiled [`Selection`].
#[derive(Debug)]
pub(crate) struct Matcher {
    patterns: Gitignore,
    mode: Mode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Everything,
    Include,
    Exclude,
}

impl Matcher {
    pub(crate) fn new(selection: &Selection) -> Result<Self, PatternError> {
        let (mode, lines) = match selection {
            Selection::Everything => (Mode::Everything, [].as_slice()),
            Selection::Include(lines) => (Mode::Include, lines.as_slice()),
            Selection::Exclude(lines) => (Mode::Exclude, lines.as_slice()),
        };
        let mut builder = GitignoreBuilder::new("");
        // To git, a class without an end is a pattern that matches nothing.
        builder.allow_unclosed_class(false);
        for line in lines {
            builder
                .add_line(None, line)
                .map_err(|source| PatternError {
                    pattern: line.clone(),
                    source,
                })?;
        }
        let patterns = builder.build().map_err(|source| PatternError {
            pattern: lines.join("\n"),
            source,
        })?;
        Ok(Self { patterns, mode })
    }

    /// Whether the file or directory at this path, relative to the app, is kept.
    pub(crate) fn keeps(&self, path: &Path, is_directory: bool) -> bool {
        let matched = || {
            let found = self
                .patterns
                .matched_path_or_any_parents(path, is_directory);
            matches!(found, Match::Ignore(_))
        };
        match self.mode {
            Mode::Everything => true,
            Mode::Include => matched(),
            Mode::Exclude => !matched(),
        }
    }

    /// Whether something below a directory that isn't kept may be kept all the same: a pattern with
    /// `!` brings files back even where their directory is excluded, as `pack` has it.
    pub(crate) fn looks_into_what_is_not_kept(&self) -> bool {
        match self.mode {
            Mode::Everything => false,
            Mode::Include => true,
            Mode::Exclude => self.patterns.num_whitelists() > 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(selection: &Selection) -> String {
        let matcher = Matcher::new(selection).unwrap();
        let files = [
            "README.md",
            "docs/README.md",
            "docs/guide/a.md",
            "src/main.go",
            "node_modules/x/index.js",
            ".env",
        ];
        let kept = files
            .iter()
            .filter(|path| matcher.keeps(Path::new(path), false));
        kept.copied().collect::<Vec<_>>().join(" ")
    }

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_class_without_an_end_is_no_pattern() {
        for pattern in ["[", "docs/[a-z", "\\[[a"] {
            let selection = Selection::Exclude(lines(&["*.md", pattern]));
            let error = Matcher::new(&selection).unwrap_err();
            assert_eq!(error.pattern, pattern);
        }
        assert!(Matcher::new(&Selection::Include(lines(&["[a-z]*", "\\["]))).is_ok());
    }

    #[test]
    fn patterns_mean_what_they_mean_in_a_gitignore() {
        let table = [
            Selection::Everything,
            Selection::Exclude(lines(&["*.md"])),
            Selection::Exclude(lines(&["/README.md", "node_modules/"])),
            Selection::Exclude(lines(&["docs", "!docs/guide/*.md"])),
            Selection::Include(lines(&["src/", "README.md"])),
            Selection::Include(lines(&["docs/**/*.md"])),
        ]
        .map(|selection| format!("{selection:?}: {}", kept(&selection)));
        insta::assert_snapshot!(table.join("\n"), @r#"
        Everything: README.md docs/README.md docs/guide/a.md src/main.go node_modules/x/index.js .env
        Exclude(["*.md"]): src/main.go node_modules/x/index.js .env
        Exclude(["/README.md", "node_modules/"]): docs/README.md docs/guide/a.md src/main.go .env
        Exclude(["docs", "!docs/guide/*.md"]): README.md docs/guide/a.md src/main.go node_modules/x/index.js .env
        Include(["src/", "README.md"]): README.md docs/README.md src/main.go
        Include(["docs/**/*.md"]): docs/README.md docs/guide/a.md
        "#);
    }
}
