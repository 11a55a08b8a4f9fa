//! A Node that the builder doesn't have: a package of the registry, fetched into a cache layer.

use std::path::{Path, PathBuf};

use buildpack_kit::command::Command;
use buildpack_kit::layer::{
    self, CACHE_ONLY, Change, LayerError, LayerKey, LayerName, Outcome, layer_name,
};
use buildpack_kit::output::Output;
use fs_err::os::unix::fs::symlink;
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
        format: 2,
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
        let program = place(layer).map_err(io)?;
        // A machine without `strip` has a larger image.
        let strip = Command::new("/usr/bin/strip")
            .arguments(["--strip-all".into(), program.into_os_string()]);
        if let Err(error) = strip.capture() {
            output.debug(error);
        }
        Ok(())
    })?;
    let directory = layer::cache_path(layers_dir, &name());
    let bundle = Bundle {
        version: version.clone(),
        launch: directory.join("launch"),
        build: directory,
        description: package,
        is_fetched: true,
    };
    Ok((bundle, outcome))
}

/// Puts what is in an image into `launch`, as the builder has it of its own; returns the program.
fn place(layer: &Path) -> Result<PathBuf, std::io::Error> {
    let launch = layer.join("launch");
    fs_err::create_dir_all(launch.join("share/doc/node"))?;
    fs_err::rename(layer.join("LICENSE"), launch.join("share/doc/node/LICENSE"))?;
    fs_err::rename(layer.join("bin"), launch.join("bin"))?;
    fs_err::create_dir(layer.join("bin"))?;
    symlink("../launch/bin/node", layer.join("bin/node"))?;
    Ok(launch.join("bin/node"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_an_image_lies_apart() {
        let package =
            testkit::directory("-- bin/node 0755 --\n-- include/node/node.h --\n-- LICENSE --\n");
        let _ = place(package.path()).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(package.path()), @"
        bin                            dir  0755
        bin/node                       link -> ../launch/bin/node
        include                        dir  0755
        include/node                   dir  0755
        include/node/node.h            file 0644
        launch                         dir  0755
        launch/bin                     dir  0755
        launch/bin/node                file 0755
        launch/share                   dir  0755
        launch/share/doc               dir  0755
        launch/share/doc/node          dir  0755
        launch/share/doc/node/LICENSE  file 0644
        ");
    }
}
