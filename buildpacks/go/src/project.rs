//! The only reader of the app directory: what its files say, and no decision on it.

mod entries;
mod error;
mod modules;

use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::{self, Entry};

use self::entries::{directories_with, legacy, sources};
pub(crate) use self::error::{ProjectError, SyntaxFailure};
use self::modules::read_go_file;
use crate::go_command::Go;
use crate::go_mod::SummedModule;
use crate::go_version::GoVersion;
use crate::heroku::{self, Heroku};
use crate::ko::{self, Ko};
use crate::module_root::{Place, place};
use crate::settings::Settings;

/// What the app's files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Project {
    /// Where `go` works, relative to the app.
    pub(crate) root: PathBuf,
    /// Where programs are looked for, relative to `root`.
    pub(crate) scope: PathBuf,
    /// What is to be built, relative to `root`.
    pub(crate) targets: Option<Sourced<Vec<String>>>,
    /// Who asks for other targets, in vain.
    pub(crate) other_targets: Vec<Origin>,
    /// The comments that Heroku's buildpack reads.
    pub(crate) heroku: Heroku,
    /// What `.ko.yaml` says, where it is what says what to build.
    pub(crate) ko: Option<Ko>,
    /// The module, or the modules of the workspace.
    pub(crate) modules: Vec<Module>,
    /// Whether a `go.work` joins the modules, or the user does.
    pub(crate) is_workspace: bool,
    /// The directories that the user joins; relative to the app.
    pub(crate) joined: Vec<PathBuf>,
    /// Modules in the tree that are neither: `./...` does not reach into them.
    pub(crate) nested_modules: Vec<PathBuf>,
    /// The versions that `go` and `toolchain` lines name.
    pub(crate) versions: Vec<Sourced<GoVersion>>,
    /// Whether any module needs another.
    pub(crate) has_requirements: bool,
    /// What the `go.sum` files know.
    pub(crate) sums: Vec<SummedModule>,
    /// Directories with a `vendor/modules.txt`, relative to the app.
    pub(crate) vendored: Vec<PathBuf>,
    /// Files whose content `go` remembers by their time, relative to the app.
    pub(crate) sources: Vec<PathBuf>,
}

/// A module of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Module {
    /// Relative to the app; empty for its root.
    pub(crate) directory: PathBuf,
    /// The module path.
    pub(crate) path: String,
}

/// What the user asks for by variables, as far as it decides what is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wishes<'a> {
    pub(crate) directory: Option<&'a Sourced<String>>,
    pub(crate) work_use: Option<&'a Sourced<Vec<String>>>,
    /// The one that counts first.
    pub(crate) targets: &'a [Sourced<Vec<String>>],
    pub(crate) import_path: Option<&'a Sourced<String>>,
}

impl<'a> Wishes<'a> {
    /// Those of the settings, with the directory in which `go` shall work.
    pub(crate) fn of(settings: &'a Settings, directory: Option<&'a Sourced<String>>) -> Self {
        Self {
            directory,
            work_use: settings.work_use.as_ref(),
            targets: &settings.targets,
            import_path: settings.import_path.as_ref(),
        }
    }
}

impl Project {
    /// Reads the app.
    pub(crate) fn read(
        app_dir: &Path,
        wishes: Wishes<'_>,
        keep: &dyn Fn(&Path) -> bool,
        go: &Go,
    ) -> Result<Self, ProjectError> {
        let entries = files::list(app_dir)?;
        let needed = |entry: &&Entry| keep(&entry.path) || !files::is_private(&entry.path);
        files::check_readable(app_dir, entries.iter().filter(needed))?;
        let all_modules = directories_with(app_dir, &entries, "go.mod");
        let mut project = Self::placed(app_dir, wishes, &entries, &all_modules)?;
        let root = project.root.clone();
        let has_workspace = app_dir.join(&root).join("go.work").is_file();
        if let Some(uses) = wishes.work_use {
            if has_workspace {
                return Err(ProjectError::WorkspaceTwice(uses.clone()));
            }
            let directories = uses.value.iter().map(PathBuf::from).collect();
            project.is_workspace = true;
            project.read_used(app_dir, go, directories, &uses.origin)?;
            let modules = project.modules.iter();
            project.joined = modules.map(|module| module.directory.clone()).collect();
        } else if has_workspace {
            project.is_workspace = true;
            project.read_workspace(app_dir, go)?;
        } else if app_dir.join(&root).join("go.mod").is_file() {
            project.read_module(app_dir, go, &root)?;
        } else {
            return Err(ProjectError::NoModule {
                nested: all_modules,
                legacy: legacy(&entries),
                import_path: wishes.import_path.cloned(),
            });
        }
        project.complete(app_dir, &entries, all_modules);
        project.check_sums(app_dir)?;
        Ok(project)
    }

    /// What decides where `go` works.
    fn placed(
        app_dir: &Path,
        wishes: Wishes<'_>,
        entries: &[Entry],
        modules: &[PathBuf],
    ) -> Result<Self, ProjectError> {
        let directory = wishes.directory.map(|directory| &*directory.value);
        let base = PathBuf::from(directory.unwrap_or_default());
        let file = base.join("go.mod");
        let text = read_go_file(app_dir, &file)?;
        let heroku = heroku::parse(&file, &text).map_err(ProjectError::HerokuVersion)?;
        let mut targets = wishes.targets.to_vec();
        targets.extend(heroku.install.clone());
        let mut other_targets: Vec<Origin> = Vec::new();
        let file = base.join(ko::FILE);
        let ko = match files::read_text(app_dir, &file)? {
            Some(_) if !targets.is_empty() => {
                other_targets.push(Origin::file(file));
                None
            }
            Some(text) => Some(ko::parse(&file, &text)?),
            None => None,
        };
        targets.extend(ko.iter().filter_map(Ko::targets));
        let mut targets = targets.into_iter();
        let wanted = targets.next();
        other_targets.splice(..0, targets.map(|targets| targets.origin));
        let workspaces = directories_with(app_dir, entries, "go.work");
        let is_joined = wishes.work_use.is_some();
        let place = place(wishes.directory, wanted, modules, &workspaces, is_joined)?;
        let Place {
            root,
            scope,
            targets: wanted,
        } = place;
        Ok(Self {
            root,
            scope,
            targets: wanted,
            other_targets,
            heroku,
            ko,
            modules: Vec::new(),
            is_workspace: false,
            joined: Vec::new(),
            nested_modules: Vec::new(),
            versions: Vec::new(),
            has_requirements: false,
            sums: Vec::new(),
            vendored: Vec::new(),
            sources: sources(app_dir, entries),
        })
    }

    /// What follows from the modules that are built.
    fn complete(&mut self, app_dir: &Path, entries: &[Entry], all_modules: Vec<PathBuf>) {
        let modules = self.modules.iter();
        let ours: Vec<PathBuf> = modules.map(|module| module.directory.clone()).collect();
        let below_root = |path: &PathBuf| path.starts_with(&self.root) && !ours.contains(path);
        self.nested_modules = all_modules.into_iter().filter(below_root).collect();
        let vendored = directories_with(app_dir, entries, "modules.txt").into_iter();
        self.vendored = vendored
            .filter(|directory| directory.ends_with("vendor"))
            .filter_map(|directory| Some(directory.parent()?.to_owned()))
            // A workspace has one of its own; go doesn't look at those of its modules.
            .filter(|directory| {
                *directory == self.root || !self.is_workspace && ours.contains(directory)
            })
            .collect();
    }

    /// A path relative to the app, relative to where `go` works.
    pub(crate) fn below_root<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}
