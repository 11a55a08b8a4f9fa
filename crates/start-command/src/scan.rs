//! Finds the first thing in shell text that is refused, from the left, so that the message can point at it.

use crate::refusal::{Construct, Reason, Refusal};
use crate::script::Script;
use crate::word::{Place, Reader};

/// Words that are no command where a command can stand, in sh and in bash.
const COMPOUND: &[&str] = &[
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac",
];
const BASH: &[&str] = &[
    "[[", "function", "select", "time", "coproc", "((", "declare", "let", "typeset", "mapfile",
    "shopt",
];

/// Reads all of the text as words and operators.
pub(crate) fn first_refused(script: &Script) -> Result<(), Refusal> {
    invisible(script)?;
    let mut scan = Scan {
        script,
        at: 0,
        at_command: true,
    };
    while scan.at < script.text.len() {
        scan.step()?;
    }
    Ok(())
}

/// Characters that look like nothing or like a blank and are neither.
fn invisible(script: &Script) -> Result<(), Refusal> {
    let is_invisible = |character: char| match character {
        '\n' | '\t' => false,
        // No-break and other wide blanks come with text that is copied from a page.
        '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200f}'
        | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{2069}'
        | '\u{3000}'
        | '\u{feff}' => true,
        character => character.is_control(),
    };
    match script
        .text
        .char_indices()
        .find(|(_, character)| is_invisible(*character))
    {
        None => Ok(()),
        Some((offset, character)) => Err(Refusal {
            reason: Reason::Language(Construct::Invisible),
            place: script.place(offset..offset + character.len_utf8()),
        }),
    }
}

struct Scan<'a> {
    script: &'a Script,
    at: usize,
    /// A command word can stand here.
    at_command: bool,
}

impl Scan<'_> {
    fn step(&mut self) -> Result<(), Refusal> {
        let rest = &self.script.text[self.at..];
        let joins = ["&&", "||", ";", "\n"]
            .into_iter()
            .find(|join| rest.starts_with(join));
        if let Some(join) = joins.filter(|_| !rest.starts_with(";;")) {
            self.at += join.len();
            self.at_command = true;
            return Ok(());
        }
        if rest.starts_with("\\\n") {
            self.at += 2;
            return Ok(());
        }
        if rest.starts_with([' ', '\t']) {
            self.at += 1;
            return Ok(());
        }
        if rest.starts_with('#') {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return Ok(());
        }
        self.operator(rest)?;
        self.word()
    }

    fn operator(&self, rest: &str) -> Result<(), Refusal> {
        let operators = [
            ("<<", Construct::HereDocument),
            (">&", Construct::Redirection),
            (">>", Construct::Redirection),
            ("<&", Construct::Redirection),
            ("&>", Construct::Redirection),
            (";;", Construct::Syntax),
            ("|", Construct::Pipe),
            ("&", Construct::Background),
            ("<", Construct::Redirection),
            (">", Construct::Redirection),
            ("(", Construct::Subshell),
            (")", Construct::Syntax),
        ];
        match operators
            .into_iter()
            .find(|(operator, _)| rest.starts_with(operator))
        {
            None => Ok(()),
            Some((operator, construct)) => {
                Err(self.refuse(construct, self.at..self.at + operator.len()))
            }
        }
    }

    fn refuse(&self, construct: Construct, span: std::ops::Range<usize>) -> Refusal {
        Refusal {
            reason: Reason::Language(construct),
            place: self.script.place(span),
        }
    }

    fn word(&mut self) -> Result<(), Refusal> {
        let start = self.at;
        let text = &self.script.text;
        let rest = &text[start..];
        let is_of_name = |character: char| character == '_' || character.is_ascii_alphanumeric();
        let name = rest
            .find(|character| !is_of_name(character))
            .unwrap_or(rest.len());
        let is_name = name > 0 && !rest.starts_with(|character: char| character.is_ascii_digit());
        if self.at_command
            && is_name
            && ["+=", "["]
                .iter()
                .any(|sign| rest[name..].starts_with(sign))
        {
            return Err(self.refuse(Construct::Bash, start..start + name + 1));
        }
        let assigns = self.at_command && is_name && rest[name..].starts_with('=');
        let place = if assigns {
            Place::Assignment
        } else {
            Place::Argument
        };
        let begin = if assigns { start + name + 1 } else { start };
        let mut reader = Reader::new(self.script, begin);
        if self.at_command && rest.starts_with("[[") {
            return Err(self.refuse(Construct::Bash, start..start + 2));
        }
        // Alone it is a command and not a pattern.
        if self.at_command && (rest == "[" || rest.starts_with("[ ")) {
            return Err(Refusal {
                reason: Reason::OfAShell,
                place: self.script.place(start..start + 1),
            });
        }
        reader.word(place)?;
        self.at = reader.at;
        let word = &text[start..self.at];
        if text[self.at..].starts_with('(') && self.at_command && !word.is_empty() {
            let construct = if assigns {
                Construct::Bash
            } else {
                Construct::Function
            };
            return Err(self.refuse(construct, start..self.at + 1));
        }
        if self.at_command {
            self.command_word(word, start..self.at)?;
        }
        self.at_command = assigns;
        Ok(())
    }

    fn command_word(&self, word: &str, span: std::ops::Range<usize>) -> Result<(), Refusal> {
        let construct = match word {
            "!" => Construct::Negation,
            "{" | "}" => Construct::Group,
            word if COMPOUND.contains(&word) => Construct::Compound,
            word if BASH.contains(&word) => Construct::Bash,
            _ => return Ok(()),
        };
        Err(self.refuse(construct, span))
    }
}
