//! What `start` does, as data: decided at build, written into the launch metadata as one argument, read
//! again by `start`. It is JSON, so that a person who looks at an image can read it.

use serde::{Deserialize, Serialize};

/// Commands and how they are joined. The last one that is reached gives the exit status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plan {
    /// In the order in which they are written.
    pub items: Vec<Item>,
}

/// A command of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Whether it runs, seen what ran before it.
    #[serde(default, skip_serializing_if = "When::is_always")]
    pub when: When,
    /// What runs.
    #[serde(rename = "do")]
    pub command: Command,
}

/// Whether a command runs, seen the status of the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum When {
    /// The first of all, and what follows `;` or the end of a line.
    #[default]
    #[serde(rename = ";")]
    Always,
    /// After `&&`.
    #[serde(rename = "&&")]
    Success,
    /// After `||`.
    #[serde(rename = "||")]
    Failure,
}

impl When {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    fn is_always(&self) -> bool {
        *self == Self::Always
    }
}

/// What one command does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Starts a program.
    Run(Program),
    /// Assignments without a command: they hold for the rest.
    Assign(Vec<Assignment>),
    /// `export NAME[=value]…`.
    Export(Vec<Export>),
    /// `unset NAME…`.
    Unset(Vec<String>),
    /// `cd [DIRECTORY]`.
    Cd(Vec<Word>),
    /// `echo`, as dash has it: `-n`, and escapes in what it prints.
    Echo(Vec<Word>),
    /// `true` and `:`; the words are expanded, because `: ${V:=x}` assigns.
    True(Vec<Word>),
    /// `false`.
    False(Vec<Word>),
    /// `set -e`.
    StopOnFailure,
    /// `exit [STATUS]`.
    Exit(Vec<Word>),
    /// `sleep`, which is no built-in command of any shell but isn't in the image.
    Sleep(Vec<Word>),
    /// Commands whose variables and directory don't reach what follows: a script of a package.json.
    Group(Vec<Item>),
}

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Program {
    /// For this program only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<Assignment>,
    /// The program and its arguments. All may vanish.
    pub words: Vec<Word>,
    /// `env NAME=value… PROGRAM`: leading fields with `=` go to the environment.
    #[serde(default, skip_serializing_if = "is_false")]
    pub environment: bool,
    /// `exec PROGRAM`: nothing after it runs.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exec: bool,
    /// As process 1 it would ignore SIGTERM, so `start` is process 1 for it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stay: bool,
}

/// `NAME=value`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// A name of a variable.
    pub name: String,
    /// Not split.
    pub value: Word,
}

/// An argument of `export`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// A name of a variable.
    pub name: String,
    /// Not split; `None` keeps the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Word>,
}

/// A word before expansion; it can become no field, one or several.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Word {
    /// In their order.
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Written without quotes: split where it is the word of a `${…}`, and nowhere else.
    Text(String),
    /// Written within quotes or after a backslash: never split, a field even when it is empty.
    Quoted(String),
    /// `$NAME`, `${NAME…}`.
    Variable(Variable),
    /// `~`.
    Home,
}

/// An expansion of a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Within double quotes: one field, even when it is empty.
    #[serde(default, skip_serializing_if = "is_false")]
    pub quoted: bool,
    /// What `${NAME…}` says beyond the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
}

/// `:-word` and its kin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// What is done.
    pub operator: Operator,
    /// With a colon: an empty value counts as none.
    #[serde(default, skip_serializing_if = "is_false")]
    pub or_empty: bool,
    /// What follows the operator.
    pub word: Word,
}

/// What is done with a variable that has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// The word instead of the value.
    #[serde(rename = "-")]
    Default,
    /// The same, and the variable has it from then on.
    #[serde(rename = "=")]
    Assign,
    /// The end, with the word as message.
    #[serde(rename = "?")]
    Require,
    /// The other way round: the word where there is a value.
    #[serde(rename = "+")]
    Alternative,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Word {
    /// A word that is what it says.
    pub fn literal(text: impl Into<String>) -> Self {
        Self {
            parts: vec![Part::Quoted(text.into())],
        }
    }

    /// The one field that this word is whatever the variables hold, if it is that.
    #[must_use]
    pub fn as_literal(&self) -> Option<String> {
        let text = |part: &Part| match part {
            Part::Text(text) | Part::Quoted(text) => Some(text.clone()),
            Part::Variable(_) | Part::Home => None,
        };
        let parts: Option<Vec<String>> = self.parts.iter().map(text).collect();
        parts
            .filter(|parts| !parts.is_empty())
            .map(|parts| parts.concat())
    }
}

impl Plan {
    /// As one argument for `start`.
    ///
    /// # Errors
    /// None that this type can have.
    pub fn to_argument(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// What [`Self::to_argument`] wrote.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn from_argument(argument: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(argument)
    }
}
