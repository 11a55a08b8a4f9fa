//! What start commands lead to, once the programs are compiled.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use buildpack_kit::bindings::Bindings;
use buildpack_kit::environment::Environment;
use buildpack_kit::run_image;
use buildpack_kit::start::{StartCommands, Starts};
use libcnb::build::BuildContext;

use crate::errors::BuildpackError;
use crate::layers::binaries::{self, Compiled};
use crate::linkage_audit::{self, RECORDS};
use crate::module_tree::ModuleTree;
use crate::packages::MainPackage;
use crate::plan::Plan;
use crate::preparation::Preparation;
use crate::start_image::StartImage;
use crate::{GoBuildpack, kodata, source_removal};

/// The start commands of the user, as far as they can be right before anything is compiled.
pub(crate) fn commands(
    context: &BuildContext<GoBuildpack>,
    app_dir: &Path,
    environment: &Environment,
) -> Result<StartCommands, BuildpackError> {
    let bindings = Bindings::read(&context.platform.binding_root(environment))?;
    let commands = StartCommands::read(app_dir, environment, &bindings)?;
    commands.check(environment)?;
    Ok(commands)
}

/// What start commands can lead to.
pub(crate) struct Started<'a> {
    pub(crate) context: &'a BuildContext<GoBuildpack>,
    pub(crate) app_dir: &'a Path,
    pub(crate) prepared: &'a Preparation,
    pub(crate) plan: &'a Plan,
    pub(crate) compiled: &'a Compiled,
}

impl Started<'_> {
    /// Whether the run image can start the programs, and how the commands are run.
    pub(crate) fn by(
        &self,
        commands: &StartCommands,
        environment: &Environment,
    ) -> Result<Starts, BuildpackError> {
        let Self {
            context,
            app_dir,
            prepared,
            plan,
            compiled,
        } = self;
        let libraries = run_image::libraries(environment)?;
        linkage_audit::audit(&compiled.linkage, &libraries, Path::new(RECORDS))
            .map_err(Box::new)?;
        let tree = &prepared.tree;
        let vendored = tree.in_app(&prepared.project.vendored);
        let data = tree.in_app(data_of(prepared, plan).values());
        let files = &prepared.files;
        let stays = |path: &Path| source_removal::stays(path, &vendored, &data, files, true);
        let bin_directory = binaries::bin_directory(&context.layers_dir);
        let directories = [compiled.directory.as_path(), &bin_directory];
        let at_build = commands.at_build(None);
        // Start commands name packages as they are seen from the app.
        let targets: Vec<MainPackage> = plan
            .targets
            .iter()
            .map(|target| seen_from(tree, target))
            .collect();
        let image = StartImage::new(app_dir, &targets, directories, &at_build, &stays)
            .compiled_with(&prepared.go);
        let starts = commands.plan(&image, None, &context.layers_dir)?;
        starts.check_programs(&context.target.arch, &libraries)?;
        starts.check_built(|command| files.has_front_end() || command.starts_with("go "))?;
        Ok(starts)
    }
}

/// The directories of data by program, those in the app.
pub(crate) fn data_of(prepared: &Preparation, plan: &Plan) -> BTreeMap<String, PathBuf> {
    let Preparation { tree, project, .. } = prepared;
    let mut data = kodata::directories(&tree.directory, &project.root, &plan.targets);
    data.retain(|_, directory| directory.starts_with(&tree.app));
    data
}

fn seen_from(tree: &ModuleTree, target: &MainPackage) -> MainPackage {
    MainPackage {
        directory: relative(&target.directory, &tree.app),
        ..target.clone()
    }
}

/// A path as it is seen from a directory that is relative to the same; absolute ones stay.
fn relative(path: &Path, from: &Path) -> PathBuf {
    if path.is_absolute() {
        return path.to_owned();
    }
    let common = path
        .iter()
        .zip(from)
        .take_while(|(one, other)| one == other);
    let common = common.count();
    let up = from.iter().skip(common).map(|_| "..".as_ref());
    up.chain(path.iter().skip(common)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_of_the_app_is_seen_from_it() {
        for (path, from, expected) in [
            ("web/cmd/api", "web", "cmd/api"),
            ("web", "web", ""),
            ("tools/migrate", "web", "../tools/migrate"),
            ("apps/tools", "apps/web", "../tools"),
            ("cmd/api", "", "cmd/api"),
            ("", "apps/web", "../.."),
            ("/modules/tool", "web", "/modules/tool"),
        ] {
            let seen = relative(Path::new(path), Path::new(from));
            assert_eq!(seen, Path::new(expected), "{path} from {from}");
        }
    }
}
