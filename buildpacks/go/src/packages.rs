//! The main packages of the app, as `go list` sees them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::go_command::{Go, GoError};
use crate::go_list::{self, Extent, ListedPackage};
use crate::project::Project;

/// A package that can be made into a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MainPackage {
    /// `example.com/app/v2/cmd/web`.
    pub(crate) import_path: String,
    /// Relative to the app; empty for its root.
    pub(crate) directory: PathBuf,
    /// The name that `go install` gives the program: that of `example.com/app/v2` is `app`.
    pub(crate) program: String,
}

/// What `go list` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packages {
    /// Sorted by import path.
    pub(crate) mains: Vec<MainPackage>,
    /// How many packages there are, mains included.
    pub(crate) count: usize,
    /// The first complaint about a package that can't be loaded.
    pub(crate) problem: Option<String>,
    /// The directories of all of them, relative to the app.
    pub(crate) directories: BTreeSet<PathBuf>,
}

/// Lists the packages of the modules; without targets only those where programs are looked for. `go_dir` is where
/// `go` works.
pub(crate) fn list(go_dir: &Path, project: &Project, go: &Go) -> Result<Packages, GoError> {
    let scope = match &project.targets {
        Some(_) => Path::new(""),
        None => project.scope.as_path(),
    };
    let scope = project.root.join(scope);
    let modules = project.modules.iter();
    let patterns = modules.filter_map(|module| pattern(&module.directory, &scope, &project.root));
    let listed = go_list::list(go, go_dir, Extent::Named, patterns)?;
    Ok(packages(listed, go_dir))
}

/// `./...`, `./services/web/...`, `../lib/...`: what of a module is in the scope, relative to the root; all three are
/// relative to the app.
fn pattern(module: &Path, scope: &Path, root: &Path) -> Option<String> {
    let directory = if scope.starts_with(module) {
        scope
    } else if module.starts_with(scope) || scope == root {
        module
    } else {
        return None;
    };
    let mut shared = root;
    let mut relative = PathBuf::from(".");
    while !directory.starts_with(shared) {
        shared = shared.parent()?;
        relative.push("..");
    }
    let below = directory.strip_prefix(shared).ok()?;
    Some(relative.join(below).join("...").display().to_string())
}

fn packages(all: Vec<ListedPackage>, app_dir: &Path) -> Packages {
    let mut packages = Packages {
        mains: Vec::new(),
        count: 0,
        problem: None,
        directories: BTreeSet::new(),
    };
    for listed in all {
        packages.count += 1;
        if let (None, Some(error)) = (&packages.problem, listed.error) {
            packages.problem = Some(error.err);
        }
        let directory = listed.dir.strip_prefix(app_dir).unwrap_or(&listed.dir);
        packages.directories.insert(directory.to_owned());
        // One of tests alone can't be compiled.
        if listed.name == "main" && !listed.go_files.is_empty() {
            packages.mains.push(MainPackage {
                directory: directory.to_owned(),
                program: program(listed.target.as_deref(), &listed.import_path),
                import_path: listed.import_path,
            });
        }
    }
    packages
        .mains
        .sort_by(|one, other| one.import_path.cmp(&other.import_path));
    packages.mains.dedup();
    packages
}

fn program(target: Option<&Path>, import_path: &str) -> String {
    let target = target.and_then(|target| target.file_name()?.to_str());
    let last = import_path.rsplit('/').next().unwrap_or(import_path);
    target.unwrap_or(last).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go_list::ListedError;

    #[test]
    fn mains_are_named_as_go_install_names_them() {
        let listed = |directory: &str, import_path: &str, target: &str| ListedPackage {
            import_path: import_path.to_owned(),
            dir: directory.into(),
            name: "main".to_owned(),
            target: Some(target.into()),
            go_files: vec!["main.go".to_owned()],
            ..ListedPackage::default()
        };
        let of_tests = listed("/w/e2e", "example.com/a/v2/e2e", "/x/bin/e2e");
        let other = listed("/w/internal", "example.com/a/v2/internal", "");
        let broken = ListedPackage {
            error: Some(ListedError {
                err: "expected 'package'".to_owned(),
            }),
            name: String::new(),
            ..listed("/w/bad", "example.com/a/v2/bad", "")
        };
        let all = vec![
            listed("/w/cmd/z", "example.com/a/v2/cmd/z", "/x/bin/z"),
            ListedPackage {
                go_files: Vec::new(),
                ..of_tests
            },
            listed("/w", "example.com/a/v2", "/x/bin/linux_arm64/a"),
            ListedPackage {
                name: "internal".to_owned(),
                ..other
            },
            broken,
        ];
        let main = |directory: &str, import_path: &str, program: &str| MainPackage {
            import_path: import_path.into(),
            directory: directory.into(),
            program: program.into(),
        };
        assert_eq!(
            packages(all, Path::new("/w")),
            Packages {
                mains: vec![
                    main("", "example.com/a/v2", "a"),
                    main("cmd/z", "example.com/a/v2/cmd/z", "z"),
                ],
                count: 5,
                problem: Some("expected 'package'".into()),
                directories: ["", "bad", "cmd/z", "e2e", "internal"]
                    .map(PathBuf::from)
                    .into(),
            }
        );
    }

    #[test]
    fn patterns_reach_everything_below() {
        for (module, scope, root, expected) in [
            ("", "", "", Some("./...")),
            ("services/web", "", "", Some("./services/web/...")),
            ("api", "api", "api", Some("./...")),
            ("", "cmd/web", "", Some("./cmd/web/...")),
            ("services/web", "services", "", Some("./services/web/...")),
            ("services/web", "lib", "", None),
            ("lib", "work", "work", Some("./../lib/...")),
        ] {
            let found = pattern(Path::new(module), Path::new(scope), Path::new(root));
            assert_eq!(found.as_deref(), expected, "{module} {scope} {root}");
        }
    }
}
