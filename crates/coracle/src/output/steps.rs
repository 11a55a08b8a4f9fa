//! The spans called `step`: bars in a terminal, lines in a log.

use std::fmt;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::waiting::Waiting;
use super::{Output, Verbosity};

/// Steps shorter than this are not worth a line in a log.
const WORTH_A_LINE: Duration = Duration::from_millis(500);

/// Draws the spans called `step`.
pub(super) struct Steps {
    output: Output,
    /// Those that a log hears of while they last; a terminal has bars.
    waiting: Option<Waiting>,
}

impl Steps {
    pub(super) fn new(output: Output) -> Self {
        let is_log = !output.terminal && output.verbosity != Verbosity::Quiet;
        let waiting = is_log.then(|| Waiting::watch(output.clone()));
        Self { output, waiting }
    }
}

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
        if attributes.metadata().name() != "step" || self.output.verbosity == Verbosity::Quiet {
            return;
        }
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            if self.output.verbosity == Verbosity::Verbose {
                self.output.line(&format!("{} …", fields.text));
            }
            if let Some(waiting) = &self.waiting {
                waiting.begin(id.into_u64(), &fields.text);
            }
            span.extensions_mut()
                .insert(Step::draw(&self.output, fields));
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
        if level > self.output.verbosity.level() || !is_ours(event.metadata().target()) {
            return;
        }
        match level {
            Level::WARN | Level::ERROR => self.output.line(&format!("warning: {}", fields.text)),
            _ => self.output.line(&fields.text),
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else {
            return;
        };
        let Some(step) = span.extensions_mut().remove::<Step>() else {
            return;
        };
        if let Some(waiting) = &self.waiting {
            waiting.end(id.into_u64());
        }
        if let Some(bar) = step.bar {
            bar.finish_and_clear();
        }
        let elapsed = step.started.elapsed();
        if elapsed >= WORTH_A_LINE || self.output.verbosity == Verbosity::Verbose {
            self.output
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
