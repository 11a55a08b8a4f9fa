//! Which files make an app ours: those that `buildpack.toml` names.

use std::path::Path;

use buildpack_kit::detection::Detection;
use buildpack_kit::files::FilesError;

/// Whether the directory holds a Python app.
pub(crate) fn is_python_app(app_dir: &Path, detection: &Detection) -> Result<bool, FilesError> {
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
                is_python_app(app.path(), &detection()).unwrap(),
                expected,
                "{tree}"
            );
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
