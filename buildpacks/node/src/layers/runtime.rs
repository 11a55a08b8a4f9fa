//! Node in the image: a copy of what the builder has, as it is.

use std::path::{Path, PathBuf};

use buildpack_kit::layer::{self, Change, LayerError, LayerKey, LayerName, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use crate::bundles::Bundle;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    version: String,
    /// Of what the builder says of it.
    description: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self {
            version,
            description,
        } = self;
        let version = Change::between("the version", &previous.version, version);
        let description =
            Change::of_content("the builder's copy", &previous.description, description);
        version.into_iter().chain(description).collect()
    }
}

/// The name of the layer: `node-24`. That is the builder's in every image, and so one that was fetched is called
/// otherwise: `node-24.1.0`.
pub(crate) fn name(bundle: &Bundle) -> Result<LayerName, std::io::Error> {
    let name = if bundle.is_fetched {
        format!("node-{}", bundle.version)
    } else {
        format!("node-{}", bundle.version.major())
    };
    name.parse().map_err(|_| std::io::Error::other(name))
}

/// The program when the app starts.
pub(crate) fn program(layers_dir: &Path, bundle: &Bundle) -> Result<PathBuf, std::io::Error> {
    Ok(layers_dir.join(name(bundle)?.as_str()).join("bin/node"))
}

/// Puts it into the launch layer.
pub(crate) fn install(
    layers_dir: &Path,
    bundle: &Bundle,
) -> Result<Outcome, LayerError<std::convert::Infallible>> {
    let key = Key {
        version: bundle.version.to_string(),
        description: hex::encode(Sha256::digest(&bundle.description)),
    };
    let name = name(bundle).map_err(|source| LayerError::Io {
        layer: "node".to_owned(),
        source,
    })?;
    layer::launch_files(layers_dir, &name, &key, |directory| {
        copy(&bundle.launch, directory)
    })
}

/// Copies a tree, into a directory that is there.
fn copy(from: &Path, to: &Path) -> Result<(), std::io::Error> {
    for entry in WalkDir::new(from).min_depth(1).sort_by_file_name() {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from).unwrap_or(entry.path()));
        if entry.file_type().is_dir() {
            fs_err::create_dir(target)?;
        } else {
            fs_err::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layer_is_the_builders_tree() {
        let root = testkit::directory(
            "-- launch/bin/node 0755 --\nx\n-- launch/share/doc/node/LICENSE --\n-- layers/ --\n",
        );
        let layers = root.path().join("layers");
        let bundle = Bundle {
            version: nodejs_semver::Version::parse("24.19.0").unwrap(),
            launch: root.path().join("launch"),
            build: root.path().join("build"),
            description: "version".to_owned(),
            is_fetched: false,
        };
        install(&layers, &bundle).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(&layers), @"
        node-24                         dir  0755
        node-24/bin                     dir  0755
        node-24/bin/node                file 0755
        node-24/share                   dir  0755
        node-24/share/doc               dir  0755
        node-24/share/doc/node          dir  0755
        node-24/share/doc/node/LICENSE  file 0644
        node-24.toml                    file 0644
        ");
        fs_err::remove_dir_all(layers.join("node-24")).unwrap();
        assert_eq!(
            install(&layers, &bundle).unwrap(),
            Outcome::ReusedWithoutContent
        );
        let other = Bundle {
            description: "another".to_owned(),
            ..bundle
        };
        let Outcome::Created { reasons } = install(&layers, &other).unwrap() else {
            panic!("the layer was not made anew");
        };
        assert_eq!(reasons[0].to_string(), "the builder's copy changed");
        let fetched = Bundle {
            is_fetched: true,
            ..other
        };
        assert_eq!(name(&fetched).unwrap().as_str(), "node-24.19.0");
    }
}
