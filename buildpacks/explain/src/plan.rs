//! What comes closest. Pure.

use buildpack_kit::detection::{Detection, name_fits};

use crate::elsewhere::Language;
use crate::project::Project;

/// Why no buildpack knows an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Findings {
    /// The directory that is the app, with a slash at its end; empty for the root.
    pub(crate) within: String,
    /// The names at the root, directories with a slash at their end.
    pub(crate) root: Vec<String>,
    /// The only file, when that is an archive.
    pub(crate) archive: Option<String>,
    /// For each buildpack of the builder.
    pub(crate) looked_for: Vec<LookedFor>,
    /// Of other languages, what was found.
    pub(crate) elsewhere: Vec<Elsewhere>,
    /// The lines of `project.toml` that leave files out.
    pub(crate) leaves_out: Vec<String>,
}

/// What a buildpack looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LookedFor {
    /// Its language.
    pub(crate) language: String,
    /// File names, or words.
    pub(crate) what: String,
    /// What came closest.
    pub(crate) closest: Option<Closest>,
}

/// What is almost what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Closest {
    /// A name at the root that somebody meant to be another.
    Misspelled {
        /// What is there.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// A file in a directory that would be an app.
    Below {
        /// Relative to the root.
        path: String,
        /// The directory, relative to what was handed to the build.
        directory: String,
    },
    /// A compiled program.
    Program {
        /// Relative to the root.
        path: String,
        /// The variable that names it.
        variable: String,
    },
    /// A program that a Procfile starts, and that isn't there.
    Started {
        /// The line of the Procfile, from 1.
        line: usize,
        /// As the line has it.
        program: String,
    },
}

/// A language that the builder doesn't have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Its name.
    pub(crate) language: String,
    /// The file that tells it.
    pub(crate) found: String,
    /// What the file should be called, where it is misspelled.
    pub(crate) expected: Option<String>,
    /// What can be done.
    pub(crate) way_out: String,
}

const ARCHIVES: [&str; 7] = [
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.zst", ".7z",
];

/// Looks at everything at once.
pub(crate) fn findings(project: &Project, languages: Vec<Language>) -> Findings {
    let looked_for = project.detections.iter().map(|detection| LookedFor {
        language: detection.language.clone(),
        what: what(detection),
        closest: closest(project, detection),
    });
    let has = |name: &str| {
        let mut detections = project.detections.iter();
        detections.any(|detection| detection.language == name)
    };
    let others = languages
        .into_iter()
        .filter(|language| !has(&language.name));
    Findings {
        archive: archive(&project.root),
        looked_for: looked_for.collect(),
        elsewhere: others
            .filter_map(|language| elsewhere(&project.root, language))
            .collect(),
        root: project.root.clone(),
        within: project.within.clone(),
        leaves_out: project.leaves_out.clone(),
    }
}

fn what(detection: &Detection) -> String {
    let words = detection.looked_for.iter().cloned();
    let all: Vec<String> = detection.files.iter().cloned().chain(words).collect();
    all.join(", ")
}

fn archive(root: &[String]) -> Option<String> {
    let mut shown = root.iter().filter(|name| !name.starts_with('.'));
    let only = shown.next().filter(|_| shown.next().is_none())?;
    let name = only.to_lowercase();
    let is_archive = ARCHIVES.iter().any(|ending| name.ends_with(ending));
    is_archive.then(|| only.clone())
}

fn closest(project: &Project, detection: &Detection) -> Option<Closest> {
    if let Some((found, expected)) = misspelled(&project.root, &detection.files) {
        return Some(Closest::Misspelled { found, expected });
    }
    let depth = |path: &str| path.matches('/').count();
    if let Some(variable) = &detection.program_variable {
        let path = project.programs.iter().min_by_key(|path| depth(path));
        let program = path.map(|path| Closest::Program {
            path: path.clone(),
            variable: variable.clone(),
        });
        let started = project.started.clone();
        return program.or(started.map(|(line, program)| Closest::Started { line, program }));
    }
    let fitting = detection.files.iter().flat_map(|pattern| {
        let files = project.below.iter();
        files.filter_map(move |path| Some((pattern, path, directory_of_fit(pattern, path)?)))
    });
    // A go.mod says more than any *.go, wherever it is.
    let (_, path, directory) = fitting.min_by_key(|(pattern, path, directory)| {
        (pattern.contains('*'), depth(directory), *path)
    })?;
    Some(Closest::Below {
        path: path.clone(),
        directory: format!("{}{directory}", project.within),
    })
}

/// The directory that would be an app by this file: `a/b` for `cmd/*/*.go` and `a/b/cmd/c/d.go`.
fn directory_of_fit<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let mut rest = path;
    for pattern in pattern.rsplit('/') {
        let (above, name) = rest.rsplit_once('/')?;
        if !name_fits(pattern, name) {
            return None;
        }
        rest = above;
    }
    Some(rest)
}

/// The first name at the root that is one of the files but for a slip, and that file.
fn misspelled(root: &[String], files: &[String]) -> Option<(String, String)> {
    let plain = files.iter().filter(|file| !file.contains(['*', '/']));
    let mut pairs = plain.flat_map(|file| root.iter().map(move |name| (name, file)));
    let (name, file) = pairs.find(|(name, file)| is_slip(name, file))?;
    Some((name.clone(), file.clone()))
}

fn is_slip(name: &str, file: &str) -> bool {
    if name == file || name.ends_with('/') {
        return false;
    }
    // go.sum is two letters from go.mod, and no slip.
    let allowed = if file.len() < 10 { 1 } else { 2 };
    let (name, file) = (name.to_lowercase(), file.to_lowercase());
    let stem = name.strip_suffix(".txt").unwrap_or(&name);
    name == file || stem == file || strsim::osa_distance(&name, &file) <= allowed
}

fn elsewhere(root: &[String], language: Language) -> Option<Elsewhere> {
    let fits = |pattern: &String| root.iter().find(|name| name_fits(pattern, name));
    let exact = language.files.iter().find_map(fits);
    let (found, expected) = match exact {
        Some(found) => (found.clone(), None),
        None => misspelled(root, &language.files).map(|(name, file)| (name, Some(file)))?,
    };
    Some(Elsewhere {
        language: language.name,
        found,
        expected,
        way_out: language.way_out,
    })
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
