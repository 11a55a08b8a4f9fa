//! A Node that the builder doesn't have: a package of the registry, fetched into a cache layer.

use std::path::Path;

use buildpack_kit::command::Command;
use buildpack_kit::layer::{
    self, CACHE_ONLY, Change, LayerError, LayerKey, LayerName, Outcome, layer_name,
};
use buildpack_kit::output::Output;
use nodejs_semver::Version;
use serde::{Deserialize, Serialize};

use crate::bundles::Bundle;
use crate::registry::{Registry, RegistryError};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    package: String,
    format: u32,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { package, format } = self;
        let package = Change::between("the version", &previous.package, package);
        let format = Change::between("the layout", &previous.format, format);
        package.into_iter().chain(format).collect()
    }
}

/// The name of the layer.
pub(crate) fn name() -> LayerName {
    layer_name!("fetched-node")
}

/// Fetches a version, or finds the one that the last build fetched.
pub(crate) fn fetch(
    layers_dir: &Path,
    version: &Version,
    architecture: &str,
    registry: &Registry,
    output: &Output,
) -> Result<(Bundle, Outcome), LayerError<RegistryError>> {
    let processor = if architecture == "arm64" {
        "arm64"
    } else {
        "x64"
    };
    let package = format!("node-linux-{processor}@{version}");
    let key = Key {
        package: package.clone(),
        format: 1,
    };
    let outcome = layer::keyed(layers_dir, &name(), CACHE_ONLY, &key, |layer| {
        registry.fetch(
            &package,
            None,
            (&["bin/node", "include", "LICENSE"], "bin/node"),
            layer,
            output,
        )?;
        let io = |source| RegistryError::Io {
            package: package.clone(),
            source,
        };
        fs_err::create_dir_all(layer.join("share/doc/node")).map_err(io)?;
        fs_err::rename(layer.join("LICENSE"), layer.join("share/doc/node/LICENSE")).map_err(io)?;
        // A machine without `strip` has a larger image.
        let strip = Command::new("/usr/bin/strip").arguments([
            "--strip-all".into(),
            layer.join("bin/node").into_os_string(),
        ]);
        if let Err(error) = strip.capture() {
            output.debug(error);
        }
        Ok(())
    })?;
    let directory = layer::cache_path(layers_dir, &name());
    let bundle = Bundle {
        version: version.clone(),
        launch: directory.clone(),
        build: directory,
        description: package,
        is_fetched: true,
    };
    Ok((bundle, outcome))
}
