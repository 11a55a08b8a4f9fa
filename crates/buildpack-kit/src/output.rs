//! What a build says: plain lines on standard output, readable without colour. The only place of a
//! buildpack that prints.
//!
//! ```text
//! [Go]
//! - Go 1.26.8 (from go.mod line 3)
//!   build-cache: made anew, the Go version changed from 1.26.7 to 1.26.8
//!     $ go build ./cmd/server
//! ```

use std::fmt;
use std::io::Write as _;
#[cfg(test)]
use std::sync::{Arc, Mutex, PoisonError};

use explain::Message;

use crate::environment::{Environment, EnvironmentError};
use crate::layer::{LayerName, Outcome};

/// How much is said: `BP_LOG_LEVEL`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `ERROR`: nothing but failures.
    Quiet,
    /// `WARN`: warnings too.
    Warning,
    /// `INFO`: what is done and why.
    #[default]
    Normal,
    /// `DEBUG`: also the commands and what was found on the way.
    Debug,
}

impl std::str::FromStr for Level {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_ascii_uppercase().as_str() {
            "ERROR" => Ok(Self::Quiet),
            "WARN" | "WARNING" => Ok(Self::Warning),
            "INFO" => Ok(Self::Normal),
            "DEBUG" | "TRACE" => Ok(Self::Debug),
            _ => Err(()),
        }
    }
}

/// Where lines go.
#[derive(Debug, Clone)]
enum Sink {
    Standard,
    #[cfg(test)]
    Memory(Arc<Mutex<String>>),
}

/// The log of a build. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Output {
    level: Level,
    colour: bool,
    sink: Sink,
}

impl Output {
    /// Standard output, at the level of `BP_LOG_LEVEL`; in colour only where `CLICOLOR_FORCE` or
    /// `FORCE_COLOR` asks for it and `NO_COLOR` does not forbid it, because a build log is a file
    /// more often than a terminal.
    ///
    /// # Errors
    /// When `BP_LOG_LEVEL` is none of the known levels.
    pub fn from_environment(environment: &Environment) -> Result<Self, EnvironmentError> {
        let level = environment.parsed::<Level>("BP_LOG_LEVEL", "ERROR, WARN, INFO or DEBUG")?;
        let is_on = |name| {
            let value = environment.raw(name);
            value.is_some_and(|value| !value.is_empty() && value != "0")
        };
        Ok(Self {
            level: level.map_or(Level::Normal, |level| level.value),
            colour: (is_on("CLICOLOR_FORCE") || is_on("FORCE_COLOR")) && !is_on("NO_COLOR"),
            sink: Sink::Standard,
        })
    }

    /// An output that remembers what was said.
    #[cfg(test)]
    pub(crate) fn in_memory(level: Level) -> Self {
        Self {
            level,
            colour: false,
            sink: Sink::Memory(Arc::default()),
        }
    }

    /// What an [`Output::in_memory`] was told so far.
    #[cfg(test)]
    pub(crate) fn written(&self) -> String {
        match &self.sink {
            Sink::Standard => String::new(),
            Sink::Memory(text) => text.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// `[Go]`: a buildpack, or a phase of it, begins.
    pub fn heading(&self, text: impl fmt::Display) {
        self.say(Level::Normal, "1;35", format_args!("[{text}]"));
    }

    /// `- Compiling ./cmd/server`: one thing that is done or decided.
    pub fn step(&self, text: impl fmt::Display) {
        self.say(Level::Normal, "", format_args!("- {text}"));
    }

    /// A line below a step: a reason, a size, a candidate that lost.
    pub fn detail(&self, text: impl fmt::Display) {
        self.say(Level::Normal, "", format_args!("  {text}"));
    }

    /// `  build-cache: reused`: what became of a layer, and why.
    pub fn layer(&self, name: &LayerName, outcome: &Outcome) {
        self.detail(format_args!("{name}: {outcome}"));
    }

    /// Something that the user should change; says what to do.
    pub fn warning(&self, text: impl fmt::Display) {
        let text = text.to_string();
        let mut prefix = "Warning: ";
        for line in text.lines() {
            self.say(Level::Warning, "33", format_args!("{prefix}{line}"));
            prefix = "  ";
        }
    }

    /// For who asked for more: `BP_LOG_LEVEL=DEBUG`.
    pub fn debug(&self, text: impl fmt::Display) {
        self.say(Level::Debug, "2", format_args!("  {text}"));
    }

    /// A line that a child process wrote.
    pub fn child_line(&self, line: &str) {
        self.say(Level::Normal, "", format_args!("    {line}"));
    }

    fn say(&self, level: Level, style: &str, line: fmt::Arguments<'_>) {
        if level > self.level {
            return;
        }
        let line = line.to_string();
        let line = line.trim_end();
        let line = if self.colour && !style.is_empty() {
            format!("\u{1b}[{style}m{line}\u{1b}[0m\n")
        } else {
            format!("{line}\n")
        };
        match &self.sink {
            // A closed pipe must not end the build: the image matters more than its log.
            Sink::Standard => drop(std::io::stdout().lock().write_all(line.as_bytes())),
            #[cfg(test)]
            Sink::Memory(text) => text
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push_str(&line),
        }
    }
}

/// A number of bytes for people, in powers of 1000: `678.5 kB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    // In tenths of a unit, so that whole numbers are enough.
    let mut tenths = bytes.saturating_add(50) / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths = tenths.saturating_add(500) / 1000;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// Prints a failure on standard error, after everything that standard output still holds.
pub(crate) fn failure(message: &Message) {
    let _ = std::io::stdout().flush();
    let _ = write!(std::io::stderr().lock(), "\n{}", message.render());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(output: &Output) {
        output.heading("Go");
        output.step("Go 1.26.8 (from go.mod line 3)");
        output.detail("rebuilt because the Go version changed");
        output.warning("go.mod asks for Go 1.12\nChange its go line to go 1.26.");
        output.debug("GOFLAGS=-trimpath");
        output.child_line("# example");
    }

    #[test]
    fn a_log_is_plain_lines() {
        let output = Output::in_memory(Level::Debug);
        sample(&output);
        insta::assert_snapshot!(output.written(), @"
        [Go]
        - Go 1.26.8 (from go.mod line 3)
          rebuilt because the Go version changed
        Warning: go.mod asks for Go 1.12
          Change its go line to go 1.26.
          GOFLAGS=-trimpath
            # example
        ");
    }

    #[test]
    fn levels_leave_out_what_was_not_asked_for() {
        let output = Output::in_memory(Level::Warning);
        sample(&output);
        insta::assert_snapshot!(output.written(), @"
        Warning: go.mod asks for Go 1.12
          Change its go line to go 1.26.
        ");
        let quiet = Output::in_memory(Level::Quiet);
        sample(&quiet);
        assert_eq!(quiet.written(), "");
    }

    #[test]
    fn sizes_have_one_decimal() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (678_512, "678.5 kB"),
            (999_960, "1.0 MB"),
            (3_490_000_000, "3.5 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn the_level_and_the_colour_come_from_variables() {
        let none: [(&str, &str); 0] = [];
        let of = |variables: &[(&str, &str)]| {
            Output::from_environment(&Environment::new(variables.iter().copied(), none))
        };
        let plain = of(&[]).unwrap();
        assert_eq!((plain.level, plain.colour), (Level::Normal, false));
        let forced = of(&[("BP_LOG_LEVEL", "debug"), ("FORCE_COLOR", "1")]).unwrap();
        assert_eq!((forced.level, forced.colour), (Level::Debug, true));
        let forbidden = of(&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]).unwrap();
        assert!(!forbidden.colour);
        assert_eq!(
            of(&[("BP_LOG_LEVEL", "loud")]).unwrap_err().to_string(),
            "BP_LOG_LEVEL is \"loud\", expected ERROR, WARN, INFO or DEBUG"
        );
    }
}
