//! Who says what the app needs: chosen by the files that are there.

use std::collections::BTreeSet;
use std::path::PathBuf;

use buildpack_kit::environment::{Origin, Sourced};

use crate::locks::{pdm, pipfile, poetry};
use crate::settings::ManagerName;
use crate::{pyproject, requirements};

/// uv's own lock.
pub(crate) const UV_LOCK: &str = "uv.lock";

/// The files that say what a project needs before there was `pyproject.toml`.
pub(crate) const SETUP: [&str; 2] = ["setup.py", "setup.cfg"];

/// Every file that says, or fixes, what an app needs; those that fix it first.
pub(crate) const MANIFESTS: [&str; 9] = [
    requirements::FILE,
    UV_LOCK,
    poetry::FILE,
    pdm::FILE,
    pipfile::FILE,
    pipfile::PIPFILE,
    pyproject::FILE,
    SETUP[0],
    SETUP[1],
];

/// What decides what is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Manager {
    /// Requirement files, relative to the app.
    Pip(Vec<PathBuf>),
    /// `uv.lock`.
    Uv,
    /// `poetry.lock`.
    Poetry,
    /// `pdm.lock`.
    Pdm,
    /// `Pipfile.lock`.
    Pipenv,
    /// A project without a lock: `pyproject.toml`, `setup.py`, `setup.cfg`, whichever is named.
    Unlocked(&'static str),
    /// The app needs nothing but Python.
    Nothing,
}

/// The choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) manager: Manager,
    /// Why this one.
    pub(crate) origin: Origin,
    /// Locks that are there and have no effect.
    pub(crate) ignored: Vec<&'static str>,
}

/// What is known when the choice is made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Seen {
    /// Of [`MANIFESTS`], those that are there.
    pub(crate) files: BTreeSet<&'static str>,
    /// `uv.lock` of the workspace that the app is a member of.
    pub(crate) workspace_lock: Option<PathBuf>,
    /// `[project]` of `pyproject.toml`.
    pub(crate) has_project: bool,
    /// `[tool.poetry]`.
    pub(crate) has_poetry: bool,
    /// Modules that the app imports and that neither Python nor the app has, with the file that does.
    pub(crate) third_party: Vec<(String, PathBuf)>,
    /// `environment.yml`, which is conda's.
    pub(crate) has_conda: bool,
    /// Files whose names are nearly those of [`MANIFESTS`], with what they should be called.
    pub(crate) misspelled: Vec<(PathBuf, &'static str)>,
}

/// Why no manager can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ManagerError {
    /// No file says what the app needs, and it needs something.
    #[error("no file says what the app needs")]
    None {
        third_party: Vec<(String, PathBuf)>,
        has_conda: bool,
        misspelled: Vec<(PathBuf, &'static str)>,
    },
    /// Several locks.
    #[error("there are several locks")]
    Several(Vec<&'static str>),
    /// A project of a manager that locks, without its lock.
    #[error("{file} has no {lock}")]
    NoLock {
        file: &'static str,
        lock: &'static str,
        command: &'static str,
    },
    /// The one that the user asks for doesn't have its files.
    #[error("{origin} asks for a manager without {}", .lacks.join(" and "))]
    WithoutFiles {
        origin: Origin,
        name: &'static str,
        lacks: Vec<&'static str>,
        files: Vec<&'static str>,
    },
}

const LOCKS: [(&str, Manager); 4] = [
    (UV_LOCK, Manager::Uv),
    (poetry::FILE, Manager::Poetry),
    (pdm::FILE, Manager::Pdm),
    (pipfile::FILE, Manager::Pipenv),
];

/// The user's word, else `requirements.txt`, else the only lock, else what the project itself says.
pub(crate) fn choose(
    asked: Option<&Sourced<ManagerName>>,
    requirement_files: Option<&Sourced<Vec<String>>>,
    seen: &Seen,
) -> Result<Chosen, ManagerError> {
    let has = |file: &str| seen.files.contains(file);
    let locks: Vec<(&'static str, Manager)> =
        LOCKS.into_iter().filter(|(file, _)| has(file)).collect();
    let chosen = |manager: Manager, origin: Origin| {
        let others = locks.iter().filter(|(_, lock)| *lock != manager);
        Chosen {
            ignored: others.map(|(file, _)| *file).collect(),
            manager,
            origin,
        }
    };
    if let Some(files) = requirement_files {
        let paths = files.value.iter().map(PathBuf::from).collect();
        return Ok(chosen(Manager::Pip(paths), files.origin.clone()));
    }
    if let Some(asked) = asked {
        let manager = of_name(asked, seen)?;
        return Ok(chosen(manager, asked.origin.clone()));
    }
    if has(requirements::FILE) {
        let manager = Manager::Pip(vec![requirements::FILE.into()]);
        return Ok(chosen(manager, Origin::file(requirements::FILE)));
    }
    match locks.as_slice() {
        [(file, manager)] => Ok(chosen(manager.clone(), Origin::file(*file))),
        [] => match &seen.workspace_lock {
            Some(lock) => Ok(chosen(Manager::Uv, Origin::file(lock))),
            None => unlocked(seen),
        },
        several => Err(ManagerError::Several(
            several.iter().map(|(file, _)| *file).collect(),
        )),
    }
}

fn of_name(asked: &Sourced<ManagerName>, seen: &Seen) -> Result<Manager, ManagerError> {
    let (name, needed, manager): (_, &[&str], _) = match asked.value {
        ManagerName::Pip if seen.files.contains(requirements::FILE) => {
            return Ok(Manager::Pip(vec![requirements::FILE.into()]));
        }
        // Google's builders run `pip install .` then.
        ManagerName::Pip if seen.has_project => return Ok(Manager::Unlocked(pyproject::FILE)),
        ManagerName::Uv if seen.workspace_lock.is_some() => return Ok(Manager::Uv),
        ManagerName::Uv if !seen.files.contains(UV_LOCK) && seen.has_project => {
            return Ok(Manager::Unlocked(pyproject::FILE));
        }
        ManagerName::Pip => ("pip", &[requirements::FILE], Manager::Nothing),
        ManagerName::Uv => ("uv", &[pyproject::FILE, UV_LOCK], Manager::Uv),
        ManagerName::Poetry => ("Poetry", &[pyproject::FILE, poetry::FILE], Manager::Poetry),
        ManagerName::Pdm => ("PDM", &[pyproject::FILE, pdm::FILE], Manager::Pdm),
        ManagerName::Pipenv => ("Pipenv", &[pipfile::FILE], Manager::Pipenv),
    };
    let lacks: Vec<&'static str> = MANIFESTS
        .into_iter()
        .filter(|file| needed.contains(file) && !seen.files.contains(file))
        .collect();
    if lacks.is_empty() {
        return Ok(manager);
    }
    Err(ManagerError::WithoutFiles {
        origin: asked.origin.clone(),
        name,
        lacks,
        files: seen.files.iter().copied().collect(),
    })
}

/// Nothing fixes what the app needs.
fn unlocked(seen: &Seen) -> Result<Chosen, ManagerError> {
    let has = |file: &str| seen.files.contains(file);
    let chosen = |manager: Manager, origin: Origin| Chosen {
        manager,
        origin,
        ignored: Vec::new(),
    };
    if has(pipfile::PIPFILE) {
        return Err(ManagerError::NoLock {
            file: pipfile::PIPFILE,
            lock: pipfile::FILE,
            command: "pipenv lock",
        });
    }
    if seen.has_poetry && !seen.has_project {
        return Err(ManagerError::NoLock {
            file: pyproject::FILE,
            lock: poetry::FILE,
            command: "poetry lock",
        });
    }
    let project = seen.has_project.then_some(pyproject::FILE);
    let setup = SETUP.into_iter().find(|file| has(file));
    if let Some(file) = project.or(setup) {
        return Ok(chosen(Manager::Unlocked(file), Origin::file(file)));
    }
    let is_manifest = |(_, right): &(PathBuf, &str)| MANIFESTS.contains(right);
    if seen.third_party.is_empty() && !seen.misspelled.iter().any(is_manifest) {
        let rule = Origin::Rule("the app imports nothing but Python's own modules".to_owned());
        return Ok(chosen(Manager::Nothing, rule));
    }
    Err(ManagerError::None {
        third_party: seen.third_party.clone(),
        has_conda: seen.has_conda,
        misspelled: seen.misspelled.clone(),
    })
}

#[cfg(test)]
#[path = "manager_tests.rs"]
mod tests;
