//! Reads a word: quotes, `$`, `~`, by the rules of POSIX as dash has them.
//!
//! The shell parser says where a word begins and ends. What is within, it leaves as text; its own second
//! parser for that takes what it can't read for literal text (`${V/a/b}`) and reads bash's `$'…'`, and a
//! start command that is read wrongly is worse than one that is refused.

mod expansion;

use start_runtime::plan::{Part, Word};

use crate::refusal::{Construct, Reason, Refusal};
use crate::script::Script;

/// Variables that shells set themselves: the image has none that would.
const OF_A_SHELL: &[&str] = &[
    "IFS",
    "LINENO",
    "OPTARG",
    "OPTIND",
    "PPID",
    "PS1",
    "PS2",
    "PS4",
    "_",
    "RANDOM",
    "SRANDOM",
    "SECONDS",
    "UID",
    "EUID",
    "GROUPS",
    "SHLVL",
    "SHELLOPTS",
    "DIRSTACK",
    "PIPESTATUS",
    "FUNCNAME",
    "EPOCHSECONDS",
    "EPOCHREALTIME",
    "OSTYPE",
    "HOSTTYPE",
    "MACHTYPE",
    "COMP_WORDBREAKS",
    "OPTERR",
    "MAILCHECK",
];

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The command or an argument.
    Argument,
    /// Behind the `=` of an assignment: `~` also after a colon.
    Assignment,
}

/// Reads words of a script.
pub(crate) struct Reader<'a> {
    script: &'a Script,
    /// The next byte.
    pub(crate) at: usize,
    /// How many `${…}` are open.
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(script: &'a Script, at: usize) -> Self {
        Self {
            script,
            at,
            depth: 0,
        }
    }

    fn rest(&self) -> &'a str {
        &self.script.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    /// A refusal of what lies between `start` and the next byte; one character where nothing does.
    fn refuse(&self, construct: Construct, start: usize) -> Refusal {
        let end = self.at.max(start + 1);
        Refusal {
            reason: Reason::Language(construct),
            place: self.script.place(start..end),
        }
    }

    /// Reads up to an unquoted blank or operator.
    pub(crate) fn word(&mut self, place: Place) -> Result<Word, Refusal> {
        let mut parts = Parts::default();
        let mut home_may_follow = true;
        while let Some(character) = self.peek() {
            let start = self.at;
            let after_home = home_may_follow;
            home_may_follow = place == Place::Assignment && character == ':';
            match character {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '~' if after_home => {
                    self.take();
                    let ends = match self.peek() {
                        None
                        | Some('/' | ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => {
                            true
                        }
                        Some(':') => place == Place::Assignment,
                        Some(_) => false,
                    };
                    if !ends {
                        self.skip_to_end_of_name();
                        return Err(self.refuse(Construct::UserHome, start));
                    }
                    parts.push(Part::Home);
                }
                // A ~ that follows is that of a new word to the shell as well.
                '\\' if self.rest().starts_with("\\\n") => {
                    self.at += 2;
                    home_may_follow = after_home;
                }
                // No files are looked up for an assignment.
                '*' | '?' | '[' if place == Place::Assignment => {
                    self.take();
                    parts.text(character);
                }
                _ => self.unquoted(&mut parts)?,
            }
        }
        Ok(parts.word())
    }

    fn skip_to_end_of_name(&mut self) {
        let is_of_name =
            |character: char| character.is_alphanumeric() || "._-+".contains(character);
        while self.peek().is_some_and(is_of_name) {
            self.take();
        }
    }

    /// One character or quoted part outside of double quotes.
    fn unquoted(&mut self, parts: &mut Parts) -> Result<(), Refusal> {
        let start = self.at;
        match self.take() {
            Some('\\') => match self.take() {
                Some('\n') => {}
                Some(character) => parts.quoted(character),
                None => return Err(self.refuse(Construct::TrailingBackslash, start)),
            },
            Some('\'') => {
                let Some(length) = self.rest().find('\'') else {
                    return Err(self.refuse(Construct::UnterminatedQuote, start));
                };
                parts.push(Part::Quoted(self.rest()[..length].to_owned()));
                self.at += length + 1;
            }
            Some('"') => self.double_quoted(parts, start)?,
            Some('$') => self.dollar(parts, start, false)?,
            Some('`') => return Err(self.refuse(Construct::CommandSubstitution, start)),
            Some('*' | '?' | '[') => return Err(self.refuse(Construct::Pattern, start)),
            Some(character) => parts.text(character),
            None => {}
        }
        Ok(())
    }

    fn double_quoted(&mut self, parts: &mut Parts, start: usize) -> Result<(), Refusal> {
        parts.push(Part::Quoted(String::new()));
        loop {
            let here = self.at;
            match self.take() {
                None => {
                    self.at = start + 1;
                    return Err(self.refuse(Construct::UnterminatedQuote, start));
                }
                Some('"') => return Ok(()),
                Some('`') => return Err(self.refuse(Construct::CommandSubstitution, here)),
                Some('$') => self.dollar(parts, here, true)?,
                Some('\\') => self.backslash_in_quotes(parts, "$`\"\\"),
                Some(character) => parts.quoted(character),
            }
        }
    }

    /// After a backslash within double quotes: it counts only before some characters.
    fn backslash_in_quotes(&mut self, parts: &mut Parts, special: &str) {
        match self.peek() {
            Some('\n') => {
                self.take();
            }
            Some(character) if special.contains(character) => {
                self.take();
                parts.quoted(character);
            }
            _ => parts.quoted('\\'),
        }
    }
}

/// Why a variable can't be read or set, if it can't.
pub(crate) fn of_a_shell(name: &str) -> Option<Construct> {
    if OF_A_SHELL.contains(&name) || name.starts_with("BASH") {
        Some(Construct::ShellVariable)
    } else if name.starts_with("npm_") {
        Some(Construct::NpmVariable)
    } else {
        None
    }
}

/// Parts of a word, neighbours of one kind joined.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn push(&mut self, part: Part) {
        match (self.0.last_mut(), part) {
            (Some(Part::Text(text)), Part::Text(more))
            | (Some(Part::Quoted(text)), Part::Quoted(more)) => {
                text.push_str(&more);
            }
            (_, part) => self.0.push(part),
        }
    }

    fn text(&mut self, character: char) {
        self.push(Part::Text(character.into()));
    }

    fn quoted(&mut self, character: char) {
        self.push(Part::Quoted(character.into()));
    }

    fn word(self) -> Word {
        Word { parts: self.0 }
    }
}
