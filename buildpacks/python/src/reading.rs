//! What is read before a version is chosen.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use buildpack_kit::bindings::Bindings;
use buildpack_kit::debian::Wanted;
use buildpack_kit::environment::Environment;
use buildpack_kit::files::KeepPatterns;
use buildpack_kit::front_end::FrontEnd;
use buildpack_kit::image_files::ImageFiles;
use buildpack_kit::output::Output;
use buildpack_kit::start::StartCommands;
use libcnb::build::BuildContext;

use crate::PythonBuildpack;
use crate::client_variables;
use crate::errors::BuildpackError;
use crate::manager::{self, Chosen};
use crate::project::{Dependencies, Project, Wishes};
use crate::settings::Settings;

/// What is read before a version is chosen.
pub(crate) struct Reading {
    pub(crate) settings: Settings,
    pub(crate) variables: BTreeMap<OsString, OsString>,
    pub(crate) commands: StartCommands,
    pub(crate) files: ImageFiles,
    /// Debian packages that the app asks for.
    pub(crate) wanted: Wanted,
    pub(crate) project: Project,
    pub(crate) chosen: Chosen,
    pub(crate) dependencies: Dependencies,
}

impl Reading {
    /// Reads all of it, and chooses the manager.
    pub(crate) fn of(
        context: &BuildContext<PythonBuildpack>,
        app_dir: &Path,
        environment: &Environment,
        scratch: &Path,
        output: &Output,
    ) -> Result<Self, BuildpackError> {
        let settings = Settings::read(environment)?;
        let bindings = Bindings::read(&context.platform.binding_root(environment))?;
        let variables = client_variables::all(environment, &bindings, scratch, output)?;
        let commands = StartCommands::read(app_dir, environment, &bindings)?;
        commands.check(environment)?;
        let wanted = Wanted::read(app_dir, environment, "BP_DEB_PACKAGES")?;
        let keep = KeepPatterns::new(settings.keep.clone())?;
        let front_end = FrontEnd::read(environment, &context.app_dir, app_dir)?;
        let files = ImageFiles::read(app_dir, keep, false)?.with(front_end);
        let project = Project::read(&context.app_dir, app_dir, files.keep())?;
        for warning in &project.keep_warnings {
            output.warning(warning);
        }
        let asked = settings.requirement_files.as_ref();
        let chosen = manager::choose(settings.manager.as_ref(), asked, &project.seen)?;
        let dependencies = read_dependencies(app_dir, &chosen, &project, &settings, &variables)?;
        Ok(Self {
            settings,
            variables,
            commands,
            files,
            wanted,
            project,
            chosen,
            dependencies,
        })
    }
}

fn read_dependencies(
    app_dir: &Path,
    chosen: &Chosen,
    project: &Project,
    settings: &Settings,
    variables: &BTreeMap<OsString, OsString>,
) -> Result<Dependencies, BuildpackError> {
    let groups = settings.poetry_groups.as_ref();
    let wishes = Wishes {
        requirement_files: settings.requirement_files.as_ref(),
        poetry_groups: groups.map(|groups| groups.value.as_slice()),
        variables,
    };
    Ok(Dependencies::read(
        app_dir,
        &chosen.manager,
        project,
        wishes,
    )?)
}
