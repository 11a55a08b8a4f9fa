//! Which apps are ours: those that have a program, be it of the right kind or not, so that the build can
//! explain what is wrong with it. The language buildpacks come before this one in every builder.

use std::path::Path;

use buildpack_kit::start::StartCommands;

use crate::project;
use crate::settings::Settings;

/// Whether the app has, or asks for, a program.
pub(crate) fn applies(app_dir: &Path, settings: &Settings, commands: &StartCommands) -> bool {
    project::has_program(app_dir, settings, commands)
}
