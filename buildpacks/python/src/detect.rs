//! Which apps are ours: those with files that `buildpack.toml` names, unless a `package.json` beside tells of Node.

use std::collections::BTreeMap;
use std::path::Path;

use buildpack_kit::detection::Detection;
use buildpack_kit::environment::Environment;
use buildpack_kit::files::{self, FilesError};
use buildpack_kit::sub_directory::{SubDirectory, VARIABLE};
use serde::Deserialize;

use crate::manager::MANIFESTS;

/// Whether the app, which may be a part of the tree, is one of Python.
pub(crate) fn is_python_app(
    tree: &Path,
    detection: &Detection,
    environment: &Environment,
) -> Result<bool, FilesError> {
    let Ok(app) = SubDirectory::find(tree, environment, &[VARIABLE]) else {
        // A directory that can't be the app is for the build to explain.
        return Ok(true);
    };
    let app_dir = &app.directory();
    Ok(detection.find(app_dir)?.is_some() && !is_node_app(app_dir))
}

/// Whether a script beside an app of Node is all that there is of Python: nothing says what would be installed, and a
/// `package.json` says how to start.
fn is_node_app(app_dir: &Path) -> bool {
    #[derive(Deserialize)]
    struct Manifest {
        #[serde(default)]
        scripts: BTreeMap<String, serde_json::Value>,
    }
    let is_there = |name: &str| app_dir.join(name).is_file();
    let text = |name: &str| files::read_text(app_dir, name).ok().flatten();
    let manifest = text("package.json").and_then(|text| serde_json::from_str(&text).ok());
    let start = manifest.and_then(|Manifest { scripts }| Some(scripts.get("start")?.to_string()));
    let says_python = |text: String| text.contains("python");
    !MANIFESTS.into_iter().any(is_there)
        && !is_there("manage.py")
        && start.is_some_and(|start| !says_python(start))
        && !text("Procfile").is_some_and(says_python)
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
    fn python_files_make_an_app_ours() {
        for (tree, expected) in [
            ("-- requirements.txt --\n", true),
            ("-- requirments.txt --\n", false),
            ("-- Pipfile.lock --\n", true),
            ("-- .python-version --\n", true),
            ("-- tool.py --\n", true),
            ("-- shop/app.py --\n", false),
            ("-- app.py/ --\n", false),
            ("-- package.json --\n", false),
        ] {
            let app = testkit::directory(tree);
            assert_eq!(
                is_python_app(app.path(), &detection(), &Environment::default()).unwrap(),
                expected,
                "{tree}"
            );
        }
    }

    #[test]
    fn a_script_beside_a_node_app_is_no_python_app() {
        const START: &str = "-- package.json --\n{\"scripts\": {\"start\": \"node server.js\"}}\n";
        const BUILD: &str = "-- package.json --\n{\"scripts\": {\"build\": \"vite build\"}}\n";
        for (tree, expected) in [
            (format!("-- seed.py --\n{START}"), false),
            (format!("-- seed.py --\n{BUILD}"), true),
            (
                format!("-- seed.py --\n-- requirements.txt --\n{START}"),
                true,
            ),
            (format!("-- manage.py --\n{START}"), true),
            (
                format!("-- web.py --\n-- Procfile --\nweb: python web.py\n{START}"),
                true,
            ),
            (
                format!(
                    "-- web.py --\n{}",
                    START.replace("node server.js", "python web.py")
                ),
                true,
            ),
            ("-- web.py --\n-- package.json --\n{".to_owned(), true),
        ] {
            let app = testkit::directory(&tree);
            let found = is_python_app(app.path(), &detection(), &Environment::default()).unwrap();
            assert_eq!(found, expected, "{tree}");
        }
    }

    #[test]
    fn every_file_that_is_read_is_looked_for() {
        let files = detection().files;
        for name in crate::manager::MANIFESTS {
            let is_named = files.iter().any(|file| file == name);
            let is_source = Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "py");
            assert!(is_named || is_source, "{name}");
        }
    }
}
