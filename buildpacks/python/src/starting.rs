//! What the image starts: what the user says, and where that says nothing of `web`, what the app's source tells.

use std::collections::BTreeMap;
use std::path::Path;

use buildpack_kit::output::Output;
use buildpack_kit::start::Starts;
use start_command::Script;

use crate::app_image::AppImage;
use crate::errors::BuildpackError;
use crate::installed::Installed;
use crate::layers::environment;
use crate::preparation::Preparation;
use crate::processes::{self, Facts, ProcessPlan};

/// The process that is the default.
const WEB: &str = "web";

/// What is started, and the variables that the app finds.
pub(crate) struct Starting {
    pub(crate) starts: Starts,
    pub(crate) environment: BTreeMap<String, String>,
}

/// Decides it.
pub(crate) fn plan(
    prepared: &mut Preparation,
    app_dir: &Path,
    (layers_dir, target): (&Path, &str),
    installed: &Installed,
    output: &Output,
) -> Result<Starting, BuildpackError> {
    let directory = environment::directory(layers_dir);
    let mut variables: BTreeMap<String, String> = BTreeMap::from([
        ("PYTHONFAULTHANDLER".to_owned(), "1".to_owned()),
        ("PYTHONUNBUFFERED".to_owned(), "1".to_owned()),
        ("VIRTUAL_ENV".to_owned(), directory.display().to_string()),
    ]);
    variables.extend(processes::server_variables(&installed.names()));
    let mut own = None;
    if !prepared.commands.has(WEB) {
        match self::own(prepared, installed) {
            Ok(plan) => {
                for (name, value) in &plan.environment {
                    let value = match name.as_str() {
                        "PYTHONPATH" => app_dir.join(value).display().to_string(),
                        _ => value.clone(),
                    };
                    variables.insert(name.clone(), value);
                }
                let script = Script::of_variable(plan.origin.to_string(), plan.command.clone());
                prepared.commands.offer(WEB, script);
                own = Some(plan);
            }
            // Whoever names other processes may want no other.
            Err(_) if !prepared.commands.is_empty() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let image = AppImage::new(
        app_dir,
        &prepared.files,
        (&directory, installed),
        &prepared.debian,
    )
    .of_project(&prepared.project);
    let starts = prepared.commands.plan(&image, None, layers_dir)?;
    starts.check_programs(target, prepared.libraries())?;
    starts.check_built(|_| prepared.files.has_front_end())?;
    starts.log(output, "for the front end was built before the app");
    if let Some(plan) = &own {
        crate::log::process(output, plan);
    }
    Ok(Starting {
        starts,
        environment: variables,
    })
}

fn own(
    prepared: &Preparation,
    installed: &Installed,
) -> Result<ProcessPlan, processes::ProcessPlanError> {
    let scripts = prepared
        .project
        .pyproject
        .as_ref()
        .map(super::pyproject::Pyproject::scripts);
    // Of `setup.py`, and of what makes its own metadata, only what is installed tells.
    let mut scripts = scripts.unwrap_or_default();
    let of_app = installed.of_app.iter();
    scripts.extend(of_app.map(|name| (name.clone(), String::new())));
    processes::plan(Facts {
        sources: &prepared.project.sources,
        installed: &installed.names(),
        scripts: &scripts,
        programs: &installed.programs,
        run_target: prepared.settings.run_target.as_ref(),
    })
}
