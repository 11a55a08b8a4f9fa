//! In which directory of the app `go` works: the module or the workspace that the user names, else the one that
//! holds what is to be built, else the root.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};

/// Where `go` works, and what of it is the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The directory of the module or the workspace, relative to the app.
    pub(crate) root: PathBuf,
    /// Where programs are looked for, relative to `root`; not empty where the user names a directory in it.
    pub(crate) scope: PathBuf,
    /// What the user wants to have built, relative to `root`.
    pub(crate) targets: Option<Sourced<Vec<String>>>,
}

/// Why there is no such directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlaceError {
    /// The user names a directory that is in no module.
    #[error("{} from {} is in no module", .directory.value, .directory.origin)]
    NoModule {
        directory: Sourced<String>,
        /// Where there are modules, relative to the app.
        modules: Vec<PathBuf>,
    },
    /// What is to be built is in several modules that no workspace joins.
    #[error("the targets from {origin} are in several modules")]
    Several {
        origin: Origin,
        /// The modules, relative to the app.
        modules: Vec<PathBuf>,
    },
}

/// The place for what the user asks for. `modules` and `workspaces` are the directories with a go.mod and a go.work;
/// `is_joined` says whether the user joins modules to a workspace of the root.
pub(crate) fn place(
    directory: Option<&Sourced<String>>,
    targets: Option<Sourced<Vec<String>>>,
    modules: &[PathBuf],
    workspaces: &[PathBuf],
    is_joined: bool,
) -> Result<Place, PlaceError> {
    let base = directory.map_or("", |directory| &directory.value);
    let base = PathBuf::from(base);
    let root = if is_joined {
        base.clone()
    } else if let Some(workspace) = nearest(&base, workspaces) {
        workspace
    } else {
        let of_targets = modules_of(&base, targets.as_ref(), modules);
        match (of_targets.len(), nearest(&base, modules), directory) {
            (1, ..) => of_targets.into_iter().next().unwrap_or_default(),
            (0, Some(module), _) => module,
            (0, None, None) => PathBuf::new(),
            (0, None, Some(directory)) => {
                return Err(PlaceError::NoModule {
                    directory: directory.clone(),
                    modules: modules.to_vec(),
                });
            }
            _ => {
                return Err(PlaceError::Several {
                    origin: targets.map_or(Origin::Default, |targets| targets.origin),
                    modules: of_targets.into_iter().collect(),
                });
            }
        }
    };
    let scope = base.strip_prefix(&root).unwrap_or(Path::new("")).to_owned();
    let targets = targets.map(|targets| {
        let moved = |target: String| moved(&base, &target, &root).unwrap_or(target);
        targets.map(|targets| targets.into_iter().map(moved).collect())
    });
    Ok(Place {
        root,
        scope,
        targets,
    })
}

/// The modules that hold what is to be built, as far as it is named by path.
fn modules_of(
    base: &Path,
    targets: Option<&Sourced<Vec<String>>>,
    modules: &[PathBuf],
) -> BTreeSet<PathBuf> {
    let targets = targets.iter().flat_map(|targets| &targets.value);
    targets
        .filter(|target| is_path(target))
        .filter_map(|target| {
            nearest(
                &normal(&base.join(target.trim_end_matches("...")))?,
                modules,
            )
        })
        .collect()
}

/// The nearest of these directories that is the path or above it.
fn nearest(path: &Path, directories: &[PathBuf]) -> Option<PathBuf> {
    let mut above = path.ancestors();
    above.find_map(|above| {
        directories
            .iter()
            .find(|directory| *directory == above)
            .cloned()
    })
}

/// A target relative to the root instead of to the base.
fn moved(base: &Path, target: &str, root: &Path) -> Option<String> {
    if base == root || !is_path(target) {
        return None;
    }
    let (path, pattern) = match target.strip_suffix("...") {
        Some(path) => (path, "/..."),
        None => (target, ""),
    };
    let path = normal(&base.join(path))?;
    let path = path.strip_prefix(root).ok()?.display().to_string();
    Some(match path.as_str() {
        "" => format!(".{pattern}"),
        path => format!("./{path}{pattern}"),
    })
}

/// `./cmd/web`, `cmd/web`, `main.go`; an import path of a module begins with a host, which has a dot.
fn is_path(target: &str) -> bool {
    let first = target.split('/').next().unwrap_or_default();
    matches!(first, "." | ".." | "...")
        || !first.contains('.')
        || target.strip_suffix(".go").is_some()
}

/// The path without `.` and `..`; none for one that leads out.
pub(crate) fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => normal.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !normal.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(normal)
}

#[cfg(test)]
#[path = "module_root_tests.rs"]
mod tests;
