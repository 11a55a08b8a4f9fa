//! Which files make an app ours, and where they are looked for.

use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Environment, EnvironmentError};

use crate::module_root::normal;

/// What names directories in which there may be Go where there is none in the root.
const DIRECTORIES: [&str; 4] = [
    "BP_GO_WORKDIR",
    "BP_GO_WORK_USE",
    "BP_GO_TARGETS",
    "GOOGLE_BUILDABLE",
];

/// The app directory, and those in it that the user names.
pub(crate) fn directories(
    app_dir: &Path,
    environment: &Environment,
) -> Result<Vec<PathBuf>, EnvironmentError> {
    let mut directories = vec![app_dir.to_owned()];
    for name in DIRECTORIES {
        let named = environment.list(name, ':')?;
        let named = named.map(|named| named.value).unwrap_or_default();
        let paths = named.iter().map(|path| path.trim_end_matches("..."));
        let inside = paths.filter_map(|path| normal(Path::new(path)));
        for path in inside {
            let with_those_above = path.ancestors().map(|path| app_dir.join(path));
            directories.extend(with_those_above.filter(|path| path.is_dir()));
        }
    }
    Ok(directories)
}

use buildpack_kit::files::FilesError;

/// Wide on purpose: without a go.mod the build fails, but it can say why.
pub(crate) const ROOT_FILES: [&str; 2] = ["go.mod", "go.work"];

/// Whether the directory holds a Go app: `go.mod`, `go.work`, `*.go` or `cmd/*/*.go`.
pub(crate) fn is_go_app(app_dir: &Path) -> Result<bool, FilesError> {
    if ROOT_FILES.iter().any(|name| app_dir.join(name).is_file()) || has_go_file(app_dir)? {
        return Ok(true);
    }
    let commands = app_dir.join("cmd");
    if !commands.is_dir() {
        return Ok(false);
    }
    let entries = fs_err::read_dir(&commands);
    for entry in entries.map_err(|error| FilesError::reading(&commands, error))? {
        let path = entry?.path();
        if path.is_dir() && has_go_file(&path)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_go_file(directory: &Path) -> Result<bool, FilesError> {
    let entries = fs_err::read_dir(directory);
    for entry in entries.map_err(|error| FilesError::reading(directory, error))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "go") && path.is_file() {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_that_the_user_names_are_looked_at() {
        let app = testkit::directory("-- api/cmd/x/main.go --\n-- web/go.mod --\n-- file --\n");
        let found = |name: &str, value: &str| {
            let environment = Environment::new([(name, value)], [("PATH", "")]);
            let directories = directories(app.path(), &environment).unwrap();
            let found = directories.iter().filter(|path| is_go_app(path).unwrap());
            let found =
                found.map(|path| path.strip_prefix(app.path()).unwrap().display().to_string());
            found.collect::<Vec<_>>()
        };
        assert_eq!(found("BP_GO_WORKDIR", "./web"), ["web"]);
        assert_eq!(found("BP_GO_WORK_USE", "./api:./web"), ["api", "web"]);
        assert_eq!(found("BP_GO_TARGETS", "./api/cmd/..."), ["api"]);
        assert_eq!(
            found("BP_GO_TARGETS", "./api/cmd/x:./file"),
            ["api/cmd/x", "api"]
        );
        assert_eq!(found("GOOGLE_BUILDABLE", "../api"), [""; 0]);
        assert_eq!(found("BP_KEEP_FILES", "./web"), [""; 0]);
    }

    #[test]
    fn go_files_in_these_places_make_an_app_ours() {
        for (tree, expected) in [
            ("-- go.mod --\n", true),
            ("-- go.work --\n", true),
            ("-- main.go --\n", true),
            ("-- cmd/web/main.go --\n", true),
            ("-- cmd/main.go --\n", false),
            ("-- internal/main.go --\n", false),
            ("-- go.mod/ --\n", false),
            ("-- main.go/ --\n", false),
            ("-- package.json --\n", false),
            ("-- cmd --\n", false),
        ] {
            let app = testkit::directory(tree);
            assert_eq!(is_go_app(app.path()).unwrap(), expected, "{tree}");
        }
    }
}
