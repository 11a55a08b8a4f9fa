//! The directory in which modules are looked for, where the app is a directory of a larger tree (`BP_APP_DIR`).

use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Environment, Sourced};
use buildpack_kit::files::KeepPatterns;
use buildpack_kit::sub_directory::{SubDirectory, SubDirectoryError};

/// The variable that names the directory of the app in which `go` works. As with Paketo, the app is all of it, and starts
/// where it does without the variable.
const DIRECTORY: &str = "BP_GO_WORKDIR";

/// A directory that holds the app, and the app in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ModuleTree {
    /// Where the app's module or workspace is, or the app itself.
    pub(crate) directory: PathBuf,
    /// The app, relative to it.
    pub(crate) app: PathBuf,
    /// Where in it the user wants `go` to work: in a directory of the app, or in the app where that is a part of a
    /// module.
    pub(crate) wish: Option<Sourced<String>>,
}

impl ModuleTree {
    /// As `go` looks for them from the app's directory: the nearest `go.work` counts, else the nearest `go.mod`. None
    /// that is outside of what was handed to the build.
    pub(crate) fn of(
        app: &SubDirectory,
        environment: &Environment,
    ) -> Result<Self, SubDirectoryError> {
        let above: Vec<&Path> = app.path.ancestors().collect();
        let holding = |name: &str| {
            let mut above = above.iter();
            above.find(|directory| app.tree().join(directory).join(name).is_file())
        };
        let module = holding("go.work").or_else(|| holding("go.mod"));
        let module: &Path = module.map_or(&app.path, |module| module);
        let in_tree = below(module, &app.path).unwrap_or_default();
        let named = SubDirectory::find(&app.directory(), environment, &[DIRECTORY])?;
        let (wish, origin) = if named.is_part() {
            (in_tree.join(&named.path), named.origin)
        } else {
            (in_tree.clone(), app.origin.clone())
        };
        let wish = Sourced::new(wish.display().to_string(), origin);
        Ok(Self {
            directory: app.tree().join(module),
            app: in_tree,
            wish: Some(wish).filter(|wish| !wish.value.is_empty()),
        })
    }

    /// Whether a path, relative to the tree, matches patterns of the app.
    pub(crate) fn keeps(&self, patterns: &KeepPatterns, path: &Path) -> bool {
        below(&self.app, path).is_some_and(|path| patterns.matches(&path))
    }

    /// Those of the paths that are in the app, relative to it.
    pub(crate) fn in_app<'a>(&self, paths: impl IntoIterator<Item = &'a PathBuf>) -> Vec<PathBuf> {
        let paths = paths.into_iter();
        paths.filter_map(|path| below(&self.app, path)).collect()
    }
}

/// `strip_prefix`, where an empty prefix is one of everything.
fn below(directory: &Path, path: &Path) -> Option<PathBuf> {
    path.strip_prefix(directory).ok().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn placed(tree: &Path, app: &str, directory: &str) -> ModuleTree {
        let none: [(&str, &str); 0] = [];
        let variables = [("BP_APP_DIR", app), ("BP_GO_WORKDIR", directory)];
        let environment = Environment::new(variables, none);
        let app = SubDirectory::find(tree, &environment, &["BP_APP_DIR"]).unwrap();
        ModuleTree::of(&app, &environment).unwrap()
    }

    #[test]
    fn the_nearest_workspace_or_module_counts() {
        let tree = testkit::directory(
            "-- go.mod --\n-- a/b/main.go --\n-- c/go.mod --\n-- c/d/main.go --\n-- w/go.work --\n-- w/x/y/go.mod --\n",
        );
        for (app, directory, expected) in [
            ("", "", "|"),
            ("", "./a/", "| a from BP_GO_WORKDIR"),
            ("a/b", "", "|a/b a/b from BP_APP_DIR"),
            ("a", "b", "|a a/b from BP_GO_WORKDIR"),
            ("c", "", "c|"),
            ("c", "d", "c| d from BP_GO_WORKDIR"),
            ("c/d", "", "c|d d from BP_APP_DIR"),
            ("w/x", "y", "w|x x/y from BP_GO_WORKDIR"),
        ] {
            let found = placed(tree.path(), app, directory);
            let module = found.directory.strip_prefix(tree.path()).unwrap();
            let wish = found
                .wish
                .map(|wish| format!(" {} from {}", wish.value, wish.origin));
            let shown = format!("{}|{}", module.display(), found.app.display());
            assert_eq!(shown + &wish.unwrap_or_default(), expected);
        }
        let alone = testkit::directory("-- a/main.go --\n");
        let found = placed(alone.path(), "a", "");
        assert_eq!(found.directory, alone.path().join("a"));
    }

    #[test]
    fn what_is_in_the_app_is_relative_to_it() {
        let tree = testkit::directory("-- go.mod --\n-- a/main.go --\n");
        let found = placed(tree.path(), "a", "");
        let paths = ["a/kodata", "b", "vendor"].map(PathBuf::from);
        assert_eq!(found.in_app(&paths), [PathBuf::from("kodata")]);
        let keep = KeepPatterns::new(["*.go".to_owned()]).unwrap();
        let kept = ["a/main.go", "main.go"].map(|path| found.keeps(&keep, Path::new(path)));
        assert_eq!(kept, [true, false]);
    }
}
