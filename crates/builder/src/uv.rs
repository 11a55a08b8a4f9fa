//! uv, which the Python buildpack installs everything with, from the registry of Python packages.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use composer::{Architecture, Composer};
use serde::Deserialize;
use store::Store;

use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::key::KeyBuilder;
use crate::prerequisites::{self, Missing};
use crate::python_runtime::PythonRuntime;
use crate::runtime::Runtime;
use crate::source_tree::{self, SourceTree};
use crate::tree;
use crate::wheel::{self, Pip, Wheel};

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 1;

/// `stack/runtimes/uv.toml`; the file explains itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct UvData {
    version: String,
    wheels: BTreeMap<String, String>,
}

/// The bundled uv, that is made or going to be.
#[derive(Debug)]
pub(crate) struct Uv {
    version: String,
    /// SHA-256 of the wheel.
    digest: String,
    python: PythonRuntime,
    architecture: Architecture,
    component: ComponentId,
}

impl Runtime for Uv {
    fn component(&self) -> &ComponentId {
        &self.component
    }

    fn mount_point(&self) -> PathBuf {
        PathBuf::from(format!("/opt/coracle/uv/{}", self.version))
    }

    fn missing(&self, _store: &Store) -> Result<Vec<Missing>, BuilderError> {
        Ok(prerequisites::apt())
    }

    fn images(&self) -> Vec<String> {
        vec![wheel::PIP.to_owned()]
    }

    fn ensure(&self, store: &Store, composer: &Composer) -> Result<PathBuf, BuilderError> {
        if self.component.exists(store) {
            return Ok(self.component.directory(store));
        }
        let wheel = Wheel {
            package: "uv",
            version: &self.version,
            digest: &self.digest,
        };
        let python = &self.python;
        let pip = Pip::prepare(python, self.architecture, store, composer)?;
        let title = format!("Downloading uv {}", self.version);
        self.component.ensure(store, &title, |work, out| {
            let unpacked =
                pip.unpack(&wheel, work)?
                    .map_err(|source| BuilderError::UvDownload {
                        version: self.version.clone(),
                        source,
                    })?;
            store.io(|| place(&self.version, &unpacked, out))?;
            Ok(())
        })
    }
}

impl Uv {
    /// The version that `stack/runtimes/uv.toml` names.
    pub(crate) fn new(
        source: &SourceTree,
        architecture: Architecture,
        composer: &Composer,
    ) -> Result<Self, BuilderError> {
        let path = source.path("stack/runtimes/uv.toml");
        let text = source_tree::read(&path)?;
        let UvData { version, wheels } =
            toml::from_str(&text).map_err(|source| BuilderError::Data {
                path: path.clone(),
                source,
            })?;
        let digest = wheels.get(architecture.name()).cloned();
        let digest = digest.ok_or(BuilderError::UvDigest { path, architecture })?;
        let mut key = KeyBuilder::new("uv", RECIPE);
        key.text("version", &version);
        key.text("digest", &digest);
        Ok(Self {
            component: ComponentId::new(format!("uv-{version}"), key.finish()),
            version,
            digest,
            python: PythonRuntime::default(source, architecture, composer)?,
            architecture,
        })
    }
}

/// Of an unpacked wheel, takes the program and the licences.
fn place(version: &str, wheel: &Path, out: &Path) -> io::Result<()> {
    let program = wheel.join(format!("uv-{version}.data/scripts/uv"));
    fs_err::rename(program, out.join("uv"))?;
    let licences = wheel.join(format!("uv-{version}.dist-info/licenses"));
    fs_err::rename(licences, out.join("licenses"))?;
    tree::normalise(out, |path| path == "uv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_this_tree_has_a_digest_for_every_architecture() {
        let data: UvData = toml::from_str(include_str!("../../../stack/runtimes/uv.toml")).unwrap();
        for architecture in Architecture::ALL {
            assert_eq!(data.wheels[architecture.name()].len(), 64, "{architecture}");
        }
    }

    #[test]
    fn a_wheel_leaves_program_and_licences() {
        let directory = testkit::directory(
            "-- wheel/uv-1.data/scripts/uv --\nuv\n-- wheel/uv-1.data/scripts/uvx --\nuvx\n\
             -- wheel/uv-1.dist-info/licenses/MIT --\nfree\n-- wheel/uv-1.dist-info/RECORD --\n\
             -- out/ --\n",
        );
        let path = |name: &str| directory.path().join(name);
        place("1", &path("wheel"), &path("out")).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(&path("out")), @"
        licenses      dir  0755
        licenses/MIT  file 0644
        uv            file 0755
        ");
    }
}
