//! Variables of a build: how `--env` and `--env-file` are written, and the directory in which the
//! lifecycle reads them (CNB platform specification, "User-Provided Variables").

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// `MAX_ARG_STRLEN` of Linux with pages of 4 KiB, the NUL at the end counted.
pub(crate) const LONGEST: usize = 32 * 4096;

/// A variable that can't be handed to a build.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// A bare `NAME` means the caller's own value, and there is none.
    #[error("{name} has no value here")]
    Unset {
        /// The variable.
        name: String,
    },
    /// Variables are files in a directory, so a name can't be empty, begin with a dot, or have a slash
    /// or a control character. White space in it is a slip: `A = 1`, `export A=1`.
    #[error("`{name}` can't be a variable's name")]
    Name {
        /// What was given.
        name: String,
    },
    /// Linux starts no program with a variable of more than 32 pages (`execve(2)`, "Limits on size of
    /// arguments and environment").
    #[error("{name} has {bytes} bytes")]
    TooLong {
        /// The variable.
        name: String,
        /// Of name, `=` and value.
        bytes: usize,
    },
    /// The operating system ends values at a NUL.
    #[error("the value of {name} has a NUL")]
    Nul {
        /// The variable.
        name: String,
    },
}

/// Reads `NAME=value`, or `NAME` for the value that `host` knows.
///
/// # Errors
/// When the name can't be one, or a bare name is unknown to `host`.
pub fn parse_variable(
    text: &str,
    host: &dyn Fn(&str) -> Option<String>,
) -> Result<(String, String), EnvironmentError> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    check_name(name)?;
    let name = name.to_owned();
    match value.or_else(|| host(&name)) {
        Some(value) => check_value(&name, &value).map(|()| (name, value)),
        None => Err(EnvironmentError::Unset { name }),
    }
}

/// Reads a file of one variable a line, as [`parse_variable`] reads each. Empty lines and lines that
/// begin with `#` are skipped; quotes are part of the value, as with `pack` and `docker`.
///
/// # Errors
/// As [`parse_variable`], with the number of the line, from 1.
pub fn parse_env_file(
    text: &str,
    host: &dyn Fn(&str) -> Option<String>,
) -> Result<BTreeMap<String, String>, (usize, EnvironmentError)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| parse_variable(line, host).map_err(|error| (number, error)))
        .collect()
}

/// Checks the names and values of variables that came by another way than [`parse_variable`].
pub(crate) fn check(environment: &BTreeMap<String, String>) -> Result<(), EnvironmentError> {
    for (name, value) in environment {
        check_name(name)?;
        check_value(name, value)?;
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), EnvironmentError> {
    let wrong = |character: char| {
        matches!(character, '/' | '=') || character.is_control() || character.is_whitespace()
    };
    if name.is_empty() || name.starts_with('.') || name.len() > 255 || name.contains(wrong) {
        Err(EnvironmentError::Name {
            name: name.to_owned(),
        })
    } else {
        Ok(())
    }
}

fn check_value(name: &str, value: &str) -> Result<(), EnvironmentError> {
    let name = name.to_owned();
    let bytes = name.len() + 1 + value.len();
    if value.contains('\0') {
        Err(EnvironmentError::Nul { name })
    } else if bytes >= LONGEST {
        Err(EnvironmentError::TooLong { name, bytes })
    } else {
        Ok(())
    }
}

/// Writes the platform directory: `env/<NAME>` holds the value, without a newline at its end.
pub(crate) fn write_platform_directory(
    path: &Path,
    environment: &BTreeMap<String, String>,
) -> io::Result<()> {
    let directory = path.join("env");
    fs_err::create_dir_all(&directory)?;
    for (name, value) in environment {
        fs_err::write(directory.join(name), value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> Option<String> {
        (name == "HOME").then(|| "/home/me".to_owned())
    }

    #[test]
    fn a_file_is_read_line_by_line() {
        let text = "\u{feff}# a comment\n\n A=1 \r\nB=x=y\nC=\nD=\"q\"\nHOME\n";
        insta::assert_debug_snapshot!(parse_env_file(text, &host).unwrap(), @r#"
        {
            "A": "1",
            "B": "x=y",
            "C": "",
            "D": "\"q\"",
            "HOME": "/home/me",
        }
        "#);
    }

    #[test]
    fn what_cannot_be_a_variable_is_an_error_with_its_line() {
        let table = [
            "A=1\nNOPE",
            "A = 1",
            "export A=1",
            "=x",
            "../x=1",
            ".hidden=1",
            "a/b=1",
            "A=\0",
        ]
        .map(|text| {
            let (line, error) = parse_env_file(text, &host).unwrap_err();
            format!("{line}: {error}")
        });
        insta::assert_snapshot!(table.join("\n"), @"
        2: NOPE has no value here
        1: `A ` can't be a variable's name
        1: `export A` can't be a variable's name
        1: `` can't be a variable's name
        1: `../x` can't be a variable's name
        1: `.hidden` can't be a variable's name
        1: `a/b` can't be a variable's name
        1: the value of A has a NUL
        ");
    }

    #[test]
    fn a_value_is_as_long_as_the_system_takes() {
        let longest = "x".repeat(LONGEST - "A=".len() - 1);
        assert!(parse_variable(&format!("A={longest}"), &host).is_ok());
        let mut variables = BTreeMap::from([("A".to_owned(), longest)]);
        assert_eq!(check(&variables), Ok(()));
        for value in variables.values_mut() {
            value.push('x');
        }
        let (name, bytes) = ("A".to_owned(), LONGEST);
        assert_eq!(
            check(&variables),
            Err(EnvironmentError::TooLong { name, bytes })
        );
    }
}
