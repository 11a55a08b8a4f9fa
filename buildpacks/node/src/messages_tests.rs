//! What a person reads, for every variant of every error of this buildpack.

use std::io::{Error, ErrorKind};

use buildpack_kit::command::CommandError;
use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::layer::LayerError;
use nodejs_semver::Version;

use super::*;
use crate::errors::{ManagerUnavailable, NodeUnavailable};
use crate::node_version::InvalidVersion;
use crate::plan::ScriptError;
use crate::plan::manager::ManagerError;
use crate::plan::tool::Package;
use crate::project::{Lock, ProjectError, WorkspaceError};
use crate::registry::RegistryError;
use crate::resolved_version::VersionError;
use crate::settings::{ManagerName, SettingsError};
use crate::tool_failure::ToolFailure;

pub(super) fn text(text: &str) -> String {
    text.to_owned()
}

pub(super) fn variable(name: &str) -> Origin {
    Origin::Variable(name.to_owned())
}

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

pub(super) fn full() -> Error {
    Error::new(ErrorKind::StorageFull, "no space left on device")
}

pub(super) fn absent() -> CommandError {
    CommandError::NotFound {
        program: text("node"),
        source: Error::new(ErrorKind::NotFound, "no such file"),
    }
}

pub(super) fn assert_messages(name: &str, errors: impl IntoIterator<Item = BuildpackError>) {
    let messages: Vec<String> = errors
        .into_iter()
        .map(|error| {
            let message = error.explain();
            assert!(message.title.chars().count() <= 60, "{}", message.title);
            let widest = message.body.lines().map(|line| line.chars().count()).max();
            assert!(widest.unwrap_or(0) <= 130, "{}", message.body);
            format!("{:?}\n{}", message.kind, message.render())
        })
        .collect();
    insta::assert_snapshot!(name, messages.join("\n"));
}

#[test]
fn of_the_builder() {
    let toml = || toml::from_str::<toml::Table>("x").unwrap_err();
    assert_messages(
        "of_the_builder",
        [
            toml().into(),
            BundleError::None {
                directory: "/opt/coracle/node".into(),
                source: None,
            }
            .into(),
            BundleError::Format {
                file: "/opt/coracle/node/24/runtime.toml".into(),
                source: toml(),
            }
            .into(),
            BuildpackError::Packages(full()),
            BuildpackError::Scratch(full()),
        ],
    );
}

#[test]
fn of_versions() {
    let invalid = |text: &str, reason| {
        let text = Sourced::new(text.to_owned(), Origin::line(".nvmrc", 1));
        BuildpackError::from(ProjectError::Version { text, reason })
    };
    let request = |text: &str| {
        Sourced::new(
            text.parse().unwrap(),
            Origin::file("package.json (engines.node)"),
        )
    };
    assert_messages(
        "of_versions",
        [
            invalid("", InvalidVersion::Empty),
            invalid("\u{200b}20", InvalidVersion::Invisible(0x200b)),
            SettingsError::Version {
                text: Sourced::new(text("twenty!"), variable("BP_NODE_VERSION")),
                reason: InvalidVersion::NoRange,
            }
            .into(),
            VersionError::None {
                request: request("12.x"),
                newest: vec![version("26.10.0"), version("24.19.0")],
            }
            .into(),
            VersionError::CodeName {
                request: request("lts/nothing"),
                known: vec![text("krypton"), text("jod")],
            }
            .into(),
            BuildpackError::NodeUnavailable(Box::new(NodeUnavailable {
                version: version("20.11.99"),
                request: request("20.11.99"),
                source: failed(ToolFailure::NotFound),
            })),
            BuildpackError::NodeUnavailable(Box::new(NodeUnavailable {
                version: version("20.11.1"),
                request: request("20.11.1"),
                source: failed(ToolFailure::Network),
            })),
        ],
    );
}

fn failed(failure: ToolFailure) -> LayerError<RegistryError> {
    LayerError::Create(RegistryError::Failed {
        package: text("pnpm@9.1.0"),
        failure,
        output: text("npm error code E1"),
    })
}

#[test]
fn of_fetching() {
    let unavailable = |source| {
        BuildpackError::ManagerUnavailable(Box::new(ManagerUnavailable {
            package: Package {
                name: text("pnpm"),
                version: version("9.1.0"),
                hash: None,
                program: "bin/pnpm.cjs",
                is_native: false,
            },
            source,
        }))
    };
    let package = || text("pnpm@9.1.0");
    let create = |error| unavailable(LayerError::Create(error));
    let failures = [
        ToolFailure::Network,
        ToolFailure::NotFound,
        ToolFailure::Forbidden,
        ToolFailure::Full,
        ToolFailure::Altered,
        ToolFailure::Other,
    ];
    let others = [
        RegistryError::Altered {
            package: package(),
            expected: text("0123"),
            found: text("4567"),
        },
        RegistryError::NotRun {
            package: package(),
            source: absent(),
        },
        RegistryError::Io {
            package: package(),
            source: full(),
        },
    ];
    let failures = failures.map(|failure| unavailable(failed(failure)));
    assert_messages(
        "of_fetching",
        failures.into_iter().chain(others.map(create)),
    );
}

#[test]
fn of_files_and_variables() {
    let manifest = |text: &str| {
        BuildpackError::from(ProjectError::PackageJson {
            path: "package.json".into(),
            text: text.to_owned(),
            source: crate::package_json::parse(text).unwrap_err(),
        })
    };
    let pattern = globset::Glob::new("[").unwrap_err();
    assert_messages(
        "of_files_and_variables",
        [
            SettingsError::Denied(vec!["NODE_PATH", "npm_config_omit"]).into(),
            manifest("{\n  \"name\": \"x\",\n}"),
            manifest("[]"),
            manifest("{\"scripts\": []}"),
            ProjectError::from(WorkspaceError::Pnpm(
                serde_saphyr::from_str::<Vec<u8>>("a: b").unwrap_err(),
            ))
            .into(),
            ProjectError::from(WorkspaceError::Pattern {
                pattern: text("["),
                source: pattern,
            })
            .into(),
            ScriptError::Missing {
                name: text("compile"),
                origin: variable("BP_NODE_RUN_SCRIPTS"),
                known: vec![text("build"), text("start")],
            }
            .into(),
        ],
    );
}

#[test]
fn of_managers() {
    let named = |value: &str| {
        Sourced::new(
            value.to_owned(),
            Origin::file("package.json (packageManager)"),
        )
    };
    let unlocked = |lock_above: Option<&str>| {
        BuildpackError::from(ManagerError::Unlocked {
            manager: ManagerName::Npm,
            lock_above: lock_above.map(Into::into),
        })
    };
    assert_messages(
        "of_managers",
        [
            ManagerError::Inexact {
                text: named("pnpm@9"),
            }
            .into(),
            ManagerError::Contradiction {
                wish: named("yarn"),
                lock: "package-lock.json",
            }
            .into(),
            ManagerError::Hash {
                text: named("pnpm@9.1.0+md5.00"),
            }
            .into(),
            ManagerError::Yarn2 {
                version: text("2.4.2"),
                origin: Origin::file("package.json (packageManager)"),
            }
            .into(),
            ManagerError::Format {
                manager: ManagerName::Pnpm,
                lock: Lock {
                    file: "pnpm-lock.yaml",
                    manager: ManagerName::Pnpm,
                    format: Some(text("99.0")),
                },
                node: version("24.19.0"),
            }
            .into(),
            unlocked(None),
            unlocked(Some("pnpm-lock.yaml")),
        ],
    );
}
