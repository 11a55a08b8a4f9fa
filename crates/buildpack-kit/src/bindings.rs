//! Service bindings: credentials and settings that the platform mounts for a build, a directory each.
//!
//! ```text
//! bindings/netrc-of-ci/type     netrc
//! bindings/netrc-of-ci/.netrc   machine example.com login …
//! ```
//!
//! The forms are those of the Service Binding specification (`type` and `provider` beside the entries), also
//! as Kubernetes mounts a secret (links through `..data`), and the older one of the buildpacks' RFC 0031
//! (`metadata/kind`, entries in `secret/`). What is in an entry is read by the client that needs it: nothing
//! here holds, copies or prints it.

mod git;
mod kind;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

pub use git::{GitSetting, git_variables, shell_word};
pub use kind::BindingKind;

/// The bindings of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bindings {
    bindings: Vec<Binding>,
}

/// One binding: its name, its type and where its entries lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The name of its directory.
    pub name: String,
    /// The type as it was written, without surrounding white space.
    pub kind: String,
    /// The entries by name, which need not be UTF-8 inside; without `type` and `provider`.
    pub entries: BTreeMap<String, PathBuf>,
}

/// The entry of a binding that a client is pointed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundFile {
    /// The name of the binding.
    pub binding: String,
    /// Where the entry lies; what is in it may be secret.
    pub path: PathBuf,
}

/// A binding that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BindingError {
    /// A file or directory can't be read.
    #[error("the bindings can't be read")]
    Io(#[from] io::Error),
    /// A binding does not say of which type it is.
    #[error("the binding {binding} has no type")]
    NoType {
        /// Its name.
        binding: String,
        /// The file that should say it, in the binding's directory.
        file: &'static str,
    },
    /// What says the type is no text.
    #[error("the type of the binding {binding} is not UTF-8")]
    TypeNotText {
        /// Its name.
        binding: String,
        /// The file that says it, in the binding's directory.
        file: &'static str,
    },
    /// A binding lacks the entry that its type is about.
    #[error("the binding {binding} has no entry for {}", .kind.name())]
    NoEntry {
        /// Its name.
        binding: String,
        /// Its type.
        kind: BindingKind,
        /// The entries that it has, sorted.
        found: Vec<String>,
    },
    /// There are several bindings of a type of which a client reads one.
    #[error("there are several bindings of type {}", .kind.name())]
    Several {
        /// Their type.
        kind: BindingKind,
        /// Their names, sorted.
        bindings: Vec<String>,
    },
    /// An entry of a binding of certificates holds none.
    #[error("{entry} of the binding {binding} holds no certificate")]
    NoCertificate {
        /// The binding's name.
        binding: String,
        /// The entry's name.
        entry: String,
    },
}

impl Bindings {
    /// Reads which bindings there are; a root that is not there holds none.
    ///
    /// # Errors
    /// When a directory can't be read or a binding has no type.
    pub fn read(root: &Path) -> Result<Self, BindingError> {
        let mut bindings = Vec::new();
        for (name, directory) in visible(root)? {
            if directory.is_dir() {
                bindings.push(Binding::read(name, &directory)?);
            }
        }
        Ok(Self { bindings })
    }

    /// The bindings of a type, sorted by name. The case of a type doesn't matter.
    pub fn of(&self, kind: BindingKind) -> impl Iterator<Item = &Binding> {
        let is_of_kind = move |binding: &&Binding| binding.kind.eq_ignore_ascii_case(kind.name());
        self.bindings.iter().filter(is_of_kind)
    }

    /// The file that the only binding of a type is about.
    ///
    /// # Errors
    /// When there are several bindings of the type, or the one has no entry of a name that is accepted.
    pub fn file(&self, kind: BindingKind) -> Result<Option<BoundFile>, BindingError> {
        let mut bindings = self.of(kind);
        let Some(binding) = bindings.next() else {
            return Ok(None);
        };
        let others: Vec<String> = bindings.map(|binding| binding.name.clone()).collect();
        if !others.is_empty() {
            let first = [binding.name.clone()].into_iter();
            return Err(BindingError::Several {
                kind,
                bindings: first.chain(others).collect(),
            });
        }
        binding.file(kind).map(Some)
    }
}

impl Binding {
    fn read(name: String, directory: &Path) -> Result<Self, BindingError> {
        let is_old = directory.join("metadata").is_dir();
        let (type_file, entries) = if is_old {
            ("metadata/kind", directory.join("secret"))
        } else {
            ("type", directory.to_owned())
        };
        let kind = type_of(&name, directory, type_file)?;
        let mut entries: BTreeMap<String, PathBuf> = visible(&entries)?
            .into_iter()
            .filter(|(_, path)| path.is_file())
            .collect();
        if !is_old {
            entries.remove("type");
            entries.remove("provider");
        }
        Ok(Self {
            name,
            kind,
            entries,
        })
    }

    /// The file that a binding of this type is about.
    ///
    /// # Errors
    /// When there is no entry of a name that is accepted.
    pub fn file(&self, kind: BindingKind) -> Result<BoundFile, BindingError> {
        let names = kind.entries().iter();
        let mut found = names.filter_map(|name| self.entries.get(*name));
        match found.next() {
            Some(path) => Ok(BoundFile {
                binding: self.name.clone(),
                path: path.clone(),
            }),
            None => Err(BindingError::NoEntry {
                binding: self.name.clone(),
                kind,
                found: self.entries.keys().cloned().collect(),
            }),
        }
    }
}

fn type_of(binding: &str, directory: &Path, file: &'static str) -> Result<String, BindingError> {
    let binding = binding.to_owned();
    let bytes = match fs_err::read(directory.join(file)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(BindingError::NoType { binding, file });
        }
        Err(error) => return Err(error.into()),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(BindingError::TypeNotText { binding, file });
    };
    match text.trim() {
        "" => Err(BindingError::NoType { binding, file }),
        kind => Ok(kind.to_owned()),
    }
}

/// The entries of a directory but those that begin with `..`, which are how Kubernetes keeps the versions of
/// a secret; nothing where there is no such directory.
fn visible(directory: &Path) -> Result<BTreeMap<String, PathBuf>, io::Error> {
    let entries = match fs_err::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error),
    };
    let mut found = BTreeMap::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with("..") {
            found.insert(name, entry.path());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
