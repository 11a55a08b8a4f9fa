//! An interpreter that the builder doesn't have: uv fetches it into a cache layer, checked against uv's own list.

use std::io;
use std::path::{Path, PathBuf};

use buildpack_kit::layer::{self, CACHE_ONLY, Change, LayerError, LayerKey, LayerName, Outcome};
use buildpack_kit::output::Output;
use serde::{Deserialize, Serialize};

use crate::bundles::Bundle;
use crate::installed::entries;
use crate::plan::install::{Purpose, UvCall};
use crate::python_version::PythonVersion;
use crate::uv_command::{Uv, UvError};

/// What uv installs into, in the layer.
const INSTALLATIONS: &str = "installations";

/// Why it can't be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error(transparent)]
    Uv(#[from] UvError),
    #[error("what was fetched can't be read")]
    Io(#[from] io::Error),
    /// uv made no directory that is called as it calls them.
    #[error("uv installed nothing in {}", .0.display())]
    Nothing(PathBuf),
    #[error("the layer of Python {0} has no valid name")]
    Name(PythonVersion),
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    /// As uv is asked for it.
    request: String,
    uv: String,
    platform: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self {
            request,
            uv,
            platform,
        } = self;
        [
            Change::between("the version", &previous.request, request),
            Change::between("the version of uv", &previous.uv, uv),
            Change::between("the platform", &previous.platform, platform),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// What was fetched.
pub(crate) struct Fetched {
    pub(crate) bundle: Bundle,
    pub(crate) layer: LayerName,
    pub(crate) outcome: Outcome,
}

/// Fetches a version, or finds the one that the last build fetched. `request` is what uv is asked for.
pub(crate) fn fetch(
    layers_dir: &Path,
    version: &PythonVersion,
    request: &str,
    uv: (&Uv, &str),
    output: &Output,
) -> Result<Fetched, LayerError<FetchError>> {
    let (uv, uv_version) = uv;
    let name: LayerName = format!("fetched-{version}")
        .parse()
        .map_err(|_| LayerError::Create(FetchError::Name(version.clone())))?;
    let key = Key {
        request: request.to_owned(),
        uv: uv_version.to_owned(),
        platform: format!("linux-{}", std::env::consts::ARCH),
    };
    let outcome = layer::keyed(layers_dir, &name, CACHE_ONLY, &key, |layer| {
        let call = UvCall {
            arguments: ["python", "install", "--no-bin", request]
                .map(str::to_owned)
                .to_vec(),
            environment: [
                ("UV_PYTHON_DOWNLOADS", "manual".to_owned()),
                ("UV_PYTHON_INSTALL_BIN", "0".to_owned()),
                (
                    "UV_PYTHON_INSTALL_DIR",
                    layer.join(INSTALLATIONS).display().to_string(),
                ),
                ("UV_PYTHON_PREFERENCE", "only-managed".to_owned()),
            ]
            .into(),
            purpose: Purpose::FetchPython,
        };
        uv.run(layer, &call, output)?;
        let (tree, _) = installation(layer)?;
        fs_err::rename(&tree, layer.join("build"))?;
        fs_err::write(
            layer.join("name"),
            tree.file_name().unwrap_or_default().as_encoded_bytes(),
        )?;
        buildpack_kit::files::remove_tree(&layer.join(INSTALLATIONS))?;
        Ok(())
    })?;
    let directory = layer::cache_path(layers_dir, &name);
    let whole = fs_err::read_to_string(directory.join("name"));
    let whole = whole.map_err(|error| LayerError::Create(error.into()))?;
    let found = version_of(&whole).unwrap_or_else(|| version.clone());
    Ok(Fetched {
        bundle: Bundle {
            version: found,
            build: directory.join("build"),
            launch: directory.join("build"),
            packages: Vec::new(),
            description: whole,
            is_fetched: true,
        },
        layer: name,
        outcome,
    })
}

/// The directory of the interpreter, beside which uv leaves links and locks.
fn installation(layer: &Path) -> Result<(PathBuf, PythonVersion), FetchError> {
    let directory = layer.join(INSTALLATIONS);
    for path in entries(&directory)? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if let (Some(version), false) = (version_of(name), path.is_symlink()) {
            return Ok((path, version));
        }
    }
    Err(FetchError::Nothing(directory))
}

/// `cpython-3.12.11-linux-x86_64-gnu`.
fn version_of(name: &str) -> Option<PythonVersion> {
    let mut parts = name.strip_prefix("cpython-")?.split('-');
    let version: PythonVersion = parts.next()?.parse().ok()?;
    (!version.is_minor()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_uv_leaves_is_understood() {
        let layer = testkit::directory(
            "-- installations/.temp/ --\n-- installations/.lock --\n\
             -- installations/cpython-3.12.11-linux-x86_64-gnu/bin/python3.12 0755 --\n",
        );
        let directory = layer.path().join(INSTALLATIONS);
        let link = directory.join("cpython-3.12-linux-x86_64-gnu");
        fs_err::os::unix::fs::symlink("cpython-3.12.11-linux-x86_64-gnu", link).unwrap();
        let (path, version) = installation(layer.path()).unwrap();
        assert_eq!(version.to_string(), "3.12.11");
        assert!(path.ends_with("cpython-3.12.11-linux-x86_64-gnu"));
        let empty = testkit::directory("-- installations/ --\n");
        assert!(matches!(
            installation(empty.path()),
            Err(FetchError::Nothing(_))
        ));
    }
}
