//! Imports of packages of the app itself that are not in it, most often of generated code: go looks for them in
//! other modules and complains that there is none.

use std::path::{Path, PathBuf};

use crate::go_command::GoError;
use crate::go_failure::GoFailure;
use crate::layers::binaries::CompileError;
use crate::project::{Module, Project};

/// A package that the app imports from itself and does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MissingPackage {
    pub(crate) import_path: String,
    /// Where it should be, relative to the app.
    pub(crate) directory: PathBuf,
    /// Whether there is such a directory, without Go files then.
    pub(crate) has_directory: bool,
    /// Where it is imported: `main.go:3:8`.
    pub(crate) position: String,
}

/// A failed compilation as what it is, where it was for want of a package of the app, or of a module beside it.
pub(crate) fn told(mut error: CompileError, app_dir: &Path, project: &Project) -> CompileError {
    if let CompileError::Go(GoError::Failed { failure, .. }) = &mut error
        && let GoFailure::ReplacementMissing {
            is_in_workspace, ..
        } = failure
    {
        *is_in_workspace = project.is_workspace;
    }
    match behind(&error, app_dir, project) {
        Some(package) => CompileError::MissingPackage(package),
        None => error,
    }
}

fn behind(error: &CompileError, app_dir: &Path, project: &Project) -> Option<MissingPackage> {
    let CompileError::Go(GoError::Failed {
        failure, output, ..
    }) = error
    else {
        return None;
    };
    let may_be_it = matches!(
        failure,
        GoFailure::RequirementMissing { .. }
            | GoFailure::VendorInconsistent
            | GoFailure::Compile { .. }
    );
    // go is run in the root, and what it says is relative to that.
    let mut missing = output.lines().filter_map(|line| {
        let (position, import_path) = import(line)?;
        let directory = directory(import_path, &project.modules)?;
        let nested = project.nested_modules.iter();
        let is_nested = nested.clone().any(|module| directory.starts_with(module));
        (!is_nested).then(|| MissingPackage {
            import_path: import_path.to_owned(),
            has_directory: app_dir.join(&directory).is_dir(),
            directory,
            position: position.to_owned(),
        })
    });
    missing.next().filter(|_| may_be_it)
}

/// A position, and the package that is imported there and that go does not find.
fn import(line: &str) -> Option<(&str, &str)> {
    let (position, problem) = line.split_once(": ")?;
    let after = [
        "no required module provides package ",
        // In an app with vendored modules.
        "cannot find module providing package ",
        // Where the path of the module has no dot in its first element, as only the standard library has it.
        "package ",
    ];
    let rest = after.iter().find_map(|words| problem.strip_prefix(words))?;
    let import_path = rest.split([' ', ';', ':']).next()?;
    Some((position, import_path))
}

/// Where a package of the app should be; of modules within one another, the innermost has it.
fn directory(import_path: &str, modules: &[Module]) -> Option<PathBuf> {
    let inside = modules.iter().filter_map(|module| {
        let rest = import_path.strip_prefix(module.path.as_str())?;
        let rest = rest.strip_prefix('/')?;
        Some((module.path.len(), module.directory.join(rest)))
    });
    inside.max().map(|(_, directory)| directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_that_go_does_not_find_are_read() {
        for (line, expected) in [
            (
                "main.go:3:8: no required module provides package example.com/app/gen; to add it:",
                Some(("main.go:3:8", "example.com/app/gen")),
            ),
            (
                "main.go:3:8: cannot find module providing package example.com/app/gen: import lookup disabled by -mod=vendor",
                Some(("main.go:3:8", "example.com/app/gen")),
            ),
            (
                "main.go:3:8: package app/gen is not in std (/x/src/app/gen)",
                Some(("main.go:3:8", "app/gen")),
            ),
            ("./main.go:4:2: undefined: x", None),
            ("\tgo get example.com/app/gen", None),
        ] {
            assert_eq!(import(line), expected, "{line}");
        }
    }

    #[test]
    fn a_package_is_in_the_innermost_module_that_can_have_it() {
        let module = |path: &str, directory: &str| Module {
            path: path.into(),
            directory: directory.into(),
        };
        let modules = [
            module("example.com/app", "app"),
            module("example.com/app/tools", "tools"),
        ];
        for (import_path, expected) in [
            ("example.com/app/gen/pb", Some("app/gen/pb")),
            ("example.com/app/tools/x", Some("tools/x")),
            ("example.com/application", None),
            ("example.com/app", None),
            ("fmt", None),
        ] {
            let found = directory(import_path, &modules);
            assert_eq!(found, expected.map(PathBuf::from), "{import_path}");
        }
    }
}
