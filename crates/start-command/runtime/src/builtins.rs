//! What a shell does itself: `cd`, `echo`, `sleep`, and what `start` doesn't do for it.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::time::Duration;

use crate::variables::Variables;

/// Names that mean something to a shell. A command that is such a word only after expansion isn't
/// searched for on the PATH, because a shell wouldn't either.
pub const OF_A_SHELL: &[&str] = &[
    ".", ":", "[", "alias", "bg", "break", "cd", "chdir", "command", "continue", "echo", "eval",
    "exec", "exit", "export", "false", "fc", "fg", "getopts", "hash", "jobs", "kill", "local",
    "printf", "pwd", "read", "readonly", "return", "set", "shift", "test", "times", "trap", "true",
    "type", "ulimit", "umask", "unalias", "unset", "wait",
];

/// A line for whoever reads the log of the container.
pub(crate) fn say(line: &str) {
    // Nobody is left to be told when this fails.
    let _ = writeln!(std::io::stderr(), "start: {line}");
}

/// Why a command that an expansion named can't be run, if it is the shell's own.
pub(crate) fn of_a_shell(name: &OsStr) -> Option<String> {
    let name = name.to_str().filter(|name| OF_A_SHELL.contains(name))?;
    Some(format!(
        "{name}: a command of the shell can't come out of a variable"
    ))
}

/// What a shell does when it starts: it finds out where it is.
pub(crate) fn enter(variables: &mut Variables) {
    let told = variables
        .get("PWD")
        .filter(|told| is_here(told))
        .map(OsStr::to_owned);
    let here = || std::env::current_dir().ok().map(Into::into);
    if let Some(here) = told.or_else(here) {
        variables.set("PWD", here);
    }
    variables.export("PWD");
}

/// Whether a path without `.` and `..` leads to the current directory.
fn is_here(path: &OsStr) -> bool {
    let plain = path
        .as_bytes()
        .split(|byte| *byte == b'/')
        .skip(1)
        .all(|name| name != b"." && name != b"..");
    let identity = |path: &OsStr| {
        rustix::fs::stat(path)
            .map(|stat| (stat.st_dev, stat.st_ino))
            .ok()
    };
    path.as_bytes().first() == Some(&b'/')
        && plain
        && identity(path).is_some_and(|found| identity(OsStr::new(".")) == Some(found))
}

/// `cd [DIRECTORY]`: `..` is taken from the path by which we came, as in a shell.
pub(crate) fn cd(directory: Option<&OsStr>, variables: &mut Variables) -> u8 {
    // Without a HOME, dash goes where it is.
    let home = || variables.get("HOME").unwrap_or_default();
    let wanted = directory.unwrap_or_else(home).to_owned();
    let bytes = wanted.as_bytes();
    if bytes == b"-" {
        say("cd: - out of a variable isn't supported");
        return 2;
    }
    let is_dotted = bytes
        .split(|byte| *byte == b'/')
        .next()
        .is_some_and(|first| first == b"." || first == b"..");
    let searched = variables.get("CDPATH").is_some_and(|path| !path.is_empty());
    if searched && !bytes.is_empty() && bytes[0] != b'/' && !is_dotted {
        say("cd: a CDPATH isn't supported: unset it, or write ./ before the directory");
        return 2;
    }
    let before = variables.get("PWD").unwrap_or_default().to_owned();
    let path = logical(before.as_bytes(), bytes);
    let path = OsString::from_vec(path);
    if let Err(error) = std::env::set_current_dir(if path.is_empty() {
        Path::new(".")
    } else {
        Path::new(&path)
    }) {
        say(&format!("cd: {}: {error}", wanted.display()));
        return 2;
    }
    variables.set("OLDPWD", before);
    variables.export("OLDPWD");
    variables.set("PWD", path);
    variables.export("PWD");
    0
}

/// An absolute path without `.`, `..` and empty components.
fn logical(here: &[u8], path: &[u8]) -> Vec<u8> {
    let start = if path.first() == Some(&b'/') {
        &[]
    } else {
        here
    };
    let mut names: Vec<&[u8]> = Vec::new();
    for name in start
        .split(|byte| *byte == b'/')
        .chain(path.split(|byte| *byte == b'/'))
    {
        match name {
            b"" | b"." => {}
            b".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    let mut path = vec![b'/'];
    path.extend(names.join(&b'/'));
    path
}

/// `echo` as dash has it: `-n` and nothing else is an option, escapes are replaced, `\c` ends it.
pub(crate) fn echo(fields: &[OsString]) -> u8 {
    let (newline, fields) = match fields.split_first() {
        Some((first, rest)) if first == "-n" => (false, rest),
        _ => (true, fields),
    };
    let mut text = Vec::new();
    let mut ended = false;
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            text.push(b' ');
        }
        ended = unescape(field.as_bytes(), &mut text);
        if ended {
            break;
        }
    }
    if newline && !ended {
        text.push(b'\n');
    }
    let mut output = std::io::stdout();
    match output.write_all(&text).and_then(|()| output.flush()) {
        Ok(()) => 0,
        Err(error) => {
            say(&format!("echo: {error}"));
            1
        }
    }
}

/// Replaces dash's escapes; true at `\c`.
fn unescape(mut bytes: &[u8], text: &mut Vec<u8>) -> bool {
    while let Some((&byte, rest)) = bytes.split_first() {
        bytes = rest;
        let Some((&letter, after)) = rest.split_first().filter(|_| byte == b'\\') else {
            text.push(byte);
            continue;
        };
        let replacement = match letter {
            b'a' => 7,
            b'b' => 8,
            b'c' => return true,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\\' => b'\\',
            b'0'..=b'7' => {
                let digits = if letter == b'0' { after } else { rest };
                let count = digits
                    .iter()
                    .take(3)
                    .take_while(|digit| (b'0'..=b'7').contains(digit))
                    .count();
                let value = digits[..count].iter().fold(0_u8, |value, digit| {
                    value.wrapping_mul(8).wrapping_add(digit - b'0')
                });
                text.push(value);
                bytes = &digits[count..];
                continue;
            }
            _ => {
                text.push(b'\\');
                continue;
            }
        };
        text.push(replacement);
        bytes = after;
    }
    false
}

/// The sum of the operands of `sleep`, as coreutils has it; `None` when one is no time.
pub(crate) fn duration(fields: &[OsString]) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    for field in fields {
        let text = field.to_str()?;
        let (number, unit) = match text.char_indices().next_back()? {
            (end, 's') => (&text[..end], 1),
            (end, 'm') => (&text[..end], 60),
            (end, 'h') => (&text[..end], 3_600),
            (end, 'd') => (&text[..end], 86_400),
            _ => (text, 1),
        };
        if number == "infinity" || number == "inf" {
            return Some(Duration::MAX);
        }
        sum = sum.saturating_add(seconds(number)?.saturating_mul(unit));
    }
    (!fields.is_empty()).then_some(sum)
}

/// A decimal number of seconds; what is below a nanosecond is left out. Not by way of floating point, which is
/// 15 kB of code.
fn seconds(number: &str) -> Option<Duration> {
    const DIGITS: usize = 9;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_empty = whole.is_empty() && fraction.is_empty();
    if is_empty || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(DIGITS);
    let nanoseconds = digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let whole = if whole.is_empty() {
        0
    } else {
        whole.parse().unwrap_or(u64::MAX)
    };
    Some(Duration::new(whole, nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_coreutils() {
        for (operands, expected) in [
            ("1", Some(Duration::from_secs(1))),
            ("1.5m .5s 1.", Some(Duration::from_millis(91_500))),
            ("0.0000000019", Some(Duration::from_nanos(1))),
            ("2h 1d", Some(Duration::from_hours(26))),
            ("99999999999999999999d", Some(Duration::MAX)),
            ("inf 1", Some(Duration::MAX)),
            ("", None),
            (".", None),
            ("s", None),
            ("1.2.3", None),
            ("1e3", None),
            ("-1", None),
            ("1 x", None),
        ] {
            let fields: Vec<OsString> = operands.split_whitespace().map(OsString::from).collect();
            let time = duration(&fields);
            // More seconds than 64 bits hold are the most that there is, whatever the digits behind the point.
            let capped = time.map(|time| {
                if time.as_secs() == u64::MAX {
                    Duration::MAX
                } else {
                    time
                }
            });
            assert_eq!(capped, expected, "{operands}");
        }
    }
}
