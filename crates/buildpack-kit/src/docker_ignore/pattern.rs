//! One pattern, with the meaning that moby/patternmatcher gives it.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::{Chars, FromStr};

/// A pattern as a list of what has to follow one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// This character.
    Character(char),
    /// `?`: any character but `/`.
    Any,
    /// `*`: any number of them.
    Star,
    /// `**` before something: nothing, or anything that ends in `/`.
    Directories,
    /// `**` at an end: anything.
    Everything,
    /// `[a-c]`, `[^a]`.
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// Text that is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedPattern {
    /// Where, in characters from 0.
    pub column: usize,
    /// What is wrong there.
    pub problem: PatternProblem,
}

/// What can be wrong with a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternProblem {
    /// Nothing stands after the `!`.
    Empty,
    /// A `[` is never closed.
    OpenClass,
    /// What stands between `[` and `]` is no list of characters and ranges.
    Class,
    /// Nothing follows the backslash.
    Escape,
}

impl Pattern {
    /// Whether the whole path matches: all places that the parts before lead to, part by part.
    pub(super) fn matches(&self, path: &str) -> bool {
        let path: Vec<char> = path.chars().collect();
        let mut places = BTreeSet::from([0]);
        for part in &self.parts {
            places = places
                .iter()
                .flat_map(|place| part.ends(&path, *place))
                .collect();
        }
        places.contains(&path.len())
    }
}

impl Part {
    /// The places where the part can end that begins at a place.
    fn ends(&self, path: &[char], from: usize) -> Vec<usize> {
        let one = |matches: &dyn Fn(char) -> bool| {
            let next = path.get(from).filter(|next| matches(**next));
            next.map(|_| from + 1).into_iter().collect()
        };
        match self {
            Self::Character(wanted) => one(&|next| next == *wanted),
            Self::Any => one(&|next| next != '/'),
            Self::Class { is_negated, ranges } => one(&|next| {
                let is_in = |(first, last): &(char, char)| (*first..=*last).contains(&next);
                ranges.iter().any(is_in) != *is_negated
            }),
            Self::Star => {
                let name = path[from..].iter().take_while(|next| **next != '/').count();
                (from..=from + name).collect()
            }
            Self::Directories => {
                let after_slash = (from + 1..=path.len()).filter(|end| path[end - 1] == '/');
                [from].into_iter().chain(after_slash).collect()
            }
            Self::Everything => (from..=path.len()).collect(),
        }
    }
}

impl FromStr for Pattern {
    type Err = MalformedPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(MalformedPattern {
                column: 0,
                problem: PatternProblem::Empty,
            });
        }
        // Mistakes are looked for in the text as it stands, for their columns.
        parts(text)?;
        let path = clean(text);
        let mut parts = parts(&path)?;
        // A quirk that people rely on: `**.md`, without a slash, is any path that ends so.
        let is_suffix = path.strip_prefix("**").is_some_and(|suffix| {
            !suffix.is_empty()
                && !suffix.starts_with('/')
                && !suffix.contains(['*', '?', '[', ']', '\\'])
        });
        if is_suffix {
            parts[0] = Part::Everything;
        }
        Ok(Self { parts })
    }
}

fn parts(text: &str) -> Result<Vec<Part>, MalformedPattern> {
    let mut parts = Vec::new();
    let mut rest = text.chars().peekable();
    let column = |rest: &Peekable<Chars<'_>>| text.chars().count() - rest.clone().count() - 1;
    while let Some(character) = rest.next() {
        let begins = column(&rest);
        let failure = |problem| MalformedPattern {
            column: begins,
            problem,
        };
        parts.push(match character {
            '*' if rest.next_if_eq(&'*').is_none() => Part::Star,
            '*' => {
                rest.next_if_eq(&'/');
                if rest.peek().is_some() {
                    Part::Directories
                } else {
                    Part::Everything
                }
            }
            '?' => Part::Any,
            '[' => class(&mut rest).map_err(failure)?,
            '\\' => Part::Character(rest.next().ok_or_else(|| failure(PatternProblem::Escape))?),
            other => Part::Character(other),
        });
    }
    Ok(parts)
}

/// What follows a `[`: the grammar of Go's `path.Match`.
fn class(rest: &mut Peekable<Chars<'_>>) -> Result<Part, PatternProblem> {
    let is_negated = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        match rest.peek() {
            None => return Err(PatternProblem::OpenClass),
            Some(']') if !ranges.is_empty() => {
                rest.next();
                return Ok(Part::Class { is_negated, ranges });
            }
            Some(_) => {}
        }
        let first = class_character(rest)?;
        let last = match rest.next_if_eq(&'-') {
            Some(_) => class_character(rest)?,
            None => first,
        };
        if first > last {
            return Err(PatternProblem::Class);
        }
        ranges.push((first, last));
    }
}

fn class_character(rest: &mut Peekable<Chars<'_>>) -> Result<char, PatternProblem> {
    match rest.next() {
        None => Err(PatternProblem::OpenClass),
        Some('-' | ']') => Err(PatternProblem::Class),
        Some('\\') => rest.next().ok_or(PatternProblem::OpenClass),
        Some(other) => Ok(other),
    }
}

/// The path without `.`, `..`, doubled and surrounding slashes, as far as its text says: Go's `path.Clean`.
/// What leads out of the app keeps its `..` and matches nothing.
fn clean(text: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in text.split('/') {
        match (name, names.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                names.pop();
            }
            _ => names.push(name),
        }
    }
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_mobys_do() {
        for (pattern, path, expected) in [
            ("**", "a/b", true),
            ("**/", "a", true),
            ("**/**", "a/b", true),
            ("dir/**", "dir/a/b", true),
            ("dir/**", "dir", false),
            ("**/dir2/*", "dir/dir2/a", true),
            ("**/dir2/**", "dir/dir2/a/b", true),
            ("**a", "b/ca", true),
            ("**a*", "b/ca", false),
            ("**/a", "ba", false),
            ("a**/*.txt", "a/b/c/d.txt", true),
            ("a**/*.txt", "ab.txt", true),
            ("a/*.txt**", "a/b.txt", true),
            ("a[b-d]e", "ace", true),
            ("a[b-d]e", "ae", false),
            ("a[^b-d]e", "aze", true),
            ("a[!b]e", "a!e", true),
            (".*", ".foo", true),
            (".*", "foo", false),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("a.c", "abc", false),
            ("a(b)+{c}|$", "a(b)+{c}|$", true),
            (r"a\*b", "a*b", true),
            (r"a\*b", "axb", false),
            (r"[\]a\-]", "]", true),
            ("*/*.js", "a/ü.js", true),
            ("a//b/./c/", "a/b/c", true),
        ] {
            let parsed: Pattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for (pattern, column, problem) in [
            ("", 0, PatternProblem::Empty),
            ("a[", 1, PatternProblem::OpenClass),
            ("[^bc", 0, PatternProblem::OpenClass),
            ("ü[]a]", 1, PatternProblem::Class),
            ("[-x]", 0, PatternProblem::Class),
            ("[x-]", 0, PatternProblem::Class),
            ("[a-b-c]", 0, PatternProblem::Class),
            ("x/\\", 2, PatternProblem::Escape),
        ] {
            let expected = MalformedPattern { column, problem };
            assert_eq!(pattern.parse::<Pattern>(), Err(expected), "{pattern}");
        }
    }
}
