//! What comes as a wheel of the registry of Python packages: uv and Node.
//!
//! The client of that registry is pip. It comes from Debian and is run by the Python that was just made, so that the
//! machine needs neither.

use std::io;
use std::path::{Path, PathBuf};

use composer::{Architecture, Composer};
use oci::Layout;
use store::Store;

use crate::command::CommandError;
use crate::errors::BuilderError;
use crate::images::{Form, Image};
use crate::python_interpreter::Interpreter;
use crate::python_runtime::{PythonRuntime, RUN_IMAGE};
use crate::runtime::Runtime as _;

/// The image that pip is in, and where.
pub(crate) const PIP: &str = "pip";
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

/// A wheel that is taken only if it is this one.
pub(crate) struct Wheel<'a> {
    /// The name of the package.
    pub(crate) package: &'a str,
    pub(crate) version: &'a str,
    /// SHA-256, in hexadecimal.
    pub(crate) digest: &'a str,
}

/// pip, before it is unpacked.
pub(crate) struct Pip<'a> {
    architecture: Architecture,
    store: &'a Store,
    composer: &'a Composer,
    run_image: PathBuf,
    /// The Python that runs it.
    program: PathBuf,
}

impl<'a> Pip<'a> {
    /// Makes what it runs with where that has not been done.
    pub(crate) fn prepare(
        python: &PythonRuntime,
        architecture: Architecture,
        store: &'a Store,
        composer: &'a Composer,
    ) -> Result<Self, BuilderError> {
        let component = python.ensure(store, composer)?;
        let run_image = Image::new(composer, RUN_IMAGE, Form::Layout)?;
        Ok(Self {
            architecture,
            store,
            composer,
            run_image: run_image.ensure(store, composer)?,
            program: python.program(&component),
        })
    }

    /// Downloads a wheel and unpacks it below the work directory. Where it is; the inner error is pip's.
    pub(crate) fn unpack(
        &self,
        wheel: &Wheel<'_>,
        work: &Path,
    ) -> Result<Result<PathBuf, CommandError>, BuilderError> {
        let Self {
            architecture,
            store,
            composer,
            run_image,
            program,
        } = self;
        let root = work.join("run-image");
        store.io(|| fs_err::create_dir(&root))?;
        oci::unpack_image(&Layout::open(run_image.clone())?, &root)?;
        let interpreter = Interpreter::new(&root, *architecture);
        let pip = work.join("pip");
        composer.compose_directory(PIP, &pip)?;
        let pip = store.io(|| only_file(&pip.join(WHEELS)))?;
        let Wheel {
            package,
            version,
            digest,
        } = wheel;
        let requirement = format!("{package}=={version} --hash=sha256:{digest}\n");
        store.io(|| fs_err::write(work.join("requirements.txt"), requirement))?;
        let unpacked = download(&interpreter, program, &pip, work);
        Ok(unpacked.map(|()| work.join("unpacked")))
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
    fn one_file_is_expected() {
        let directory = testkit::directory("-- one/a --\n-- two/a --\n-- two/b --\n-- none/ --\n");
        let path = |name: &str| directory.path().join(name);
        assert_eq!(only_file(&path("one")).unwrap(), path("one/a"));
        assert!(only_file(&path("two")).is_err());
        assert!(only_file(&path("none")).is_err());
    }
}
