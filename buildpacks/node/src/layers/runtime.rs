//! Node in the image.

use std::path::{Path, PathBuf};

use buildpack_kit::layer::{self, Change, LayerError, LayerKey, LayerName, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::bundles::Bundle;

/// Files of it, relative to a bundle's `launch`.
const FILES: [&str; 2] = ["bin/node", "share/doc/node/LICENSE"];

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

/// The name of the layer: `node-24`.
pub(crate) fn name(bundle: &Bundle) -> Result<LayerName, std::io::Error> {
    let name = format!("node-{}", bundle.version.major());
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
        for file in FILES {
            let (from, to) = (bundle.launch.join(file), directory.join(file));
            fs_err::create_dir_all(to.parent().unwrap_or(directory))?;
            fs_err::copy(from, to)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layer_is_the_program_and_its_licence() {
        let root = testkit::directory(
            "-- launch/bin/node 0755 --\nx\n-- launch/share/doc/node/LICENSE --\n-- launch/other --\n-- layers/ --\n",
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
    }
}
