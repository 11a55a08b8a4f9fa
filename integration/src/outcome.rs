//! How a call of the command line ended.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use crate::message_in;

/// Exit status, text and duration of a call that has ended.
#[derive(Debug)]
pub struct Outcome {
    status: ExitStatus,
    text: String,
    duration: Duration,
}

impl Outcome {
    pub(crate) fn new(status: ExitStatus, text: String, duration: Duration) -> Self {
        Self {
            status,
            text,
            duration,
        }
    }

    /// Both output streams, in the order in which they were written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How long it took.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The exit status as a shell has it: 128 and the number of the signal for a killed process.
    #[must_use]
    pub fn code(&self) -> i32 {
        let of_signal = || self.status.signal().map_or(-1, |signal| 128 + signal);
        self.status.code().unwrap_or_else(of_signal)
    }

    /// Itself, when the call succeeded.
    ///
    /// # Panics
    /// When it didn't, with all that it wrote.
    #[track_caller]
    #[must_use]
    pub fn succeeded(self) -> Self {
        assert!(
            self.status.success(),
            "coracle ended with {}:\n{}",
            self.code(),
            self.text
        );
        self
    }

    /// The message with which the call failed.
    ///
    /// # Panics
    /// When it didn't end with `code`, or not with exactly one message, or not with that of `id`.
    #[track_caller]
    #[must_use]
    pub fn failed_with(&self, id: &str, code: i32) -> String {
        let message = message_in(&self.text);
        let found = message.as_ref().map(|(id, _)| id.as_str());
        assert!(
            found == Some(id) && self.code() == code,
            "expected ({id}) and {code}, found ({}) and {} in:\n{}",
            found.unwrap_or("no message"),
            self.code(),
            self.text
        );
        message.map(|(_, text)| text).unwrap_or_default()
    }
}
