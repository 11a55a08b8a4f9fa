//! What the app needs, as the files of the chosen manager say it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files;
use serde::Deserialize;

use super::{Project, ProjectError, UvWorkspace};
use crate::locks::{Lock, LockedPackage, PackageSource, pdm, pipfile, poetry};
use crate::manager::{Manager, UV_LOCK};
use crate::pyproject::{Pyproject, normalised};
use crate::python_version::Requested;
use crate::requirements::{self, Requirements, Tree};
use crate::syntax::SyntaxError;

/// What the app needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Dependencies {
    /// Requirement files.
    Requirements(Requirements),
    /// The lock of another manager than uv.
    Locked(Lock),
    /// `uv.lock`, which uv reads itself.
    Uv(UvLock),
    /// A project that fixes nothing: the file that says what it needs.
    Unlocked(&'static str),
    /// Nothing but Python.
    Nothing,
}

/// What of `uv.lock` counts before uv reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UvLock {
    pub(crate) packages: Vec<LockedPackage>,
}

/// What the user asks for, as far as it decides what is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wishes<'a> {
    pub(crate) requirement_files: Option<&'a Sourced<Vec<String>>>,
    pub(crate) poetry_groups: Option<&'a [String]>,
    /// The variables that commands see.
    pub(crate) variables: &'a BTreeMap<OsString, OsString>,
}

impl Dependencies {
    /// Reads the files of the manager.
    pub(crate) fn read(
        app_dir: &Path,
        manager: &Manager,
        project: &Project,
        wishes: Wishes<'_>,
    ) -> Result<Self, ProjectError> {
        let none = Pyproject::default();
        let pyproject = project.pyproject.as_ref().unwrap_or(&none);
        let text = |file: &str| -> Result<String, ProjectError> {
            Ok(files::read_text(app_dir, file)?.unwrap_or_default())
        };
        let above = project.workspace.as_ref().map(UvWorkspace::lock);
        let uv_lock = above.unwrap_or_else(|| UV_LOCK.into());
        Ok(match manager {
            Manager::Pip(paths) => {
                let origin = wishes.requirement_files.map(|files| files.origin.clone());
                let origin = origin.unwrap_or(Origin::Default);
                let paths = paths.iter().map(|path| (path.clone(), origin.clone()));
                let paths: Vec<(PathBuf, Origin)> = paths.collect();
                let mut tree = App {
                    directory: app_dir,
                    variables: wishes.variables,
                };
                Self::Requirements(requirements::read(&paths, app_dir, &mut tree)?)
            }
            Manager::Uv => {
                let text = files::read_text(app_dir, &uv_lock)?.unwrap_or_default();
                Self::Uv(read_uv_lock(&uv_lock, &text)?)
            }
            Manager::Poetry => Self::Locked(poetry::read(
                &text(poetry::FILE)?,
                pyproject,
                wishes.poetry_groups,
            )?),
            Manager::Pdm => Self::Locked(pdm::read(&text(pdm::FILE)?, pyproject)?),
            Manager::Pipenv => Self::Locked(pipfile::read(
                &text(pipfile::FILE)?,
                project.pipfile.as_ref(),
            )?),
            Manager::Unlocked(file) => Self::Unlocked(file),
            Manager::Nothing => Self::Nothing,
        })
    }

    /// The version of Python that a lock is for.
    pub(crate) fn version(&self) -> Option<Sourced<Requested>> {
        match self {
            Self::Locked(lock) => lock.version.clone(),
            _ => None,
        }
    }

    /// The lock that uv doesn't read itself, and the normalised names in it.
    pub(crate) fn lock(&self) -> Option<(&'static str, BTreeSet<String>)> {
        let Self::Locked(lock) = self else {
            return None;
        };
        let names = lock
            .packages
            .iter()
            .map(|package| normalised(&package.name));
        let files = [poetry::FILE, pdm::FILE, pipfile::FILE];
        let file = files
            .into_iter()
            .find(|file| lock.file == Path::new(file))?;
        Some((file, names.collect()))
    }

    /// The packages of a lock.
    pub(crate) fn locked(&self) -> &[LockedPackage] {
        match self {
            Self::Locked(lock) => &lock.packages,
            Self::Uv(lock) => &lock.packages,
            Self::Requirements(_) | Self::Unlocked(_) | Self::Nothing => &[],
        }
    }
}

/// The files of the app, for requirement files.
struct App<'a> {
    directory: &'a Path,
    variables: &'a BTreeMap<OsString, OsString>,
}

impl Tree for App<'_> {
    type Error = ProjectError;

    fn text(&mut self, file: &Path) -> Result<Option<String>, ProjectError> {
        let path = self.directory.join(file);
        if !path.is_file() {
            return Ok(None);
        }
        let bytes = fs_err::read(path).map_err(files::FilesError::from)?;
        let text = requirements::decode(&bytes);
        text.map(Some)
            .ok_or_else(|| ProjectError::Encoding(file.to_owned()))
    }

    fn has(&self, path: &Path) -> bool {
        self.directory.join(path).exists()
    }

    fn variable(&self, name: &str) -> Option<String> {
        let value = self.variables.get(OsStr::new(name))?;
        value.to_str().map(str::to_owned)
    }
}

#[derive(Debug, Deserialize)]
struct UvDocument {
    #[serde(default)]
    package: Vec<UvPackage>,
}

#[derive(Debug, Deserialize)]
struct UvPackage {
    name: String,
    version: Option<String>,
    #[serde(default)]
    source: BTreeMap<String, toml::Value>,
    #[serde(default)]
    wheels: Vec<UvFile>,
    sdist: Option<UvFile>,
}

#[derive(Debug, Deserialize)]
struct UvFile {
    url: Option<String>,
    path: Option<String>,
    filename: Option<String>,
    hash: Option<String>,
}

impl UvFile {
    fn name(&self) -> Option<&str> {
        let place = self.url.as_ref().or(self.path.as_ref());
        let last = place.and_then(|place| place.split(['#', '?']).next()?.rsplit('/').next());
        self.filename.as_deref().or(last)
    }
}

/// Reads what counts. uv checks everything else itself, and says what is wrong better than we could.
fn read_uv_lock(file: &Path, text: &str) -> Result<UvLock, ProjectError> {
    let document: UvDocument =
        toml::from_str(text).map_err(|error| SyntaxError::of_toml(file, text, &error))?;
    let packages = document.package.into_iter();
    Ok(UvLock {
        packages: packages.map(of_uv).collect(),
    })
}

fn of_uv(package: UvPackage) -> LockedPackage {
    let files = package.wheels.iter().chain(&package.sdist);
    let hashes: BTreeSet<String> = files.clone().filter_map(|file| file.hash.clone()).collect();
    let text = |key: &str| package.source.get(key).and_then(toml::Value::as_str);
    let local = ["editable", "directory", "virtual", "path"]
        .into_iter()
        .find_map(text);
    let source = match (local, text("git"), text("url")) {
        (Some(path), _, _) => PackageSource::Path(path.into()),
        (None, Some(url), _) => {
            let (url, revision) = url.split_once('#').unwrap_or((url, ""));
            PackageSource::Git {
                url: url.to_owned(),
                revision: revision.to_owned(),
                subdirectory: None,
            }
        }
        (None, None, Some(url)) => PackageSource::Url(url.to_owned()),
        (None, None, None) => PackageSource::Index,
    };
    LockedPackage {
        files: files
            .filter_map(|file| file.name().map(str::to_owned))
            .collect(),
        hashes,
        name: package.name,
        version: package.version.unwrap_or_default(),
        marker: None,
        source,
    }
}
