//! Every word said about a Procfile that can't be read.

use explain::{Explain, Message, quote, size};

use super::{LARGEST, LONGEST_NAME, LineProblem, ProcfileError};
use crate::messages::excerpt;

const FORM: &str = "A line is a name of ASCII letters, digits, - and _, a colon, and a command:\n\
                    web: ./server --port $PORT";

impl Explain for ProcfileError {
    fn explain(&self) -> Message {
        match self {
            Self::TooLarge {
                source_name,
                size: bytes,
            } => {
                let limit = u64::try_from(LARGEST).unwrap_or(u64::MAX);
                let bytes = u64::try_from(*bytes).unwrap_or(u64::MAX);
                Message::yours(
                    "procfile/too-large",
                    format!("{source_name} is no Procfile"),
                )
                .body(format!(
                    "It has {}; a Procfile has at most {}.\n\n{FORM}",
                    size(bytes),
                    size(limit)
                ))
            }
            Self::NotText {
                source_name,
                line,
                text,
                column,
                utf16,
            } => {
                let title = format!("{source_name} line {line} isn't UTF-8");
                let found = if *utf16 {
                    "It is UTF-16, which some editors and shells of Windows write.".to_owned()
                } else {
                    format!(
                        "{}\n\nThe bytes there are no text.",
                        excerpt(text, *column, 1)
                    )
                };
                Message::yours("procfile/encoding", title)
                    .body(format!("{found}\n\nSave the file as UTF-8."))
            }
            Self::Line {
                source_name,
                line,
                text,
                column,
                problem,
            } => {
                let problem = words(*problem);
                Message::yours(
                    "procfile/line",
                    format!("{source_name} line {line} can't be read"),
                )
                .body(format!(
                    "{}\n\n{problem}\n\n{FORM}",
                    excerpt(text, *column, 1)
                ))
            }
        }
    }
}

fn words(problem: LineProblem) -> String {
    match problem {
        LineProblem::NoName => "There is no name before the colon.".to_owned(),
        LineProblem::NoColon => "The name isn't followed by a colon.".to_owned(),
        LineProblem::NoCommand => "Nothing follows the colon.".to_owned(),
        LineProblem::NameTooLong => {
            format!("A name has at most {LONGEST_NAME} characters, for a file is called like it.")
        }
        LineProblem::Continued => {
            "A command is one line, however long: nothing continues it.".to_owned()
        }
        LineProblem::InName(character) => {
            format!(
                "{} can't be part of a name.",
                quote(&character.to_string(), 1)
            )
        }
    }
}
