//! What a person is told when something fails: the finding, what was read and where, what would be
//! accepted, the smallest fix.
//!
//! Error types hold facts and implement [`Explain`] in a `messages.rs` beside them; only the
//! outermost layer (`coracle`'s `main`, a buildpack's `on_error`) renders a [`Message`].
//!
//! ```
//! use explain::{Kind, Message};
//!
//! let message = Message::yours("go/version/unknown", "Go 1.99 isn't available")
//!     .body("Your go.mod file asks for Go 1.99.\n\nGo 1.26.8 is bundled.")
//!     .details("toolchain not available");
//! assert_eq!(message.kind, Kind::Yours);
//! assert!(message.render().starts_with("[Error: Go 1.99 isn't available]\n"));
//! ```

mod printable;

use std::error::Error;
use std::fmt::Write as _;

pub use printable::quote;

/// Whose problem a failure is. It decides the closing paragraph of the message and the exit status,
/// and it is chosen by the type of the error, never by its wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Something in the user's files, flags or environment; the message says how to change it.
    Yours,
    /// A registry, mirror or proxy could not be reached or answered wrongly; trying again may help.
    Network,
    /// The machine lacks something: a tool, a kernel feature, disk space, a permission.
    Machine,
    /// A defect of Coracle itself.
    Ours,
}

impl Kind {
    /// The exit status of a process that ends because of this failure.
    ///
    /// 2 is left to usage errors of the command line, as `clap` and most Unix tools have it.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Yours => 1,
            Self::Network => 3,
            Self::Machine => 4,
            Self::Ours => 70,
        }
    }

    /// The kind whose [`Kind::exit_code`] is `code`.
    #[must_use]
    pub fn from_exit_code(code: i32) -> Option<Self> {
        [Self::Yours, Self::Network, Self::Machine, Self::Ours]
            .into_iter()
            .find(|kind| i32::from(kind.exit_code()) == code)
    }
}

/// One failure, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Stable and searchable: `go/version/unknown`.
    pub id: &'static str,
    /// Whose problem it is.
    pub kind: Kind,
    /// The finding, at most about 60 characters, no full stop.
    pub title: String,
    /// What was read and where, what would be accepted, the smallest fix last. Wrapped by hand at 72.
    pub body: String,
    /// The cause as the tool, the server or the operating system gave it; what a terminal would obey is
    /// escaped when it is rendered.
    pub details: Option<String>,
}

impl Message {
    /// A message with neither body nor details yet.
    #[must_use]
    pub fn new(kind: Kind, id: &'static str, title: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            title: title.into(),
            body: String::new(),
            details: None,
        }
    }

    /// The user can mend it.
    #[must_use]
    pub fn yours(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(Kind::Yours, id, title)
    }

    /// The network, or what is at its other end, failed.
    #[must_use]
    pub fn network(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(Kind::Network, id, title)
    }

    /// The machine lacks something.
    #[must_use]
    pub fn machine(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(Kind::Machine, id, title)
    }

    /// We have a defect.
    #[must_use]
    pub fn ours(id: &'static str, title: impl Into<String>) -> Self {
        Self::new(Kind::Ours, id, title)
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the details to a text.
    #[must_use]
    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    /// Sets the details to an error and the chain of its sources.
    #[must_use]
    pub fn cause(self, error: &dyn Error) -> Self {
        self.details(chain(error))
    }

    /// The text that is printed: title, body, the closing paragraph of the kind, details, id.
    /// Plain, without colour; always ends with a newline.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = format!("[Error: {}]\n", self.title);
        if !self.body.is_empty() {
            let _ = writeln!(text, "{}", self.body.trim_end());
        }
        match self.kind {
            Kind::Yours | Kind::Machine => {}
            Kind::Network => text.push_str(
                "\nThis is a problem of the network or of the server at its other end, not of\n\
                 your app: retry, and check proxy and mirror settings if it stays.\n",
            ),
            Kind::Ours => text.push_str(
                "\nThis is a defect of Coracle, not of your app. To report it, open an issue\n\
                 with the output above and the id below.\n",
            ),
        }
        if let Some(details) = &self.details {
            let _ = write!(
                text,
                "\nDetails: {}\n",
                printable::lines(details.trim_end())
            );
        }
        let _ = writeln!(text, "({})", self.id);
        text
    }
}

/// An error that knows how to tell a person about itself.
pub trait Explain {
    /// The message for this error. Pure: no file, variable, clock or process is read here.
    fn explain(&self) -> Message;
}

/// What can't fail has no words.
impl Explain for std::convert::Infallible {
    fn explain(&self) -> Message {
        match *self {}
    }
}

/// An error and its sources, joined with `: `, a cause that its parent already quotes left out.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// A number of bytes for people, in powers of 1000, with enough digits to compare small images by:
/// `678.5 kB`, `7.41 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    // In hundredths of a unit, so that whole numbers are enough.
    let hundredths =
        |unit: u64| (u128::from(bytes) * 100 + u128::from(unit) / 2) / u128::from(unit);
    let text = |unit: u64, name: &str| {
        let number = hundredths(unit);
        format!("{}.{:02} {name}", number / 100, number % 100)
    };
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..999_950 => {
            let tenths = (bytes + 50) / 100;
            format!("{}.{} kB", tenths / 10, tenths % 10)
        }
        999_950..999_995_000 => text(1_000_000, "MB"),
        _ => text(1_000_000_000, "GB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_exit_code() {
        for kind in [Kind::Yours, Kind::Network, Kind::Machine, Kind::Ours] {
            assert_eq!(Kind::from_exit_code(kind.exit_code().into()), Some(kind));
        }
        assert_eq!(Kind::from_exit_code(0), None);
        assert_eq!(Kind::from_exit_code(2), None);
    }

    #[test]
    fn a_message_renders_in_reading_order() {
        let message = Message::network("apt/unreachable", "The package index can't be read")
            .body("apt asked for trixie.\n")
            .details("timeout\n");
        insta::assert_snapshot!(message.render(), @"
        [Error: The package index can't be read]
        apt asked for trixie.

        This is a problem of the network or of the server at its other end, not of
        your app: retry, and check proxy and mirror settings if it stays.

        Details: timeout
        (apt/unreachable)
        ");
    }

    /// A registry may say anything.
    #[test]
    fn details_cannot_command_a_terminal() {
        let message =
            Message::machine("test", "Test").details("one\r\n\ttwo\u{1b}[2J\u{202e}\u{7}\n");
        insta::assert_snapshot!(message.render(), @r"
        [Error: Test]

        Details: one
        	two\u{1b}[2J\u{202e}\u{7}
        (test)
        ");
    }

    #[test]
    fn sizes_have_the_unit_that_a_person_would_choose() {
        let table = [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (678_512, "678.5 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.00 MB"),
            (1_234_567, "1.23 MB"),
            (999_994_999, "999.99 MB"),
            (999_995_000, "1.00 GB"),
            (3_500_000_000, "3.50 GB"),
            (u64::MAX, "18446744073.71 GB"),
        ];
        for (bytes, text) in table {
            assert_eq!(size(bytes), text);
        }
    }
}
