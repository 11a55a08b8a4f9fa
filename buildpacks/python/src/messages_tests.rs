//! What a person reads, for every variant of every error of this buildpack.

use std::io::{Error, ErrorKind};
use std::path::Path;

use buildpack_kit::command::CommandError;
use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::layer::LayerError;

use super::*;
use crate::locks::LockError;
use crate::manager::ManagerError;
use crate::project::ProjectError;
use crate::python_version::{InvalidVersion, PythonVersion};
use crate::releases::Releases;
use crate::requirements::RequirementsError;
use crate::settings::SettingsError;
use crate::syntax::SyntaxError;
use crate::version_error::VersionError;
use crate::version_files::VersionFileError;

pub(super) fn variable(name: &str) -> Origin {
    Origin::Variable(name.to_owned())
}

pub(super) fn text(text: &str) -> String {
    text.to_owned()
}

pub(super) fn full() -> Error {
    Error::new(ErrorKind::StorageFull, "no space left on device")
}

pub(super) fn absent() -> CommandError {
    CommandError::NotFound {
        program: text("python"),
        source: Error::new(ErrorKind::NotFound, "no such file"),
    }
}

pub(super) fn bundled() -> Vec<PythonVersion> {
    ["3.14.8", "3.13.5", "3.11.2"]
        .map(|version| version.parse().unwrap())
        .to_vec()
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
fn settings_and_versions() {
    let requested = |text: &str, origin: Origin| Sourced::new(text.parse().unwrap(), origin);
    let allowed =
        |text: &str| Sourced::new(text.parse().unwrap(), Origin::line("pyproject.toml", 5));
    let end = match Releases::embedded()
        .unwrap()
        .support(&"3.9".parse().unwrap())
    {
        crate::releases::Support::EndedIn(month) => Some(month),
        _ => None,
    };
    let invalid = |reason| SettingsError::Version {
        text: Sourced::new(text("pypy3.10"), variable("BP_CPYTHON_VERSION")),
        reason,
    };
    let versions = [
        VersionError::Contradiction {
            wish: requested("3.11", Origin::line(".python-version", 1)),
            constraint: allowed(">=3.12"),
            bundled: bundled(),
        },
        VersionError::NoneAllowed {
            constraints: vec![allowed(">=3.13"), allowed("<3.12")],
            wish: Some(requested(">=3.10", variable("BP_CPYTHON_VERSION"))),
            bundled: bundled(),
        },
        VersionError::EndOfLife {
            version: "3.9".parse().unwrap(),
            end,
            request: requested("3.9", Origin::line("runtime.txt", 1)),
            constraints: Vec::new(),
            bundled: bundled(),
        },
        VersionError::EndOfLife {
            version: "3.8".parse().unwrap(),
            end,
            request: requested("3", Origin::Default),
            constraints: vec![allowed("<3.9")],
            bundled: bundled(),
        },
        VersionError::Unknown {
            version: "3.99".parse().unwrap(),
            request: requested("3.99", variable("GOOGLE_PYTHON_VERSION")),
            newest: 15,
            bundled: bundled(),
        },
    ];
    let errors = [
        invalid(InvalidVersion::Malformed).into(),
        invalid(InvalidVersion::Python2).into(),
        invalid(InvalidVersion::OtherImplementation).into(),
        invalid(InvalidVersion::FreeThreaded).into(),
        SettingsError::Denied(vec!["PYTHONPATH", "UV_FROZEN"]).into(),
    ];
    let versions = versions.map(|error| BuildpackError::from(Box::new(error)));
    assert_messages("settings_and_versions", errors.into_iter().chain(versions));
}

#[test]
fn files_of_the_app() {
    let syntax = |line: usize, column: usize, written: &str, problem: &str| SyntaxError {
        file: "pyproject.toml".into(),
        line,
        column,
        text: text(written),
        problem: text(problem),
    };
    let long = format!("{}= 1", "a".repeat(200));
    let errors: Vec<ProjectError> = vec![
        syntax(
            2,
            16,
            "dependencies = \"flask\"",
            "invalid type: string, expected a sequence",
        )
        .into(),
        syntax(1, 9, "<<<<<<< HEAD", "key with no value, expected `=`").into(),
        syntax(7, 202, &long, "problem").into(),
        SyntaxError::without_place(Path::new("pdm.lock"), text("problem")).into(),
        VersionFileError::Empty {
            file: text(".python-version"),
        }
        .into(),
        VersionFileError::Invalid {
            file: text(".python-version"),
            line: 1,
            text: text("\u{feff}3.12"),
            reason: InvalidVersion::Malformed,
        }
        .into(),
        ProjectError::Encoding("requirements.txt".into()),
        LockError::OutOfDate {
            lock: "poetry.lock",
            project: "pyproject.toml",
            command: "poetry lock",
        }
        .into(),
        LockError::Format {
            lock: "pdm.lock",
            version: text("9"),
            known: "3 and 4",
            command: "pdm lock",
        }
        .into(),
        LockError::NotLocked {
            names: vec![text("click"), text("jinja2")],
            lock: "poetry.lock",
        }
        .into(),
        LockError::NoGroup {
            group: text("docs"),
            variable: "BP_POETRY_INSTALL_ONLY",
            known: vec![text("dev"), text("main")],
        }
        .into(),
    ];
    assert_messages(
        "files_of_the_app",
        errors.into_iter().map(BuildpackError::from),
    );
}

#[test]
fn requirement_files() {
    let origin = || Origin::line("requirements.txt", 3);
    let errors: [RequirementsError; 7] = [
        RequirementsError::Absent {
            file: "other.txt".into(),
            origin: origin(),
        },
        RequirementsError::Cycle {
            file: "requirements.txt".into(),
            origin: origin(),
        },
        RequirementsError::Outside {
            path: text("../lib"),
            origin: origin(),
        },
        RequirementsError::Unset {
            name: text("TOKEN"),
            origin: origin(),
        },
        RequirementsError::Option {
            option: text("--global-option"),
            text: text("a --global-option=x"),
            origin: origin(),
        },
        RequirementsError::NoValue {
            option: text("-r"),
            text: text("-r"),
            origin: origin(),
        },
        RequirementsError::Malformed {
            text: text("== 3"),
            origin: origin(),
        },
    ];
    assert_messages(
        "requirement_files",
        errors.map(|error| ProjectError::from(error).into()),
    );
}

#[test]
fn managers() {
    let imports = ["flask", "httpx", "numpy", "pandas", "redis", "rq"];
    let errors = [
        ManagerError::None {
            third_party: vec![(text("flask"), "app.py".into())],
            has_conda: false,
            misspelled: vec![("requirments.txt".into(), "requirements.txt")],
        },
        ManagerError::None {
            third_party: Vec::new(),
            has_conda: false,
            misspelled: vec![("requirement.txt".into(), "requirements.txt")],
        },
        ManagerError::None {
            third_party: imports
                .map(|module| (text(module), "main.py".into()))
                .to_vec(),
            has_conda: true,
            misspelled: Vec::new(),
        },
        ManagerError::Several(vec!["uv.lock", "poetry.lock"]),
        ManagerError::NoLock {
            file: "Pipfile",
            lock: "Pipfile.lock",
            command: "pipenv lock",
        },
        ManagerError::WithoutFiles {
            origin: variable("GOOGLE_PYTHON_PACKAGE_MANAGER"),
            name: "Poetry",
            lacks: vec!["pyproject.toml", "poetry.lock"],
            files: vec!["requirements.txt"],
        },
        ManagerError::WithoutFiles {
            origin: variable("GOOGLE_PYTHON_PACKAGE_MANAGER"),
            name: "pip",
            lacks: vec!["requirements.txt"],
            files: Vec::new(),
        },
    ];
    assert_messages("managers", errors.map(BuildpackError::from));
}

#[test]
fn the_builder_and_the_machine() {
    let bundles = [
        BundleError::None {
            what: "Python",
            directory: "/opt/coracle/python".into(),
            source: None,
        },
        BundleError::None {
            what: "uv",
            directory: "/opt/coracle/uv".into(),
            source: Some(full()),
        },
        BundleError::Format {
            file: "/opt/coracle/python/3.13/runtime.toml".into(),
            source: toml::from_str::<u8>("x").unwrap_err(),
        },
    ];
    let others = [
        BuildpackError::Releases(toml::from_str::<u8>("x").unwrap_err()),
        LayerError::Create(RuntimeError::Io(full())).into(),
        LayerError::Create(RuntimeError::Compile(absent())).into(),
        LayerError::Create(RuntimeError::Name {
            version: text("3.13"),
        })
        .into(),
        BuildpackError::Bytecode(absent()),
        BuildpackError::Scratch(full()),
    ];
    let bundles = bundles.map(BuildpackError::from).into_iter();
    assert_messages("the_builder_and_the_machine", bundles.chain(others));
}
