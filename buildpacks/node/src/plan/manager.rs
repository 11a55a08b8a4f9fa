//! Which package manager installs an app, and which version of it.

use buildpack_kit::environment::{Origin, Sourced};
use nodejs_semver::Version;

use crate::package_json::FILE;
use crate::plan::tool::{Tool, named, usual};
use crate::project::{Lock, Project};
use crate::releases::Releases;
use crate::settings::{ManagerName, Settings};

/// Who installs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) manager: ManagerName,
    pub(crate) tool: Tool,
    /// Who says so.
    pub(crate) origin: Origin,
    /// Its lock, where there is one.
    pub(crate) lock: Option<Lock>,
    /// Locks of others.
    pub(crate) ignored: Vec<&'static str>,
}

/// Why nobody can install.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ManagerError {
    /// A name that isn't one of a package manager, or no version of it.
    #[error("{} of {} names no version of a package manager", .text.value, .text.origin)]
    Inexact { text: Sourced<String> },
    /// Named, and the lock is of another one.
    #[error("{} asks for {}, and there is only {lock}", .wish.origin, .wish.value)]
    Contradiction {
        wish: Sourced<String>,
        lock: &'static str,
    },
    /// A hash of a kind that isn't known.
    #[error("{} of {} has a hash that can't be checked", .text.value, .text.origin)]
    Hash { text: Sourced<String> },
    /// A release that doesn't work.
    #[error("Yarn {version} can't be used")]
    Yarn2 { version: String, origin: Origin },
    /// No version that is known is for the format of the lock.
    #[error("no {} for {}", .manager.command(), .lock.file)]
    Format {
        manager: ManagerName,
        lock: Lock,
        node: Version,
    },
    /// There are dependencies, and no lock.
    #[error("there is no lock")]
    Unlocked {
        manager: ManagerName,
        lock_above: Option<std::path::PathBuf>,
    },
}

/// Decides. `is_bundled` is whether the app gets the bundled Node.
pub(crate) fn choose(
    settings: &Settings,
    project: &Project,
    node: (&Version, bool),
    releases: &Releases,
    architecture: &str,
) -> Result<Chosen, ManagerError> {
    let (manager, origin, wish) = who(settings, project)?;
    let of_manager = |lock: &&Lock| lock.manager == manager;
    let lock = project.locks.iter().find(of_manager).cloned();
    if let (None, Some(other), Origin::File { .. }) = (&lock, project.locks.first(), &origin) {
        return Err(ManagerError::Contradiction {
            wish: Sourced::new(manager.command().to_owned(), origin),
            lock: other.file,
        });
    }
    let used = lock.as_ref().map(|lock| lock.file);
    let others = project.locks.iter().map(|lock| lock.file);
    let ignored = others.filter(|file| Some(*file) != used).collect();
    let manifest = project.manifest.as_ref();
    let packages = manifest
        .into_iter()
        .chain(project.members.iter().map(|member| &member.manifest));
    let mut needs = packages.map(|manifest| {
        !manifest.dependencies.is_empty()
            || !manifest.development.is_empty()
            || !manifest.optional.is_empty()
    });
    if lock.is_none() && needs.any(|needs| needs) && !settings.allows_no_lock {
        return Err(ManagerError::Unlocked {
            manager,
            lock_above: project.lock_above.clone(),
        });
    }
    let of_app = project
        .yarn
        .path
        .as_ref()
        .filter(|_| manager == ManagerName::Yarn);
    let tool = match (of_app, wish) {
        (Some(path), _) => Tool::OfApp {
            file: path.clone(),
            is_first: lock
                .as_ref()
                .is_some_and(|lock| lock.format.as_deref() == Some("1")),
        },
        (None, Some(wish)) => named(manager, &wish, architecture)?,
        (None, None) => usual(
            manager,
            lock.as_ref(),
            project,
            node,
            releases,
            architecture,
        )?,
    };
    Ok(Chosen {
        manager,
        tool,
        origin,
        lock,
        ignored,
    })
}

/// The manager, who says so, and the version where it is said, too.
type Wish = (ManagerName, Origin, Option<Sourced<String>>);

fn who(settings: &Settings, project: &Project) -> Result<Wish, ManagerError> {
    let manifest = project.manifest.as_ref();
    if project.yarn.path.is_some() {
        return Ok((
            ManagerName::Yarn,
            Origin::file(".yarnrc.yml (yarnPath)"),
            None,
        ));
    }
    if let Some(text) = manifest.and_then(|manifest| manifest.package_manager.clone()) {
        let origin = Origin::file(format!("{FILE} (packageManager)"));
        let name = text.split('@').next().unwrap_or_default();
        let manager = ManagerName::of(name);
        let text = Sourced::new(text, origin.clone());
        let manager = manager.ok_or_else(|| ManagerError::Inexact { text: text.clone() })?;
        return Ok((manager, origin, Some(text)));
    }
    let npm = settings
        .npm
        .clone()
        .map(|text| text.map(|version| format!("npm@{version}")));
    let of = |manager, origin| {
        let version = npm.clone().filter(|_| manager == ManagerName::Npm);
        Ok((manager, origin, version))
    };
    if let Some(lock) = project.locks.first() {
        return of(lock.manager, Origin::Rule(lock.file.to_owned()));
    }
    if let Some(name) = &settings.manager {
        return of(name.value, name.origin.clone());
    }
    let engines = manifest.map(|manifest| &manifest.engines);
    for manager in [ManagerName::Pnpm, ManagerName::Yarn] {
        if engines.is_some_and(|engines| engines.contains_key(manager.command())) {
            let key = format!("{FILE} (engines.{})", manager.command());
            return of(manager, Origin::Rule(key));
        }
    }
    of(ManagerName::Npm, Origin::Default)
}

#[cfg(test)]
#[path = "manager_tests.rs"]
mod tests;
