//! Python, run on this machine while the builder is made.

use std::path::{Path, PathBuf};

use composer::Architecture;

use crate::command::{CommandError, Process};
use crate::python_tree::PythonTree;

/// How a Python of a component is started: by the loader and the libraries of the run image, for those of this
/// machine may be older than it needs. That is also what it will meet in an app's image.
pub(crate) struct Interpreter {
    loader: PathBuf,
    libraries: PathBuf,
}

impl Interpreter {
    /// With the run image unpacked in `root`.
    pub(crate) fn new(root: &Path, architecture: Architecture) -> Self {
        let libraries = root.join("usr/lib").join(architecture.multiarch());
        Self {
            loader: libraries.join(match architecture {
                Architecture::Amd64 => "ld-linux-x86-64.so.2",
                Architecture::Arm64 => "ld-linux-aarch64.so.1",
            }),
            libraries,
        }
    }

    /// A call of a Python; what the user's environment says to Python doesn't reach it, and it leaves no `.pyc` of
    /// what it imports: those would be of another kind, with the time of their sources.
    pub(crate) fn call(&self, program: &Path) -> Process {
        Process::new(&self.loader)
            .argument("--library-path")
            .argument(&self.libraries)
            .argument(program)
            .arguments(["-I", "-B"])
    }

    /// Compiles modules of `tree`, which a file lists, in one process and in that order, or not all `.pyc` would
    /// be the same every time. They are never compared with their sources, and name those where they will lie.
    pub(crate) fn compile(&self, tree: &PythonTree, list: &Path) -> Result<(), CommandError> {
        self.call(&tree.program())
            .arguments(["-m", "compileall", "-q", "-f", "-j", "1"])
            .arguments(["--invalidation-mode", "unchecked-hash"])
            .arguments([Path::new("-s"), tree.directory()])
            .arguments([Path::new("-p"), tree.prefix()])
            .argument("-i")
            .argument(list)
            .run()
    }

    /// The full version: `3.13.5`.
    pub(crate) fn version(&self, tree: &PythonTree) -> Result<String, CommandError> {
        let version = self
            .call(&tree.program())
            .arguments(["-c", "import platform; print(platform.python_version())"])
            .output()?;
        Ok(version.trim().to_owned())
    }
}
