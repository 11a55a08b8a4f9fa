//! Where the sources of the buildpacks are, and which crates of the workspace each is compiled from.
//!
//! Read from the manifests: asking `cargo metadata` takes longer than everything else that is done to
//! find that a builder is current.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::errors::BuilderError;
use crate::source_tree;

/// A directory below `buildpacks/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BuildpackSource {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) directory: PathBuf,
}

/// The sources of these buildpacks, in the order of the ids.
pub(crate) fn find(root: &Path, ids: &[String]) -> Result<Vec<BuildpackSource>, BuilderError> {
    let mut found = BTreeMap::new();
    for entry in fs_err::read_dir(root.join("buildpacks")).map_err(BuilderError::Read)? {
        let directory = entry.map_err(BuilderError::Read)?.path();
        let descriptor = directory.join("buildpack.toml");
        if descriptor.is_file() {
            let Descriptor { buildpack } = read(&descriptor)?;
            found.insert(
                buildpack.id.clone(),
                BuildpackSource {
                    id: buildpack.id,
                    version: buildpack.version,
                    directory,
                },
            );
        }
    }
    ids.iter()
        .map(|id| {
            found
                .get(id)
                .cloned()
                .ok_or_else(|| BuilderError::UnknownBuildpack {
                    id: id.clone(),
                    known: found.keys().cloned().collect(),
                })
        })
        .collect()
}

/// The oldest Rust that compiles the workspace.
pub(crate) fn oldest_rust(root: &Path) -> Result<String, BuilderError> {
    let manifest: WorkspaceManifest = read(&root.join("Cargo.toml"))?;
    Ok(manifest.workspace.package.rust_version)
}

/// The directories of crates and of all crates of the workspace that they use, sorted.
pub(crate) fn crates_of(
    root: &Path,
    crates: Vec<PathBuf>,
) -> Result<BTreeSet<PathBuf>, BuilderError> {
    let workspace: WorkspaceManifest = read(&root.join("Cargo.toml"))?;
    let members: BTreeMap<String, PathBuf> = workspace
        .workspace
        .dependencies
        .into_iter()
        .filter_map(|(name, dependency)| Some((name, root.join(dependency.get("path")?.as_str()?))))
        .collect();
    let mut directories = BTreeSet::new();
    let mut pending = crates;
    while let Some(directory) = pending.pop() {
        let manifest: CrateManifest = read(&directory.join("Cargo.toml"))?;
        if directories.insert(directory) {
            let dependencies = manifest.dependencies.keys();
            let dependencies = dependencies.chain(manifest.build_dependencies.keys());
            pending.extend(dependencies.filter_map(|name| members.get(name).cloned()));
        }
    }
    Ok(directories)
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, BuilderError> {
    toml::from_str(&source_tree::read(path)?).map_err(|source| BuilderError::Data {
        path: path.to_owned(),
        source,
    })
}

#[derive(Deserialize)]
struct Descriptor {
    buildpack: Buildpack,
}

#[derive(Deserialize)]
struct Buildpack {
    id: String,
    version: String,
}

#[derive(Deserialize)]
struct WorkspaceManifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    package: WorkspacePackage,
    dependencies: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct WorkspacePackage {
    rust_version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct CrateManifest {
    #[serde(default)]
    dependencies: BTreeMap<String, toml::Value>,
    #[serde(default)]
    build_dependencies: BTreeMap<String, toml::Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let files = [
            (
                "Cargo.toml",
                "[workspace.package]\nrust-version = \"1.95\"\n[workspace.dependencies]\nkit = { path = \"crates/kit\" }\nsbom = { path = \"crates/sbom\" }\nserde = \"1\"\n",
            ),
            (
                "buildpacks/go/Cargo.toml",
                "[dependencies]\nkit.workspace = true\nserde.workspace = true\n",
            ),
            (
                "buildpacks/go/buildpack.toml",
                "api = \"0.10\"\n[buildpack]\nid = \"coracle/go\"\nversion = \"0.1.0\"\n",
            ),
            ("buildpacks/notes/README.md", ""),
            (
                "crates/kit/Cargo.toml",
                "[dependencies]\nsbom = { workspace = true }\n",
            ),
            ("crates/sbom/Cargo.toml", ""),
            ("crates/other/Cargo.toml", ""),
        ];
        for (path, text) in files {
            let path = directory.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }
        directory
    }

    #[test]
    fn a_buildpack_is_made_of_its_crate_and_what_that_uses() {
        let workspace = workspace();
        let root = workspace.path();
        let sources = find(root, &["coracle/go".to_owned()]).unwrap();
        assert_eq!(sources[0].version, "0.1.0");
        assert_eq!(oldest_rust(root).unwrap(), "1.95");
        let crates: Vec<_> = crates_of(root, vec![sources[0].directory.clone()])
            .unwrap()
            .into_iter()
            .map(|path| path.strip_prefix(root).unwrap().display().to_string())
            .collect();
        assert_eq!(crates, ["buildpacks/go", "crates/kit", "crates/sbom"]);
    }

    #[test]
    fn an_unknown_buildpack_is_named_with_the_known_ones() {
        let workspace = workspace();
        let result = find(workspace.path(), &["coracle/perl".to_owned()]);
        let Err(BuilderError::UnknownBuildpack { id, known }) = result else {
            panic!("{result:?}");
        };
        assert_eq!(
            (id.as_str(), known),
            ("coracle/perl", vec!["coracle/go".to_owned()])
        );
    }
}
