//! Which files make an app ours.

use std::path::Path;

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
