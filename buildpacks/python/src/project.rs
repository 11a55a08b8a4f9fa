//! The only reader of the app directory: what its files say, and no decision on it.

mod dependencies;
mod error;
mod sources;
mod workspace;

use std::path::{Path, PathBuf};

use buildpack_kit::environment::Sourced;
use buildpack_kit::files::{self, Entry, KeepPatterns};

pub(crate) use self::dependencies::{Dependencies, Wishes};
pub(crate) use self::error::ProjectError;
pub(crate) use self::sources::SourceFile;
pub(crate) use self::workspace::UvWorkspace;
use crate::locks::pipfile::{self, Pipfile};
use crate::manager::{MANIFESTS, Seen};
use crate::pyproject::{self, Pyproject};
use crate::python_version::{Constraint, Requested};
use crate::version_files;

/// What the app's files say, whoever installs what it needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Project {
    /// Every version that a file asks for by name, the one that counts first.
    pub(crate) versions: Vec<Sourced<Requested>>,
    /// Lines of `.python-version` behind the one that counts.
    pub(crate) further_versions: Vec<String>,
    /// Which versions the app works with.
    pub(crate) constraints: Vec<Sourced<Constraint>>,
    /// What decides on the manager.
    pub(crate) seen: Seen,
    pub(crate) pyproject: Option<Pyproject>,
    pub(crate) pipfile: Option<Pipfile>,
    /// Python files that may start something, sorted by their paths.
    pub(crate) sources: Vec<SourceFile>,
    /// Whether there are wheels in [`VENDOR`].
    pub(crate) has_vendored: bool,
    /// The package that `pyproject.toml` describes, relative to the app.
    pub(crate) package: Option<PathBuf>,
    /// The workspace of uv that the app is a member of, where it has no lock of its own.
    pub(crate) workspace: Option<UvWorkspace>,
    /// What is wrong with the patterns of files to keep.
    pub(crate) keep_warnings: Vec<String>,
}

/// The directory of packages that belong to the app.
pub(crate) const VENDOR: &str = "vendor";

/// What conda makes an environment of.
const CONDA: [&str; 2] = ["environment.yml", "environment.yaml"];

/// Names that people write for others.
pub(crate) const MISSPELLED: [(&str, &str); 14] = [
    (".python_version", version_files::PYTHON_VERSION),
    ("PipFile", pipfile::PIPFILE),
    ("Requirements.txt", crate::requirements::FILE),
    ("pipfile", pipfile::PIPFILE),
    ("pipfile.lock", pipfile::FILE),
    ("pyproject.tml", pyproject::FILE),
    ("python-version", version_files::PYTHON_VERSION),
    ("reqirements.txt", crate::requirements::FILE),
    ("requirement.txt", crate::requirements::FILE),
    ("requirements.text", crate::requirements::FILE),
    ("requirements.txt.txt", crate::requirements::FILE),
    ("requirments.txt", crate::requirements::FILE),
    ("requriements.txt", crate::requirements::FILE),
    ("runtime.text", version_files::RUNTIME),
];

impl Project {
    /// Reads the app, which may be a part of a tree.
    pub(crate) fn read(
        tree: &Path,
        app_dir: &Path,
        keep: &KeepPatterns,
    ) -> Result<Self, ProjectError> {
        let workspace = workspace::read(tree, app_dir)?;
        let entries = files::list(app_dir)?;
        let needed = |entry: &&Entry| keep.matches(&entry.path) || !files::is_private(&entry.path);
        files::check_readable(app_dir, entries.iter().filter(needed))?;
        let pyproject = match files::read_text(app_dir, pyproject::FILE)? {
            Some(text) => Some(pyproject::parse(Path::new(pyproject::FILE), &text)?),
            None => None,
        };
        let pipfile = match files::read_text(app_dir, pipfile::PIPFILE)? {
            Some(text) => Some(pipfile::parse(&text)?),
            None => None,
        };
        let (mut versions, further_versions) = version_files(app_dir)?;
        versions.extend(pipfile.iter().filter_map(|pipfile| pipfile.version.clone()));
        let sources = sources::read(app_dir, &entries)?;
        let is_file = |name: &str| app_dir.join(name).is_file();
        let misspelled = MISSPELLED.into_iter().filter(|(wrong, right)| {
            let is_there = entries.iter().any(|entry| entry.path == Path::new(wrong));
            is_there && !entries.iter().any(|entry| entry.path == Path::new(right))
        });
        let has = |table: fn(&Pyproject) -> bool| pyproject.as_ref().is_some_and(table);
        let seen = Seen {
            files: MANIFESTS.into_iter().filter(|name| is_file(name)).collect(),
            has_project: has(|pyproject| pyproject.project.is_some()),
            has_poetry: has(|pyproject| pyproject.poetry.is_some()),
            workspace_lock: workspace.as_ref().map(UvWorkspace::lock),
            third_party: sources::third_party(&sources, &entries),
            has_conda: CONDA.into_iter().any(is_file),
            misspelled: misspelled
                .map(|(wrong, right)| (wrong.into(), right))
                .collect(),
        };
        Ok(Self {
            versions,
            further_versions,
            constraints: pyproject
                .iter()
                .flat_map(|file| file.constraints.clone())
                .collect(),
            seen,
            pipfile,
            sources,
            has_vendored: has_vendored_wheels(&entries),
            package: package_of(pyproject.as_ref(), app_dir),
            pyproject,
            workspace,
            keep_warnings: keep.warnings(&entries),
        })
    }
}

/// What `.python-version` and `runtime.txt` ask for, and further lines of the first.
fn version_files(app_dir: &Path) -> Result<(Vec<Sourced<Requested>>, Vec<String>), ProjectError> {
    let mut versions = Vec::new();
    let mut further = Vec::new();
    for name in [version_files::PYTHON_VERSION, version_files::RUNTIME] {
        if let Some(text) = files::read_text(app_dir, name)? {
            let file = version_files::parse(Path::new(name), &text)?;
            versions.push(file.requested);
            if name == version_files::PYTHON_VERSION {
                further = file.others;
            }
        }
    }
    Ok((versions, further))
}

/// Where people put what `pip download` fetched.
fn has_vendored_wheels(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| {
        let is_wheel = entry.path.extension().is_some_and(|ending| ending == "whl");
        is_wheel && entry.path.parent() == Some(Path::new(VENDOR))
    })
}

/// The directory in which the package of a project is, or its only module: `shop`, `src/shop`, `shop.py`.
fn package_of(pyproject: Option<&Pyproject>, app_dir: &Path) -> Option<PathBuf> {
    let name = pyproject?.name()?;
    let module = pyproject::normalised(name).replace('-', "_");
    let places = ["", "src"].into_iter().flat_map(|directory| {
        let place = Path::new(directory).join(&module);
        [place.clone(), place.with_extension("py")]
    });
    places
        .into_iter()
        .find(|place| app_dir.join(place).exists())
}

#[cfg(test)]
#[path = "project/tests.rs"]
mod tests;
