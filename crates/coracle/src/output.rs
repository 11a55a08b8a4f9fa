//! What a person sees while work goes on: bars in a terminal, plain lines in a log, all on standard
//! error. Standard output belongs to results and to the build log.
//!
//! Libraries emit `tracing` spans and events by the conventions of docs/architecture.md, "Progress".

use std::fmt;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

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

/// Steps shorter than this are not worth a line in a log.
const WORTH_A_LINE: Duration = Duration::from_millis(500);

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
        let subscriber = tracing_subscriber::registry().with(Steps(output.clone()));
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

/// Draws the spans called `step`.
struct Steps(Output);

struct Step {
    title: String,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Step {
    fn draw(output: &Output, fields: Fields) -> Self {
        let bar = output.terminal.then(|| {
            let bar = match fields.total {
                Some(total) => ProgressBar::new(total)
                    .with_style(style("{spinner} {msg} [{bar:24}] {pos}/{len} {elapsed}")),
                None => ProgressBar::new_spinner().with_style(style("{spinner} {msg} {elapsed}")),
            };
            let bar = output.bars.add(bar).with_message(fields.text.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self {
            title: fields.text,
            started: Instant::now(),
            bar,
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

impl<S> Layer<S> for Steps
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if attributes.metadata().name() != "step" || self.0.verbosity == Verbosity::Quiet {
            return;
        }
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            if self.0.verbosity == Verbosity::Verbose {
                self.0.line(&format!("{} …", fields.text));
            }
            span.extensions_mut().insert(Step::draw(&self.0, fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        if event.metadata().target() == "progress" {
            let spans = context.event_scope(event);
            let bar = spans.into_iter().flatten().find_map(|span| {
                let extensions = span.extensions();
                extensions.get::<Step>().and_then(|step| step.bar.clone())
            });
            if let (Some(bar), Some(position)) = (bar, fields.position) {
                bar.set_position(position);
            }
            return;
        }
        let level = *event.metadata().level();
        if level > self.0.verbosity.level() || !is_ours(event.metadata().target()) {
            return;
        }
        match level {
            Level::WARN | Level::ERROR => self.0.line(&format!("warning: {}", fields.text)),
            _ => self.0.line(&fields.text),
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let Some(step) = span.extensions_mut().remove::<Step>() else {
            return;
        };
        if let Some(bar) = step.bar {
            bar.finish_and_clear();
        }
        let elapsed = step.started.elapsed();
        if elapsed >= WORTH_A_LINE || self.0.verbosity == Verbosity::Verbose {
            self.0
                .line(&format!("{} ({:.1} s)", step.title, elapsed.as_secs_f64()));
        }
    }
}

/// Other people's crates emit events too; theirs are not for our users.
fn is_ours(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or(target);
    matches!(
        name,
        "coracle" | "builder" | "composer" | "oci" | "platform" | "store"
    )
}

#[derive(Default)]
struct Fields {
    text: String,
    total: Option<u64>,
    position: Option<u64>,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if matches!(field.name(), "message" | "title") {
            value.clone_into(&mut self.text);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "total" => self.total = Some(value),
            "position" => self.position = Some(value),
            _ => {}
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        if let Ok(value) = u64::try_from(value) {
            self.record_u64(field, value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
