//! Which files make an app one of a buildpack's, as `[metadata.detection]` of its `buildpack.toml` says: data,
//! so that `coracle/explain` can tell what every buildpack of a builder has looked for without knowing any.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::files::FilesError;

/// `[metadata.detection]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Detection {
    /// What the buildpack is for, in a word: `Go`.
    pub language: String,
    /// Any of these files makes an app its own. Relative to the app; `*` stands for any characters of a name.
    #[serde(default)]
    pub files: Vec<String>,
    /// What is looked for, in words, where names alone don't tell.
    pub looked_for: Option<String>,
    /// The variable that names a compiled program of the app, where that is what is looked for.
    pub program_variable: Option<String>,
}

impl Detection {
    /// The first of the files that the app has.
    ///
    /// # Errors
    /// When a directory can't be read.
    pub fn find(&self, app_dir: &Path) -> Result<Option<PathBuf>, FilesError> {
        for pattern in &self.files {
            let segments: Vec<&str> = pattern.split('/').collect();
            if let Some(path) = find(app_dir, Path::new(""), &segments)? {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
}

/// Whether the name fits the pattern, in which at most one `*` stands for any characters.
#[must_use]
pub fn name_fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, end)) => {
            let rest = name.strip_prefix(start);
            rest.is_some_and(|rest| rest.ends_with(end))
        }
    }
}

fn find(app_dir: &Path, below: &Path, segments: &[&str]) -> Result<Option<PathBuf>, FilesError> {
    let Some((pattern, deeper)) = segments.split_first() else {
        return Ok(None);
    };
    let directory = app_dir.join(below);
    if !directory.is_dir() {
        return Ok(None);
    }
    for name in names(&directory, pattern)? {
        let path = below.join(name);
        let place = app_dir.join(&path);
        if deeper.is_empty() && place.is_file() {
            return Ok(Some(path));
        }
        if let Some(found) = find(app_dir, &path, deeper)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The names of a directory that fit, sorted. A plain name is not looked for by listing.
fn names(directory: &Path, pattern: &str) -> Result<Vec<String>, FilesError> {
    if !pattern.contains('*') {
        return Ok(vec![pattern.to_owned()]);
    }
    let mut names = Vec::new();
    let entries = fs_err::read_dir(directory);
    for entry in entries.map_err(|error| FilesError::reading(directory, error))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name_fits(pattern, &name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_patterns() {
        let app = testkit::directory(
            "-- cmd/web/main.go --\n-- cmd/notes.go --\n-- lib.go/ --\n-- a.toml --\n",
        );
        let found = |files: &[&str]| {
            let detection = Detection {
                language: "Any".to_owned(),
                files: files.iter().map(|&file| file.to_owned()).collect(),
                looked_for: None,
                program_variable: None,
            };
            let found = detection.find(app.path()).unwrap();
            found.map(|path| path.display().to_string())
        };
        assert_eq!(found(&["*.go", "go.mod", "a.toml/b", "none/*"]), None);
        assert_eq!(found(&["x", "cmd/*/*.go"]).unwrap(), "cmd/web/main.go");
        assert_eq!(found(&["*.toml"]).unwrap(), "a.toml");
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        assert!(name_fits("*.go", ".go") && name_fits("a*c", "abc") && name_fits("a", "a"));
        assert!(!name_fits("a*a", "a") && !name_fits("*.go", "go") && !name_fits("a", "b"));
    }
}
