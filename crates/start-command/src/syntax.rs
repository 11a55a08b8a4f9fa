//! Shell text to simple commands. Two readers must agree: ours names what is refused and where, and a
//! parser of the whole shell language, brush, says what the text is; of its tree a list of simple
//! commands is accepted.

use std::io::Cursor;
use std::ops::Range;

use brush_parser::ast::{
    AndOr, AndOrList, Assignment as Assigned, AssignmentName, Command,
    CommandPrefixOrSuffixItem as Item, Pipeline, SeparatorOperator, SimpleCommand, Word as Raw,
};
use brush_parser::{ParseError, Parser, ParserOptions, SourceInfo};
use start_runtime::plan::{Assignment, Part, When, Word};
use start_runtime::variables::is_name;

use crate::refusal::{Construct, Reason, Refusal};
use crate::scan;
use crate::script::{Place, Script};
use crate::word::{self, Reader};

/// The plan of longer text would hardly fit into an argument; nothing of it is parsed.
const LONGEST: usize = 32 * 1024;

/// A command as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Simple {
    /// Whether it runs.
    pub(crate) when: When,
    /// Before the command word.
    pub(crate) assignments: Vec<Assignment>,
    /// The command word and its arguments.
    pub(crate) words: Vec<Placed>,
    /// All of it.
    pub(crate) place: Box<Place>,
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) word: Word,
    pub(crate) place: Box<Place>,
}

/// Reads shell text; blank text is no command.
pub(crate) fn read(script: &Script) -> Result<Vec<Simple>, Refusal> {
    if script.text.len() > LONGEST {
        return Err(Refusal {
            reason: Reason::TooLong,
            place: script.place(0..1),
        });
    }
    scan::first_refused(script)?;
    let options = ParserOptions {
        enable_extended_globbing: false,
        posix_mode: true,
        sh_mode: true,
        ..ParserOptions::default()
    };
    let tree = Tree::new(script);
    let mut parser = Parser::new(Cursor::new(&script.text), &options, &SourceInfo::default());
    let program = parser
        .parse_program()
        .map_err(|error| tree.unreadable(&error))?;
    let mut commands = Vec::new();
    for list in &program.complete_commands {
        for item in &list.0 {
            if matches!(item.1, SeparatorOperator::Async) {
                return Err(tree.refuse(Construct::Background));
            }
            tree.and_or(&item.0, &mut commands)?;
        }
    }
    Ok(commands)
}

struct Tree<'a> {
    script: &'a Script,
    /// The byte at which each character begins, and the end.
    offsets: Vec<usize>,
}

impl<'a> Tree<'a> {
    fn new(script: &'a Script) -> Self {
        let starts = script.text.char_indices().map(|(offset, _)| offset);
        Self {
            script,
            offsets: starts.chain([script.text.len()]).collect(),
        }
    }

    /// Of something whose place the parser doesn't tell and [`scan`] would have told.
    fn refuse(&self, construct: Construct) -> Refusal {
        Refusal {
            reason: Reason::Language(construct),
            place: self.script.whole(),
        }
    }

    fn refuse_at(&self, construct: Construct, span: Range<usize>) -> Refusal {
        Refusal {
            reason: Reason::Language(construct),
            place: self.script.place(span),
        }
    }

    fn byte(&self, character: usize) -> usize {
        let end = self.script.text.len();
        self.offsets.get(character).copied().unwrap_or(end)
    }

    fn unreadable(&self, error: &ParseError) -> Refusal {
        let span = match error {
            ParseError::ParsingNearToken(token) => {
                let location = token.location();
                self.byte(location.start.index)..self.byte(location.end.index)
            }
            ParseError::ParsingAtEndOfInput | ParseError::Tokenizing { .. } => {
                let end = self.script.text.trim_end().len();
                end..end
            }
        };
        self.refuse_at(Construct::Syntax, span)
    }

    fn and_or(&self, list: &AndOrList, commands: &mut Vec<Simple>) -> Result<(), Refusal> {
        commands.push(self.pipeline(&list.first, When::Always)?);
        for next in &list.additional {
            let (when, pipeline) = match next {
                AndOr::And(pipeline) => (When::Success, pipeline),
                AndOr::Or(pipeline) => (When::Failure, pipeline),
            };
            commands.push(self.pipeline(pipeline, when)?);
        }
        Ok(())
    }

    fn pipeline(&self, pipeline: &Pipeline, when: When) -> Result<Simple, Refusal> {
        if pipeline.timed.is_some() {
            return Err(self.refuse(Construct::Bash));
        }
        if pipeline.bang {
            return Err(self.refuse(Construct::Negation));
        }
        match pipeline.seq.as_slice() {
            [Command::Simple(simple)] => self.simple(simple, when),
            [Command::Compound(..)] => Err(self.refuse(Construct::Compound)),
            [Command::Function(_)] => Err(self.refuse(Construct::Function)),
            [Command::ExtendedTest(..)] => Err(self.refuse(Construct::Bash)),
            _ => Err(self.refuse(Construct::Pipe)),
        }
    }

    fn simple(&self, command: &SimpleCommand, when: When) -> Result<Simple, Refusal> {
        let mut assignments = Vec::new();
        let mut words = Vec::new();
        let mut spans = Vec::new();
        for item in command.prefix.iter().flat_map(|prefix| &prefix.0) {
            let Item::AssignmentWord(assigned, raw) = item else {
                return Err(self.refuse(Construct::Redirection));
            };
            let (assignment, span) = self.assignment(assigned, raw)?;
            assignments.push(assignment);
            spans.push(span);
        }
        let suffix = command
            .suffix
            .iter()
            .flat_map(|suffix| &suffix.0)
            .map(|item| match item {
                Item::Word(raw) | Item::AssignmentWord(_, raw) => Ok(raw),
                Item::IoRedirect(_) | Item::ProcessSubstitution(..) => {
                    Err(self.refuse(Construct::Redirection))
                }
            });
        for raw in command.word_or_name.iter().map(Ok).chain(suffix) {
            let declares = words
                .first()
                .is_some_and(|first: &Placed| first.word.as_literal().as_deref() == Some("export"));
            let (placed, span) = self.word(raw?, declares)?;
            words.push(placed);
            spans.push(span);
        }
        let start = spans.first().map_or(0, |span| span.start);
        let end = spans.last().map_or(0, |span| span.end);
        let place = self.script.place(start..end);
        Ok(Simple {
            when,
            assignments,
            words,
            place,
        })
    }

    /// An argument of `export` that looks like an assignment is read as one.
    fn word(&self, raw: &Raw, declares: bool) -> Result<(Placed, Range<usize>), Refusal> {
        let span = self.span(raw)?;
        let text = &self.script.text[span.clone()];
        let name = text
            .split_once('=')
            .map(|(name, _)| name)
            .filter(|name| declares && is_name(name.as_ref()));
        let mut reader = Reader::new(
            self.script,
            span.start + name.map_or(0, |name| name.len() + 1),
        );
        let mut word = match name {
            Some(_) => reader.word(word::Place::Assignment)?,
            None => reader.word(word::Place::Argument)?,
        };
        if let Some(name) = name {
            word.parts.insert(0, Part::Text(format!("{name}=")));
        }
        self.agreed(&reader, &span)?;
        let place = self.script.place(span.clone());
        Ok((Placed { word, place }, span))
    }

    fn assignment(
        &self,
        assigned: &Assigned,
        raw: &Raw,
    ) -> Result<(Assignment, Range<usize>), Refusal> {
        let span = self.span(raw)?;
        let name = match &assigned.name {
            AssignmentName::VariableName(name) if !assigned.append => name.clone(),
            _ => return Err(self.refuse_at(Construct::Bash, span)),
        };
        let value = span.start + name.len() + 1;
        if self.script.text.get(span.start..value) != Some(&format!("{name}=")) {
            return Err(self.refuse_at(Construct::Syntax, span));
        }
        if let Some(construct) = word::of_a_shell(&name) {
            return Err(self.refuse_at(construct, span.start..value - 1));
        }
        let mut reader = Reader::new(self.script, value);
        let value = reader.word(word::Place::Assignment)?;
        self.agreed(&reader, &span)?;
        Ok((Assignment { name, value }, span))
    }

    /// The bytes of a word, without continued lines before it.
    fn span(&self, raw: &Raw) -> Result<Range<usize>, Refusal> {
        let Some(location) = &raw.loc else {
            return Err(self.refuse(Construct::Syntax));
        };
        let (mut start, end) = (
            self.byte(location.start.index),
            self.byte(location.end.index),
        );
        let text = &self.script.text;
        while let Some(rest) = text[start..end].strip_prefix("\\\n") {
            start = end - rest.trim_start_matches([' ', '\t']).len();
        }
        Ok(start..end)
    }

    /// Both readers see the end of the word in the same place, but for continued lines.
    fn agreed(&self, reader: &Reader<'_>, span: &Range<usize>) -> Result<(), Refusal> {
        let (first, last) = (reader.at.min(span.end), reader.at.max(span.end));
        if self.script.text[first..last]
            .replace("\\\n", "")
            .trim_matches([' ', '\t'])
            .is_empty()
        {
            Ok(())
        } else {
            Err(self.refuse_at(Construct::Syntax, span.clone()))
        }
    }
}
