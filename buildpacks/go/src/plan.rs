//! What is built, and with which Go: decided from what was read, and nothing else.

use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};

use crate::catalogue::Catalogue;
use crate::excluded::ExcludedPackage;
use crate::go_version::{BelowMinimum, GoVersion, Requested, Resolved, resolve};
use crate::packages::{MainPackage, Packages};
use crate::project::Project;

/// The programs of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Never empty; the first is `web` unless one is called so.
    pub(crate) targets: Vec<MainPackage>,
    /// Why these.
    pub(crate) origin: Origin,
    /// Main packages that are not built.
    pub(crate) left_out: Vec<MainPackage>,
}

/// Why no programs can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlanError {
    /// There are main packages, or the one that the user names, but none of their files is compiled.
    #[error("no file of the main package is compiled")]
    Excluded(Vec<ExcludedPackage>),
    /// There is no main package.
    #[error("there is no main package")]
    NoMain {
        /// How many other packages there are.
        packages: usize,
        /// The first package that can't be loaded.
        problem: Option<String>,
        /// Modules that are not part of this one.
        nested_modules: Vec<PathBuf>,
    },
    /// The user names a package that is no main package.
    #[error("{target} from {origin} is no main package")]
    NotMain {
        target: String,
        origin: Origin,
        mains: Vec<MainPackage>,
    },
    /// Two programs would have the same name.
    #[error("{one} and {other} are both called {program}")]
    SameName {
        program: String,
        one: String,
        other: String,
    },
}

/// Every version that is asked for, beside the lines of go.mod and go.work; the first counts.
pub(crate) fn wishes(
    of_variables: Vec<Sourced<Requested>>,
    project: &Project,
) -> Vec<Sourced<Requested>> {
    let of_heroku = project.heroku.version.clone();
    of_variables.into_iter().chain(of_heroku).collect()
}

/// The version of Go that the app gets.
pub(crate) fn version(
    project: &Project,
    wish: Option<Sourced<Requested>>,
    bundled: &[GoVersion],
    catalogue: &Catalogue,
) -> Result<Resolved, Box<BelowMinimum>> {
    // Of two lines that name the same version the first is named.
    let minimum = project
        .versions
        .iter()
        .rev()
        .max_by_key(|version| version.value);
    resolve(wish, minimum, bundled, catalogue)
}

/// Whether main packages that can't be compiled have to be looked for: where nothing else can be built, or the
/// user may name one.
pub(crate) fn may_want_excluded(packages: &Packages, wish: Option<&Sourced<Vec<String>>>) -> bool {
    packages.mains.is_empty() || wish.is_some()
}

/// The programs: those that the user names, else the main package in the root, else the only one, else
/// those in `cmd`, else all. `excluded` are main packages that can't be compiled, looked for where
/// [`may_want_excluded`] says so.
pub(crate) fn targets(
    packages: Packages,
    excluded: Vec<ExcludedPackage>,
    project: &Project,
) -> Result<Plan, PlanError> {
    let wish = project.targets.as_ref();
    let mains = packages.mains;
    let asks_for = |package: &&ExcludedPackage| {
        let mut targets = wish.into_iter().flat_map(|wish| &wish.value);
        targets.any(|target| is_named(&package.import_path, &package.directory, target))
    };
    let asked: Vec<ExcludedPackage> = excluded.iter().filter(asks_for).cloned().collect();
    if !asked.is_empty() {
        return Err(PlanError::Excluded(asked));
    }
    if mains.is_empty() && !excluded.is_empty() {
        return Err(PlanError::Excluded(excluded));
    }
    if mains.is_empty() {
        return Err(PlanError::NoMain {
            packages: packages.count,
            problem: packages.problem,
            nested_modules: project.nested_modules.clone(),
        });
    }
    let (targets, origin) = match wish {
        Some(wish) => (named(&mains, wish)?, wish.origin.clone()),
        None => found(&mains, &project.scope),
    };
    refuse_equal_names(&targets)?;
    let left_out = mains
        .into_iter()
        .filter(|main| !targets.contains(main))
        .collect();
    Ok(Plan {
        targets,
        origin,
        left_out,
    })
}

/// `-ldflags` for each program whose flags of the linker are its own: `linkers` stand beside the targets that the user
/// asks for, `common` are the flags that all have.
pub(crate) fn linker_arguments(
    plan: &Plan,
    wish: Option<&Sourced<Vec<String>>>,
    linkers: &[String],
    common: &str,
) -> Vec<String> {
    let asked = wish.into_iter().flat_map(|wish| &wish.value).zip(linkers);
    let mut arguments = Vec::new();
    for (target, linker) in asked {
        let named = plan.targets.iter();
        let named = named.filter(|main| is_named(&main.import_path, &main.directory, target));
        arguments
            .extend(named.map(|main| format!("-ldflags={}={common} {linker}", main.import_path)));
    }
    arguments
}

fn named(
    mains: &[MainPackage],
    wish: &Sourced<Vec<String>>,
) -> Result<Vec<MainPackage>, PlanError> {
    let mut targets: Vec<MainPackage> = Vec::new();
    for target in &wish.value {
        let before = targets.len();
        let matching = mains
            .iter()
            .filter(|main| is_named(&main.import_path, &main.directory, target));
        for main in matching.clone() {
            if !targets.contains(main) {
                targets.push(main.clone());
            }
        }
        if targets.len() == before && matching.count() == 0 {
            return Err(PlanError::NotMain {
                target: target.clone(),
                origin: wish.origin.clone(),
                mains: mains.to_vec(),
            });
        }
    }
    Ok(targets)
}

/// `./cmd/web`, `cmd/web/`, `cmd/web/main.go`, `./cmd/...`, `.`, or an import path.
fn is_named(import_path: &str, directory: &Path, target: &str) -> bool {
    if let Some(above) = target.strip_suffix("...") {
        let above = directory_of(above);
        return directory.starts_with(above)
            || format!("{import_path}/").starts_with(target.trim_end_matches('.'));
    }
    let target_directory = match target.strip_suffix(".go") {
        Some(_) => Path::new(target).parent().map_or(PathBuf::new(), |path| {
            directory_of(&path.display().to_string())
        }),
        None => directory_of(target),
    };
    import_path == target || directory == target_directory
}

fn directory_of(text: &str) -> PathBuf {
    let parts = text.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.collect()
}

fn found(mains: &[MainPackage], scope: &Path) -> (Vec<MainPackage>, Origin) {
    let rule = |rule: &str| Origin::Rule(rule.to_owned());
    if let Some(root) = mains.iter().find(|main| main.directory == scope) {
        return (vec![root.clone()], rule("the main package in the root"));
    }
    if mains.len() == 1 {
        return (mains.to_vec(), rule("the only main package"));
    }
    let is_command = |main: &&MainPackage| {
        let parent = main.directory.parent();
        parent.is_some_and(|parent| parent.ends_with("cmd"))
    };
    let commands: Vec<MainPackage> = mains.iter().filter(is_command).cloned().collect();
    if commands.is_empty() {
        (mains.to_vec(), rule("every main package"))
    } else {
        (commands, rule("every main package in cmd"))
    }
}

fn refuse_equal_names(targets: &[MainPackage]) -> Result<(), PlanError> {
    for (index, target) in targets.iter().enumerate() {
        let mut before = targets[..index].iter();
        if let Some(same) = before.find(|other| other.program == target.program) {
            return Err(PlanError::SameName {
                program: target.program.clone(),
                one: same.import_path.clone(),
                other: target.import_path.clone(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
