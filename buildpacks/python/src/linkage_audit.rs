//! Whether the image has what the libraries of installed packages need: the run image, the interpreter's own
//! libraries, or the package itself, as wheels bring theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use linkage::{Libraries, Missing};
use walkdir::WalkDir;

/// Where the build image says which files are of which package (`<package>.md5sums`).
pub(crate) const RECORDS: &str = "/var/lib/dpkg/status.d";

/// What libraries may need.
#[derive(Debug, Clone, Default)]
pub(crate) struct Audit {
    /// Of the run image.
    pub(crate) libraries: Libraries,
    /// The interpreter's own, by their file names.
    pub(crate) own: BTreeSet<String>,
    /// The directory [`RECORDS`].
    pub(crate) records: PathBuf,
}

/// Why the audit isn't passed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuditError {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// What modules need and the image lacks, by what is lacking.
    #[error("{} things are missing in the image", .0.len())]
    Missing(Vec<Lack>),
}

/// Something that the image lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    pub(crate) missing: Missing,
    /// The first file that needs it, relative to the packages.
    pub(crate) file: PathBuf,
    /// The Debian package that has it, as far as the build image knows.
    pub(crate) package: Option<String>,
}

impl Audit {
    /// What there is, with the interpreter in a directory.
    pub(crate) fn new(libraries: Libraries, interpreter: &Path) -> Result<Self, std::io::Error> {
        let bundled = interpreter.join("lib/bundled");
        let own = if bundled.is_dir() {
            crate::installed::entries(&bundled)?
        } else {
            Vec::new()
        };
        let own = own
            .iter()
            .filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
        Ok(Self {
            libraries,
            own: own.collect(),
            records: RECORDS.into(),
        })
    }

    /// Looks at every library below a directory.
    pub(crate) fn check(&self, packages: &Path) -> Result<(), AuditError> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut found: Vec<(PathBuf, linkage::Elf)> = Vec::new();
        for entry in WalkDir::new(packages).sort_by_file_name() {
            let entry = entry.map_err(std::io::Error::from)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !entry.file_type().is_file() || !is_library(&name) {
                continue;
            }
            let bytes = fs_err::read(entry.path())?;
            if let Ok(elf) = linkage::parse(&bytes) {
                let path = entry.path().strip_prefix(packages).unwrap_or(entry.path());
                found.push((path.to_owned(), elf));
            }
            names.insert(name);
        }
        let mut lacks: BTreeMap<Missing, PathBuf> = BTreeMap::new();
        for (path, elf) in found {
            for missing in self.libraries.missing(&elf) {
                let is_there = match &missing {
                    // A library has no loader of its own.
                    Missing::NoLoader => true,
                    Missing::Library(name) => names.contains(name) || self.own.contains(name),
                    Missing::Loader(_) | Missing::Version(_) => false,
                };
                if !is_there {
                    lacks.entry(missing).or_insert_with(|| path.clone());
                }
            }
        }
        if lacks.is_empty() {
            return Ok(());
        }
        let of_debian = self.packages_of(lacks.keys());
        let lacks = lacks.into_iter().map(|(missing, file)| Lack {
            package: match &missing {
                Missing::Library(name) => of_debian.get(name).cloned(),
                _ => None,
            },
            missing,
            file,
        });
        Err(AuditError::Missing(lacks.collect()))
    }

    /// The Debian packages of libraries; without a record, a library is named without its package.
    fn packages_of<'a>(
        &self,
        missing: impl Iterator<Item = &'a Missing>,
    ) -> BTreeMap<String, String> {
        let sonames: Vec<&str> = missing
            .filter_map(|missing| match missing {
                Missing::Library(soname) => Some(soname.as_str()),
                _ => None,
            })
            .collect();
        let mut packages = BTreeMap::new();
        for path in crate::installed::entries(&self.records).unwrap_or_default() {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            let Some(package) = name.strip_suffix(".md5sums") else {
                continue;
            };
            let text = fs_err::read_to_string(&path).unwrap_or_default();
            for file in text.lines().filter_map(|line| line.rsplit('/').next()) {
                // The file of a library has its whole version in its name: libpq.so.5.17.
                let is_it = |soname: &&&str| {
                    let rest = file.strip_prefix(**soname);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                };
                if let Some(soname) = sonames.iter().find(is_it) {
                    packages.insert((*soname).to_owned(), package.to_owned());
                }
            }
        }
        packages
    }
}

/// `x.so`, `libx.so.1`.
pub(crate) fn is_library(name: &str) -> bool {
    name.strip_suffix(".so").is_some() || name.contains(".so.")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packages with the program of this test as a library, which needs libc.so.6.
    fn packages(also: &str) -> tempfile::TempDir {
        let root = testkit::directory(&format!("-- a/x.so --\nno ELF\n{also}"));
        fs_err::copy("/proc/self/exe", root.path().join("a/native.so")).unwrap();
        root
    }

    #[test]
    fn what_is_missing_is_named_with_who_needs_it() {
        let records = testkit::directory("-- libc6.md5sums --\n0  usr/lib/libc.so.6\n");
        let audit = Audit {
            records: records.path().to_owned(),
            ..Audit::default()
        };
        let AuditError::Missing(lacks) = audit.check(packages("").path()).unwrap_err() else {
            panic!("nothing is missing");
        };
        let libc = Lack {
            missing: Missing::Library("libc.so.6".to_owned()),
            file: "a/native.so".into(),
            package: Some("libc6".to_owned()),
        };
        assert!(lacks.contains(&libc), "{lacks:?}");
    }

    #[test]
    fn wheels_bring_their_own_libraries() {
        let bytes = fs_err::read("/proc/self/exe").unwrap();
        let needed = linkage::parse(&bytes).unwrap();
        let (first, others) = needed.needed.split_first().unwrap();
        let audit = Audit {
            libraries: Libraries {
                loaders: needed.interpreter.clone().into_iter().collect(),
                ..Libraries::default()
            },
            own: others.iter().cloned().collect(),
            ..Audit::default()
        };
        let library = packages(&format!("-- a.libs/{first} --\n"));
        assert!(audit.check(library.path()).is_ok());
        assert!(audit.check(packages("").path()).is_err());
    }
}
