//! Where values were written.

use std::fmt;
use std::path::PathBuf;

/// A value and where it came from, so that the log and the error can name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub origin: Origin,
}

impl<T> Sourced<T> {
    /// A value with its origin.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Another value from the same place.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced::new(convert(self.value), self.origin)
    }

    /// Another value from the same place, or an error.
    ///
    /// # Errors
    /// What `convert` returns.
    pub fn try_map<U, E>(self, convert: impl FnOnce(T) -> Result<U, E>) -> Result<Sourced<U>, E> {
        Ok(Sourced::new(convert(self.value)?, self.origin))
    }
}

/// Where a value was written. Displayed as a person would name the place: `BP_GO_VERSION`,
/// `go.mod line 3`, `the default`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// An environment variable of the build.
    Variable(String),
    /// A file of the app, by its path in the app directory.
    File {
        /// Relative to the app directory.
        path: PathBuf,
        /// Counted from 1.
        line: Option<usize>,
    },
    /// Nobody asked for anything.
    Default,
    /// A rule of the buildpack, in words that fit after "from": `the only program in bin/`.
    Rule(String),
}

impl Origin {
    /// A file of the app, as a whole.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::File {
            path: path.into(),
            line: None,
        }
    }

    /// A line, counted from 1, of a file of the app.
    pub fn line(path: impl Into<PathBuf>, line: usize) -> Self {
        Self::File {
            path: path.into(),
            line: Some(line),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => formatter.write_str(name),
            Self::File { path, line: None } => write!(formatter, "{}", path.display()),
            Self::File {
                path,
                line: Some(line),
            } => write!(formatter, "{} line {line}", path.display()),
            Self::Default => formatter.write_str("the default"),
            Self::Rule(rule) => formatter.write_str(rule),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_reads_like_a_place() {
        assert_eq!(Origin::line("go.mod", 3).to_string(), "go.mod line 3");
        assert_eq!(Origin::file("go.mod").to_string(), "go.mod");
        assert_eq!(Origin::Default.to_string(), "the default");
    }
}
