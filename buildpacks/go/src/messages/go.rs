//! Failures of the `go` command.

use explain::{Explain, Message, quote};

use crate::go_command::GoError;
use crate::go_failure::GoFailure;
use crate::messages::downloads::download;
use crate::messages::module_files::module_files;

/// Characters of go's own line that a message quotes.
pub(super) const LINE: usize = 400;

/// Lines of go's output at the end of a message.
const TAIL: usize = 20;

/// Why something ended that nobody ended on purpose.
pub(super) const KILLED: &str = "\
    Something ended it from outside, nearly always because the machine ran\n\
    out of memory.";

impl Explain for GoError {
    fn explain(&self) -> Message {
        match self {
            Self::NotRun { source } => {
                Message::ours("go/not-run", "The go command can't be run").cause(source)
            }
            Self::Unreadable { command, source } => {
                let title = format!("The output of {command} can't be read");
                Message::ours("go/unreadable", title).cause(source)
            }
            Self::Failed {
                command,
                failure,
                output,
            } => failed(command, failure, output),
        }
    }
}

fn failed(command: &str, failure: &GoFailure, output: &str) -> Message {
    match failure {
        GoFailure::Compile { first } => Message::yours("go/compile", "The app doesn't compile")
            .body(format!(
                "The first complaint of the compiler is:\n{}\n\n\
                 All of them are above. To see them on your machine, run:\n\
                 CGO_ENABLED=0 go build ./...",
                quote(first, LINE)
            )),
        GoFailure::EmbedMissing { line } => embed_missing(line),
        GoFailure::NoMainFunction { line } => {
            Message::yours("go/no-main-function", "A main package has no function main").body(
                format!(
                    "go says:\n{}\n\n\
                     A program starts with:\n\
                     func main() {{",
                    quote(line, LINE)
                ),
            )
        }
        GoFailure::AllFilesExcluded { line, .. } => {
            let title = "A package is left out by build constraints";
            Message::yours("go/excluded", title).body(format!(
                "go says:\n{}\n\n\
                 None of its files is for this system and these tags.",
                quote(line, LINE)
            ))
        }
        GoFailure::SumMissing { .. }
        | GoFailure::RequirementMissing { .. }
        | GoFailure::ReplacementMissing { .. }
        | GoFailure::VendorInconsistent
        | GoFailure::ModulePathMalformed { .. }
        | GoFailure::LanguageTooOld { .. }
        | GoFailure::GoTooOld { .. } => module_files(failure, output),
        GoFailure::ModuleNotFound { .. }
        | GoFailure::ModuleNotInDirectory { .. }
        | GoFailure::ModulePrivate { .. }
        | GoFailure::PasswordInsecure { .. }
        | GoFailure::DownloadForbidden { .. }
        | GoFailure::ChecksumMismatch { .. }
        | GoFailure::Certificate { .. }
        | GoFailure::Network { .. } => download(failure),
        GoFailure::DiskFull => Message::machine("go/disk-full", "The disk is full")
            .body("go could not write its results. Make room where the build runs.")
            .details(last_lines(output)),
        GoFailure::Killed => Message::machine("go/killed", "The compiler was killed")
            .body(format!(
                "{KILLED} Give the build more, or let it compile less at a time:\n\
                 GOFLAGS=-p=1"
            ))
            .details(last_lines(output)),
        GoFailure::Other => Message::yours("go/failed", "The go command failed")
            .body(format!("The command is: {}", quote(command, LINE)))
            .details(last_lines(output)),
    }
}

fn embed_missing(line: &str) -> Message {
    let title = "What is to be embedded isn't in the app";
    Message::yours("go/embed-missing", title).body(format!(
        "go says:\n{}\n\n\
         If a tool makes the files, run it before the build, and see that\n\
         neither .dockerignore nor project.toml leaves them out.",
        quote(line, LINE)
    ))
}

pub(super) fn first_lines(output: &str) -> String {
    output.lines().take(TAIL).collect::<Vec<_>>().join("\n")
}

pub(super) fn last_lines(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}

#[cfg(test)]
#[path = "go_tests.rs"]
mod tests;
