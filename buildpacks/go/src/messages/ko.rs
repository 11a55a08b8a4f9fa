//! `.ko.yaml`.

use explain::{Explain, Message, quote};

use crate::ko::{KoError, TemplateError};
use crate::ko_flags::KoFlagsError;

/// What a person can do who can't change the file: with a list of targets it isn't read.
const WAY_OUT: &str = "\
    Or say what to build, and with which flags, by variables of the build; the\n\
    file isn't read then:\n\
    BP_GO_TARGETS=./cmd/web BP_GO_BUILD_LDFLAGS='-X main.version=1.0'";

impl Explain for KoError {
    fn explain(&self) -> Message {
        match self {
            Self::Syntax { file, problem } => {
                let file = file.display();
                Message::yours("go/ko/syntax", format!("{file} can't be parsed"))
                    .body(
                        "The file should be YAML, such as:\n\
                         builds:\n\
                         - main: ./cmd/web\n  \
                           ldflags: ['-X main.version=1.0']",
                    )
                    .details(quote(problem, 1000))
            }
            Self::Type {
                file,
                key,
                expected,
            } => {
                let file = file.display();
                let title = format!("{file} holds what ko doesn't know");
                Message::yours("go/ko/type", title).body(format!(
                    "In your {file} file, {key} should be {expected}. A file with\n\
                     everything that is applied:\n\
                     builds:\n\
                     - dir: .\n  \
                       main: ./cmd/web\n  \
                       flags: [-tags=netgo]\n  \
                       ldflags: ['-X main.version={{{{.Env.VERSION}}}}']\n  \
                       env: [GOEXPERIMENT=jsonv2]"
                ))
            }
            Self::Outside { file, target } => {
                let file = file.display();
                let title = format!("{file} leads out of the app");
                Message::yours("go/ko/outside", title).body(format!(
                    "Joined, dir and main are: {}\n\n\
                     Only the app directory is built. Both are relative to the file:\n\
                     main: ./cmd/web",
                    quote(target, 200)
                ))
            }
        }
    }
}

impl Explain for KoFlagsError {
    fn explain(&self) -> Message {
        match self {
            Self::Template {
                origin,
                problem: TemplateError::Unset(name),
            } => {
                let title = format!("{} isn't set", quote(name, 40));
                Message::yours("go/ko/variable", title).body(format!(
                    "Your {origin} file has: {{{{.Env.{name}}}}}\n\n\
                     Set the variable in the environment of the build:\n\
                     {name}=1.0"
                ))
            }
            Self::Template {
                origin,
                problem: TemplateError::Unknown(text),
            } => Message::yours("go/ko/template", "A value of .ko.yaml can't be filled in").body(
                format!(
                    "Your {origin} file has: {}\n\n\
                     Only variables of the build are filled in, as {{{{.Env.VERSION}}}}: the date and\n\
                     what git says make another image of the same files, and a build may\n\
                     have no .git. Set such a variable instead.\n\n\
                     {WAY_OUT}",
                    quote(text, 100)
                ),
            ),
            Self::Differ { origin, key } => {
                let title = format!("The builds of {origin} differ in {key}");
                Message::yours("go/ko/differ", title).body(format!(
                    "All programs of an image are compiled at once: ldflags may differ, {key}\n\
                     may not. Give all builds the same, or build an image for each.\n\n\
                     {WAY_OUT}"
                ))
            }
        }
    }
}
