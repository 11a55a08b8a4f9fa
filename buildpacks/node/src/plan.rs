//! What is installed, built and left out: decided from what was read, and nothing else.

pub(crate) mod commands;
pub(crate) mod framework_caches;
pub(crate) mod manager;
pub(crate) mod tool;

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::start::StartCommands;

use crate::package_json::PackageJson;
use crate::project::Project;
use crate::settings::Settings;

/// The scripts of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BuildScripts {
    /// Before anything is installed.
    pub(crate) before: Vec<String>,
    /// Once everything is.
    pub(crate) after: Vec<String>,
    /// Who says so.
    pub(crate) origin: Option<Origin>,
}

/// Scripts of a build that can't be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScriptError {
    /// Asked for by name.
    #[error("package.json has no script {name}")]
    Missing {
        name: String,
        origin: Origin,
        known: Vec<String>,
    },
}

/// Scripts that platforms know for building, the first that is there counts.
const BUILD: [&str; 3] = ["heroku-build", "gcp-build", "build"];

/// All scripts that build an app unless the user names others.
pub(crate) const BUILDS: [&str; 5] = [
    "heroku-prebuild",
    "heroku-build",
    "gcp-build",
    "build",
    "heroku-postbuild",
];

/// Which scripts build the app.
pub(crate) fn scripts(
    settings: &Settings,
    manifest: Option<&PackageJson>,
) -> Result<BuildScripts, ScriptError> {
    let none = PackageJson::default();
    let known = &manifest.unwrap_or(&none).scripts;
    let has = |name: &str| known.get(name).is_some_and(|text| !text.trim().is_empty());
    if let Some(Sourced { value, origin }) = &settings.scripts {
        if let Some(name) = value.iter().find(|name| !known.contains_key(*name)) {
            return Err(ScriptError::Missing {
                name: name.clone(),
                origin: origin.clone(),
                known: known.keys().cloned().collect(),
            });
        }
        return Ok(BuildScripts {
            before: Vec::new(),
            after: value.clone(),
            origin: Some(origin.clone()),
        });
    }
    let there = |names: &[&str]| {
        let names = names.iter().filter(|name| has(name));
        names.map(|name| (*name).to_owned()).collect::<Vec<_>>()
    };
    let mut after: Vec<String> = there(&BUILD).into_iter().take(1).collect();
    after.extend(there(&["heroku-postbuild"]));
    Ok(BuildScripts {
        before: there(&["heroku-prebuild"]),
        after,
        origin: None,
    })
}

/// Whether the app may be started by `next start`, so that Next should make a server that needs nothing else: with a
/// server of the app's own that would be work for nothing.
pub(crate) fn starts_next(project: &Project, commands: &StartCommands) -> bool {
    let manifests = project.manifest.iter();
    let mut manifests = manifests.chain(project.members.iter().map(|member| &member.manifest));
    let has_command = |text: &str| text.contains("next start");
    let mut written = commands.scripts();
    written.any(|script| has_command(&script.text))
        || manifests.any(|manifest| {
            let starts = manifest.scripts.get("start");
            manifest.scripts.values().any(|text| has_command(text))
                || (starts.is_none() && manifest.dependencies.contains_key("next"))
        })
}

#[cfg(test)]
mod tests {
    use buildpack_kit::environment::Environment;

    use super::*;

    #[test]
    fn the_first_script_that_builds_is_run_with_those_of_heroku() {
        let manifest = crate::package_json::parse(
            r#"{"scripts":{"build":"b","gcp-build":"","heroku-postbuild":"p","heroku-prebuild":"q","x":"y"}}"#,
        )
        .unwrap();
        let of = |variables: &[(&str, &str)]| {
            let environment = Environment::new(variables.iter().copied(), [("PATH", "")]);
            let settings = Settings::read(&environment).unwrap();
            let scripts = scripts(&settings, Some(&manifest));
            scripts.map(|scripts| (scripts.before.join(" "), scripts.after.join(" ")))
        };
        let pair = |before: &str, after: &str| Ok((before.to_owned(), after.to_owned()));
        assert_eq!(of(&[]), pair("heroku-prebuild", "build heroku-postbuild"));
        assert_eq!(
            of(&[("BP_NODE_RUN_SCRIPTS", "x,build")]),
            pair("", "x build")
        );
        assert_eq!(of(&[("BP_NODE_RUN_SCRIPTS", "")]), pair("", ""));
        assert_eq!(
            of(&[("BP_NODE_RUN_SCRIPTS", "none")])
                .unwrap_err()
                .to_string(),
            "package.json has no script none"
        );
    }
}
