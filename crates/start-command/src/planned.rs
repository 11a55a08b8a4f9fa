//! What a start command became.

use std::path::{Path, PathBuf};

use start_runtime::plan::{Command, Item, Plan, Program, When, Word};

use crate::script::{Place, Script};

/// A start command, decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What `start` does.
    pub plan: Plan,
    /// What the user should know, a sentence or two each.
    pub notices: Vec<String>,
    /// Commands that stand before the start command and make what it runs, as they were written: their
    /// place is the build.
    pub at_build: Vec<String>,
    /// Every program that was looked up, in order.
    pub programs: Vec<Located>,
}

/// A program that a start command names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The file, where the image told one.
    pub file: Option<PathBuf>,
    /// Where it was named.
    pub place: Box<Place>,
}

impl Planned {
    /// A text as it is, for a shell in the image; arguments of the container are its `$1` and so on. Process 1 is
    /// `start`: a shell would ignore SIGTERM.
    #[must_use]
    pub fn in_shell(script: &Script, shell: &Path) -> Self {
        let shell = shell.display().to_string();
        Self::watched(&[&shell, "-c", &script.text, "sh"])
    }

    /// A program and its arguments as they are, with `start` as process 1: the program would ignore SIGTERM there.
    #[must_use]
    pub fn watched(words: &[impl AsRef<str>]) -> Self {
        let words = words.iter().map(|word| Word::literal(word.as_ref()));
        let program = Program {
            words: words.collect(),
            stay: true,
            ..Program::default()
        };
        let item = Item {
            when: When::Always,
            command: Command::Run(program),
        };
        Self {
            plan: Plan { items: vec![item] },
            notices: Vec::new(),
            at_build: Vec::new(),
            programs: Vec::new(),
        }
    }

    /// The same with the last program as process 1, whatever that makes of SIGTERM.
    #[must_use]
    pub fn as_process_1(mut self) -> Self {
        self.plan.items.iter_mut().for_each(leave);
        self
    }

    /// The program and its arguments, where that is all: then nothing needs `start`.
    #[must_use]
    pub fn direct(&self) -> Option<Vec<String>> {
        let [Item { command, .. }] = self.plan.items.as_slice() else {
            return None;
        };
        let Command::Run(Program {
            assignments,
            words,
            environment: false,
            exec: _,
            stay: false,
        }) = command
        else {
            return None;
        };
        if !assignments.is_empty() {
            return None;
        }
        words.iter().map(Word::as_literal).collect()
    }
}

fn leave(item: &mut Item) {
    match &mut item.command {
        Command::Run(program) => program.stay = false,
        Command::Group(items) => items.iter_mut().for_each(leave),
        _ => {}
    }
}
