//! The door through which the builder starts processes.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place of this crate that starts processes"
)]

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

/// How many of the last lines of a failed program's output are kept.
const KEPT_LINES: usize = 40;

/// Starts a program in such a way that it ends when the thread that started it does, however that ends:
/// util-linux's `setpriv(1)` and `prctl(2)`, `PR_SET_PDEATHSIG`. Without `setpriv`, a killed coracle
/// leaves programs running that nobody waits for.
const SETPRIV: &str = "setpriv";

/// How `setpriv` and shells end when a program can't be started.
const NOT_STARTED: [i32; 2] = [126, 127];

/// A program that could not be started or that failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It could not be started.
    #[error("{program} can't be started")]
    Start {
        /// The program as it was called.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// Its output could not be read.
    #[error("the output of {program} can't be read")]
    Output {
        /// The program as it was called.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// It ended with another status than 0.
    #[error("`{command}` failed with {status}:\n{output}")]
    Failed {
        /// Program and arguments.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// The last lines of its standard error, or of its output when it wrote nothing there.
        output: String,
    },
}

/// A process to be: program, arguments, directory and environment.
pub(crate) struct Process {
    command: Command,
    display: String,
    has_guard: bool,
}

impl Process {
    pub(crate) fn new(program: &Path) -> Self {
        let guard = guard();
        let mut command = match guard {
            Some(setpriv) => {
                let mut command = Command::new(setpriv);
                command.args(["--pdeathsig", "KILL", "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        // What it says is read by us, too.
        command.stdin(Stdio::null()).env("LC_ALL", "C");
        Self {
            command,
            display: program.display().to_string(),
            has_guard: guard.is_some(),
        }
    }

    pub(crate) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.display.push(' ');
        self.display.push_str(&argument.as_ref().to_string_lossy());
        self.command.arg(argument);
        self
    }

    pub(crate) fn arguments<A: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(self, Self::argument)
    }

    pub(crate) fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Temporary files go to the work directory, and with it: a killed program leaves them behind.
    pub(crate) fn scratch(mut self, work: &Path) -> Self {
        self.command.env("TMPDIR", work).env_remove("GOTMPDIR");
        self
    }

    pub(crate) fn environment<K: AsRef<OsStr>, V: AsRef<OsStr>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.command.envs(variables);
        self
    }

    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        for name in names {
            self.command.env_remove(name);
        }
        self
    }

    /// Runs the process; gives its standard output. What it writes to standard error is logged at
    /// debug level, and its end is kept for the error.
    pub(crate) fn output(mut self) -> Result<String, CommandError> {
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| CommandError::Start {
                program: self.display.clone(),
                source,
            })?;
        let collected = collect(&mut child);
        let status = child.wait();
        let (stdout, stderr, status) = collected
            .and_then(|(stdout, stderr)| Ok((stdout, stderr, status?)))
            .map_err(|source| CommandError::Output {
                program: self.display.clone(),
                source,
            })?;
        if status.success() {
            return Ok(stdout);
        }
        let lines = if stderr.is_empty() {
            stdout.lines().map(str::to_owned).collect()
        } else {
            stderr
        };
        let output = lines[lines.len().saturating_sub(KEPT_LINES)..].join("\n");
        if self.has_guard
            && status
                .code()
                .is_some_and(|code| NOT_STARTED.contains(&code))
        {
            return Err(CommandError::Start {
                program: self.display,
                source: io::Error::other(output),
            });
        }
        Err(CommandError::Failed {
            command: self.display,
            status,
            output,
        })
    }

    /// Runs the process for its effect.
    pub(crate) fn run(self) -> Result<(), CommandError> {
        self.output().map(drop)
    }
}

/// `setpriv`, where the machine has one that knows the option; the one of busybox doesn't.
fn guard() -> Option<&'static Path> {
    static GUARD: OnceLock<Option<PathBuf>> = OnceLock::new();
    let guard = GUARD.get_or_init(|| {
        let setpriv = which::which(SETPRIV).ok()?;
        let attempt = Command::new(&setpriv)
            .args(["--pdeathsig", "KILL", "--"])
            .arg(&setpriv)
            .arg("--version")
            .stdin(Stdio::null())
            .output();
        attempt
            .is_ok_and(|output| output.status.success())
            .then_some(setpriv)
    });
    guard.as_deref()
}

fn collect(child: &mut Child) -> io::Result<(String, Vec<String>)> {
    let stderr = child.stderr.take();
    let mut stdout = String::new();
    let last_lines = std::thread::scope(|scope| {
        let reader = scope.spawn(|| stderr.map_or_else(|| Ok(Vec::new()), last_lines));
        if let Some(mut pipe) = child.stdout.take() {
            pipe.read_to_string(&mut stdout)?;
        }
        reader
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the reader of standard error panicked")))
    })?;
    Ok((stdout, last_lines))
}

fn last_lines(pipe: impl Read) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    for line in BufReader::new(pipe).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        tracing::debug!("{line}");
        if lines.len() == KEPT_LINES {
            lines.remove(0);
        }
        lines.push(line);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        Process::new(Path::new("/bin/sh"))
            .argument("-c")
            .argument(script)
    }

    #[test]
    fn output_is_standard_output() {
        assert_eq!(shell("echo out; echo err >&2").output().unwrap(), "out\n");
    }

    #[test]
    fn a_failure_keeps_the_end_of_standard_error() {
        let result = shell("for i in $(seq 100); do echo $i >&2; done; exit 3").output();
        let Err(CommandError::Failed { status, output, .. }) = result else {
            panic!("{result:?}");
        };
        assert_eq!(status.code(), Some(3));
        assert_eq!(output.lines().count(), KEPT_LINES);
        assert!(output.ends_with("99\n100"), "{output}");
    }

    #[test]
    fn a_failure_that_says_nothing_on_standard_error_keeps_the_output() {
        let result = shell("echo '{\"Error\": \"no\"}'; exit 1").output();
        let Err(CommandError::Failed { output, .. }) = result else {
            panic!("{result:?}");
        };
        assert_eq!(output, "{\"Error\": \"no\"}");
    }

    #[test]
    fn a_program_that_is_no_program_is_not_started() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("no-program");
        fs_err::write(&file, "").unwrap();
        for program in [file, directory.path().join("absent")] {
            let result = Process::new(&program).output();
            assert!(
                matches!(result, Err(CommandError::Start { .. })),
                "{result:?}"
            );
        }
    }
}
