//! The directory of a larger tree that is the app: `BP_APP_DIR`, and what other builders call it.
//!
//! Only what is in it is looked at to find out what the app is, it is where the app starts, and nothing of the
//! tree around it stays in the image. Build tools see the whole tree, so that `replace ../lib` and workspaces
//! work.

use std::path::{Component, Path, PathBuf};

use libcnb::data::launch::{Process, WorkingDirectory};
use walkdir::WalkDir;

use crate::environment::{Environment, EnvironmentError, Origin};
use crate::files::{self, FilesError};
use crate::output::Output;

/// The variable that every buildpack reads.
pub const VARIABLE: &str = "BP_APP_DIR";

/// How deep directories are looked for whose names resemble the one that isn't there.
const DEPTH: usize = 4;

/// How many of them are told.
const NAMED: usize = 3;

/// The app's place in the tree that was handed to the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubDirectory {
    root: PathBuf,
    /// Relative to the tree; empty when the app is all of it.
    pub path: PathBuf,
    /// Who says so.
    pub origin: Origin,
}

/// A directory that can't be the app.
#[derive(Debug, thiserror::Error)]
pub enum SubDirectoryError {
    /// The value is no text.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// Something can't be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// It is not in the tree, or a link leads out of it.
    #[error("{value} from {variable} is outside of the tree")]
    Outside {
        /// The variable.
        variable: String,
        /// Its value.
        value: String,
    },
    /// There is no such directory.
    #[error("{value} from {variable} is not there")]
    Missing {
        /// The variable.
        variable: String,
        /// Its value.
        value: String,
        /// Directories of the tree with names like it, the nearest first.
        nearest: Vec<String>,
    },
    /// It is a file.
    #[error("{value} from {variable} is no directory")]
    NotADirectory {
        /// The variable.
        variable: String,
        /// Its value.
        value: String,
    },
}

impl SubDirectory {
    /// What the first of these variables says that is set, or all of the tree.
    ///
    /// # Errors
    /// When it is no directory inside of the tree.
    pub fn find(
        root: &Path,
        environment: &Environment,
        variables: &[&str],
    ) -> Result<Self, SubDirectoryError> {
        let Some(text) = environment.first_text(variables)? else {
            return Ok(Self {
                root: root.to_owned(),
                path: PathBuf::new(),
                origin: Origin::Default,
            });
        };
        let (variable, value) = (text.origin.to_string(), text.value);
        let Some(path) = inside(&value) else {
            return Err(SubDirectoryError::Outside { variable, value });
        };
        let absolute = root.join(&path);
        if !absolute.exists() {
            let nearest = nearest(root, &path);
            return Err(SubDirectoryError::Missing {
                variable,
                value,
                nearest,
            });
        }
        if !absolute.is_dir() {
            return Err(SubDirectoryError::NotADirectory { variable, value });
        }
        // A link names the directory that it leads to: what the app is lies there, and the link alone may go.
        let real = |path: &Path| fs_err::canonicalize(path).map_err(FilesError::from);
        match real(&absolute)?.strip_prefix(real(root)?) {
            Ok(path) => Ok(Self {
                root: root.to_owned(),
                path: path.to_owned(),
                origin: text.origin,
            }),
            Err(_) => Err(SubDirectoryError::Outside { variable, value }),
        }
    }

    /// The tree that was handed to the build.
    #[must_use]
    pub fn tree(&self) -> &Path {
        &self.root
    }

    /// Where the app lies.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        self.root.join(&self.path)
    }

    /// Whether the app is a part of the tree only.
    #[must_use]
    pub fn is_part(&self) -> bool {
        !self.path.as_os_str().is_empty()
    }

    /// The processes, started where the app lies.
    #[must_use]
    pub fn starts(&self, mut processes: Vec<Process>) -> Vec<Process> {
        if self.is_part() {
            for process in &mut processes {
                process.working_directory = WorkingDirectory::Directory(self.directory());
            }
        }
        processes
    }

    /// Removes what isn't in the app's directory, saying how many files that are.
    ///
    /// # Errors
    /// When the tree can't be listed or something can't be removed.
    pub fn remove_the_rest(&self, output: &Output) -> Result<(), FilesError> {
        if !self.is_part() {
            return Ok(());
        }
        let removed = files::remove_unless(&self.root, |entry| {
            entry.path.starts_with(&self.path) || self.path.starts_with(&entry.path)
        })?;
        let files = match removed.files {
            1 => "1 file outside of it isn't".to_owned(),
            files => format!("{files} files outside of it aren't"),
        };
        output.step(format_args!(
            "The app is {} (from {}): {files} in the image",
            self.path.display(),
            self.origin,
        ));
        Ok(())
    }
}

/// The path in its shortest form, unless it leads out of the tree as far as its text says.
fn inside(value: &str) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    for component in Path::new(value).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(name) => path.push(name),
            Component::ParentDir if path.pop() => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

/// The directories whose path, or last name, is the least different.
fn nearest(root: &Path, wanted: &Path) -> Vec<String> {
    let is_visible = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_others = ["node_modules", "testdata", "vendor"].contains(&name.as_ref());
        entry.depth() == 0 || (entry.file_type().is_dir() && !name.starts_with('.') && !is_others)
    };
    let walk = WalkDir::new(root)
        .max_depth(DEPTH)
        .sort_by_file_name()
        .into_iter();
    let directories = walk.filter_entry(is_visible).flatten().skip(1);
    let last = |path: &Path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().to_lowercase()
    };
    let mut found: Vec<(usize, usize, String)> = directories
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(root).ok()?;
            let text = path.to_str()?;
            let of_paths = strsim::osa_distance(text, &wanted.to_string_lossy());
            let of_names = strsim::osa_distance(&last(path), &last(wanted));
            Some((of_paths.min(of_names), of_paths, text.to_owned()))
        })
        .collect();
    found.sort();
    found
        .into_iter()
        .take(NAMED)
        .map(|(.., path)| path)
        .collect()
}

#[cfg(test)]
mod tests;
