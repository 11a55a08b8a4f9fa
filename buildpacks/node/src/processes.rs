//! What is started where the user names nothing: a script, or the first file that may be a server.

use buildpack_kit::environment::{Origin, Sourced};

use crate::frameworks::{ADAPTERS, BUILT, COMMANDS, NITRO, SITE_DIRECTORIES, site};
use crate::package_json::{FILE, PackageJson};
use crate::settings::{ManagerName, Settings};

/// A start command, as a Procfile could say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Own {
    pub(crate) command: String,
    pub(crate) origin: Origin,
}

/// Why nothing can be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StartProblem {
    /// A variable names a script that isn't there.
    #[error("package.json has no script {name}")]
    NoScript {
        name: String,
        origin: Origin,
        known: Vec<String>,
    },
    /// A variable names a file that isn't there.
    #[error("{file} of {origin} is not there")]
    NoFile { file: String, origin: Origin },
    /// What is started loads a file of Yarn's Plug'n'Play.
    #[error("{file} is not there: packages are in node_modules")]
    PlugAndPlay { file: String, origin: Origin },
    /// The app is made of files for browsers, by this tool; where they are.
    #[error("{tool} makes a static site")]
    StaticSite {
        tool: &'static str,
        directory: String,
        manager: ManagerName,
    },
    /// A framework built for no server in particular.
    #[error("{framework} has no server")]
    NoAdapter {
        framework: &'static str,
        adapter: &'static str,
        manager: ManagerName,
    },
    /// Another program runs the app.
    #[error("{runtime} is no Node")]
    Runtime {
        runtime: &'static str,
        origin: String,
    },
    /// Node is told to run a file that a build makes, and none has.
    #[error("{file} isn't there")]
    NotMade {
        file: String,
        origin: String,
        /// The scripts that have run.
        ran: Vec<String>,
        known: Vec<String>,
    },
    /// There is neither a script nor a file.
    #[error("nothing is there to start")]
    Nothing { looked: Vec<String> },
}

/// Files that may be a server, by their names without an ending, the first that is there counts.
const SERVERS: [&str; 4] = ["server", "app", "main", "index"];
const ENDINGS: [&str; 4] = ["js", "cjs", "mjs", "ts"];

/// Decides; `exists` tells of files of the built app.
pub(crate) fn own(
    settings: &Settings,
    manifest: Option<&PackageJson>,
    manager: ManagerName,
    exists: impl Fn(&str) -> bool,
) -> Result<Own, StartProblem> {
    let none = PackageJson::default();
    let manifest = manifest.unwrap_or(&none);
    if let Some(Sourced { value, origin }) = &settings.launchpoint {
        let origin = origin.clone();
        return if exists(value) {
            Ok(by_node(value, origin))
        } else {
            let file = value.clone();
            Err(StartProblem::NoFile { file, origin })
        };
    }
    if let Some(Sourced { value, origin }) = &settings.start_script {
        if !manifest.scripts.contains_key(value) {
            return Err(StartProblem::NoScript {
                name: value.clone(),
                origin: origin.clone(),
                known: manifest.scripts.keys().cloned().collect(),
            });
        }
        return Ok(Own {
            command: format!("npm run {}", quoted(value)),
            origin: origin.clone(),
        });
    }
    if manifest
        .scripts
        .get("start")
        .is_some_and(|text| !text.trim().is_empty())
    {
        return Ok(Own {
            command: "npm run start".to_owned(),
            origin: rule("package.json (scripts.start)"),
        });
    }
    by_files(manifest, manager, exists)
}

/// Where no script says it.
fn by_files(
    manifest: &PackageJson,
    manager: ManagerName,
    exists: impl Fn(&str) -> bool,
) -> Result<Own, StartProblem> {
    let depends = |name: &str| manifest.dependencies.contains_key(name);
    let has = |name: &str| depends(name) || manifest.development.contains_key(name);
    if let Some((_, framework, adapter)) = ADAPTERS
        .iter()
        .find(|(name, _, adapter)| has(name) && !has(adapter))
    {
        return Err(StartProblem::NoAdapter {
            framework,
            adapter,
            manager,
        });
    }
    if exists(NITRO.0) && exists(NITRO.1) {
        return Ok(by_node(NITRO.1, rule("Nitro")));
    }
    if let Some((name, file)) = BUILT.iter().find(|(name, file)| has(name) && exists(file)) {
        return Ok(by_node(file, rule(name)));
    }
    if let Some((name, command)) = COMMANDS.iter().find(|(name, _)| depends(name)) {
        // `output: 'export'` makes files for browsers.
        if *name != "next" || exists(".next/BUILD_ID") && !exists(".next/export-detail.json") {
            return Ok(Own {
                command: (*command).to_owned(),
                origin: rule(name),
            });
        }
    }
    let names = SERVERS
        .iter()
        .flat_map(|name| ENDINGS.map(|ending| format!("{name}.{ending}")));
    let mut looked: Vec<String> = names.collect();
    if let Some(file) = looked.iter().find(|file| exists(file)) {
        return Ok(by_node(file, rule(file)));
    }
    if let Some(main) = manifest.main.as_ref().filter(|main| exists(main)) {
        return Ok(by_node(main, Origin::file(format!("{FILE} (main)"))));
    }
    if let Some(tool) = site(manifest) {
        let mut directories = SITE_DIRECTORIES.iter();
        let built = directories.find(|directory| exists(&format!("{directory}/index.html")));
        return Err(StartProblem::StaticSite {
            tool,
            directory: (*built.unwrap_or(&"dist")).to_owned(),
            manager,
        });
    }
    looked.extend(manifest.main.clone());
    Err(StartProblem::Nothing { looked })
}

/// Whether a path is one of those that builds make, and not only misspelled.
pub(crate) fn is_of_build(file: &str) -> bool {
    const DIRECTORIES: [&str; 7] = ["dist", "build", "lib", "out", "output", ".output", ".next"];
    let is_one = |part: &str| DIRECTORIES.contains(&part);
    file.rsplit_once('/')
        .is_some_and(|(directory, _)| directory.split('/').any(is_one))
        || is_one(file)
}

fn by_node(file: &str, origin: Origin) -> Own {
    Own {
        command: format!("node {}", quoted(file)),
        origin,
    }
}

fn rule(rule: &str) -> Origin {
    Origin::Rule(rule.to_owned())
}

/// As a shell reads it.
fn quoted(text: &str) -> String {
    let is_plain = text
        .chars()
        .all(|character| character.is_alphanumeric() || "/._-:@".contains(character));
    if is_plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use buildpack_kit::environment::Environment;

    use super::*;

    fn started(manifest: &str, files: &[&str], variables: &[(&str, &str)]) -> String {
        let environment = Environment::new(variables.iter().copied(), [("PATH", "")]);
        let settings = Settings::read(&environment).unwrap();
        let manifest = crate::package_json::parse(manifest).unwrap();
        let exists = |file: &str| files.contains(&file);
        match own(&settings, Some(&manifest), ManagerName::Npm, exists) {
            Ok(own) => format!("{} ({})", own.command, own.origin),
            Err(problem) => format!("error: {problem}"),
        }
    }

    #[test]
    fn the_first_that_is_there_is_started() {
        let with_start = r#"{"scripts":{"start":"node x","go":"node y"},"main":"lib/x.js"}"#;
        let lines = [
            started(with_start, &[], &[]),
            started(with_start, &["a b.js"], &[("BP_LAUNCHPOINT", "a b.js")]),
            started(with_start, &[], &[("BP_LAUNCHPOINT", "a.js")]),
            started(with_start, &[], &[("BP_NPM_START_SCRIPT", "go")]),
            started(with_start, &[], &[("BP_NPM_START_SCRIPT", "none")]),
            started("{}", &["index.js", "server.ts"], &[]),
            started(r#"{"main":"lib/x.js"}"#, &["lib/x.js"], &[]),
            started(r#"{"main":"lib/x.js"}"#, &[], &[]),
            started(
                r#"{"devDependencies":{"nuxt":"4"}}"#,
                &[".output/server/index.mjs"],
                &[],
            ),
            started(
                r#"{"dependencies":{"next":"16"}}"#,
                &[".next/BUILD_ID"],
                &[],
            ),
            started(
                r#"{"dependencies":{"next":"16"}}"#,
                &["out/index.html"],
                &[],
            ),
            started(
                "{}",
                &[".output/nitro.json", ".output/server/index.mjs"],
                &[],
            ),
            started(
                r#"{"devDependencies":{"@sveltejs/kit":"2","vite":"7"}}"#,
                &[],
                &[],
            ),
            started(
                r#"{"devDependencies":{"vite":"7"}}"#,
                &["dist/index.html"],
                &[],
            ),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        npm run start (package.json (scripts.start))
        node 'a b.js' (BP_LAUNCHPOINT)
        error: a.js of BP_LAUNCHPOINT is not there
        npm run go (BP_NPM_START_SCRIPT)
        error: package.json has no script none
        node server.ts (server.ts)
        node lib/x.js (package.json (main))
        error: nothing is there to start
        node .output/server/index.mjs (nuxt)
        next start (next)
        error: Next makes a static site
        node .output/server/index.mjs (Nitro)
        error: SvelteKit has no server
        error: Vite makes a static site
        ");
    }
}
