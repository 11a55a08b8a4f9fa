//! What tools leave in a source tree for themselves, and no image needs.

use std::path::Path;

/// Directories by name, wherever they are.
const DIRECTORIES: [&str; 8] = [
    ".mypy_cache",
    ".nyc_output",
    ".pytest_cache",
    ".ruff_cache",
    ".tox",
    ".venv",
    "__pycache__",
    "htmlcov",
];

/// Files by name, wherever they are.
const FILES: [&str; 2] = [".DS_Store", ".coverage"];

/// Names in directories of a name: `coverage` alone may as well be a part of the app.
const IN_DIRECTORIES: [(&str, &str); 6] = [
    ("coverage", "clover.xml"),
    ("coverage", "coverage-final.json"),
    ("coverage", "coverage-summary.json"),
    ("coverage", "lcov-report"),
    ("coverage", "lcov.info"),
    ("node_modules", ".cache"),
];

/// Whether a path is, or is below, what a tool left for itself: caches, reports of test coverage, a virtual
/// environment of the developer's machine. A language whose build makes such a directory asks before that.
#[must_use]
pub fn is_leftover(path: &Path) -> bool {
    let names: Vec<&str> = path.iter().filter_map(|name| name.to_str()).collect();
    let pairs = names.windows(2).map(|pair| (pair[0], pair[1]));
    names.iter().any(|name| DIRECTORIES.contains(name))
        || names.last().is_some_and(|name| FILES.contains(name))
        || pairs.into_iter().any(|pair| IN_DIRECTORIES.contains(&pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_and_reports_are_leftovers_and_an_apps_own_files_are_not() {
        for (path, expected) in [
            (".venv/bin/python", true),
            ("web/__pycache__/a.pyc", true),
            ("web/node_modules/.cache/x", true),
            ("node_modules/left-pad/index.js", false),
            ("coverage/lcov.info", true),
            ("coverage/lcov-report/index.html", true),
            ("coverage/template.html", false),
            (".DS_Store", true),
            ("a/.coverage", true),
            (".coveragerc", false),
            ("venv/x", false),
            (".cache/x", false),
        ] {
            assert_eq!(is_leftover(Path::new(path)), expected, "{path}");
        }
    }
}
