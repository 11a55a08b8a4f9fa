//! A text file that the user named, or that an app has, and that can't be read.

use std::path::Path;

use explain::{Message, quote};

use crate::TextFileError;
use crate::text_file::LONGEST;

/// The message for a text file that can't be read.
#[must_use]
pub fn text_file(
    id: &'static str,
    title: &'static str,
    path: &Path,
    error: &TextFileError,
) -> Message {
    let path = quote(&path.display().to_string(), 300);
    let message = Message::yours(id, title);
    match error {
        TextFileError::NotAFile => message.body(format!(
            "{path}\nis a directory or a named pipe. It must be a text file."
        )),
        TextFileError::TooLong => message.body(format!(
            "{path}\nhas more than {}, so it isn't what it was taken for. It must be a text\nfile.",
            explain::size(LONGEST)
        )),
        TextFileError::Io(source) => message
            .body(format!(
                "{path}\ncan't be read as text.\n\nThis must show it:\ncat {path}"
            ))
            .cause(source),
    }
}
