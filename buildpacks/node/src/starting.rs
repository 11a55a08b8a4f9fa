//! What the image starts: what the user says, and where that says nothing of `web`, what the app's own files tell.

use std::collections::BTreeMap;
use std::path::Path;

use buildpack_kit::output::Output;
use buildpack_kit::start::{StartCommands, StartError, Starts, origin_of_place};
use nodejs_semver::{Range, Version};
use start_command::{Missing, Reason, Refusal, Script, Scripts};

use crate::app_image::AppImage;
use crate::called::{Called, Listening};
use crate::errors::BuildpackError;
use crate::node_modules::{self, DIRECTORY};
use crate::package_json::{self, PackageJson};
use crate::preparation::Preparation;
use crate::processes::{self, StartProblem};
use crate::programs;
use crate::self_contained::NextServer;

/// What else runs JavaScript.
const RUNTIMES: [&str; 2] = ["bun", "deno"];

/// What Yarn's Plug'n'Play has Node load first.
const LOADERS: [&str; 3] = [".pnp.cjs", ".pnp.js", ".pnp.loader.mjs"];

/// The process that is the default.
const WEB: &str = "web";

/// The versions of Node that know the option of [`HEAP`] in `NODE_OPTIONS`; others would not start with it.
const WITH_HEAP: &str = ">=22.23.0 <23 || >=24.19.0 <25 || >=26.0.0";

/// Of the memory that the container may have; Node itself takes half, or 256 MB of 512.
const HEAP: &str = "--max-old-space-size-percentage=75";

/// What stands before the start command and has its place in the build.
pub(crate) fn before_start(prepared: &Preparation, app_dir: &Path) -> Vec<String> {
    let scripts = scripts(prepared, app_dir);
    let mut commands = prepared.commands.clone();
    if !commands.has(WEB) {
        let of_app = own(prepared, app_dir);
        if let Ok(script) = of_app {
            commands.offer(WEB, script);
        }
    }
    commands.at_build(Some(&scripts))
}

/// Refuses what can't be started whatever is installed and built: a tool for development, or what needs a shell.
pub(crate) fn check(prepared: &Preparation, app_dir: &Path) -> Result<(), BuildpackError> {
    let Ok(commands) = commands(prepared, app_dir) else {
        return Ok(());
    };
    let image = AppImage::new(app_dir, Path::new("node"), &prepared.debian);
    let scripts = scripts(prepared, app_dir);
    match commands.plan(&image, Some(&scripts), Path::new("")) {
        Err(StartError::Refused(refusal)) if is_certain(&refusal.reason) => {
            Err(StartError::Refused(refusal).into())
        }
        _ => Ok(()),
    }
}

fn is_certain(reason: &Reason) -> bool {
    match reason {
        Reason::Tool { .. }
        | Reason::StaticSite { .. }
        | Reason::Language(_)
        | Reason::Operands { .. }
        | Reason::OfAShell
        | Reason::ShellProgram => true,
        Reason::Command(_)
        | Reason::Runner(_)
        | Reason::NoDirectory { .. }
        | Reason::Nothing
        | Reason::TooLong => false,
    }
}

/// Why a command can't be started, with what is known of Node's apps.
fn explained(error: StartError, prepared: &Preparation) -> BuildpackError {
    let StartError::Refused(Refusal {
        reason: Reason::Command(Missing::NotFound { looked }),
        place,
    }) = &error
    else {
        return error.into();
    };
    if LOADERS.iter().any(|loader| place.token.ends_with(loader)) {
        let (file, origin) = (place.token.clone(), origin_of_place(place));
        return StartProblem::PlugAndPlay { file, origin }.into();
    }
    let origin = place.source.clone();
    if let Some(runtime) = RUNTIMES.iter().find(|name| **name == place.token) {
        return StartProblem::Runtime { runtime, origin }.into();
    }
    match looked.as_slice() {
        [file] if processes::is_of_build(file) => {
            let none = PackageJson::default();
            let manifest = prepared.project.manifest.as_ref().unwrap_or(&none);
            StartProblem::NotMade {
                file: file.clone(),
                origin,
                ran: prepared.scripts.after.clone(),
                known: manifest.scripts.keys().cloned().collect(),
            }
            .into()
        }
        _ => error.into(),
    }
}

/// The programs that are called when the app starts, while everything that was installed is there.
pub(crate) fn called(
    prepared: &Preparation,
    app_dir: &Path,
    layers_dir: &Path,
    node: &Path,
) -> Result<Vec<Called>, BuildpackError> {
    let image = Listening::new(AppImage::new(app_dir, node, &prepared.debian));
    let scripts = scripts(prepared, app_dir);
    let starts = commands(prepared, app_dir)?.plan(&image, Some(&scripts), layers_dir);
    starts.map_err(|error| explained(error, prepared))?;
    Ok(image.called())
}

/// Decides.
pub(crate) fn plan(
    prepared: &Preparation,
    app_dir: &Path,
    layers_dir: &Path,
    (node, next): (&Path, Option<NextServer>),
    output: &Output,
) -> Result<Starts, BuildpackError> {
    let image = AppImage::new(app_dir, node, &prepared.debian).with_next(next);
    let scripts = scripts(prepared, app_dir);
    let starts = commands(prepared, app_dir)?.plan(&image, Some(&scripts), layers_dir);
    let starts = starts.map_err(|error| explained(error, prepared))?;
    starts.log(output, "for it was run when the app was built");
    Ok(starts)
}

/// What the user says, and what the app's files tell.
fn commands(prepared: &Preparation, app_dir: &Path) -> Result<StartCommands, StartProblem> {
    let mut commands: StartCommands = prepared.commands.clone();
    if !commands.has(WEB) {
        match own(prepared, app_dir) {
            Ok(script) => commands.offer(WEB, script),
            // Whoever names other processes may want no other.
            Err(_) if !commands.is_empty() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(commands)
}

fn own(prepared: &Preparation, app_dir: &Path) -> Result<Script, StartProblem> {
    let exists = |file: &str| app_dir.join(file).is_file();
    let own = processes::own(
        &prepared.settings,
        prepared.project.manifest.as_ref(),
        prepared.chosen.manager,
        exists,
    )?;
    Ok(Script::of_variable(own.origin.to_string(), own.command))
}

/// What package managers would know of the app and of its other packages.
fn scripts(prepared: &Preparation, app_dir: &Path) -> Scripts {
    let none = PackageJson::default();
    let of = |manifest: &PackageJson, directory: &Path, file: String| Scripts {
        file,
        name: manifest.name.clone(),
        scripts: manifest.scripts.clone(),
        commands: programs::commands(&app_dir.join(directory).join(DIRECTORY)),
        packages: BTreeMap::new(),
    };
    let project = &prepared.project;
    let manifest = project.manifest.as_ref().unwrap_or(&none);
    let mut scripts = of(manifest, Path::new(""), package_json::FILE.to_owned());
    for member in &project.members {
        let name = member.directory.display().to_string();
        let file = format!("{name}/{}", package_json::FILE);
        let mut of_member = of(&member.manifest, &member.directory, file);
        of_member.commands.extend(scripts.commands.clone());
        scripts.packages.insert(name, of_member);
    }
    // Those that no package manager is told of have scripts, too: `cd server && npm start`.
    for directory in project.packages() {
        let name = directory.display().to_string();
        let manifest = node_modules::manifest_of(&app_dir.join(directory));
        if let Some(manifest) = manifest.filter(|_| !scripts.packages.contains_key(&name)) {
            let file = format!("{name}/{}", package_json::FILE);
            scripts
                .packages
                .insert(name, of(&manifest, directory, file));
        }
    }
    scripts
}

/// The variables that the app finds unless the user sets them.
pub(crate) fn variables(
    manifest: Option<&PackageJson>,
    node: &Version,
) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::from([("NODE_ENV".to_owned(), "production".to_owned())]);
    if Range::parse(WITH_HEAP).is_ok_and(|range| range.satisfies(node)) {
        variables.insert("NODE_OPTIONS".to_owned(), HEAP.to_owned());
    }
    let has = |name: &str| {
        manifest.is_some_and(|manifest| {
            manifest.dependencies.contains_key(name) || manifest.development.contains_key(name)
        })
    };
    if has("pm2") {
        // It keeps sockets and records in the home directory, which no image has.
        variables.insert("PM2_HOME".to_owned(), "/tmp/.pm2".to_owned());
    }
    if has("@astrojs/node") {
        // It listens on the machine itself only.
        variables.insert("HOST".to_owned(), "0.0.0.0".to_owned());
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_that_know_the_option_get_it() {
        let options = |version: &str| {
            variables(None, &Version::parse(version).unwrap()).contains_key("NODE_OPTIONS")
        };
        let rows = [
            "18.20.8", "20.20.2", "22.22.9", "22.23.3", "24.1.0", "24.19.0", "26.10.0",
        ];
        assert_eq!(
            rows.map(options),
            [false, false, false, true, false, true, true]
        );
    }
}
