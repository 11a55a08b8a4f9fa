//! Files of the app that can't be read.

use explain::{Explain, Message, quote};

use crate::messages::versions::reason_of;
use crate::project::ProjectError;
use crate::syntax::SyntaxError;
use crate::version_files::VersionFileError;

impl Explain for ProjectError {
    fn explain(&self) -> Message {
        match self {
            Self::Files(error) => error.explain(),
            Self::Syntax(error) => error.explain(),
            Self::VersionFile(error) => error.explain(),
            Self::Lock(error) => error.explain(),
            Self::Requirements(error) => error.explain(),
            Self::Encoding(file) => {
                let file = quote(&file.display().to_string(), 200);
                let title = "A requirement file is no text";
                Message::yours("python/requirements/encoding", title).body(format!(
                    "Your {file} file is neither UTF-8, nor UTF-16 with a mark at its start.\n\n\
                     Save it as UTF-8."
                ))
            }
        }
    }
}

impl Explain for SyntaxError {
    fn explain(&self) -> Message {
        let Self {
            file,
            line,
            column,
            text,
            problem,
        } = self;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let title = format!("{} can't be read", quote(&name, 40));
        let file = quote(&file.display().to_string(), 200);
        let problem = quote(problem, 300);
        let body = if *line == 0 {
            format!("Your {file} file: {problem}")
        } else {
            format!(
                "Line {line} of your {file} file is:\n{}\n\n{problem}",
                marked(text, *column)
            )
        };
        let merge = ["<<<<<<<", "=======", ">>>>>>>"]
            .iter()
            .any(|mark| text.starts_with(mark));
        let end = if merge {
            "\n\nAn unfinished merge leaves lines like that."
        } else {
            ""
        };
        Message::yours("python/syntax", title).body(format!("{body}{end}"))
    }
}

/// A line with a caret below the place, as far as it fits.
fn marked(text: &str, column: usize) -> String {
    const WIDTH: usize = 72;
    let before = column.saturating_sub(1);
    let start = before.saturating_sub(WIDTH / 2);
    let start = if text.chars().count() <= WIDTH {
        0
    } else {
        start
    };
    let visible: String = text.chars().skip(start).take(WIDTH).collect();
    // What stands before the caret may be longer when it is shown.
    let lead: String = text.chars().skip(start).take(before - start).collect();
    let lead = quote(&lead, WIDTH * 8).chars().count();
    format!("{}\n{}^", quote(&visible, WIDTH * 8), " ".repeat(lead))
}

impl Explain for VersionFileError {
    fn explain(&self) -> Message {
        match self {
            Self::Empty { file } => {
                let title = format!("{file} is empty");
                Message::yours("python/version-file/empty", title).body(format!(
                    "Your {file} file has no line that asks for a version of Python.\n\n\
                     Remove the file, or let it say, for example:\n3.13"
                ))
            }
            Self::Invalid {
                file,
                line,
                text,
                reason,
            } => {
                let title = format!("{file} asks for no version of Python");
                Message::yours("python/version-file/invalid", title).body(format!(
                    "Line {line} of your {file} file is:\n{}\n{}\n\n\
                     It takes a version, or a minor version whose patch at hand is used, and\n\
                     nothing else. For example:\n\
                     3.13",
                    quote(text, 100),
                    reason_of(*reason)
                ))
            }
        }
    }
}
