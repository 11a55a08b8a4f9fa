//! Where in its source an app is: `module:variable`.

use std::path::{Path, PathBuf};

use crate::frameworks::{Framework, Interface, framework_of};
use crate::project::SourceFile;

/// An app that a server can serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) file: PathBuf,
    pub(super) variable: String,
    /// Of the variable, what a server gets: nothing, or `.server` where no variable holds that.
    pub(super) attribute: &'static str,
    pub(super) framework: &'static Framework,
}

/// The files that people look at first, by their names without `.py`.
const FIRST: [&str; 8] = [
    "main",
    "app",
    "server",
    "asgi",
    "wsgi",
    "api",
    "application",
    "__init__",
];

/// The variables that people give to an app, the usual one first.
const VARIABLES: [&str; 4] = ["app", "application", "api", "server"];

impl Entry {
    /// `module:variable`.
    pub(super) fn app(&self) -> String {
        let (_, module) = module_of(&self.file.with_extension(""));
        format!("{module}:{}{}", self.variable, self.attribute)
    }

    /// Where the module is to be found, when not in the app's own directory.
    pub(super) fn module_directory(&self) -> Option<String> {
        module_of(&self.file.with_extension("")).0
    }
}

/// The module of a path without its ending, and the directory in which it is, when that isn't the app's own.
pub(super) fn module_of(path: &Path) -> (Option<String>, String) {
    const SOURCES: &str = "src";
    let mut parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    if parts.last() == Some(&"__init__") {
        parts.pop();
    }
    let base = (parts.len() > 1 && parts[0] == SOURCES).then(|| parts.remove(0).to_owned());
    (base, parts.join("."))
}

/// How early a file is looked at.
pub(super) fn rank(path: &Path) -> usize {
    let name = path
        .file_stem()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    FIRST
        .iter()
        .position(|first| *first == name)
        .unwrap_or(FIRST.len())
}

/// Every app of the source, the one that is meant first: the shallowest file with the most usual name. Of Django the
/// WSGI app comes first, as its own servers have it, unless the settings speak of ASGI alone.
pub(super) fn entries(sources: &[SourceFile]) -> Vec<Entry> {
    let entry = |file| entry(file, sources);
    let mut entries: Vec<Entry> = sources.iter().filter_map(entry).collect();
    let has_wsgi = settings_name(sources, "WSGI_APPLICATION");
    let is_asgi_only = settings_name(sources, "ASGI_APPLICATION") && !has_wsgi;
    entries.sort_by_key(|entry| {
        let is_django = entry.framework.name == "Django";
        let is_other_interface =
            is_django && (entry.framework.interface == Interface::Asgi) != is_asgi_only;
        let depth = entry.file.components().count();
        (
            is_other_interface,
            depth,
            rank(&entry.file),
            entry.file.clone(),
        )
    });
    entries
}

fn settings_name(sources: &[SourceFile], name: &str) -> bool {
    let mut assignments = sources.iter().flat_map(|file| &file.source.assignments);
    assignments.any(|assignment| assignment.name == name)
}

/// The app of a file: the variable with the most usual name.
fn entry(file: &SourceFile, sources: &[SourceFile]) -> Option<Entry> {
    let assignments = file.source.assignments.iter();
    let made = assignments.filter_map(|assignment| {
        let call = assignment.call.as_deref()?;
        let framework = framework_of(call).or_else(|| made_by(call, sources))?;
        Some((assignment.name.as_str(), framework))
    });
    let rank = |name: &str| {
        VARIABLES
            .iter()
            .position(|usual| *usual == name)
            .unwrap_or(VARIABLES.len())
    };
    let (variable, framework) = made.min_by_key(|(name, _)| rank(name))?;
    let is_module = file.path.iter().all(|part| {
        let part = part.to_str().unwrap_or_default().trim_end_matches(".py");
        !part.is_empty()
            && part
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_')
    });
    let attribute = framework.attribute;
    let part = Some(format!("{variable}{attribute}"));
    let mut assignments = file.source.assignments.iter();
    let holds_part = assignments.find(|assignment| assignment.reference == part);
    let (variable, attribute) =
        holds_part.map_or((variable, attribute), |assignment| (&*assignment.name, ""));
    is_module.then(|| Entry {
        file: file.path.clone(),
        variable: variable.to_owned(),
        attribute,
        framework,
    })
}

/// What a function of the app makes: `app = create_app()`, where the file that has the function makes an app of a
/// framework somewhere.
fn made_by(call: &str, sources: &[SourceFile]) -> Option<&'static Framework> {
    let function = call.rsplit('.').next()?;
    let mut files = sources
        .iter()
        .filter(|file| file.source.functions.iter().any(|name| name == function));
    files.find_map(framework_in)
}

/// The framework of which a file makes an app, wherever in the file.
pub(super) fn framework_in(file: &SourceFile) -> Option<&'static Framework> {
    let mut calls = file.source.calls.iter();
    calls.find_map(|call| framework_of(call))
}
