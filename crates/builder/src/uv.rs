//! uv, which the Python buildpack installs everything with.
//!
//! It comes from the registry of Python packages, whose client is pip. That comes from Debian and is run by the
//! Python that was just made, so that the machine needs neither.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use composer::{Architecture, Composer};
use oci::Layout;
use serde::Deserialize;
use store::Store;

use crate::command::CommandError;
use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::images::{Form, Image};
use crate::key::KeyBuilder;
use crate::prerequisites::{self, Missing};
use crate::python_interpreter::Interpreter;
use crate::python_runtime::{PythonRuntime, RUN_IMAGE};
use crate::runtime::Runtime;
use crate::source_tree::{self, SourceTree};
use crate::tree;

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 1;

/// The image that pip is in, and where.
const PIP: &str = "pip";
const WHEELS: &str = "usr/share/python-wheels";

/// Settings of pip that change what is downloaded. Where it is downloaded from is the user's affair.
const CLEARED: &[&str] = &[
    "PIP_ABI",
    "PIP_CONSTRAINT",
    "PIP_DEST",
    "PIP_IMPLEMENTATION",
    "PIP_NO_BINARY",
    "PIP_PLATFORM",
    "PIP_PYTHON_VERSION",
    "PIP_REQUIREMENT",
];

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
        vec![PIP.to_owned()]
    }

    fn ensure(&self, store: &Store, composer: &Composer) -> Result<PathBuf, BuilderError> {
        if self.component.exists(store) {
            return Ok(self.component.directory(store));
        }
        let python = self.python.ensure(store, composer)?;
        let run_image = Image::new(composer, RUN_IMAGE, Form::Layout)?;
        let run_image = run_image.ensure(store, composer)?;
        let title = format!("Downloading uv {}", self.version);
        self.component.ensure(store, &title, |work, out| {
            let root = work.join("run-image");
            store.io(|| fs_err::create_dir(&root))?;
            oci::unpack_image(&Layout::open(run_image)?, &root)?;
            let interpreter = Interpreter::new(&root, self.architecture);
            let pip = work.join("pip");
            composer.compose_directory(PIP, &pip)?;
            let pip = store.io(|| only_file(&pip.join(WHEELS)))?;
            let requirement = format!("uv=={} --hash=sha256:{}\n", self.version, self.digest);
            store.io(|| fs_err::write(work.join("requirements.txt"), requirement))?;
            let program = self.python.program(&python);
            download(&interpreter, &program, &pip, work).map_err(|source| {
                BuilderError::UvDownload {
                    version: self.version.clone(),
                    source,
                }
            })?;
            store.io(|| place(&self.version, &work.join("unpacked"), out))?;
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

/// Downloads the wheel and unpacks it into `unpacked` below the work directory.
fn download(
    interpreter: &Interpreter,
    program: &Path,
    pip: &Path,
    work: &Path,
) -> Result<(), CommandError> {
    interpreter
        .call(program)
        .without(CLEARED)
        // Whatever a file of the user's says.
        .environment([("PIP_REQUIRE_VIRTUALENV", "0")])
        .scratch(work)
        .directory(work)
        .argument(pip.join("pip"))
        .argument("download")
        .arguments(["--no-deps", "--only-binary", ":all:", "--require-hashes"])
        .arguments(["--no-input", "--disable-pip-version-check"])
        .arguments(["--requirement", "requirements.txt", "--dest", "wheels"])
        .run()?;
    let wheel = only_file(&work.join("wheels")).map_err(|source| CommandError::Output {
        program: "pip".to_owned(),
        source,
    })?;
    interpreter
        .call(program)
        .directory(work)
        .arguments(["-m", "zipfile", "-e"])
        .argument(wheel)
        .argument("unpacked")
        .run()
}

/// Of an unpacked wheel, takes the program and the licences.
fn place(version: &str, wheel: &Path, out: &Path) -> io::Result<()> {
    let program = wheel.join(format!("uv-{version}.data/scripts/uv"));
    fs_err::rename(program, out.join("uv"))?;
    let licences = wheel.join(format!("uv-{version}.dist-info/licenses"));
    fs_err::rename(licences, out.join("licenses"))?;
    tree::normalise(out, |path| path == "uv")
}

/// The file of a directory that has no other.
fn only_file(directory: &Path) -> io::Result<PathBuf> {
    let mut entries = fs_err::read_dir(directory)?;
    if let (Some(entry), None) = (entries.next(), entries.next()) {
        return Ok(entry?.path());
    }
    let problem = format!("{} doesn't hold exactly one file", directory.display());
    Err(io::Error::other(problem))
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

    #[test]
    fn one_file_is_expected() {
        let directory = testkit::directory("-- one/a --\n-- two/a --\n-- two/b --\n-- none/ --\n");
        let path = |name: &str| directory.path().join(name);
        assert_eq!(only_file(&path("one")).unwrap(), path("one/a"));
        assert!(only_file(&path("two")).is_err());
        assert!(only_file(&path("none")).is_err());
    }
}
