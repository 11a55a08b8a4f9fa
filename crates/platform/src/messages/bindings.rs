//! What is wrong with the bindings that a build is given.

use explain::{Explain, Message, quote};

use crate::BindingsError;

/// How bindings lie in their directory.
const EXAMPLE: &str = "\
bindings/ci/type      netrc
bindings/ci/.netrc    machine git.example login ci password …";

impl Explain for BindingsError {
    fn explain(&self) -> Message {
        let (path, finding) = match self {
            Self::Unreadable { path, .. } => (path, "can't be read."),
            Self::Single { path } => (
                path,
                "has a file that says its type: it is a binding itself. Give the directory\nthat it lies in.",
            ),
            Self::None { path } => (path, "has no directories in it."),
        };
        let message =
            Message::yours("bindings/directory", "There are no bindings to lend").body(format!(
                "{}\n{finding}\n\n\
                 Bindings are directories in one directory, each with a file `type` and the\n\
                 file that it is about, as in:\n{EXAMPLE}\n\n\
                 and the build gets them all with:\n--bindings ./bindings",
                quote(&path.display().to_string(), 200)
            ));
        match self {
            Self::Unreadable { source, .. } => message.cause(source),
            Self::Single { .. } | Self::None { .. } => message,
        }
    }
}
