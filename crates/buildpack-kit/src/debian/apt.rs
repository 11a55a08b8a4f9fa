//! apt, in a root of its own: it knows what the run image has, and nothing of the build image is read or changed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use tempfile::TempDir;

use super::apt_configuration::configuration;
use super::apt_failure::{self, Failure};
use super::apt_output::{Simulated, records};
use super::sources::{Form, Sources};
use super::wanted::Wanted;
use crate::command::{Command, CommandError};

/// What apt sees of the variables of a build.
const HANDED_ON: [&str; 10] = [
    "ALL_PROXY",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "PATH",
    "TMPDIR",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// A root with an index of now.
#[derive(Debug)]
pub(super) struct Apt {
    /// Its configuration, which may name passwords: gone when the build ends.
    scratch: TempDir,
    variables: BTreeMap<OsString, OsString>,
}

/// A package that goes beside the run image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The binary package.
    pub name: String,
    /// With epoch and revision.
    pub version: String,
    /// `amd64` or `all`.
    pub architecture: String,
    /// Whether an app has a use for it when it runs; whether compilers have, is not asked.
    pub is_in_image: bool,
    /// Of the `.deb`, in hexadecimal digits.
    pub sha256: String,
}

/// apt did not do what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum AptError {
    /// The build image has no apt.
    #[error("apt can't be run")]
    NotRun(#[source] CommandError),
    /// The archives don't have packages of these names, or not of these versions.
    #[error("there is no {}", .packages.join(", "))]
    Unknown {
        /// As they were asked for.
        packages: Vec<String>,
        /// Where they stand.
        origins: Vec<String>,
        /// What apt says.
        output: String,
    },
    /// Packages of the run image would have to be others.
    #[error("the run image has other versions of {}", .changes.join(", "))]
    Conflict {
        /// `libc6 2.41-12 would become 2.41-13`.
        changes: Vec<String>,
    },
    /// apt failed otherwise.
    #[error("apt failed")]
    Failed {
        /// In what way.
        failure: Failure,
        /// What it wrote.
        output: String,
    },
    /// A file can't be read or written.
    #[error("the files of apt can't be read or written")]
    Io(#[from] std::io::Error),
}

impl Resolved {
    /// All that decides what it brings.
    pub(super) fn line(&self) -> String {
        let Self {
            name,
            version,
            architecture,
            is_in_image,
            sha256,
        } = self;
        let place = if *is_in_image { "image" } else { "build" };
        format!("{name} {version} {architecture} {place} {sha256}")
    }
}

impl Apt {
    /// Prepares the root, in which the index of the last build may be, and asks for what is new.
    pub(super) fn open(
        directory: &Path,
        status: &str,
        sources: &Sources,
        variables: &BTreeMap<OsString, OsString>,
    ) -> Result<Self, AptError> {
        for name in ["lists/partial", "cache/archives/partial", "log"] {
            fs_err::create_dir_all(directory.join(name))?;
        }
        let list = match sources.form {
            Form::Lines => "sources.list",
            Form::Stanzas => "given.sources",
        };
        let scratch = tempfile::tempdir()?;
        let write = |name: &str, text: &str| fs_err::write(scratch.path().join(name), text);
        write("status", status)?;
        write(list, &sources.text)?;
        let configuration = configuration([directory, scratch.path()], list, variables);
        write("apt.conf", &configuration)?;
        let is_handed_on =
            |name: &OsStr| name.to_str().is_some_and(|name| HANDED_ON.contains(&name));
        let handed_on = variables.iter().filter(|(name, _)| is_handed_on(name));
        let mut environment: BTreeMap<OsString, OsString> = handed_on
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        // apt reads the lower-case names only.
        for name in ["http_proxy", "https_proxy", "no_proxy"] {
            let upper = variables.get(OsStr::new(&name.to_uppercase()));
            if let (Some(value), None) = (upper, environment.get(OsStr::new(name))) {
                environment.insert(name.into(), value.clone());
            }
        }
        environment.insert("LC_ALL".into(), "C".into());
        environment.insert("APT_CONFIG".into(), scratch.path().join("apt.conf").into());
        let apt = Self {
            scratch,
            variables: environment,
        };
        let update = ["update", "-o", "APT::Update::Error-Mode=any"];
        apt.run("apt-get", update.map(str::to_owned).to_vec())?;
        Ok(apt)
    }

    /// What is wanted and what that needs, but for what the run image has; sorted by name.
    pub(super) fn resolve(&self, wanted: &Wanted) -> Result<Vec<Resolved>, AptError> {
        let mut arguments = ["install", "--simulate", "--no-upgrade", "--"]
            .map(str::to_owned)
            .to_vec();
        arguments.extend(wanted.arguments());
        let text = self
            .run("apt-get", arguments)
            .map_err(|error| unknown(error, wanted))?;
        let simulated = Simulated::parse(&text);
        if !simulated.changes.is_empty() {
            return Err(AptError::Conflict {
                changes: simulated.changes,
            });
        }
        let chosen = simulated.installs;
        if chosen.is_empty() {
            return Ok(Vec::new());
        }
        let mut arguments = vec!["show".to_owned()];
        arguments.extend(
            chosen
                .iter()
                .map(|(name, version)| format!("{name}={version}")),
        );
        let asked: Vec<&str> = wanted.names().collect();
        let records = records(&self.run("apt-cache", arguments)?, &asked);
        let mut resolved = Vec::new();
        for (name, version) in chosen {
            let is_it = |one: &&Resolved| one.name == name && one.version == version;
            let found = records.iter().find(is_it).cloned();
            resolved.push(found.ok_or_else(|| AptError::Failed {
                failure: Failure::Other,
                output: format!("{name} {version} has no SHA-256 in the index"),
            })?);
        }
        Ok(resolved)
    }

    /// Downloads packages into an empty directory, where each has a file of any name. apt compares them with the
    /// signed index.
    pub(super) fn download(&self, packages: &[Resolved], into: &Path) -> Result<(), AptError> {
        let command = self
            .command("apt-get")
            .directory(into)
            .arguments(["download"]);
        let names = packages
            .iter()
            .map(|one| format!("{}={}", one.name, one.version));
        captured(&command.arguments(names)).map(drop)
    }

    /// With the variables of apt, for programs of dpkg too.
    pub(super) fn command(&self, program: &str) -> Command {
        Command::new(program)
            .variables(self.variables.clone())
            .directory(self.scratch.path())
    }

    fn run(&self, program: &str, arguments: Vec<String>) -> Result<String, AptError> {
        captured(&self.command(program).arguments(arguments))
    }
}

/// Everything that a command writes.
fn captured(command: &Command) -> Result<String, AptError> {
    let lines = Mutex::new(String::new());
    let result = command.stream_lines(|line| {
        if let Ok(mut lines) = lines.lock() {
            // It can't fail: a String takes everything.
            let _ = writeln!(lines, "{line}");
        }
    });
    let output = lines.into_inner().unwrap_or_default();
    match result {
        Ok(()) => Ok(output),
        Err(CommandError::Failed { .. }) => Err(AptError::Failed {
            failure: apt_failure::of(&output),
            output,
        }),
        Err(error) => Err(AptError::NotRun(error)),
    }
}

fn unknown(error: AptError, wanted: &Wanted) -> AptError {
    let AptError::Failed { failure, output } = error else {
        return error;
    };
    let names = apt_failure::unknown_packages(&output);
    if names.is_empty() {
        return AptError::Failed { failure, output };
    }
    let name = |package: &str| package.split('=').next().unwrap_or_default().to_owned();
    let origins: BTreeSet<String> = names
        .iter()
        .map(|one| wanted.origin_of(&name(one)))
        .collect();
    AptError::Unknown {
        packages: names,
        origins: origins.into_iter().collect(),
        output,
    }
}
