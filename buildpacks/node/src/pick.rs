//! Which of the installed packages the image needs, by what is started in it.

use std::io;
use std::path::{Path, PathBuf};

use crate::called::{self, Called};
use crate::frameworks::is_site;
use crate::node_modules::{self, DIRECTORY, Package};
use crate::preparation::Preparation;
use crate::project::Project;

use crate::pruning::{self, Pruned};
use crate::self_contained::{self, NextServer, SelfContained};

/// What the image needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The packages that the app is made of.
    pub(crate) packages: Vec<Package>,
    /// The directories that have installed packages, relative to the app, which is one of them.
    pub(crate) roots: Vec<PathBuf>,
    /// A build that brings its packages along.
    pub(crate) build: Option<SelfContained>,
    /// A package that is started and only there for development: all such packages are kept.
    pub(crate) development: Option<String>,
    /// Other packages of the app in which nothing is started, by their directories.
    pub(crate) left_out: Vec<PathBuf>,
}

impl Kept {
    /// The server of Next that takes the place of the packages.
    pub(crate) fn next(&self) -> Option<NextServer> {
        match &self.build {
            Some(SelfContained::Next(next)) => Some(next.clone()),
            Some(SelfContained::Nitro) | None => None,
        }
    }

    /// Removes what isn't needed.
    pub(crate) fn prune(&self, app_dir: &Path) -> Result<Pruned, io::Error> {
        if let Some(build) = &self.build {
            self_contained::install(build, app_dir, &self.roots)?;
            return Ok(Pruned::default());
        }
        pruning::prune(app_dir, &self.roots, &self.packages)
    }
}

/// Decides.
pub(crate) fn pick(
    prepared: &Preparation,
    called: &[Called],
    app_dir: &Path,
) -> Result<Kept, io::Error> {
    let app_dir = &fs_err::canonicalize(app_dir)?;
    let project = &prepared.project;
    let members = prepared.members();
    let nested = nested(app_dir, project, &members);
    let started = called::members_of(called, &members);
    let is_needed = |directory: &&PathBuf| {
        let manifest = node_modules::manifest_of(&app_dir.join(directory));
        !manifest.is_some_and(|manifest| is_site(&manifest))
            || called.iter().any(|called| {
                let file = called.file();
                let places = file.iter().chain(&called.directory);
                places.into_iter().any(|place| place.starts_with(directory))
            })
    };
    let needed: Vec<PathBuf> = started
        .iter()
        .chain(nested.iter().filter(is_needed))
        .cloned()
        .collect();
    let reached = node_modules::reachable(app_dir, &needed, false)?;
    let development = called::for_development(called, app_dir, &reached);
    let packages = match &development {
        Some(_) => node_modules::reachable(app_dir, &needed, true)?,
        None => reached,
    };
    let mut left_out: Vec<PathBuf> = members.iter().chain(&nested).cloned().collect();
    left_out.retain(|directory| {
        !needed.contains(directory)
            && !packages
                .iter()
                .any(|package| package.directory == app_dir.join(directory))
    });
    let build = self_contained::find(app_dir, called);
    let roots = std::iter::once(PathBuf::new()).chain(members).chain(nested);
    let roots = roots.chain(build.iter().filter_map(SelfContained::root));
    Ok(Kept {
        roots: roots.collect(),
        packages,
        build,
        development,
        left_out,
    })
}

/// Directories with a package of their own into which a script has installed packages, without being told to the package
/// manager: `cd client && npm install`.
fn nested(app_dir: &Path, project: &Project, members: &[PathBuf]) -> Vec<PathBuf> {
    let is_nested = |directory: &&Path| {
        let installed = app_dir.join(directory).join(DIRECTORY);
        !members.iter().any(|member| member == directory)
            && installed.is_dir()
            && !installed.is_symlink()
    };
    project
        .packages()
        .filter(is_nested)
        .map(Path::to_owned)
        .collect()
}
