//! A program that is given a time: whoever waits for a daemon or a registry that never answers would wait
//! without end.

use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::process::{Child, ChildStdin, Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::fs::{MemfdFlags, memfd_create};
use rustix::process::Pid;

use crate::credentials::without_credentials;
use crate::process_tree::{children, kill_tree};

/// How often it is looked whether a program has ended.
const POLL: Duration = Duration::from_millis(20);

/// How long the answer to a question may take that is a few bytes, as the question is: `crane` asks again by
/// itself meanwhile.
pub(crate) const ANSWER: Duration = Duration::from_mins(1);

/// How long it may take to hand on so many bytes. 50 kB/s is less than a telephone gives.
pub(crate) fn patience(bytes: u64) -> Duration {
    Duration::from_mins(5) + Duration::from_secs(bytes / 50_000)
}

/// A program that has been started.
#[derive(Debug)]
pub(crate) struct LimitedProgram {
    child: Child,
    output: File,
    errors: File,
}

/// What a program said before it ended or was ended.
#[derive(Debug)]
pub(crate) struct Said {
    /// None when it was ended.
    pub(crate) status: Option<ExitStatus>,
    /// Whether it waited for a program of its own when it was ended.
    pub(crate) had_child: bool,
    /// Standard output.
    pub(crate) output: String,
    /// Standard error, without the secrets in it.
    pub(crate) errors: String,
    /// How long it had.
    pub(crate) limit: Duration,
}

impl Said {
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }
}

impl LimitedProgram {
    /// Starts it in our process group, so that what it starts may ask on the terminal; its standard input is what
    /// the command says.
    pub(crate) fn start(command: &mut Command) -> io::Result<Self> {
        // Files, since nobody reads a pipe while we wait; of no disk, which could be full.
        let file = || memfd_create("said", MemfdFlags::CLOEXEC).map(File::from);
        let (output, errors) = (file()?, file()?);
        let command = command.stdout(output.try_clone()?);
        let child = command.stderr(errors.try_clone()?).spawn()?;
        Ok(Self {
            child,
            output,
            errors,
        })
    }

    /// The writing end of its standard input, where that is a pipe.
    pub(crate) fn take_input(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Waits for its end; one that is still there after `limit` is killed, with all that it started.
    pub(crate) fn finish(mut self, limit: Duration) -> io::Result<Said> {
        let (status, had_child) = wait(&mut self.child, limit)?;
        Ok(Said {
            status,
            had_child,
            output: content(&mut self.output)?,
            errors: without_credentials(&content(&mut self.errors)?),
            limit,
        })
    }
}

fn wait(child: &mut Child, limit: Duration) -> io::Result<(Option<ExitStatus>, bool)> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((Some(status), false));
        }
        if started.elapsed() > limit {
            let process = Pid::from_child(child);
            let had_child = !children(process).is_empty();
            kill_tree(process);
            child.wait()?;
            return Ok((None, had_child));
        }
        std::thread::sleep(POLL);
    }
}

fn content(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what is tested is a program")]
mod tests {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn said(script: &str, limit: Duration) -> Said {
        let mut command = Command::new("sh");
        let program = LimitedProgram::start(command.args(["-c", script])).unwrap();
        program.finish(limit).unwrap()
    }

    #[test]
    fn what_a_program_says_is_kept_and_its_time_ends() {
        let quick = said("echo no >&2; echo yes; exit 3", ANSWER);
        let status = quick.status.and_then(|status| status.code());
        assert_eq!(
            (status, &*quick.errors, &*quick.output),
            (Some(3), "no", "yes")
        );
        let slow = said("exec sleep 600", Duration::ZERO);
        assert_eq!((slow.status, slow.had_child), (None, false));
    }

    /// `crane` starts credential helpers.
    #[test]
    fn what_it_started_ends_with_it() {
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "sh -c 'echo >&0; sleep 600; true'; true"]);
        let program = LimitedProgram::start(command.stdin(OwnedFd::from(theirs)));
        drop(command);
        ours.read_exact(&mut [0]).unwrap();
        let said = program.unwrap().finish(Duration::ZERO).unwrap();
        assert!(said.had_child);
        // Only waited for where something survives.
        ours.set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        assert_eq!(ours.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn secrets_are_not_kept() {
        let said = said(r#"echo '{"Secret":"abc"}' | tee /dev/stderr"#, ANSWER);
        // Its output is an answer to be read.
        assert_eq!(said.output, r#"{"Secret":"abc"}"#);
        assert_eq!(said.errors, r#"{"Secret":"[hidden]"}"#);
    }

    #[test]
    fn patience_grows_with_the_image() {
        assert_eq!(patience(10_000_000), Duration::from_secs(500));
    }
}
