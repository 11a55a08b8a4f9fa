//! The toolchain: the bundled one where it lies, or a cache layer with one that `go` fetched.

use std::io::Error;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use buildpack_kit::layer::{self, CACHE_ONLY, Change, LayerError, LayerKey, LayerName, Outcome};
use serde::{Deserialize, Serialize};

use crate::go_command::{Go, GoError};
use crate::go_version::GoVersion;

/// Where a toolchain and the cache of its standard library lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toolchain {
    pub(crate) version: GoVersion,
    pub(crate) goroot: PathBuf,
    /// Absent for one that was fetched.
    pub(crate) standard_library_cache: Option<PathBuf>,
    /// The layer and what became of it; absent for a bundled one.
    pub(crate) layer: Option<(LayerName, Outcome)>,
}

/// Why a toolchain could not be fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ToolchainError {
    #[error("Go {version} could not be fetched")]
    Fetch {
        version: GoVersion,
        #[source]
        source: GoError,
    },
    #[error("Go {version} could not be unpacked")]
    Unpack {
        version: GoVersion,
        #[source]
        source: Error,
    },
    #[error("the layer of Go {version} has no valid name")]
    Name { version: GoVersion },
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    version: String,
    platform: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { version, platform } = self;
        [
            Change::between("the Go version", &previous.version, version),
            Change::between("the platform", &previous.platform, platform),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Fetches a version as the module `golang.org/toolchain`, checked against the checksum database.
pub(crate) fn fetch(
    layers_dir: &Path,
    version: GoVersion,
    go: &Go,
) -> Result<Toolchain, LayerError<ToolchainError>> {
    let name: LayerName = format!("toolchain-{version}")
        .parse()
        .map_err(|_| LayerError::Create(ToolchainError::Name { version }))?;
    let key = Key {
        version: version.to_string(),
        platform: format!("linux-{}", architecture()),
    };
    let outcome = layer::keyed(layers_dir, &name, CACHE_ONLY, &key, |layer| {
        let module = format!("golang.org/toolchain@v0.0.1-go{version}.{}", key.platform);
        let scratch = layer.join("download");
        let unpack = |source| ToolchainError::Unpack { version, source };
        fs_err::create_dir_all(&scratch).map_err(unpack)?;
        go.with("GOMODCACHE", &scratch)
            .capture(&scratch, ["mod", "download", module.as_str()])
            .map_err(|source| ToolchainError::Fetch { version, source })?;
        install(&scratch.join(&module), &layer.join("go")).map_err(unpack)?;
        buildpack_kit::files::remove_tree(&scratch).map_err(unpack)
    })?;
    Ok(Toolchain {
        version,
        goroot: layer::cache_path(layers_dir, &name).join("go"),
        standard_library_cache: None,
        layer: Some((name, outcome)),
    })
}

/// `go mod download` leaves out the executable bits that `GOTOOLCHAIN` itself would set.
fn install(module: &Path, goroot: &Path) -> Result<(), Error> {
    fs_err::rename(module, goroot)?;
    let mut directories = vec![goroot.join("bin")];
    for entry in fs_err::read_dir(goroot.join("pkg/tool"))? {
        directories.push(entry?.path());
    }
    for directory in directories {
        for entry in fs_err::read_dir(directory)? {
            fs_err::set_permissions(entry?.path(), std::fs::Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}

/// The name that Go has for the machine that builds.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
