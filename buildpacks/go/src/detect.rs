//! Which files make an app ours (those that `buildpack.toml` names), and where they are looked for.

use std::path::{Path, PathBuf};

use buildpack_kit::detection::Detection;
use buildpack_kit::environment::{Environment, EnvironmentError};
use buildpack_kit::files::FilesError;

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

/// Whether the directory holds a Go app.
pub(crate) fn is_go_app(app_dir: &Path, detection: &Detection) -> Result<bool, FilesError> {
    Ok(detection.find(app_dir)?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That of `buildpack.toml`.
    fn detection() -> Detection {
        #[derive(serde::Deserialize)]
        struct Descriptor {
            metadata: crate::bundles::Metadata,
        }
        let text = include_str!("../buildpack.toml");
        let descriptor: Descriptor = toml::from_str(text).unwrap();
        descriptor.metadata.detection
    }

    #[test]
    fn directories_that_the_user_names_are_looked_at() {
        let app = testkit::directory("-- api/cmd/x/main.go --\n-- web/go.mod --\n-- file --\n");
        let found = |name: &str, value: &str| {
            let environment = Environment::new([(name, value)], [("PATH", "")]);
            let directories = directories(app.path(), &environment).unwrap();
            let found = directories
                .iter()
                .filter(|path| is_go_app(path, &detection()).unwrap());
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
            assert_eq!(
                is_go_app(app.path(), &detection()).unwrap(),
                expected,
                "{tree}"
            );
        }
    }
}
