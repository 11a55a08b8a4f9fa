//! How a Python is made of Debian's packages, step by step.

use std::path::{Path, PathBuf};

use composer::Composer;
use linkage::Libraries;
use store::Store;
use tracing::info_span;

use crate::command::CommandError;
use crate::errors::BuilderError;
use crate::python_data::{PythonData, is_source};
use crate::python_interpreter::Interpreter;
use crate::python_packages::Origin;
use crate::python_tree::PythonTree;
use crate::{python_libraries, python_packages, tree};

/// What a Python is made with, and where.
pub(crate) struct Recipe<'a> {
    pub(crate) store: &'a Store,
    pub(crate) composer: &'a Composer,
    pub(crate) data: &'a PythonData,
    /// `3.13`.
    pub(crate) version: &'a str,
    pub(crate) interpreter: Interpreter,
    /// Where Debian's packages of it are laid out.
    pub(crate) debian: PathBuf,
    /// The same of the libraries that the run image lacks.
    pub(crate) libraries: PathBuf,
    /// The whole tree.
    pub(crate) build: PythonTree,
    /// The tree for images.
    pub(crate) launch: PythonTree,
}

impl Recipe<'_> {
    /// Makes both trees of the images `python` and `libraries` of `stack/`, for a run image that offers
    /// `offered`.
    pub(crate) fn follow(
        &self,
        python: &str,
        libraries: &str,
        offered: &Libraries,
        work: &Path,
        out: &Path,
    ) -> Result<(), BuilderError> {
        self.composer.compose_directory(python, &self.debian)?;
        self.composer
            .compose_directory(libraries, &self.libraries)?;
        self.relocate()?;
        let bundled = python_libraries::bundle(self.store, &self.launch, &self.libraries, offered)?;
        let share = || python_libraries::share(&self.launch, &self.build);
        self.store.io(share)?;
        self.compile(work)?;
        let origins = [
            Origin {
                root: &self.debian,
                suite: self.composer.suite(python)?,
                used: self
                    .store
                    .io(|| python_packages::files_of_packages(&self.launch))?,
            },
            Origin {
                root: &self.libraries,
                suite: self.composer.suite(libraries)?,
                used: bundled,
            },
        ];
        self.describe(&origins, out)
    }

    fn relocate(&self) -> Result<(), BuilderError> {
        let trim = &self.data.trim;
        self.store.io(|| self.build.take(&self.debian, trim))?;
        self.build.find_libraries_beside_it(self.store)?;
        self.build.retarget(self.store, &self.data.retarget)?;
        Ok(self.store.io(|| self.launch.trim(&self.build, trim))?)
    }

    fn compile(&self, work: &Path) -> Result<(), BuilderError> {
        let title = "Compiling Python's standard library";
        let _step = info_span!("step", title).entered();
        let compile = &self.data.compile;
        let build = self.store.io(|| self.build.modules(is_source))?;
        let launch = |path: &str| compile.is_compiled(path);
        let launch = self.store.io(|| self.launch.modules(launch))?;
        for (tree, modules) in [(&self.build, build), (&self.launch, launch)] {
            let list = work.join("modules");
            self.store.io(|| fs_err::write(&list, modules))?;
            let compiled = self.interpreter.compile(tree, &list);
            compiled.map_err(|source| self.does_not_work(source))?;
        }
        Ok(())
    }

    /// Finishes the trees, and writes what they are.
    fn describe(&self, origins: &[Origin<'_>], out: &Path) -> Result<(), BuilderError> {
        let version = self.interpreter.version(&self.launch);
        let version = version.map_err(|source| self.does_not_work(source))?;
        let packages = python_packages::take_over(self.store, &self.launch, origins)?;
        let program = format!("bin/{}", self.launch.name());
        let normalise = || tree::normalise(out, |path| path.ends_with(&program));
        self.store.io(normalise)?;
        let digest = self.store.io(|| tree::digest(self.launch.directory()))?;
        let text = python_packages::render(&version, &digest, &packages)?;
        let file = out.join("runtime.toml");
        self.store.io(|| fs_err::write(&file, text))?;
        // Again, for the time of that file and of the directory.
        Ok(self.store.io(normalise)?)
    }

    fn does_not_work(&self, source: CommandError) -> BuilderError {
        BuilderError::Python {
            version: self.version.to_owned(),
            source,
        }
    }
}
