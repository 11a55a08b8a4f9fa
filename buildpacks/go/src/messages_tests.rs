//! What a person reads, for every variant of every error of this buildpack.

use std::io::{Error, ErrorKind};

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::process::ProcessError;
use explain::Explain as _;

use super::*;
use crate::build_flags::FlagError;
use crate::bundles::NoBundle;
use crate::errors::ToolchainUnavailable;
use crate::excluded::{ExcludedFile, ExcludedPackage, Exclusion};
use crate::go_command::GoError;
use crate::go_failure::GoFailure;
use crate::go_version::{BelowMinimum, Requested};
use crate::layers::toolchain::ToolchainError;
use crate::packages::MainPackage;
use crate::plan::PlanError;
use crate::settings::SettingsError;

pub(super) fn variable(name: &str) -> Origin {
    Origin::Variable(name.to_owned())
}

pub(super) fn text(text: &str) -> String {
    text.to_owned()
}

fn full() -> Error {
    Error::new(ErrorKind::StorageFull, "no space left on device")
}

pub(super) fn failed(failure: GoFailure) -> GoError {
    GoError::Failed {
        command: text("go build ./cmd/web"),
        failure,
        output: text("go: what it wrote\ngo: and more\n"),
    }
}

pub(super) fn unreadable() -> GoError {
    GoError::Unreadable {
        command: text("go list"),
        source: serde_json::from_str::<u8>("x").unwrap_err(),
    }
}

fn main_package(directory: &str) -> MainPackage {
    MainPackage {
        import_path: format!("example.com/app/{directory}"),
        directory: directory.into(),
        program: text("web"),
    }
}

#[track_caller]
fn excluded(exclusion: Exclusion) -> ExcludedPackage {
    ExcludedPackage {
        import_path: text("example.com/app/cmd/web"),
        directory: "cmd/web".into(),
        files: vec![ExcludedFile {
            file: text("cmd/web/main.go"),
            exclusion,
            is_main: true,
            has_main_function: true,
        }],
    }
}

pub(super) fn assert_messages(name: &str, errors: impl IntoIterator<Item = BuildpackError>) {
    let messages: Vec<String> = errors
        .into_iter()
        .map(|error| {
            let message = error.explain();
            assert!(message.title.chars().count() <= 60, "{}", message.title);
            format!("{:?}\n{}", message.kind, message.render())
        })
        .collect();
    insta::assert_snapshot!(name, messages.join("\n"));
}

#[test]
fn settings_and_flags() {
    let plan = [
        PlanError::NoMain {
            packages: 3,
            problem: Some(text("expected 'package', found 'EOF'")),
            nested_modules: vec!["tools".into()],
        },
        PlanError::NoMain {
            packages: 0,
            problem: None,
            nested_modules: Vec::new(),
        },
        PlanError::Excluded(vec![excluded(Exclusion::Cgo(3, text("import \"C\"")))]),
        PlanError::Excluded(vec![
            excluded(Exclusion::Constraint(1, text("//go:build heroku"))),
            excluded(Exclusion::Name),
        ]),
        PlanError::NotMain {
            target: text("./lib"),
            origin: variable("BP_GO_TARGETS"),
            mains: vec![main_package("cmd/web"), main_package("")],
        },
        PlanError::SameName {
            program: text("web"),
            one: text("example.com/app/a/web"),
            other: text("example.com/app/b/web"),
        },
    ];
    let version = Sourced::new(text("newest"), variable("BP_GO_VERSION"));
    let errors = [
        SettingsError::Version(version).into(),
        SettingsError::Unset {
            name: text("ORIGIN"),
            origin: variable("BP_GO_BUILD_LDFLAGS"),
        }
        .into(),
        SettingsError::Denied(vec!["GOCACHE", "GOROOT"]).into(),
        FlagError::NotFlags {
            text: text("'-tags=a"),
            origin: variable("GOFLAGS"),
        }
        .into(),
        FlagError::Reserved {
            flag: text("-o"),
            origin: variable("BP_GO_BUILD_FLAGS"),
        }
        .into(),
    ];
    assert_messages("decisions", errors.into_iter().chain(plan.map(Into::into)));
}

#[test]
fn versions() {
    let unavailable_version = |version: &str, newest_of_minor: Option<&str>, source| {
        let source = LayerError::Create(source);
        BuildpackError::Toolchain(Box::new(ToolchainUnavailable {
            version: version.parse().unwrap(),
            request: Sourced::new(
                Requested::AtLeast("1.99".parse().unwrap()),
                Origin::line("go.mod", 3),
            ),
            bundled: vec!["1.26.8".parse().unwrap()],
            known: ("1.16.15".parse().unwrap(), "1.27.4".parse().unwrap()),
            newest_of_minor: newest_of_minor.map(|version| version.parse().unwrap()),
            source,
        }))
    };
    let unavailable = |source| unavailable_version("1.99.0", None, source);
    let version = "1.99.0".parse().unwrap();
    let failure = |failure| ToolchainError::Fetch {
        version,
        source: failed(failure),
    };
    let fetch = |why| unavailable(failure(why));
    let of_known_minor = |version, why| unavailable_version(version, Some("1.27.4"), failure(why));
    let absent = |version| of_known_minor(version, GoFailure::ModuleNotFound { line: text("404") });
    let line = || text("dial tcp");
    assert_messages(
        "versions",
        [
            Box::new(BelowMinimum {
                wish: Sourced::new("1.25".parse().unwrap(), variable("BP_GO_VERSION")),
                chosen: "1.25.14".parse().unwrap(),
                minimum: Sourced::new("1.26".parse().unwrap(), Origin::line("go.mod", 3)),
            })
            .into(),
            fetch(GoFailure::ModuleNotFound { line: line() }),
            fetch(GoFailure::Certificate { line: line() }),
            fetch(GoFailure::Network { line: line() }),
            fetch(GoFailure::DownloadForbidden { line: line() }),
            fetch(GoFailure::ChecksumMismatch { line: line() }),
            fetch(GoFailure::DiskFull),
            fetch(GoFailure::ModulePrivate { line: line() }),
            of_known_minor("1.27.4", GoFailure::ModulePrivate { line: line() }),
            absent("1.27.4"),
            absent("1.27.9"),
            fetch(GoFailure::PasswordInsecure { line: line() }),
            fetch(GoFailure::Killed),
            fetch(GoFailure::Other),
            unavailable(ToolchainError::Unpack {
                version,
                source: full(),
            }),
            unavailable(ToolchainError::Name { version }),
            NoBundle {
                directory: "/opt/coracle/go".into(),
                source: None,
            }
            .into(),
        ],
    );
}

#[test]
fn the_rest() {
    let no_data = toml::from_str::<crate::catalogue::Catalogue>("").unwrap_err();
    assert_messages(
        "rest",
        [
            BuildpackError::Catalogue(no_data),
            BuildpackError::Compile(CompileError::Io(full())),
            BuildpackError::Layer(LayerError::Create(CompileError::Go(failed(
                GoFailure::Other,
            )))),
            SbomError::Read {
                program: text("web"),
                source: full(),
            }
            .into(),
            SbomError::None {
                program: text("web"),
            }
            .into(),
            ProcessError::InvalidName { name: text("a b") }.into(),
            BuildpackError::Scratch(full()),
        ],
    );
}
