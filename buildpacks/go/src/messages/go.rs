//! Failures of the `go` command.

use explain::{Explain, Message, quote};

use crate::go_command::GoError;
use crate::go_failure::GoFailure;

/// Characters of go's own line that a message quotes.
const LINE: usize = 400;

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
        | GoFailure::GoTooOld { .. } => module_files(failure, output),
        GoFailure::ModuleNotFound { .. }
        | GoFailure::ModulePrivate { .. }
        | GoFailure::DownloadForbidden { .. }
        | GoFailure::ChecksumMismatch { .. }
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

/// go.mod, go.sum and vendor do not say what they should.
fn module_files(failure: &GoFailure, output: &str) -> Message {
    match failure {
        GoFailure::SumMissing { line } => with_command(
            "go/sum-missing",
            "go.sum doesn't know all modules",
            "It lacks a line that go needs to check what it downloads, or it isn't in\nthe app at all.",
            line,
            "go mod tidy",
        ),
        GoFailure::RequirementMissing { line } => with_command(
            "go/requirement-missing",
            "go.mod doesn't list all that is imported",
            "A build doesn't change go.mod.",
            line,
            "go mod tidy",
        ),
        GoFailure::ReplacementMissing { line } => Message::yours(
            "go/replacement-missing",
            "A replaced module isn't in the app",
        )
        .body(format!(
            "A replace line of go.mod leads to a directory that isn't there:\n{}\n\n\
             Only the app directory is built. Build the directory above both, and say\n\
             with BP_GO_TARGETS what to build; or take the module into the app with\n\
             go mod vendor",
            quote(line, LINE)
        )),
        GoFailure::GoTooOld { line } => {
            let wanted = line
                .split(">= ")
                .nth(1)
                .and_then(|rest| rest.split_whitespace().next());
            Message::yours("go/too-old", "A module asks for a newer Go").body(format!(
                "go says:\n{}\n\n\
                 To build with such a version, run this and commit go.mod:\n\
                 go get go@{}",
                quote(line, LINE),
                quote(wanted.unwrap_or("latest"), 30)
            ))
        }
        _ => Message::yours("go/vendor", "vendor and go.mod disagree")
            .body(
                "The directory vendor doesn't hold what go.mod and the source ask for.\n\n\
                 To make it anew, run this and commit the result:\n\
                 go mod vendor",
            )
            .details(first_lines(output)),
    }
}

fn download(failure: &GoFailure) -> Message {
    match failure {
        GoFailure::ModulePrivate { line } => {
            Message::yours("go/module-private", "A server refuses to give a module").body(format!(
                "go says:\n{}\n\n\
                 If the module is private, give the build the credentials and set\n\
                 GOPRIVATE={}\n\n\
                 If it is public, check its path and version in go.mod: servers refuse\n\
                 what doesn't exist, too. If GOPROXY names a server of your own, ask\n\
                 whoever runs it.",
                quote(line, LINE),
                private_path(line)
            ))
        }
        GoFailure::DownloadForbidden { line } => Message::yours(
            "go/download-forbidden",
            "The settings forbid to fetch a module",
        )
        .body(format!(
            "go says:\n{}\n\n\
                     Change the variable that it names, or put the modules into the app:\n\
                     go mod vendor",
            quote(line, LINE)
        )),
        GoFailure::ChecksumMismatch { line } => {
            Message::yours("go/checksum", "A module isn't what its checksum says").body(format!(
                "go says:\n{}\n\n\
                 What was downloaded differs from what go.sum or the checksum database\n\
                 recorded: its author changed a published version, or somebody on the way\n\
                 did. Find out which before you change go.sum.",
                quote(line, LINE)
            ))
        }
        GoFailure::Network { line } => Message::network("go/network", "A module can't be fetched")
            .body(format!(
                "go says:\n{}\n\n\
                 GOPROXY, HTTPS_PROXY and SSL_CERT_FILE of the build decide how it is\n\
                 reached.",
                quote(line, LINE)
            )),
        other => {
            let line = match other {
                GoFailure::ModuleNotFound { line } => line.as_str(),
                _ => "",
            };
            Message::yours(
                "go/module-not-found",
                "A module or its version can't be found",
            )
            .body(format!(
                "go says:\n{}\n\n\
                     Its path or version in go.mod is misspelled, it was removed, or it is\n\
                     private, so that the server can't see it. A private one is fetched\n\
                     from where it lies when the build has the credentials and the variable\n\
                     GOPRIVATE={}",
                quote(line, LINE),
                private_path(line)
            ))
        }
    }
}

/// The module that go's line is about, without its version: `main.go:2:8: example.com/lib@v1.0.0: …`.
fn private_path(line: &str) -> String {
    let mut words = line.split([' ', '"']);
    let path = words.find_map(|word| word.split_once('@'));
    let path = path.map(|(path, _)| path).filter(|path| path.contains('.'));
    quote(path.unwrap_or("example.com/path"), 200)
}

fn with_command(
    id: &'static str,
    title: &str,
    finding: &str,
    line: &str,
    command: &str,
) -> Message {
    Message::yours(id, title).body(format!(
        "{finding} go says:\n{}\n\n\
         To mend it, run this in the directory of go.mod and commit go.mod and\n\
         go.sum:\n{command}",
        quote(line, LINE)
    ))
}

fn first_lines(output: &str) -> String {
    output.lines().take(TAIL).collect::<Vec<_>>().join("\n")
}

pub(super) fn last_lines(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}
