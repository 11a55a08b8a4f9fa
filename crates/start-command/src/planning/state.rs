//! What is known of a command while it is planned.

use std::path::{Path, PathBuf};

use start_runtime::plan::{Command, When, Word};

use crate::builtin;
use crate::image::SHELLS;
use crate::refusal::Reason;
use crate::runner::Scripts;
use crate::syntax::{Placed, Simple};

/// What changes from command to command.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    pub(super) scripts: Option<&'a Scripts>,
    /// Relative to where the process starts; `None` when it depends on variables.
    pub(super) directory: Option<PathBuf>,
    /// A program has run before, which may have made directories.
    pub(super) has_run: bool,
}

/// What stands around a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct After {
    /// Nothing runs before it.
    pub(super) leads: bool,
    /// How it is joined to what follows.
    pub(super) followed: When,
    /// Nothing runs after it.
    pub(super) last: bool,
}

/// A command on its way to a plan, without assignments and words that were looked at already.
pub(super) struct Pending {
    pub(super) simple: Simple,
    pub(super) environment: Vec<Placed>,
    pub(super) exec: bool,
    /// The runner that it was called through: `uv run`.
    pub(super) runner: Option<&'static str>,
}

impl Pending {
    /// Puts words in the place of the first ones.
    pub(super) fn replace(&mut self, dropped: usize, words: &[String]) {
        let place = self.simple.words[0].place.clone();
        let words = words.iter().map(|word| Placed {
            word: Word::literal(word),
            place: place.clone(),
        });
        self.simple
            .words
            .splice(..dropped, words.collect::<Vec<_>>());
    }
}

/// What a look at a command led to.
pub(super) enum Judged {
    /// It is planned.
    Done(Planning),
    /// Its words are others now.
    Again,
    /// It is a program for the image to tell.
    LookUp,
}

/// What a command became.
pub(super) enum Planning {
    Command(Command),
    AtBuild,
    /// Nothing at all: a script that may be missing.
    Nothing,
}

/// The leading words that are written plainly.
pub(super) fn plain(words: &[Placed]) -> Vec<String> {
    words
        .iter()
        .map_while(|placed| placed.word.as_literal())
        .collect()
}

pub(super) fn takes_command(words: &[String], pending: &Pending) -> bool {
    pending.simple.words.len() > 1
        && words
            .get(1)
            .is_none_or(|word| !word.starts_with('-') && !builtin::is_builtin(word))
}

pub(super) fn is_shell(name: &str) -> bool {
    let base = Path::new(name).file_name().and_then(|name| name.to_str());
    base.is_some_and(|base| SHELLS.contains(&base))
}

pub(super) fn operands(command: &str, takes: &'static str) -> Reason {
    Reason::Operands {
        command: command.to_owned(),
        takes,
    }
}
