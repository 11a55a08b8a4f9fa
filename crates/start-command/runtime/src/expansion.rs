//! Words to fields, as POSIX and dash have it: variables, `~`, field splitting, pathnames, quotes gone.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use crate::pathname;
use crate::plan::{Operation, Operator, Part, Variable, Word};
use crate::variables::Variables;

/// Why a word can't be expanded. A shell ends here, whatever would follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpansionError {
    /// `${NAME:?message}` of a variable without a value.
    #[error("{name}: {message}")]
    Required {
        /// The variable.
        name: String,
        /// What was written after the `?`, or why.
        message: String,
    },
    /// A shell would read the value as a pattern for file names that we don't know.
    #[error(
        "{pattern}: a pattern for file names that isn't supported, put the variable within double quotes"
    )]
    Pattern {
        /// The field.
        pattern: String,
    },
}

/// Expands words to the fields that a program gets.
///
/// # Errors
/// When a required variable has no value, or a value is a pattern of a kind that isn't known.
pub fn fields(words: &[Word], variables: &mut Variables) -> Result<Vec<OsString>, ExpansionError> {
    let mut fields = Vec::new();
    for word in words {
        let mut expansion = Expansion::new(variables, true);
        expansion.word(word, false)?;
        for field in expansion.finish() {
            fields.extend(pathname::expand(field)?);
        }
    }
    Ok(fields)
}

/// Expands a word that isn't split, as that of an assignment.
///
/// # Errors
/// When a required variable has no value.
pub fn value(word: &Word, variables: &mut Variables) -> Result<OsString, ExpansionError> {
    let mut expansion = Expansion::new(variables, false);
    expansion.word(word, false)?;
    let bytes = expansion.finish().into_iter().flat_map(|field| field.bytes);
    Ok(OsString::from_vec(bytes.collect()))
}

/// Bytes, and for each whether it may have a meaning in a pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) bytes: Vec<u8>,
    pub(crate) bare: Vec<bool>,
}

impl Field {
    fn push(&mut self, bytes: &[u8], bare: bool) {
        self.bytes.extend_from_slice(bytes);
        self.bare.resize(self.bytes.len(), bare);
    }
}

struct Expansion<'a> {
    variables: &'a mut Variables,
    splits: bool,
    done: Vec<Field>,
    current: Option<Field>,
}

impl<'a> Expansion<'a> {
    fn new(variables: &'a mut Variables, splits: bool) -> Self {
        Self {
            variables,
            splits,
            done: Vec::new(),
            current: None,
        }
    }

    fn finish(mut self) -> Vec<Field> {
        self.done.extend(self.current);
        self.done
    }

    fn push(&mut self, bytes: &[u8], bare: bool) {
        self.current.get_or_insert_default().push(bytes, bare);
    }

    fn word(&mut self, word: &Word, inside: bool) -> Result<(), ExpansionError> {
        for part in &word.parts {
            match part {
                Part::Text(text) if inside => self.split(text.as_bytes()),
                Part::Text(text) => self.push(text.as_bytes(), true),
                Part::Quoted(text) => self.push(text.as_bytes(), false),
                // dash leaves the ~ where there is no HOME, bash asks the user database, which an
                // image need not have.
                Part::Home => {
                    let home = self.variables.get("HOME").unwrap_or(OsStr::new("~"));
                    let home = home.as_bytes().to_vec();
                    self.push(&home, false);
                }
                Part::Variable(variable) => self.variable(variable)?,
            }
        }
        Ok(())
    }

    fn variable(&mut self, variable: &Variable) -> Result<(), ExpansionError> {
        let value = self.variables.get(&variable.name).map(OsStr::to_owned);
        if variable.quoted {
            self.current.get_or_insert_default();
        }
        let Some(operation) = &variable.operation else {
            self.value(value.as_deref().unwrap_or_default(), variable.quoted);
            return Ok(());
        };
        let Operation {
            operator,
            or_empty,
            word,
        } = operation;
        let present = value.filter(|value| !(*or_empty && value.is_empty()));
        match (operator, present) {
            (Operator::Alternative, None) => Ok(()),
            (Operator::Alternative, Some(_)) | (Operator::Default, None) => self.word(word, true),
            (_, Some(value)) => {
                self.value(&value, variable.quoted);
                Ok(())
            }
            (Operator::Assign, None) => {
                let value = self::value(word, self.variables)?;
                self.variables.set(&variable.name, value.clone());
                self.value(&value, variable.quoted);
                Ok(())
            }
            (Operator::Require, None) => {
                let message = self::value(word, self.variables)?;
                let reason = if *or_empty { " or null" } else { "" };
                Err(ExpansionError::Required {
                    name: variable.name.clone(),
                    message: if message.is_empty() {
                        format!("parameter not set{reason}")
                    } else {
                        message.to_string_lossy().into_owned()
                    },
                })
            }
        }
    }

    fn value(&mut self, value: &OsStr, quoted: bool) {
        if quoted {
            self.push(value.as_bytes(), false);
        } else {
            self.split(value.as_bytes());
        }
    }

    fn split(&mut self, bytes: &[u8]) {
        if !self.splits {
            if !bytes.is_empty() {
                self.push(bytes, true);
            }
            return;
        }
        for run in bytes.chunk_by(|one, other| is_blank(*one) == is_blank(*other)) {
            if is_blank(run[0]) {
                self.done.extend(self.current.take());
            } else {
                self.push(run, true);
            }
        }
    }
}

/// The default field separators; others can't be chosen.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}
