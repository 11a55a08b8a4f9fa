//! What is started where no Procfile says it: a console script, Django, what a server serves, a script.
//!
//! Decided by what is installed and by what the source says; the commands are shell text, for `start-command`.

mod entry;
mod script;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use buildpack_kit::environment::{Origin, Sourced};

use self::entry::{Entry, entries};
use self::script::{factories, script};
use crate::frameworks::{Interface, RUNNERS, SERVERS, Server};
use crate::project::SourceFile;

/// What an app is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProcessPlan {
    /// Shell text of the process `web`.
    pub(crate) command: String,
    /// Why this.
    pub(crate) origin: Origin,
    /// Variables of the app, where the user doesn't set them.
    pub(crate) environment: BTreeMap<String, String>,
    /// Other apps that could have been meant, as `module:variable`.
    pub(crate) others: Vec<String>,
}

/// What is known when that is decided.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'a> {
    /// Python files of the app, sorted by their paths.
    pub(crate) sources: &'a [SourceFile],
    /// Normalised names of what is installed.
    pub(crate) installed: &'a BTreeSet<String>,
    /// Console scripts of the project, by name, and the functions that they call.
    pub(crate) scripts: &'a BTreeMap<String, String>,
    /// The programs in the environment.
    pub(crate) programs: &'a BTreeSet<String>,
    /// What the user asks for.
    pub(crate) run_target: Option<&'a Sourced<String>>,
}

/// A function that makes an app when it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Factory {
    pub(crate) function: String,
    pub(crate) file: PathBuf,
    /// Its module, as it is imported.
    pub(crate) module: String,
    /// Where that is to be found, when not in the app's own directory.
    pub(crate) base: Option<String>,
    /// Of what its file makes, where that can be told.
    pub(crate) interface: Option<Interface>,
}

/// Why nothing can be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProcessPlanError {
    /// An app without a server.
    #[error("{app} needs a server")]
    NoServer {
        framework: &'static str,
        app: String,
        file: PathBuf,
        interface: Interface,
    },
    /// An app of which a server needs a part, and servers take variables.
    #[error("no variable holds {part}")]
    NoVariable {
        framework: &'static str,
        file: PathBuf,
        /// `app.server`.
        part: String,
        /// The package of the server.
        server: &'static str,
    },
    /// Nothing that looks like it could be started.
    #[error("there is nothing to start")]
    Nothing {
        /// Functions that look as if they made an app.
        factories: Vec<Factory>,
        /// Console scripts, of which none is called `start`.
        scripts: Vec<String>,
        /// How many Python files were read.
        files: usize,
    },
    /// A script of the project that isn't in the environment.
    #[error("{target} from {origin} isn't installed")]
    NoTarget {
        target: String,
        origin: Origin,
        scripts: Vec<String>,
    },
}

/// What starts the app.
pub(crate) fn plan(facts: Facts<'_>) -> Result<ProcessPlan, ProcessPlanError> {
    if let Some(target) = facts.run_target {
        return run_target(target, facts);
    }
    if let Some(plan) = console_script(facts) {
        return Ok(plan);
    }
    let entries = entries(facts.sources);
    if let Some(plan) = runner(facts) {
        return Ok(plan);
    }
    if let Some(plan) = served(&entries, facts) {
        return plan;
    }
    script(facts).ok_or_else(|| ProcessPlanError::Nothing {
        factories: factories(facts.sources),
        scripts: facts.scripts.keys().cloned().collect(),
        files: facts.sources.len(),
    })
}

/// What servers that are installed need of a container, whoever starts them: a Procfile may.
pub(crate) fn server_variables(installed: &BTreeSet<String>) -> BTreeMap<String, String> {
    let servers = SERVERS
        .iter()
        .map(|server| (server.package, server.environment));
    let runners = RUNNERS
        .iter()
        .map(|runner| (runner.package, runner.environment));
    let used = servers
        .chain(runners)
        .filter(|(package, _)| installed.contains(*package));
    let variables = used.flat_map(|(_, environment)| environment.iter());
    variables
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// A console script by its name, else `module:function`, else a module.
fn run_target(target: &Sourced<String>, facts: Facts<'_>) -> Result<ProcessPlan, ProcessPlanError> {
    let Sourced { value, origin } = target;
    let first = value.split_whitespace().next().unwrap_or_default();
    let command = if facts.programs.contains(first) {
        value.clone()
    } else if facts.scripts.contains_key(first) || facts.scripts.is_empty() && !value.contains('.')
    {
        return Err(ProcessPlanError::NoTarget {
            target: value.clone(),
            origin: origin.clone(),
            scripts: facts.programs.iter().cloned().collect(),
        });
    } else {
        called(value)
    };
    Ok(process(command, origin.clone(), &[]))
}

/// `module:function` as Python calls it.
fn called(target: &str) -> String {
    match target.split_once(':') {
        Some((module, function)) => {
            let function = function.trim_end_matches("()");
            let top = function.split('.').next().unwrap_or_default();
            format!("python -c 'import sys; from {module} import {top}; sys.exit({function}())'")
        }
        None => format!("python -m {target}"),
    }
}

/// The script called `start`, or the only one.
fn console_script(facts: Facts<'_>) -> Option<ProcessPlan> {
    let installed = facts
        .scripts
        .keys()
        .filter(|name| facts.programs.contains(*name));
    let mut named = installed.clone().filter(|name| *name == "start");
    let only = if facts.scripts.len() == 1 {
        installed.clone().next()
    } else {
        None
    };
    let name = named.next().or(only)?;
    let rule = format!("the console script {name}");
    Some(process(name.clone(), Origin::Rule(rule), &[]))
}

/// A script that a package runs, which the script imports.
fn runner(facts: Facts<'_>) -> Option<ProcessPlan> {
    for runner in RUNNERS {
        if !facts.installed.contains(runner.package) {
            continue;
        }
        let imports = |file: &&SourceFile| {
            let mut imports = file.source.imports.iter();
            imports.any(|module| module.split('.').next() == Some(runner.package))
        };
        let mut files = facts.sources.iter().filter(imports);
        let root = |file: &&SourceFile| file.path.components().count() == 1;
        let mut at_root: Vec<&SourceFile> = files.clone().filter(root).collect();
        at_root.sort_by_key(|file| (entry::rank(&file.path), file.path.clone()));
        let Some(file) = at_root.first().copied().or_else(|| files.next()) else {
            continue;
        };
        let path = file.path.display().to_string();
        let command = runner.command.replace("FILE", &quoted(&path));
        let rule = format!("{path}, an app of {}", runner.package);
        return Some(process(command, Origin::Rule(rule), runner.environment));
    }
    None
}

/// The first app that there is, with the first server for it.
fn served(entries: &[Entry], facts: Facts<'_>) -> Option<Result<ProcessPlan, ProcessPlanError>> {
    let server = |entry: &Entry| {
        let interface = entry.framework.interface;
        let is_installed = |server: &&Server| {
            server.interface == interface && facts.installed.contains(server.package)
        };
        SERVERS.iter().find(is_installed)
    };
    let usable = entries
        .iter()
        .find_map(|entry| Some((entry, server(entry)?)));
    let Some((entry, server)) = usable else {
        let entry = entries.first()?;
        if is_own_server(entry, facts) {
            return None;
        }
        return Some(Err(ProcessPlanError::NoServer {
            framework: entry.framework.name,
            app: entry.app(),
            file: entry.file.clone(),
            interface: entry.framework.interface,
        }));
    };
    if !entry.attribute.is_empty() {
        return Some(Err(ProcessPlanError::NoVariable {
            framework: entry.framework.name,
            file: entry.file.clone(),
            part: format!("{}{}", entry.variable, entry.attribute),
            server: server.package,
        }));
    }
    let app = entry.app();
    let rule = format!(
        "{}, a {} app, with {} installed",
        entry.file.display(),
        entry.framework.name,
        server.package
    );
    let command = server.command.replace("APP", &quoted(&app));
    let mut plan = process(command, Origin::Rule(rule), server.environment);
    let others = entries.iter().map(Entry::app).filter(|other| *other != app);
    plan.others = others.collect();
    if let Some(directory) = entry.module_directory() {
        plan.environment.insert("PYTHONPATH".to_owned(), directory);
    }
    Some(Ok(plan))
}

/// Whether the file serves itself when it is run, with a server that is installed: `uvicorn.run(app)`.
fn is_own_server(entry: &Entry, facts: Facts<'_>) -> bool {
    let mut sources = facts.sources.iter();
    let Some(file) = sources.find(|file| file.path == entry.file) else {
        return false;
    };
    let calls = [
        "uvicorn.run",
        "waitress.serve",
        "cheroot.wsgi.Server",
        "gevent.pywsgi.WSGIServer",
    ];
    file.source.is_script && calls.iter().any(|call| file.source.calls.contains(*call))
}

fn process(command: String, origin: Origin, environment: &[(&str, &str)]) -> ProcessPlan {
    let environment = environment.iter();
    ProcessPlan {
        command,
        origin,
        environment: environment
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        others: Vec::new(),
    }
}

/// A word of shell text.
fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "/._-:".contains(character);
    if word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests;
