//! What a person reads of the failures of the `go` command.

use super::*;
use crate::errors::BuildpackError;
use crate::layers::binaries::CompileError;
use crate::messages::tests::{assert_messages, failed, text};
use crate::missing_package::MissingPackage;

#[test]
fn the_go_command() {
    let line = || text("go: example.com/lib@v1.0.0: what went wrong");
    let replacement = |directory: &str, is_in_workspace| GoFailure::ReplacementMissing {
        directory: text(directory),
        is_in_workspace,
        line: line(),
    };
    let failures = [
        GoFailure::Compile {
            first: text("./main.go:3:2: undefined: x"),
        },
        GoFailure::SumMissing { line: line() },
        GoFailure::RequirementMissing { line: line() },
        replacement("../../libs/lib", false),
        replacement("../lib", true),
        replacement("./lib", false),
        replacement("/opt/lib", false),
        GoFailure::ModulePathMalformed {
            path: text("example.com/.."),
            problem: text("invalid path element \"..\""),
        },
        GoFailure::VendorInconsistent,
        GoFailure::GoTooOld {
            line: text("go: example.com/lib@v1.0.0 requires go >= 1.28.0 (running go 1.26.8)"),
        },
        GoFailure::LanguageTooOld {
            wanted: text("1.22"),
            line: text(
                "./main.go:3:17: cannot range over 10: requires go1.22 or later (-lang was set to go1.20; check go.mod)",
            ),
        },
        GoFailure::EmbedMissing {
            line: text("main.go:8:12: pattern dist/*: no matching files found"),
        },
        GoFailure::NoMainFunction { line: line() },
        GoFailure::AllFilesExcluded {
            package: text("example.com/lib"),
            line: line(),
        },
        GoFailure::ModuleNotFound { line: line() },
        GoFailure::ModuleNotInDirectory { line: line() },
        GoFailure::ModulePrivate { line: line() },
        GoFailure::PasswordInsecure { line: line() },
        GoFailure::DownloadForbidden { line: line() },
        GoFailure::ChecksumMismatch { line: line() },
        GoFailure::Certificate { line: line() },
        GoFailure::Network { line: line() },
        GoFailure::DiskFull,
        GoFailure::Killed,
        GoFailure::Other,
    ];
    let missing = [false, true].map(|has_directory| {
        BuildpackError::Compile(CompileError::MissingPackage(MissingPackage {
            import_path: text("example.com/app/gen/pb"),
            directory: "gen/pb".into(),
            has_directory,
            position: text("main.go:3:8"),
        }))
    });
    let errors = failures.map(|failure| BuildpackError::List(failed(failure)));
    assert_messages("go", errors.into_iter().chain(missing));
}

#[test]
fn a_go_that_is_not_there() {
    let error = GoError::NotRun {
        source: buildpack_kit::command::CommandError::NotFound {
            program: text("/opt/coracle/go/1.26.8/toolchain/bin/go"),
            source: std::io::ErrorKind::NotFound.into(),
        },
    };
    assert_messages("go_not_run", [BuildpackError::List(error)]);
}
