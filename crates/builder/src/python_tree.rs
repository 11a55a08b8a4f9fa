//! A relocated Python: where in it is what, and how it is made of Debian's packages.

use std::io;
use std::path::{Path, PathBuf};

use composer::Architecture;
use linkage::{EditError, replace_version, set_rpath};
use store::Store;
use walkdir::WalkDir;

use crate::errors::BuilderError;
use crate::patterns::path_matches;
use crate::python_data::{Retarget, Trim};
use crate::python_sysconfig::{relocate, relocate_variables};
use crate::tree;

/// Where the libraries are that the run image lacks, relative to the tree. Not `lib` itself: the launcher puts that
/// of every layer on `LD_LIBRARY_PATH`.
const BUNDLED: &str = "lib/bundled";

/// A Python in a directory.
#[derive(Debug)]
pub(crate) struct PythonTree {
    directory: PathBuf,
    prefix: PathBuf,
    version: String,
    architecture: Architecture,
}

impl PythonTree {
    /// In `directory` now and, when it is used, in `prefix`.
    pub(crate) fn new(
        directory: PathBuf,
        prefix: PathBuf,
        version: &str,
        architecture: Architecture,
    ) -> Self {
        Self {
            directory,
            prefix,
            version: version.to_owned(),
            architecture,
        }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where it will lie.
    pub(crate) fn prefix(&self) -> &Path {
        &self.prefix
    }

    pub(crate) fn architecture(&self) -> Architecture {
        self.architecture
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.directory.join("bin").join(self.name())
    }

    pub(crate) fn standard_library(&self) -> PathBuf {
        self.directory.join("lib").join(self.name())
    }

    pub(crate) fn bundled_libraries(&self) -> PathBuf {
        self.directory.join(BUNDLED)
    }

    /// `python3.13`: the program and the directory of the standard library.
    pub(crate) fn name(&self) -> String {
        format!("python{}", self.version)
    }

    /// Takes over what Debian's packages have in `root`.
    pub(crate) fn take(&self, root: &Path, trim: &Trim) -> io::Result<()> {
        let name = &self.name();
        let multiarch = self.architecture.multiarch();
        let usr = root.join("usr");
        let move_to =
            |from: &Path, to: &str| fs_err::rename(usr.join(from), self.directory.join(to));
        for directory in ["bin", "include", "lib"] {
            fs_err::create_dir_all(self.directory.join(directory))?;
        }
        for path in [
            Path::new("bin").join(name),
            Path::new("lib").join(name),
            Path::new("include").join(name),
        ] {
            move_to(&path, &path.to_string_lossy())?;
        }
        for link in ["python3", "python"] {
            fs_err::os::unix::fs::symlink(name, self.directory.join("bin").join(link))?;
        }
        // The other one only includes this one, by a path below the compiler's own.
        let nested = Path::new("include").join(multiarch).join(name);
        move_to(
            &nested.join("pyconfig.h"),
            &format!("include/{name}/pyconfig.h"),
        )?;
        for entry in fs_err::read_dir(usr.join("lib").join(multiarch))? {
            let file_name = entry?.file_name();
            let file = Path::new("lib").join(multiarch).join(&file_name);
            if !file_name.to_string_lossy().ends_with(".a") {
                move_to(&file, &format!("lib/{}", file_name.to_string_lossy()))?;
            }
        }
        tree::remove_where(&self.standard_library(), |path, _| trim.is_out(path))?;
        self.link_for_embedding()?;
        self.relocate()
    }

    /// `config-*/libpython3.13.so` leads to the library beside the standard library.
    fn link_for_embedding(&self) -> io::Result<()> {
        let (name, multiarch) = (self.name(), self.architecture.multiarch());
        let config = format!("config-{}-{multiarch}", self.version);
        let link = self
            .standard_library()
            .join(config)
            .join(format!("lib{name}.so"));
        fs_err::remove_file(&link)?;
        fs_err::os::unix::fs::symlink(format!("../../lib{name}.so.1"), &link)
    }

    /// Has sysconfig and pkg-config say where the tree lies.
    fn relocate(&self) -> io::Result<()> {
        let multiarch = self.architecture.multiarch();
        let prefix = &self.prefix.to_string_lossy();
        for path in self.variables()? {
            rewrite(&path, |text| relocate_variables(text, multiarch, prefix))?;
        }
        for entry in fs_err::read_dir(self.directory.join("lib/pkgconfig"))? {
            rewrite(&entry?.path(), |text| relocate(text, multiarch, prefix))?;
        }
        Ok(())
    }

    /// The files that sysconfig reads, without links to them.
    fn variables(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs_err::read_dir(self.standard_library())? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let beginnings = ["_sysconfigdata_", "_sysconfig_vars_", "build-details"];
            if entry.file_type()?.is_file()
                && beginnings
                    .iter()
                    .any(|beginning| name.starts_with(beginning))
            {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    }

    /// The modules of the standard library that `is_wanted`, which sees paths relative to it: a line
    /// each, sorted.
    pub(crate) fn modules(&self, is_wanted: impl Fn(&str) -> bool) -> io::Result<String> {
        let root = self.standard_library();
        let files = tree::files(&root)?.into_iter();
        let wanted = files.filter(|file| is_wanted(file));
        let lines: Vec<String> = wanted
            .map(|file| root.join(file).display().to_string())
            .collect();
        Ok(lines.join("\n"))
    }

    /// Gives the interpreter, and the library that is the interpreter in other programs, the path to the
    /// libraries beside it.
    pub(crate) fn find_libraries_beside_it(&self, store: &Store) -> Result<(), BuilderError> {
        let embedded = format!("lib/lib{}.so.1.0", self.name());
        edit(store, &self.program(), |bytes| {
            set_rpath(bytes, "$ORIGIN/../lib/bundled")
        })?;
        edit(store, &self.directory.join(embedded), |bytes| {
            set_rpath(bytes, "$ORIGIN/bundled")
        })
    }

    /// Has files ask for symbol versions that the run image has.
    pub(crate) fn retarget(&self, store: &Store, rules: &[Retarget]) -> Result<(), BuilderError> {
        let root = self.standard_library();
        for file in store.io(|| tree::files(&root))? {
            for rule in rules.iter().filter(|rule| path_matches(&rule.file, &file)) {
                let path = root.join(&file);
                let Some(to) = rule.to.get(self.architecture.name()) else {
                    continue;
                };
                let bytes = store.io(|| fs_err::read(&path))?;
                let versions = linkage::parse(&bytes)
                    .map(|elf| elf.required_versions)
                    .unwrap_or_default();
                let is_asked_for = versions.iter().any(|required| {
                    required.library == rule.library && required.version == rule.from
                });
                if is_asked_for {
                    edit(store, &path, |bytes| {
                        replace_version(bytes, &rule.library, &rule.from, to)
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Makes this the tree for images: links to the files of the whole one, and those that name the directory
    /// where the tree lies written anew.
    pub(crate) fn trim(&self, whole: &Self, trim: &Trim) -> io::Result<()> {
        let standard_library = Path::new("lib").join(self.name());
        let is_taken = |path: &Path| match path.strip_prefix(&standard_library) {
            Ok(inside) => !trim.is_out_of_launch(&inside.to_string_lossy()),
            Err(_) => path.starts_with("bin") || standard_library.starts_with(path),
        };
        let relative = |path: &Path| {
            path.strip_prefix(&whole.directory)
                .unwrap_or(path)
                .to_owned()
        };
        let walk = WalkDir::new(&whole.directory)
            .into_iter()
            .filter_entry(|entry| is_taken(&relative(entry.path())));
        for entry in walk {
            let entry = entry.map_err(io::Error::from)?;
            let target = self.directory.join(relative(entry.path()));
            if entry.file_type().is_dir() {
                fs_err::create_dir_all(&target)?;
            } else if entry.file_type().is_symlink() {
                let link = fs_err::read_link(entry.path())?;
                fs_err::os::unix::fs::symlink(link, &target)?;
            } else {
                fs_err::hard_link(entry.path(), &target)?;
            }
        }
        let (from, to) = (
            whole.prefix.to_string_lossy(),
            self.prefix.to_string_lossy(),
        );
        for path in self.variables()? {
            rewrite(&path, |text| text.replace(&*from, &to))?;
        }
        Ok(())
    }
}

fn edit(
    store: &Store,
    path: &Path,
    change: impl FnOnce(&mut [u8]) -> Result<(), EditError>,
) -> Result<(), BuilderError> {
    let mut bytes = store.io(|| fs_err::read(path))?;
    change(&mut bytes).map_err(|source| BuilderError::PythonEdit {
        path: path.to_owned(),
        source,
    })?;
    store.io(|| replace(path, &bytes))?;
    Ok(())
}

fn rewrite(path: &Path, change: impl FnOnce(&str) -> String) -> io::Result<()> {
    let text = fs_err::read_to_string(path)?;
    replace(path, change(&text).as_bytes())
}

/// Writes a file anew: it may be linked from elsewhere.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs_err::remove_file(path)?;
    fs_err::write(path, bytes)
}

#[cfg(test)]
#[path = "python_tree_tests.rs"]
mod tests;
