//! A process whose lines are read while it runs.

use std::io::{BufRead as _, BufReader, PipeReader};
use std::process::{Child, ChildStdin, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Outcome;

/// Longer than any build of a case is silent on a slow, busy machine. Reaching it is a failure, not a wait.
pub(crate) const DEADLINE: Duration = Duration::from_mins(3);

/// A started process. Dropped while it runs, it is killed.
#[derive(Debug)]
pub struct Process {
    pid: Pid,
    /// Kept, because waiting for a child would close it.
    _input: Option<ChildStdin>,
    ended: Receiver<ExitStatus>,
    status: Option<ExitStatus>,
    lines: Receiver<String>,
    text: String,
    started: Instant,
}

impl Process {
    pub(crate) fn new(mut child: Child, reader: PipeReader) -> Self {
        let pid = Pid::from_child(&child);
        let input = child.stdin.take();
        let (line_sender, lines) = channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            let mut line = Vec::new();
            while reader
                .read_until(b'\n', &mut line)
                .is_ok_and(|read| read > 0)
            {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                if line_sender.send(text).is_err() {
                    return;
                }
                line.clear();
            }
        });
        let (end_sender, ended) = channel();
        thread::spawn(move || {
            if let Ok(status) = child.wait() {
                let _ = end_sender.send(status);
            }
        });
        Self {
            pid,
            _input: input,
            ended,
            status: None,
            lines,
            text: String::new(),
            started: Instant::now(),
        }
    }

    /// Reads lines until one is wanted, and returns that; none when the output ends before.
    ///
    /// # Panics
    /// When nothing comes for longer than any build takes.
    #[track_caller]
    pub fn wait_for_line(&mut self, mut is_wanted: impl FnMut(&str) -> bool) -> Option<String> {
        loop {
            match self.lines.recv_timeout(DEADLINE) {
                Ok(line) => {
                    self.text.push_str(&line);
                    self.text.push('\n');
                    if is_wanted(&line) {
                        return Some(line);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("no output for {DEADLINE:?} after:\n{}", self.text)
                }
            }
        }
    }

    /// Sends a signal to the process itself, not to what it started.
    pub fn signal(&self, signal: Signal) {
        let _ = kill_process(self.pid, signal);
    }

    /// Waits for the end of the process.
    ///
    /// # Panics
    /// When it doesn't end within `limit`.
    #[track_caller]
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        if self.status.is_none() {
            self.status = self.ended.recv_timeout(limit).ok();
        }
        self.status
            .unwrap_or_else(|| panic!("it still runs after {limit:?}:\n{}", self.text))
    }

    /// Whether it runs still.
    #[must_use]
    pub fn is_running(&mut self) -> bool {
        if self.status.is_none() {
            self.status = self.ended.try_recv().ok();
        }
        self.status.is_none()
    }

    /// What it has written as far as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads to the end of the output, which comes when the process and all that it started, and that
    /// hold the pipe, are gone.
    ///
    /// # Panics
    /// When that takes longer than any build takes.
    #[track_caller]
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        let _ = self.wait_for_line(|_| false);
        let status = self.wait(DEADLINE);
        Outcome::new(
            status,
            std::mem::take(&mut self.text),
            self.started.elapsed(),
        )
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.status.is_none() && self.ended.try_recv().is_err() {
            self.signal(Signal::KILL);
        }
    }
}
