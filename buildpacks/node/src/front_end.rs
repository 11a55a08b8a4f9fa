//! The front end of an app in another language: built before that app, and of this only what was made is in the image.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buildpack_kit::environment::Environment;
use buildpack_kit::files::FilesError;
use buildpack_kit::front_end::{FrontEnd, PACKAGES, Snapshot};
use buildpack_kit::layer;
use buildpack_kit::output::Output;
use buildpack_kit::sub_directory::{SubDirectory, SubDirectoryError, VARIABLE};
use libcnb::build::{BuildContext, BuildResult, BuildResultBuilder};
use walkdir::WalkDir;

use crate::errors::BuildpackError;
use crate::layers::package_cache;
use crate::package_json::{self, PackageJson};
use crate::plan::BUILDS;
use crate::preparation::{Preparation, layer_error};
use crate::project::read_manifest;
use crate::settings::Settings;
use crate::{NodeBuildpack, installation, log, plan, source_files};

/// The variables that name the directory of the front end: Paketo's, for one beside the app, and ours.
const DIRECTORIES: [&str; 2] = ["BP_NODE_PROJECT_PATH", VARIABLE];

/// Variables that speak of the app, and not of its front end.
const OF_THE_APP: [&str; 2] = ["BP_KEEP_FILES", "GOOGLE_RUNTIME_VERSION"];

/// What tools leave for their next run.
const CACHES: [&str; 4] = [".angular", ".eslintcache", ".parcel-cache", ".turbo"];

/// The directory of the front end.
pub(crate) fn directory(
    tree: &Path,
    environment: &Environment,
) -> Result<SubDirectory, SubDirectoryError> {
    SubDirectory::find(tree, environment, &DIRECTORIES)
}

/// Whether an app may have a front end: its build looks closer.
pub(crate) fn may_be(tree: &Path, environment: &Environment) -> bool {
    directory(tree, environment)
        .is_ok_and(|place| place.directory().join(package_json::FILE).is_file())
}

/// Builds it, where there is anything to build.
pub(crate) fn build(
    context: &BuildContext<NodeBuildpack>,
    environment: &Environment,
    output: &Output,
) -> Result<BuildResult, BuildpackError> {
    output.heading("Front end");
    let environment = &environment.without(&OF_THE_APP);
    let place = directory(&context.app_dir, environment)?;
    let directory = &place.directory();
    let manifest = read_manifest(directory, Path::new(package_json::FILE))?;
    let scripts = plan::scripts(&Settings::read(environment)?, manifest.as_ref())?;
    let starts = |manifest: &PackageJson| manifest.scripts.contains_key("start");
    if manifest.as_ref().is_some_and(starts) {
        log::start_not_used(output);
    }
    let mut used = Vec::new();
    if scripts.before.is_empty() && scripts.after.is_empty() {
        log::no_front_end(output, manifest.is_some(), scripts.origin.as_ref());
    } else {
        let before = Snapshot::of(&context.app_dir)?;
        let prepared = Preparation::of(context, directory, environment, output)?;
        installation::install(&prepared, directory, output)?;
        installation::build(&prepared, &[], directory, output)?;
        let made = Snapshot::of(&context.app_dir)?.since(&before);
        let built = result(&context.app_dir, directory, &prepared.members(), made)?;
        log::made(output, &built.made);
        built.write(&context.layers_dir)?;
        package_cache::finish(&prepared.cache).map_err(layer_error)?;
        used.push(FrontEnd::layer());
        used.extend(prepared.layers.clone());
    }
    layer::remove_unused(&context.layers_dir, &used).map_err(FilesError::from)?;
    Ok(BuildResultBuilder::new().build_unwrapped())
}

/// What the rest of the build has to know.
fn result(
    tree: &Path,
    directory: &Path,
    members: &[PathBuf],
    made: BTreeSet<PathBuf>,
) -> Result<FrontEnd, BuildpackError> {
    let mut left_out = BTreeSet::new();
    let own = members.iter().map(|member| directory.join(member));
    let own: BTreeSet<PathBuf> = own.chain([directory.to_owned()]).collect();
    let entries = WalkDir::new(directory).min_depth(1).into_iter();
    let is_of_package = |path: &Path| path.parent().is_some_and(|above| above.ends_with(PACKAGES));
    for entry in entries.filter_entry(|entry| !is_of_package(entry.path())) {
        let entry = entry.map_err(|error| FilesError::from(std::io::Error::from(error)))?;
        let path = entry.path().strip_prefix(tree).unwrap_or(entry.path());
        let parent = entry.path().parent().unwrap_or(directory);
        let is_packages =
            entry.file_name() == PACKAGES && (own.contains(parent) || is_front_end(parent));
        if is_packages || source_files::is_of_managers(path) {
            left_out.insert(path.to_owned());
        }
    }
    let is_cache = |path: &&PathBuf| {
        let mut parts = path.iter().filter_map(|part| part.to_str());
        let is_incremental = path
            .extension()
            .is_some_and(|ending| ending == "tsbuildinfo");
        is_incremental || parts.any(|part| CACHES.contains(&part))
    };
    left_out.extend(made.iter().filter(is_cache).cloned());
    let made = made.into_iter().filter(|path| !left_out.contains(path));
    Ok(FrontEnd {
        made: made.collect(),
        left_out,
    })
}

/// Whether a directory is a front end by itself, which a script may have built: `cd web && npm ci && npm run build`.
fn is_front_end(directory: &Path) -> bool {
    let manifest = read_manifest(directory, Path::new(package_json::FILE));
    let scripts = manifest.ok().flatten().map(|manifest| manifest.scripts);
    scripts.is_some_and(|scripts| BUILDS.iter().any(|name| scripts.contains_key(*name)))
}

/// A Python file beside an app of Node, for the log.
pub(crate) fn python_beside(files: &BTreeSet<PathBuf>) -> Option<&Path> {
    let is_python = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "py");
    let mut own = files.iter().filter(|path| path.components().count() == 1);
    own.find(is_python).map(PathBuf::as_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_making_needed_is_left_out_and_what_was_made_is_not() {
        let tree = testkit::directory(
            r#"
-- web/package.json --
{"workspaces": ["parts/*"]}
-- web/.npmrc --
-- web/node_modules/a/node_modules/b/index.js --
-- web/parts/one/package.json --
-- web/parts/one/node_modules/c/index.js --
-- web/site/package.json --
{"scripts": {"build": "vite build"}}
-- web/site/node_modules/d/index.js --
-- web/public/package.json --
{"dependencies": {"e": "1"}}
-- web/public/node_modules/e/index.js --
-- node_modules/of-the-app.js --
"#,
        );
        let root = tree.path();
        let made = [
            "web/dist/a.js",
            "web/site/.turbo/log",
            "static/b.js",
            "web/x.tsbuildinfo",
        ];
        let members = [PathBuf::from("parts/one")];
        let made = made.map(PathBuf::from).into();
        let FrontEnd { made, left_out } = result(root, &root.join("web"), &members, made).unwrap();
        let shown = |paths: BTreeSet<PathBuf>| {
            let paths = paths.iter().map(|path| path.display().to_string());
            paths.collect::<Vec<_>>().join("\n")
        };
        insta::assert_snapshot!(shown(made), @"
        static/b.js
        web/dist/a.js
        ");
        insta::assert_snapshot!(shown(left_out), @"
        web/.npmrc
        web/node_modules
        web/parts/one/node_modules
        web/site/.turbo/log
        web/site/node_modules
        web/x.tsbuildinfo
        ");
    }
}
