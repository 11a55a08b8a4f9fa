//! Flags that the files of the app ask for, beside those of the user's variables.

use buildpack_kit::environment::Environment;

use crate::build_flags::UserFlags;
use crate::ko_flags::{self, AppliedFlags, KoFlagsError};
use crate::project::Project;
use crate::settings;

/// With this tag Heroku's buildpack compiles everything.
pub(crate) const HEROKU_TAG: &str = "heroku";

/// What of the flags in `.ko.yaml` is applied.
pub(crate) fn of_ko(
    project: &Project,
    environment: &Environment,
) -> Result<AppliedFlags, KoFlagsError> {
    let Some(ko) = &project.ko else {
        return Ok(AppliedFlags::default());
    };
    let text = |name: &str| environment.text(name).ok().flatten();
    let is_decided = |name: &str| settings::is_decided(name) || text(name).is_some();
    let variable = |name: &str| text(name).map(|text| text.value);
    ko_flags::applied(ko, variable, is_decided)
}

/// The flags of the user's variables after those of the app's files, so that the variables win.
pub(crate) fn joined(of_variables: UserFlags, project: &Project, ko: &AppliedFlags) -> UserFlags {
    let UserFlags {
        build,
        linker,
        compiler,
        mut tags,
    } = of_variables;
    if project.heroku.is_there {
        tags.push(HEROKU_TAG.to_owned());
    }
    UserFlags {
        build: ko.build.iter().cloned().chain(build).collect(),
        linker: ko.linker.iter().cloned().chain(linker).collect(),
        compiler,
        tags,
    }
}
