//! What a log hears of a step that lasts: who waits for a registry or a compiler wants to know for which.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Output;

/// After this time a step has its first line, and another whenever it has taken twice as long as at the last.
const FIRST: Duration = Duration::from_secs(5);

/// How often the steps are looked at.
const POLL: Duration = Duration::from_secs(1);

/// The steps that haven't ended, by the numbers of their spans.
pub(super) struct Waiting(Arc<Mutex<BTreeMap<u64, Step>>>);

struct Step {
    title: String,
    started: Instant,
    /// When it has its next line.
    next: Duration,
}

impl Waiting {
    /// Writes a line for each step that lasts, until the process ends.
    pub(super) fn watch(output: Output) -> Self {
        let steps = Self(Arc::default());
        let watched = Self(Arc::clone(&steps.0));
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(POLL);
                // Nothing is written while it is locked, for whoever begins a step would wait for the reader.
                let due = |step: &mut Step| step.line_after(step.started.elapsed());
                let lines: Vec<String> = watched.steps().values_mut().filter_map(due).collect();
                for line in lines {
                    output.line(&line);
                }
            }
        });
        steps
    }

    pub(super) fn begin(&self, span: u64, title: &str) {
        self.steps().insert(span, Step::new(title));
    }

    pub(super) fn end(&self, span: u64) {
        self.steps().remove(&span);
    }

    fn steps(&self) -> MutexGuard<'_, BTreeMap<u64, Step>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Step {
    fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            started: Instant::now(),
            next: FIRST,
        }
    }

    /// The line that it has after this time, if one is due.
    fn line_after(&mut self, elapsed: Duration) -> Option<String> {
        if elapsed < self.next {
            return None;
        }
        while self.next <= elapsed {
            self.next *= 2;
        }
        Some(format!("{} … ({} s so far)", self.title, elapsed.as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_lasts_has_lines_that_grow_rare() {
        let mut step = Step::new("Pushing app");
        let lines = [0, 4, 5, 6, 9, 10, 19, 45, 79, 80].map(|seconds| {
            let line = step.line_after(Duration::from_secs(seconds));
            format!("{seconds}: {}", line.unwrap_or_default())
        });
        insta::assert_snapshot!(lines.map(|line| line.trim_end().to_owned()).join("\n"), @"
        0:
        4:
        5: Pushing app … (5 s so far)
        6:
        9:
        10: Pushing app … (10 s so far)
        19:
        45: Pushing app … (45 s so far)
        79:
        80: Pushing app … (80 s so far)
        ");
    }

    #[test]
    fn a_step_that_has_ended_is_not_waited_for() {
        let waiting = Waiting(Arc::default());
        waiting.begin(1, "one");
        waiting.begin(2, "two");
        waiting.end(1);
        let titles: Vec<String> = waiting
            .steps()
            .values()
            .map(|step| step.title.clone())
            .collect();
        assert_eq!(titles, ["two"]);
    }
}
