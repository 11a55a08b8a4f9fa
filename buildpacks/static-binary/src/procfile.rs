//! The part of the Procfile format that needs no shell: `name: program arguments…`.
//!
//! Blank lines and lines that begin with `#` say nothing. A name consists of ASCII letters, digits, `_`
//! and `-`; it is written in lower case and with `-` in the image. Of two lines with one name the last
//! counts.

use std::path::{Component, Path, PathBuf};

/// A line of a Procfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The name of the process, in lower case and with `-`.
    pub(crate) name: String,
    /// The first word of the command.
    pub(crate) command: String,
    /// The other words.
    pub(crate) arguments: Vec<String>,
    /// Counted from 1.
    pub(crate) line: usize,
}

/// A Procfile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Procfile {
    /// In the order of their first line.
    pub(crate) entries: Vec<Entry>,
    /// What was read otherwise than it was written.
    pub(crate) warnings: Vec<String>,
}

/// A line that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProcfileError {
    /// The line is not of the form `name: command`.
    #[error("line {line} is not of the form `name: command`: {text:?}")]
    NotAnEntry {
        /// Counted from 1.
        line: usize,
        /// The line.
        text: String,
        /// Where it went wrong, in characters from 0.
        column: usize,
    },
    /// The command needs a shell.
    #[error("line {line} needs a shell for {construct}: {text:?}")]
    NeedsShell {
        /// Counted from 1.
        line: usize,
        /// The line.
        text: String,
        /// Where the construct is, in characters from 0.
        column: usize,
        /// What it is, in words: `a variable`.
        construct: &'static str,
    },
}

/// Parses a Procfile.
///
/// # Errors
/// At the first line that can't be used.
pub(crate) fn parse(text: &str) -> Result<Procfile, ProcfileError> {
    let mut procfile = Procfile::default();
    for (index, text) in text.lines().enumerate() {
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let (entry, written) = parse_line(index + 1, text)?;
        if entry.name != written {
            let name = &entry.name;
            let warning = format!("The process {written} of the Procfile is called {name}.");
            procfile.warnings.push(warning);
        }
        let mut entries = procfile.entries.iter_mut();
        if let Some(earlier) = entries.find(|other| other.name == entry.name) {
            procfile.warnings.push(format!(
                "The Procfile has two processes {}: line {} counts, line {} doesn't.",
                entry.name, entry.line, earlier.line
            ));
            *earlier = entry;
        } else {
            procfile.entries.push(entry);
        }
    }
    Ok(procfile)
}

fn parse_line(line: usize, text: &str) -> Result<(Entry, &str), ProcfileError> {
    let not_an_entry = |byte: usize| ProcfileError::NotAnEntry {
        line,
        text: text.to_owned(),
        column: text[..byte].chars().count(),
    };
    let is_of_name =
        |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let end = text.find(|character| !is_of_name(character));
    let end = end.ok_or_else(|| not_an_entry(text.len()))?;
    let (name, rest) = text.split_at(end);
    let command = rest
        .strip_prefix(':')
        .filter(|_| !name.is_empty())
        .ok_or_else(|| not_an_entry(end))?;
    if let Some((offset, construct)) = shell_construct(command) {
        return Err(ProcfileError::NeedsShell {
            line,
            text: text.to_owned(),
            column: text[..end + 1 + offset].chars().count(),
            construct,
        });
    }
    let mut words = command.split_whitespace().map(str::to_owned);
    let entry = Entry {
        name: name.to_ascii_lowercase().replace('_', "-"),
        command: words.next().ok_or_else(|| not_an_entry(text.len()))?,
        arguments: words.collect(),
        line,
    };
    Ok((entry, name))
}

/// The first thing in a command that only a shell understands: its place in bytes, and its name.
fn shell_construct(command: &str) -> Option<(usize, &'static str)> {
    let mut at_start_of_word = true;
    let mut is_first_word = true;
    for (offset, character) in command.char_indices() {
        let construct = match character {
            '$' => Some("a variable"),
            '`' => Some("a command substitution"),
            '|' => Some("a pipe or an alternative"),
            '&' | ';' => Some("a second command"),
            '<' | '>' => Some("a redirection"),
            '(' | ')' | '{' | '}' => Some("a group of commands"),
            '*' | '?' | '[' | ']' => Some("a file pattern"),
            '\'' | '"' => Some("a quoted word"),
            '\\' => Some("an escaped character"),
            '~' if at_start_of_word => Some("a home directory"),
            '#' if at_start_of_word => Some("a comment"),
            '=' if is_first_word => Some("an assignment"),
            _ => None,
        };
        if let Some(construct) = construct {
            return Some((offset, construct));
        }
        let has_ended_word = character.is_whitespace() && !at_start_of_word;
        is_first_word = is_first_word && !has_ended_word;
        at_start_of_word = character.is_whitespace();
    }
    None
}

/// The paths of the app at which a command word may lie: as it is written or, for a word without a
/// slash, in `bin/` first, which is on the PATH wherever Procfiles come from.
pub(crate) fn places(command: &str) -> Vec<PathBuf> {
    if command.contains('/') {
        return vec![Path::new(command).components().filter(is_step).collect()];
    }
    vec![Path::new("bin").join(command), PathBuf::from(command)]
}

fn is_step(component: &Component<'_>) -> bool {
    *component != Component::CurDir
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, command: &str, arguments: &[&str], line: usize) -> Entry {
        Entry {
            name: name.into(),
            command: command.into(),
            arguments: arguments.iter().map(|&word| word.into()).collect(),
            line,
        }
    }

    #[test]
    fn entries_are_names_and_words() {
        let procfile = parse(
            "# what runs\n\nweb: ./server --port=80 -v\n  \nnight_Job:bin/job a=b\r\nweb: server\n",
        );
        assert_eq!(
            procfile,
            Ok(Procfile {
                entries: vec![
                    entry("web", "server", &[], 6),
                    entry("night-job", "bin/job", &["a=b"], 5),
                ],
                warnings: vec![
                    "The process night_Job of the Procfile is called night-job.".into(),
                    "The Procfile has two processes web: line 6 counts, line 3 doesn't.".into(),
                ],
            })
        );
    }

    #[test]
    fn lines_of_another_form_are_errors_with_a_place() {
        for (text, column) in [
            ("web", 3),
            ("web:", 4),
            ("web:  ", 6),
            ("web ./server", 3),
            ("wéb: ./server", 1),
            (": ./server", 0),
        ] {
            assert_eq!(
                parse(text),
                Err(ProcfileError::NotAnEntry {
                    line: 1,
                    text: text.into(),
                    column,
                })
            );
        }
    }

    #[test]
    fn what_needs_a_shell_is_named() {
        for (command, column, construct) in [
            ("./a -p $PORT", 10, "a variable"),
            ("./a `b`", 7, "a command substitution"),
            ("./a | b", 7, "a pipe or an alternative"),
            ("./a && ./b", 7, "a second command"),
            ("./a; ./b", 6, "a second command"),
            ("./a > log", 7, "a redirection"),
            ("(./a)", 3, "a group of commands"),
            ("./a *.txt", 7, "a file pattern"),
            ("./a 'b c'", 7, "a quoted word"),
            ("./a b\\ c", 8, "an escaped character"),
            ("./a ~/b", 7, "a home directory"),
            ("./a # b", 7, "a comment"),
            ("A=1 ./a", 4, "an assignment"),
        ] {
            let text = format!("w: {command}");
            let expected = ProcfileError::NeedsShell {
                line: 1,
                text: text.clone(),
                column,
                construct,
            };
            assert_eq!(parse(&text), Err(expected), "{command}");
        }
        assert!(parse("w: ./a b~c d#e --f=g").is_ok());
    }

    #[test]
    fn a_bare_word_is_looked_for_in_bin_first() {
        assert_eq!(places("./a/./b"), [Path::new("a/b")]);
        assert_eq!(places("a"), [Path::new("bin/a"), Path::new("a")]);
    }
}
