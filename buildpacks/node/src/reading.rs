//! What is read of the app before anything is decided.

use std::path::Path;

use buildpack_kit::bindings::Bindings;
use buildpack_kit::debian::Wanted;
use buildpack_kit::environment::Environment;
use buildpack_kit::files::KeepPatterns;
use buildpack_kit::image_files::ImageFiles;
use buildpack_kit::output::Output;
use buildpack_kit::start::StartCommands;
use libcnb::build::BuildContext;

use crate::NodeBuildpack;
use crate::errors::BuildpackError;
use crate::project::Project;
use crate::settings::Settings;

/// What is read of the app.
pub(crate) struct Reading {
    pub(crate) settings: Settings,
    pub(crate) project: Project,
    pub(crate) commands: StartCommands,
    pub(crate) files: ImageFiles,
    /// Debian packages that the app asks for.
    pub(crate) wanted: Wanted,
}

impl Reading {
    /// Reads all of it.
    pub(crate) fn of(
        context: &BuildContext<NodeBuildpack>,
        app_dir: &Path,
        environment: &Environment,
        bindings: &Bindings,
        output: &Output,
    ) -> Result<Self, BuildpackError> {
        let settings = Settings::read(environment)?;
        let commands = StartCommands::read(app_dir, environment, bindings)?;
        commands.check(environment)?;
        let wanted = Wanted::read(app_dir, environment, "BP_DEB_PACKAGES")?;
        let keep = KeepPatterns::new(settings.keep.clone())?;
        let files = ImageFiles::read(app_dir, keep, false)?;
        let project = Project::read(app_dir, &context.app_dir, files.keep())?;
        for warning in &project.keep_warnings {
            output.warning(warning);
        }
        Ok(Self {
            settings,
            project,
            commands,
            files,
            wanted,
        })
    }
}
