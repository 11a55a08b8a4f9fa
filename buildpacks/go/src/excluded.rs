//! Files that are not compiled, and why. Looked for only when a build can't go on without them: `go` does not
//! list a package all of whose files are excluded, and says of one that is imported no more than that.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::go_command::{Go, GoError};
use crate::go_failure::GoFailure;
use crate::go_list::{self, Extent};
use crate::packages::MainPackage;
use crate::project::Project;

/// A package with files that are not compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExcludedPackage {
    pub(crate) import_path: String,
    /// Relative to the app, for a package of it.
    pub(crate) directory: PathBuf,
    /// The files, tests left out; never empty.
    pub(crate) files: Vec<ExcludedFile>,
}

/// A file that is not compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExcludedFile {
    /// Relative to the app; for a package of another module, its import path and the name of the file.
    pub(crate) file: String,
    pub(crate) exclusion: Exclusion,
    /// Whether it is of a package called main. go doesn't say: it reads no further than the constraint.
    pub(crate) is_main: bool,
    /// Whether the function that a program starts with is in it.
    pub(crate) has_main_function: bool,
}

/// Why a file is not compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Exclusion {
    /// It needs cgo: the line that says so, counted from 1, and its text.
    Cgo(usize, String),
    /// A build constraint does not hold: its line, counted from 1, and its text.
    Constraint(usize, String),
    /// Its name is that of a file for another system or machine.
    Name,
}

impl ExcludedPackage {
    /// Whether it would be a program.
    pub(crate) fn is_main(&self) -> bool {
        self.files.iter().any(|file| file.is_main)
    }
}

/// The main packages of the app that `go list ./...` passed over; `listed` are the directories that it saw.
pub(crate) fn mains(
    go_dir: &Path,
    project: &Project,
    listed: &BTreeSet<PathBuf>,
    go: &Go,
) -> Result<Vec<ExcludedPackage>, GoError> {
    let is_passed_over = |directory: &Path| {
        let mut names = directory
            .iter()
            .map(|name| name.to_str().unwrap_or_default());
        let is_never_listed =
            |name: &str| name.starts_with(['.', '_']) || ["testdata", "vendor"].contains(&name);
        let mut nested = project.nested_modules.iter();
        !listed.contains(directory)
            && !names.any(is_never_listed)
            && !nested.any(|module| directory.starts_with(project.below_root(module)))
    };
    let sources = project.sources.iter();
    let directories: BTreeSet<&Path> = sources
        .filter(|path| path.extension().is_some_and(|extension| extension == "go"))
        .filter_map(|path| path.strip_prefix(&project.root).ok()?.parent())
        .filter(|directory| is_passed_over(directory))
        .collect();
    let patterns: Vec<String> = directories
        .iter()
        .map(|directory| format!("./{}", directory.display()))
        .collect();
    let mut packages = of(go_dir, &patterns, go)?;
    packages.retain(ExcludedPackage::is_main);
    Ok(packages)
}

/// The excluded files that a failed compilation was for want of; empty when it had another reason.
pub(crate) fn behind(
    error: &GoError,
    app_dir: &Path,
    targets: &[MainPackage],
    go: &Go,
) -> Vec<ExcludedPackage> {
    let GoError::Failed { failure, .. } = error else {
        return Vec::new();
    };
    // What can't be found out is told as go tells it.
    let found = |patterns: &[String]| of(app_dir, patterns, go).unwrap_or_default();
    match failure {
        GoFailure::AllFilesExcluded { package, .. } => found(std::slice::from_ref(package)),
        GoFailure::NoMainFunction { .. } => {
            let targets = targets.iter().map(|target| target.import_path.clone());
            let mut packages = found(&targets.collect::<Vec<_>>());
            for package in &mut packages {
                package.files.retain(|file| file.has_main_function);
            }
            packages.retain(|package| !package.files.is_empty());
            packages
        }
        _ => Vec::new(),
    }
}

fn of(app_dir: &Path, patterns: &[String], go: &Go) -> Result<Vec<ExcludedPackage>, GoError> {
    if patterns.is_empty() {
        return Ok(Vec::new());
    }
    let list = |go: &Go| go_list::list(go, app_dir, Extent::Named, patterns.iter().cloned());
    let without_cgo = list(go)?;
    let with_cgo = list(&go.with("CGO_ENABLED", "1"))?;
    let is_still_ignored = |path: &str, file: &String| {
        let mut packages = with_cgo.iter();
        let package = packages.find(|package| package.import_path == path);
        package.is_none_or(|package| package.ignored_go_files.contains(file))
    };
    let packages = without_cgo.into_iter().map(|listed| {
        let directory = listed.dir.strip_prefix(app_dir);
        let files = listed.ignored_go_files.iter();
        let files = files
            .filter(|file| !file.ends_with("_test.go"))
            .map(|name| {
                let needs_cgo = !is_still_ignored(&listed.import_path, name);
                let bytes = fs_err::read(listed.dir.join(name)).unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes);
                let file = match directory {
                    Ok(directory) => directory.join(name).display().to_string(),
                    Err(_) => format!("{}/{name}", listed.import_path),
                };
                ExcludedFile {
                    file,
                    exclusion: exclusion(&text, needs_cgo),
                    is_main: is_of_package_main(&text),
                    has_main_function: text.lines().any(|line| line.starts_with("func main()")),
                }
            });
        ExcludedPackage {
            files: files.collect(),
            directory: directory.unwrap_or(Path::new("")).to_owned(),
            import_path: listed.import_path,
        }
    });
    Ok(packages
        .filter(|package| !package.files.is_empty())
        .collect())
}

/// By the package clause, the first line that can be one.
fn is_of_package_main(text: &str) -> bool {
    let mut clauses = text.lines().map(|line| line.trim_start_matches('\u{feff}'));
    let clause = clauses.find(|line| line.starts_with("package "));
    let mut words = clause.unwrap_or_default().split([' ', '\t', ';', '/']);
    words.nth(1) == Some("main")
}

/// The line of a file that imports C, counted from 1, and its text.
pub(crate) fn cgo_import(text: &str) -> Option<(usize, String)> {
    let mut lines = text.lines().map(str::trim).enumerate();
    let found = lines.find(|(_, line)| {
        let words = line.split("//").next().unwrap_or_default();
        words.trim_end_matches([' ', ';', ')']).ends_with("\"C\"")
    });
    found.map(|(index, line)| (index + 1, line.trim_start_matches('\u{feff}').to_owned()))
}

/// The line that excludes a file; where there is none, it is the name.
fn exclusion(text: &str, needs_cgo: bool) -> Exclusion {
    let first = |is_it: fn(&str) -> bool| {
        let mut lines = text.lines().map(str::trim).enumerate();
        let line = lines.find(|(_, line)| is_it(line.trim_start_matches('\u{feff}')));
        line.map(|(index, line)| (index + 1, line.trim_start_matches('\u{feff}').to_owned()))
    };
    let constraint =
        first(|line| line.starts_with("//go:build ") || line.starts_with("// +build "));
    if needs_cgo {
        let (line, text) = cgo_import(text).or(constraint).unwrap_or_default();
        return Exclusion::Cgo(line, text);
    }
    match constraint {
        Some((line, text)) => Exclusion::Constraint(line, text),
        None => Exclusion::Name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_clause_says_what_is_main() {
        for (text, expected) in [
            ("//go:build ignore\n\npackage main // a tool\n", true),
            ("\u{feff}package main;import \"C\"", true),
            ("// package main\npackage mainly\n", false),
            ("", false),
        ] {
            assert_eq!(is_of_package_main(text), expected, "{text}");
        }
    }

    #[test]
    fn the_line_that_excludes_a_file_is_found() {
        let cgo = |line, text: &str| Exclusion::Cgo(line, text.into());
        let constraint = |line, text: &str| Exclusion::Constraint(line, text.into());
        for (text, needs_cgo, expected) in [
            ("package main\nimport \"C\"\n", true, cgo(2, "import \"C\"")),
            (
                "\u{feff}package x\nimport (\n\t\"fmt\"\n\t\"C\" // why\n)",
                true,
                cgo(4, "\"C\" // why"),
            ),
            (
                "//go:build cgo\n\npackage x",
                true,
                cgo(1, "//go:build cgo"),
            ),
            (
                "\u{feff}//go:build ignore\n\npackage main",
                false,
                constraint(1, "//go:build ignore"),
            ),
            (
                "// A.\n// +build tools\n\npackage x\nimport \"C\"",
                false,
                constraint(2, "// +build tools"),
            ),
            ("package main", false, Exclusion::Name),
        ] {
            assert_eq!(exclusion(text, needs_cgo), expected, "{text}");
        }
    }
}
