//! Which files make an app ours: those that `buildpack.toml` names, and a file that the user names.

use std::path::Path;

use buildpack_kit::detection::Detection;
use buildpack_kit::environment::Environment;
use buildpack_kit::files::FilesError;
use buildpack_kit::sub_directory::SubDirectory;

/// Whether the directory that one of the variables names, or else all of the tree, is a Node app.
pub(crate) fn is_node_app(
    tree: &Path,
    variables: &[&str],
    detection: &Detection,
    environment: &Environment,
) -> Result<bool, FilesError> {
    let Ok(app) = SubDirectory::find(tree, environment, variables) else {
        // A directory that can't be the app is for the build to explain.
        return Ok(true);
    };
    let is_named = environment
        .raw("BP_LAUNCHPOINT")
        .is_some_and(|file| !file.is_empty());
    Ok(is_named || detection.find(&app.directory())?.is_some())
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
    fn node_files_make_an_app_ours() {
        for (tree, variable, expected) in [
            ("-- package.json --\n", "", true),
            ("-- server.mjs --\n", "", true),
            ("-- index.ts --\n", "", true),
            ("-- lib/index.js --\n", "", false),
            ("-- lib/index.js --\n", "lib/index.js", true),
            ("-- requirements.txt --\n", "", false),
            ("-- package.json/ --\n", "", false),
        ] {
            let app = testkit::directory(tree);
            let environment = Environment::new([("BP_LAUNCHPOINT", variable)], [("PATH", "")]);
            let found = is_node_app(app.path(), &[], &detection(), &environment).unwrap();
            assert_eq!(found, expected, "{tree} {variable}");
        }
    }
}
