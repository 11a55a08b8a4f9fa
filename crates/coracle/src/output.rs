//! What a person sees while work goes on: bars in a terminal, plain lines in a log, all on standard
//! error. Standard output belongs to results and to the build log.
//!
//! Libraries emit `tracing` spans and events by the conventions of docs/architecture.md, "Progress".

mod steps;
mod waiting;

use std::fmt;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{MultiProgress, ProgressDrawTarget};
use tracing::Level;
use tracing_subscriber::layer::SubscriberExt as _;

use self::steps::Steps;
use crate::home;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Warnings and errors.
    Quiet,
    /// Steps, notices and warnings.
    Normal,
    /// What every step starts and reads, too.
    Verbose,
}

impl Verbosity {
    fn level(self) -> Level {
        match self {
            Self::Quiet => Level::WARN,
            Self::Normal => Level::INFO,
            Self::Verbose => Level::DEBUG,
        }
    }
}

/// The terminal or log.
#[derive(Clone)]
pub(crate) struct Output {
    bars: MultiProgress,
    verbosity: Verbosity,
    terminal: bool,
    colours: bool,
    /// Why standard output took no more, if it didn't.
    failure: Arc<Mutex<Option<io::Error>>>,
    /// The build log that `--quiet` keeps back until it is needed.
    withheld: Arc<Mutex<Vec<u8>>>,
}

impl Output {
    /// Starts to show what the libraries report.
    pub(crate) fn install(verbosity: Verbosity) -> Self {
        let plain = home::wants_plain_output();
        let terminal = io::stderr().is_terminal() && verbosity != Verbosity::Quiet && !plain;
        let target = if terminal {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let output = Self {
            bars: MultiProgress::with_draw_target(target),
            verbosity,
            terminal,
            colours: io::stdout().is_terminal() && !plain && !home::wants_no_colours(),
            failure: Arc::default(),
            withheld: Arc::default(),
        };
        let subscriber = tracing_subscriber::registry().with(Steps::new(output.clone()));
        // Only a second call can fail, and `main` makes one.
        let _ = tracing::subscriber::set_global_default(subscriber);
        output
    }

    /// A result, on standard output.
    pub(crate) fn result(&self, text: impl fmt::Display) {
        self.bars.suspend(|| {
            let mut stdout = io::stdout();
            let written = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
            if let Err(error) = unless_closed(written) {
                let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
                failure.get_or_insert(error);
            }
        });
    }

    /// Whether everything that was to go to standard output went there.
    pub(crate) fn check(&self) -> io::Result<()> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take().map_or(Ok(()), Err)
    }

    /// Whether what goes to standard output may have colours.
    pub(crate) fn has_colours(&self) -> bool {
        self.colours
    }

    /// A failure or notice, on standard error, whatever the verbosity.
    pub(crate) fn error(&self, text: impl fmt::Display) {
        self.line(&text.to_string());
    }

    /// Where the build log goes: standard output, past the bars.
    pub(crate) fn log(&self) -> impl Write + Send + use<> {
        Log {
            output: self.clone(),
        }
    }

    /// After a failure: the build log as far as `--quiet` kept it back, on standard error.
    pub(crate) fn show_withheld_log(&self) {
        let withheld = self.withheld.lock();
        let withheld = withheld.unwrap_or_else(PoisonError::into_inner);
        let _ = io::stderr().write_all(&withheld);
    }

    fn line(&self, text: &str) {
        self.bars.suspend(|| {
            let _ = writeln!(io::stderr(), "{text}");
        });
    }
}

struct Log {
    output: Output,
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.output.verbosity == Verbosity::Quiet {
            let withheld = self.output.withheld.lock();
            withheld
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        let written = || unless_closed(io::stdout().write_all(bytes));
        self.output.bars.suspend(written).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        unless_closed(io::stdout().flush())
    }
}

/// A reader that went away (`| head`) has what it wanted: neither a listing nor a build fails for it.
fn unless_closed(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })
}
