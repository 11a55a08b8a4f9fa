//! Child processes. A child gets its whole environment from us, never by inheritance, so that a
//! build depends on nothing that was not written down.
#![expect(
    clippy::disallowed_methods,
    reason = "this module is the one door through which a buildpack starts processes"
)]

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{BufRead as _, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Mutex;

use crate::output::Output;

/// How many lines of standard error a [`CommandError::Failed`] remembers.
const TAIL_LINES: usize = 40;

/// A process to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    program: OsString,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    directory: Option<PathBuf>,
}

/// A child that did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// There is no such program on the child's `PATH`, or no such file.
    #[error("{program} was not found")]
    NotFound {
        /// As it was asked for.
        program: String,
        /// The operating system's words.
        source: std::io::Error,
    },
    /// It is there but can't be started, or its output can't be read.
    #[error("{command} could not be run")]
    CouldNotRun {
        /// Program and arguments.
        command: String,
        /// The operating system's words.
        source: std::io::Error,
    },
    /// It ran and failed.
    #[error("{command} failed: {status}")]
    Failed {
        /// Program and arguments as a person would type them.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// The last lines of its standard error.
        standard_error: String,
    },
}

impl Command {
    /// A program, looked up on the `PATH` of the child's own environment unless it holds a `/`.
    pub fn new(program: impl Into<OsString>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            directory: None,
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn arguments<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Adds variables, or replaces them.
    #[must_use]
    pub fn variables<N: Into<OsString>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        for (name, value) in variables {
            self.environment.insert(name.into(), value.into());
        }
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Runs it and returns what it writes to its standard output.
    ///
    /// # Errors
    /// When it can't be started or ends with another status than 0.
    pub fn capture(&self) -> Result<Vec<u8>, CommandError> {
        let child = self.spawn()?;
        let output = child
            .wait_with_output()
            .map_err(|source| self.could_not_run(source))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            let mut tail = Tail::default();
            text.lines().for_each(|line| tail.push(line));
            return Err(self.failed(output.status, &tail));
        }
        Ok(output.stdout)
    }

    /// Runs it, hands both of its streams on to the log, and returns all of it: an error has the last lines only, and the
    /// first ones name the cause.
    ///
    /// # Errors
    /// As those of [`Command::stream_lines`].
    pub fn stream_to(&self, output: &Output) -> (Result<(), CommandError>, String) {
        let lines = Mutex::new(String::new());
        let result = self.stream_lines(|line| {
            output.child_line(line);
            if let Ok(mut lines) = lines.lock() {
                lines.push_str(line);
                lines.push('\n');
            }
        });
        (result, lines.into_inner().unwrap_or_default())
    }

    /// Runs it and hands both of its streams on to `each_line`, line by line and without the line
    /// ends; bytes that are not UTF-8 are replaced.
    ///
    /// # Errors
    /// When it can't be started or ends with another status than 0.
    pub fn stream_lines(&self, each_line: impl Fn(&str) + Sync) -> Result<(), CommandError> {
        let mut child = self.spawn()?;
        let standard_output = child.stdout.take();
        let standard_error = child.stderr.take();
        let tail = std::thread::scope(|scope| {
            let errors = scope.spawn(|| {
                let mut tail = Tail::default();
                let read = standard_error.map_or(Ok(()), |stream| {
                    lines(stream, |line| {
                        tail.push(line);
                        each_line(line);
                    })
                });
                read.map(|()| tail)
            });
            let read = standard_output.map_or(Ok(()), |stream| lines(stream, &each_line));
            let tail = errors
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            read.and(tail)
        });
        let status = child.wait().map_err(|source| self.could_not_run(source))?;
        let tail = tail.map_err(|source| self.could_not_run(source))?;
        if status.success() {
            Ok(())
        } else {
            Err(self.failed(status, &tail))
        }
    }

    fn spawn(&self) -> Result<Child, CommandError> {
        let mut command = std::process::Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(directory) = &self.directory {
            // The operating system reports a missing directory as a missing program.
            fs_err::metadata(directory).map_err(|source| self.could_not_run(source))?;
            command.current_dir(directory);
        }
        command.spawn().map_err(|source| {
            if source.kind() == ErrorKind::NotFound {
                CommandError::NotFound {
                    program: text(&self.program),
                    source,
                }
            } else {
                self.could_not_run(source)
            }
        })
    }

    fn could_not_run(&self, source: std::io::Error) -> CommandError {
        CommandError::CouldNotRun {
            command: self.to_string(),
            source,
        }
    }

    fn failed(&self, status: ExitStatus, tail: &Tail) -> CommandError {
        CommandError::Failed {
            command: self.to_string(),
            status,
            standard_error: tail.text(),
        }
    }
}

/// As a person would type it: the program by its file name, words with spaces in quotes, without
/// the environment.
impl fmt::Display for Command {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Path::new(&self.program).file_name();
        formatter.write_str(&text(name.unwrap_or(&self.program)))?;
        for argument in &self.arguments {
            let argument = text(argument);
            if argument.is_empty() || argument.contains(char::is_whitespace) {
                write!(formatter, " '{argument}'")?;
            } else {
                write!(formatter, " {argument}")?;
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Tail(VecDeque<String>);

impl Tail {
    fn push(&mut self, line: &str) {
        if self.0.len() == TAIL_LINES {
            self.0.pop_front();
        }
        self.0.push_back(line.to_owned());
    }

    fn text(&self) -> String {
        let lines: Vec<&str> = self.0.iter().map(String::as_str).collect();
        lines.join("\n")
    }
}

fn lines(stream: impl Read, mut each_line: impl FnMut(&str)) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        each_line(text.trim_end_matches(['\n', '\r']));
        line.clear();
    }
    Ok(())
}

fn text(text: &OsStr) -> String {
    text.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
