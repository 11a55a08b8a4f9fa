//! Versions of Node: wishes that can't be read or met.

use explain::{Explain, Message, quote};
use nodejs_semver::Version;

use crate::messages::listed;
use crate::node_version::InvalidVersion;
use crate::resolved_version::VersionError;

/// Why a text is no version, as a sentence.
pub(super) fn reason_of(reason: &InvalidVersion) -> String {
    match reason {
        InvalidVersion::Empty => "There is nothing in it.".to_owned(),
        InvalidVersion::Invisible(number) => format!(
            "It has a character that isn't seen, U+{number:04X}: write the line again by hand."
        ),
        InvalidVersion::NoRange => {
            "That is no version, and no range of versions, of Node.".to_owned()
        }
    }
}

/// What would be understood.
pub(super) const UNDERSTOOD: &str =
    "These are understood: 24, 24.x, ^22.11, >=20 <25, 22.11.0, lts/*, lts/krypton, latest";

impl Explain for VersionError {
    fn explain(&self) -> Message {
        match self {
            Self::None { request, newest } => {
                let newest: Vec<String> = newest.iter().map(Version::to_string).collect();
                let wish = request.value.to_string();
                let title = format!("There is no Node {}", quote(&wish, 30));
                Message::yours("node/version/none", title).body(format!(
                    "{} asks for {}, and no version that can be had is in that range.\n\n\
                     The newest ones are {}.\n\n\
                     Allow one of them, for example in package.json:\n\
                     \"engines\": {{ \"node\": \">=24\" }}",
                    request.origin,
                    quote(&wish, 60),
                    listed(&newest)
                ))
            }
            Self::CodeName { request, known } => {
                let wish = request.value.to_string();
                let title = format!("There is no Node {}", quote(&wish, 30));
                Message::yours("node/version/code-name", title).body(format!(
                    "{} asks for {}, which is no code name of a version with long support.\n\n\
                     These are known: {}. Others can be asked for by number, for example 24.",
                    request.origin,
                    quote(&wish, 60),
                    listed(known)
                ))
            }
        }
    }
}
