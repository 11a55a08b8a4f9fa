//! The Procfile: `name: command`, a line each. The grammar is the union of what Paketo, Heroku and Google
//! accept, and what is outside of it is an error instead of a line that is silently ignored.

mod messages;

use crate::script::{Script, Source};

/// A Procfile that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Procfile {
    /// In the order of their first lines.
    pub processes: Vec<Process>,
    /// What was read otherwise than it was written, a sentence each.
    pub warnings: Vec<String>,
}

/// A line of a Procfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// In lower case and with `-` for `_`.
    pub name: String,
    /// The line, from 1.
    pub line: usize,
    /// The command.
    pub command: Script,
}

/// Why a Procfile can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcfileError {
    /// It is larger than any Procfile.
    #[error("{source_name} has {size} bytes")]
    TooLarge {
        /// As a person would call it.
        source_name: String,
        /// In bytes.
        size: usize,
    },
    /// It isn't UTF-8.
    #[error("{source_name} line {line} isn't UTF-8")]
    NotText {
        /// As a person would call it.
        source_name: String,
        /// From 1.
        line: usize,
        /// The line, with � for what isn't UTF-8.
        text: String,
        /// Of the first such byte, in characters from 0.
        column: usize,
        /// It is UTF-16, which Windows writes.
        utf16: bool,
    },
    /// A line is no `name: command`.
    #[error("{source_name} line {line}: {problem:?}")]
    Line {
        /// As a person would call it.
        source_name: String,
        /// From 1.
        line: usize,
        /// The line.
        text: String,
        /// Where it goes wrong, in characters from 0.
        column: usize,
        /// What is wrong.
        problem: LineProblem,
    },
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// It begins with no name.
    NoName,
    /// A character that no name has, before the colon.
    InName(char),
    /// The name is followed by no colon.
    NoColon,
    /// The colon is followed by nothing.
    NoCommand,
    /// The name is longer than that of a file can be; the lifecycle makes one of it.
    NameTooLong,
    /// The command is to go on in the next line.
    Continued,
}

/// In bytes (`NAME_MAX`, limits.h(0p)).
const LONGEST_NAME: usize = 255;

/// Larger than any Procfile, in bytes; what is larger still is refused.
pub const LARGEST: usize = 256 * 1024;

/// Reads a Procfile. `source_name` is what a person would call it: `Procfile`, `the binding procfile`.
///
/// # Errors
/// At the first line that isn't of the form, and for what is no text.
pub fn parse(bytes: &[u8], source_name: &str) -> Result<Procfile, ProcfileError> {
    let text = text(bytes, source_name)?;
    let mut procfile = Procfile::default();
    for (number, line) in (1..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let trimmed = line.trim_start_matches([' ', '\t']);
        if trimmed.trim_end().is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let (process, written) = process(line, number, source_name)?;
        let Process { name, .. } = &process;
        if *name != written {
            let warning = format!(
                "The process {written} of {source_name} line {number} is called {name} in the image."
            );
            procfile.warnings.push(warning);
        }
        if trimmed.len() != line.len() {
            let warning = format!(
                "{source_name} line {number} begins with blanks, which other platforms refuse."
            );
            procfile.warnings.push(warning);
        }
        match procfile
            .processes
            .iter_mut()
            .find(|other| other.name == *name)
        {
            Some(earlier) => {
                procfile.warnings.push(format!(
                    "{source_name} has the process {name} twice: line {number} counts, line {} doesn't.",
                    earlier.line
                ));
                *earlier = process;
            }
            None => procfile.processes.push(process),
        }
    }
    if procfile.processes.is_empty() {
        procfile
            .warnings
            .push(format!("{source_name} names no process."));
    }
    Ok(procfile)
}

fn text<'a>(bytes: &'a [u8], source_name: &str) -> Result<&'a str, ProcfileError> {
    let source_name = source_name.to_owned();
    if bytes.len() > LARGEST {
        let size = bytes.len();
        return Err(ProcfileError::TooLarge { source_name, size });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |newline| newline + 1);
        let line = bytes[start..]
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        ProcfileError::NotText {
            source_name,
            line: before.split(|byte| *byte == b'\n').count(),
            text: String::from_utf8_lossy(line)
                .trim_end_matches('\r')
                .to_owned(),
            column: String::from_utf8_lossy(&before[start..]).chars().count(),
            utf16: bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff"),
        }
    })?;
    // The mark that editors for Windows put before the first character.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn process<'a>(
    line: &'a str,
    number: usize,
    source_name: &str,
) -> Result<(Process, &'a str), ProcfileError> {
    let failed = |byte: usize, problem| ProcfileError::Line {
        source_name: source_name.to_owned(),
        line: number,
        text: line.to_owned(),
        column: line[..byte].chars().count(),
        problem,
    };
    let is_of_name =
        |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let start = line.len() - line.trim_start_matches([' ', '\t']).len();
    let length = line[start..]
        .find(|character| !is_of_name(character))
        .unwrap_or(line.len() - start);
    let end = start + length;
    let name = &line[start..end];
    let colon = line[end..].len() - line[end..].trim_start_matches([' ', '\t']).len() + end;
    if !line[colon..].starts_with(':') {
        let next = line[end..].chars().next();
        return Err(match next {
            Some(character) if !" \t".contains(character) => {
                failed(end, LineProblem::InName(character))
            }
            _ => failed(end, LineProblem::NoColon),
        });
    }
    if name.is_empty() {
        return Err(failed(start, LineProblem::NoName));
    }
    if colon != end {
        return Err(failed(end, LineProblem::NoColon));
    }
    if name.len() > LONGEST_NAME {
        return Err(failed(start, LineProblem::NameTooLong));
    }
    let rest = &line[colon + 1..];
    let command = rest.trim_matches([' ', '\t']);
    if command.is_empty() {
        return Err(failed(line.len(), LineProblem::NoCommand));
    }
    let before_backslashes = command.trim_end_matches('\\').len();
    if (command.len() - before_backslashes) % 2 == 1 {
        let end = colon + 1 + rest.trim_end_matches([' ', '\t']).len();
        return Err(failed(end - 1, LineProblem::Continued));
    }
    let begin = line.len() - rest.trim_start_matches([' ', '\t']).len();
    let process = Process {
        name: name.to_ascii_lowercase().replace('_', "-"),
        line: number,
        command: Script {
            text: command.to_owned(),
            source: Source {
                name: source_name.to_owned(),
                line: Some(number),
                before: line[..begin].to_owned(),
            },
        },
    };
    Ok((process, name))
}

#[cfg(test)]
mod tests;
