//! What follows a `$`.

use start_runtime::plan::{Operation, Operator, Part, Variable, Word};

use super::{Parts, Reader, of_a_shell};
use crate::refusal::{Construct, Refusal};

/// So many `${…}` within one another; more would be an attack on the stack of a parser.
const DEEPEST: usize = 16;

impl Reader<'_> {
    /// After a `$`.
    pub(super) fn dollar(
        &mut self,
        parts: &mut Parts,
        start: usize,
        quoted: bool,
    ) -> Result<(), Refusal> {
        match self.peek() {
            Some('(') => {
                self.take();
                let construct = if self.peek() == Some('(') {
                    self.take();
                    Construct::Arithmetic
                } else {
                    Construct::CommandSubstitution
                };
                Err(self.refuse(construct, start))
            }
            Some('{') => {
                self.take();
                self.braced(parts, start, quoted)
            }
            Some(character) if character == '_' || character.is_ascii_alphabetic() => {
                let name = self.name(start)?;
                let operation = None;
                parts.push(Part::Variable(Variable {
                    name,
                    quoted,
                    operation,
                }));
                Ok(())
            }
            Some(character) if character.is_ascii_digit() || "@*#?$!-".contains(character) => {
                self.take();
                Err(self.refuse(Construct::SpecialParameter, start))
            }
            Some('\'' | '"') if !quoted => {
                self.take();
                Err(self.refuse(Construct::Bash, start))
            }
            Some('[') => {
                self.take();
                Err(self.refuse(Construct::Bash, start))
            }
            // A name that goes on behind a line that is continued.
            Some('\\') if self.rest().starts_with("\\\n") => {
                Err(self.refuse(Construct::Syntax, start))
            }
            _ if quoted => {
                parts.quoted('$');
                Ok(())
            }
            _ => {
                parts.text('$');
                Ok(())
            }
        }
    }

    fn name(&mut self, start: usize) -> Result<String, Refusal> {
        let is_of_name = |character: char| character == '_' || character.is_ascii_alphanumeric();
        let rest = self.rest();
        let length = rest
            .find(|character| !is_of_name(character))
            .unwrap_or(rest.len());
        let name = &rest[..length];
        self.at += length;
        if self.rest().starts_with("\\\n") {
            return Err(self.refuse(Construct::Syntax, start));
        }
        if let Some(construct) = of_a_shell(name) {
            return Err(self.refuse(construct, start));
        }
        Ok(name.to_owned())
    }

    /// After a `${`.
    fn braced(&mut self, parts: &mut Parts, start: usize, quoted: bool) -> Result<(), Refusal> {
        self.begins_name(start)?;
        let name = self.name(start)?;
        let or_empty = self.rest().starts_with(':');
        if or_empty {
            self.take();
        }
        let operator = match self.take() {
            Some('}') if !or_empty => {
                let operation = None;
                parts.push(Part::Variable(Variable {
                    name,
                    quoted,
                    operation,
                }));
                return Ok(());
            }
            Some('-') => Operator::Default,
            Some('=') => Operator::Assign,
            Some('?') => Operator::Require,
            Some('+') => Operator::Alternative,
            None => return Err(self.refuse(Construct::UnterminatedExpansion, start)),
            Some(_) => return Err(self.refuse(Construct::Operator, start)),
        };
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.refuse(Construct::Syntax, start));
        }
        let word = if quoted {
            self.quoted_operand(start)?
        } else {
            self.operand(start)?
        };
        self.depth -= 1;
        parts.push(Part::Variable(Variable {
            name,
            quoted,
            operation: Some(Operation {
                operator,
                or_empty,
                word,
            }),
        }));
        Ok(())
    }

    /// Only names of variables are accepted behind a `${`.
    fn begins_name(&mut self, start: usize) -> Result<(), Refusal> {
        let begins_name = |character: char| character == '_' || character.is_ascii_alphabetic();
        match self.peek() {
            Some(character) if begins_name(character) => Ok(()),
            None => Err(self.refuse(Construct::UnterminatedExpansion, start)),
            Some('#' | '!') if self.rest().chars().nth(1).is_some_and(begins_name) => {
                self.take();
                Err(self.refuse(Construct::Operator, start))
            }
            Some(character) => {
                self.take();
                let is_special = character.is_ascii_digit() || "@*#?$!-".contains(character);
                let construct = if is_special {
                    Construct::SpecialParameter
                } else {
                    Construct::Syntax
                };
                Err(self.refuse(construct, start))
            }
        }
    }

    /// The word of a `${V:-word}` outside of double quotes, and its brace.
    fn operand(&mut self, start: usize) -> Result<Word, Refusal> {
        let mut parts = Parts::default();
        let begin = self.at;
        while let Some(character) = self.peek() {
            let here = self.at;
            match character {
                '}' => {
                    self.take();
                    return Ok(parts.word());
                }
                '~' if here == begin || self.script.text[..here].ends_with(':') => {
                    self.take();
                    // Behind a colon it depends on where the whole stands.
                    if here != begin || !matches!(self.peek(), Some('/' | '}')) {
                        self.skip_to_end_of_name();
                        return Err(self.refuse(Construct::UserHome, here));
                    }
                    parts.push(Part::Home);
                }
                _ => self.unquoted(&mut parts)?,
            }
        }
        self.at = start + 2;
        Err(self.refuse(Construct::UnterminatedExpansion, start))
    }

    /// The word of a `${V:-word}` within double quotes, and its brace. Quotes within are there for people;
    /// what shells agree on is that they vanish.
    fn quoted_operand(&mut self, start: usize) -> Result<Word, Refusal> {
        let mut parts = Parts::default();
        parts.push(Part::Quoted(String::new()));
        let mut inner_quote = None;
        loop {
            let here = self.at;
            match (self.take(), inner_quote) {
                (None, _) => {
                    self.at = start + 2;
                    return Err(self.refuse(Construct::UnterminatedExpansion, start));
                }
                (Some('}'), None) => return Ok(parts.word()),
                (Some('"'), None) => inner_quote = Some(here),
                (Some('"'), Some(_)) => inner_quote = None,
                (Some('\\' | '\'' | '}' | '~'), Some(quote)) => {
                    return Err(self.refuse(Construct::NestedQuotes, quote));
                }
                (Some('`'), _) => return Err(self.refuse(Construct::CommandSubstitution, here)),
                (Some('$'), Some(quote)) if self.rest().starts_with('{') => {
                    return Err(self.refuse(Construct::NestedQuotes, quote));
                }
                (Some('$'), _) => self.dollar(&mut parts, here, true)?,
                (Some('\\'), None) => self.backslash_in_quotes(&mut parts, "$`\"\\}"),
                (Some(character), _) => parts.quoted(character),
            }
        }
    }
}
