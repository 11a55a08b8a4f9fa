//! A front end that Node builds before another buildpack builds the app that serves it, and what the two know of one
//! another.
//!
//! In a build plan one offers a front end and the other takes it. What was made is told in a layer that only the rest
//! of the build sees. The buildpack that takes it leaves out of the image what only the making needed, and does so
//! after its own build, for `collectstatic` and `//go:embed` may want files of packages. `.dockerignore` has no say on
//! what was made: people leave that out of what Docker sees because their Dockerfile makes it, too.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use libcnb::data::build_plan::{BuildPlan, BuildPlanBuilder};
use libcnb::data::buildpack_plan::BuildpackPlan;
use libcnb::layer_env::{LayerEnv, ModificationBehavior, Scope};
use serde::{Deserialize, Serialize};
use walkdir::{DirEntry, WalkDir};

use crate::environment::Environment;
use crate::files::FilesError;
use crate::layer::{self, Change, LayerError, LayerKey, LayerName, LayerTypes, layer_name};

/// The name in build plans (buildpack specification, "Build Plan").
const PLAN: &str = "front-end";

/// Where [`FrontEnd`] is written, for the buildpacks that come later.
pub(crate) const VARIABLE: &str = "CORACLE_FRONT_END";

/// The directory of installed packages.
pub const PACKAGES: &str = "node_modules";

/// For who takes a front end where there is one.
pub fn taken() -> BuildPlan {
    BuildPlanBuilder::new().requires(PLAN).or().build()
}

/// For who makes one. `is_app`: where nobody takes it, it is an app of its own.
pub fn offered(is_app: bool) -> BuildPlan {
    let plan = BuildPlanBuilder::new().provides(PLAN);
    if is_app {
        plan.or().build()
    } else {
        plan.build()
    }
}

/// Whether another buildpack of this build takes it.
#[must_use]
pub fn is_taken(plan: &BuildpackPlan) -> bool {
    plan.entries.iter().any(|entry| entry.name == PLAN)
}

/// What a build of a front end leaves; paths are relative to the app.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontEnd {
    /// Files that were not there before, or are others now.
    pub made: BTreeSet<PathBuf>,
    /// Files and directories that no image needs.
    pub left_out: BTreeSet<PathBuf>,
}

/// A layer that only a build sees isn't restored, so that there is nothing to compare.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {}

impl LayerKey for Key {
    fn changes(&self, _: &Self) -> Vec<Change> {
        let Self {} = self;
        Vec::new()
    }
}

impl FrontEnd {
    /// What the buildpacks before have left, as an app sees it that is all of the tree or a directory of it.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read(
        environment: &Environment,
        tree: &Path,
        app_dir: &Path,
    ) -> Result<Option<Self>, FilesError> {
        let Some(file) = environment.raw(VARIABLE) else {
            return Ok(None);
        };
        let text = fs_err::read_to_string(Path::new(file))?;
        let whole: Self = toml::from_str(&text).map_err(std::io::Error::other)?;
        let within = app_dir.strip_prefix(tree).unwrap_or(Path::new(""));
        let of_app = |paths: BTreeSet<PathBuf>| {
            let paths = paths
                .iter()
                .filter_map(|path| path.strip_prefix(within).ok());
            paths.map(Path::to_owned).collect()
        };
        Ok(Some(Self {
            made: of_app(whole.made),
            left_out: of_app(whole.left_out),
        }))
    }

    /// The name of the layer.
    #[must_use]
    pub fn layer() -> LayerName {
        layer_name!("front-end")
    }

    /// Tells the buildpacks that come later; the paths are relative to the tree.
    ///
    /// # Errors
    /// When the layer can't be written.
    pub fn write(&self, layers_dir: &Path) -> Result<(), LayerError<Infallible>> {
        let name = Self::layer();
        let failed = |source| LayerError::Io {
            layer: name.to_string(),
            source,
        };
        let types = LayerTypes {
            build: true,
            ..LayerTypes::default()
        };
        let text = toml::to_string(self).map_err(std::io::Error::other);
        let text = text.map_err(failed)?;
        let written = layer::keyed(layers_dir, &name, types, &Key {}, |directory| {
            let file = directory.join("front-end.toml");
            fs_err::write(&file, text)?;
            let mut content = LayerEnv::new();
            content.insert(Scope::Build, ModificationBehavior::Override, VARIABLE, file);
            content.write_to_layer_dir(directory)
        });
        match written {
            Ok(_) => Ok(()),
            Err(LayerError::Create(source) | LayerError::Io { source, .. }) => Err(failed(source)),
            Err(LayerError::Metadata { layer, source }) => {
                Err(LayerError::Metadata { layer, source })
            }
        }
    }

    /// Whether a path is, or is below, what no image needs.
    #[must_use]
    pub fn leaves_out(&self, path: &Path) -> bool {
        path.ancestors().any(|path| self.left_out.contains(path))
    }
}

/// The files of a tree at a moment, those of `.git` and of installed packages left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, Stamp>);

/// What changes when a file is written anew, even with the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    size: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Snapshot {
    /// Of what is there now.
    ///
    /// # Errors
    /// When a directory can't be read.
    pub fn of(tree: &Path) -> Result<Self, FilesError> {
        let is_passed_over = |entry: &DirEntry| {
            let name = entry.file_name();
            entry.depth() > 0 && (name == PACKAGES || name == ".git")
        };
        let mut files = BTreeMap::new();
        let entries = WalkDir::new(tree).into_iter();
        for entry in entries.filter_entry(|entry| !is_passed_over(entry)) {
            let entry = entry.map_err(FilesError::walking)?;
            if entry.file_type().is_dir() {
                continue;
            }
            let metadata = entry.metadata().map_err(std::io::Error::from)?;
            let path = entry.path().strip_prefix(tree).unwrap_or(entry.path());
            let stamp = Stamp {
                inode: metadata.ino(),
                size: metadata.len(),
                seconds: metadata.mtime(),
                nanoseconds: metadata.mtime_nsec(),
            };
            files.insert(path.to_owned(), stamp);
        }
        Ok(Self(files))
    }

    /// The files that an earlier one has not, or has otherwise.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> BTreeSet<PathBuf> {
        let is_new = |(path, stamp): &(&PathBuf, &Stamp)| earlier.0.get(*path) != Some(*stamp);
        let new = self.0.iter().filter(is_new);
        new.map(|(path, _)| path.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_and_what_goes_is_told_to_later_buildpacks() {
        let root = testkit::directory("-- layers/ --\n");
        let layers = root.path().join("layers");
        let paths = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<BTreeSet<_>>();
        let made = FrontEnd {
            made: paths(&["web/dist/a.js", "api/static/b.js"]),
            left_out: paths(&["web/node_modules", "api/node_modules"]),
        };
        made.write(&layers).unwrap();
        let types = fs_err::read_to_string(layers.join("front-end.toml")).unwrap();
        assert_eq!(
            types,
            "[types]\nlaunch = false\nbuild = true\ncache = false\n\n[metadata]\n"
        );
        let file = layers.join("front-end/env.build/CORACLE_FRONT_END.override");
        let file = fs_err::read_to_string(file).unwrap();
        let environment = Environment::new([("PATH", "")], [(VARIABLE, file.as_str())]);
        let read = |app: &str| {
            let tree = Path::new("/workspace");
            FrontEnd::read(&environment, tree, &tree.join(app)).unwrap()
        };
        assert_eq!(read(""), Some(made));
        let of_api = read("api").unwrap();
        assert_eq!(of_api.made, paths(&["static/b.js"]));
        assert!(of_api.leaves_out(Path::new("node_modules/a/index.js")));
        assert!(!of_api.leaves_out(Path::new("static/b.js")));
        let none = Environment::new([("PATH", "")], [("HOME", "")]);
        assert_eq!(
            FrontEnd::read(&none, Path::new("/"), Path::new("/")).unwrap(),
            None
        );
    }

    #[test]
    fn a_file_that_is_written_again_was_made() {
        let app = testkit::directory(
            "-- a.js --\n-- dist/index.html --\nold\n-- node_modules/a/index.js --\n-- .git/HEAD --\n",
        );
        testkit::set_platform_times(app.path());
        let before = Snapshot::of(app.path()).unwrap();
        assert_eq!(before.since(&before), BTreeSet::new());
        testkit::write_into(
            app.path(),
            "-- dist/index.html --\nold\n-- dist/b.css --\n-- node_modules/b/index.js --\n-- .git/x --\n",
        );
        let made = Snapshot::of(app.path()).unwrap().since(&before);
        let made: Vec<String> = made.iter().map(|path| path.display().to_string()).collect();
        assert_eq!(made, ["dist/b.css", "dist/index.html"]);
    }

    #[test]
    fn a_front_end_is_offered_and_taken_where_there_is_another() {
        let text = |plan: BuildPlan| toml::to_string(&plan).unwrap();
        insta::assert_snapshot!(text(offered(false)), @r#"
        [[provides]]
        name = "front-end"
        "#);
        insta::assert_snapshot!(text(offered(true)), @r#"
        [[provides]]
        name = "front-end"

        [[or]]
        "#);
        insta::assert_snapshot!(text(taken()), @r#"
        [[requires]]
        name = "front-end"

        [requires.metadata]

        [[or]]
        "#);
    }
}
