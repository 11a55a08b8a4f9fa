//! What the user's variables do not allow.

use explain::{Explain, Message, quote};

use crate::messages::versions::reason_of;
use crate::settings::{DENIED, SettingsError};

impl Explain for SettingsError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::Version { text, reason } => {
                let title = format!("{} isn't a version of Python", quote(&text.value, 25));
                Message::yours("python/version/invalid", title).body(format!(
                    "{} is set to: {}\n{}\n\n\
                     It takes a version, a minor version whose patch at hand is used, a range, 3\n\
                     for the default, or latest for the newest that is bundled. For example:\n\
                     3.13",
                    text.origin,
                    quote(&text.value, 100),
                    reason_of(*reason)
                ))
            }
            Self::Denied(names) => {
                let lines = DENIED.iter().filter(|(name, _)| names.contains(name));
                let lines: Vec<String> = lines
                    .map(|(name, instead)| format!("{name}: {instead}"))
                    .collect();
                let title = "Variables are set that would break the build";
                Message::yours("python/variables", title).body(format!(
                    "The buildpack decides these itself:\n{}\n\n\
                     Remove them from the environment of the build.",
                    lines.join("\n")
                ))
            }
        }
    }
}
