//! `requirements.txt` as pip reads it, made one file that uv reads alike.
//!
//! uv knows the format, but ignores `--pre`, reads no variable in a version, takes no `-e git+…`, and verifies only
//! those hashes that there are where pip would insist on all of them.

mod encoding;
mod line;

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use buildpack_kit::environment::Origin;

pub(crate) use self::encoding::decode;
pub(crate) use self::line::expand;
use self::line::{Line, logical_lines};
use crate::locks::requirement_name;

/// The file that everybody has.
pub(crate) const FILE: &str = "requirements.txt";

/// Requirement files with all that they include.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Requirements {
    /// What was read, in order, relative to the app.
    pub(crate) files: Vec<PathBuf>,
    /// One file for uv, a line each; paths are absolute.
    pub(crate) lines: Vec<String>,
    /// Another one, of what `-c` names.
    pub(crate) constraints: Vec<String>,
    /// `--pre`.
    pub(crate) prereleases: bool,
    /// Whether every requirement must have a hash.
    pub(crate) hashed: bool,
    /// Whether there is an index beside the usual one.
    pub(crate) has_extra_index: bool,
    /// The normalised names of what is required, as far as the lines tell.
    pub(crate) names: BTreeSet<String>,
    /// Directories and archives of the app that are copied into the environment, relative to it.
    pub(crate) copied: BTreeSet<PathBuf>,
    /// Those that are only referred to, relative to the app.
    pub(crate) editable: BTreeSet<PathBuf>,
}

/// Requirement files that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RequirementsError {
    /// Nobody wrote the file that is named.
    #[error("{} isn't there", .file.display())]
    Absent { file: PathBuf, origin: Origin },
    /// A file includes itself.
    #[error("{} includes itself", .file.display())]
    Cycle { file: PathBuf, origin: Origin },
    /// A path that leads out of the app.
    #[error("{path} leads out of the app")]
    Outside { path: String, origin: Origin },
    /// A variable that isn't set.
    #[error("{name} in {origin} isn't set")]
    Unset { name: String, origin: Origin },
    /// An option that has no meaning, or none to uv.
    #[error("{option} in {origin} isn't supported")]
    Option {
        option: String,
        text: String,
        origin: Origin,
    },
    /// An option without its value.
    #[error("{option} in {origin} has no value")]
    NoValue {
        option: String,
        text: String,
        origin: Origin,
    },
    /// A line that is nothing.
    #[error("{origin} is no requirement")]
    Malformed { text: String, origin: Origin },
}

/// What is asked of the app while its files are read.
pub(crate) trait Tree {
    /// Why a file can't be read.
    type Error: From<RequirementsError>;

    /// The text of a file, or nothing where there is none.
    fn text(&mut self, file: &Path) -> Result<Option<String>, Self::Error>;

    /// Whether there is such a file or directory.
    fn has(&self, path: &Path) -> bool;

    /// The value of a variable of the user.
    fn variable(&self, name: &str) -> Option<String>;
}

/// Reads the files with all that they include; `app_dir` is where the app lies.
pub(crate) fn read<T: Tree>(
    files: &[(PathBuf, Origin)],
    app_dir: &Path,
    tree: &mut T,
) -> Result<Requirements, T::Error> {
    let mut reading = Reading {
        app_dir,
        tree,
        found: Requirements::default(),
        open: Vec::new(),
    };
    for (file, origin) in files {
        reading.file(file, origin, Purpose::Requirements)?;
    }
    Ok(reading.found)
}

/// What a file is included for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Requirements,
    Constraints,
}

struct Reading<'a, T> {
    app_dir: &'a Path,
    tree: &'a mut T,
    found: Requirements,
    /// The files that are being read, the outermost first.
    open: Vec<PathBuf>,
}

impl<T: Tree> Reading<'_, T> {
    fn file(&mut self, file: &Path, origin: &Origin, purpose: Purpose) -> Result<(), T::Error> {
        let origin = origin.clone();
        let Some(file) = inside(file) else {
            let path = file.display().to_string();
            return Err(RequirementsError::Outside { path, origin }.into());
        };
        if self.open.contains(&file) {
            return Err(RequirementsError::Cycle { file, origin }.into());
        }
        let Some(text) = self.tree.text(&file)? else {
            return Err(RequirementsError::Absent { file, origin }.into());
        };
        if !self.found.files.contains(&file) {
            self.found.files.push(file.clone());
        }
        self.open.push(file.clone());
        for (number, text) in logical_lines(&text) {
            let origin = Origin::line(&file, number);
            let line = Line::parse(&text, &origin)?;
            self.line(line, &file, &origin, purpose)?;
        }
        self.open.pop();
        Ok(())
    }

    fn line(
        &mut self,
        line: Line,
        file: &Path,
        origin: &Origin,
        purpose: Purpose,
    ) -> Result<(), T::Error> {
        let beside = |path: &str| file.parent().unwrap_or(Path::new("")).join(path);
        match line {
            Line::Include(path) => self.file(&beside(&path), origin, purpose)?,
            Line::Constraints(path) => self.file(&beside(&path), origin, Purpose::Constraints)?,
            Line::Prereleases => self.found.prereleases = true,
            Line::RequireHashes => self.found.hashed = true,
            Line::FindLinks(place) => {
                self.check_variables(&place, origin)?;
                let is_url = place.contains("://") || place.starts_with('/');
                let there = [beside(&place), PathBuf::from(&place)];
                let there = there
                    .iter()
                    .filter(|_| !is_url)
                    .filter_map(|path| inside(path));
                let there = there.into_iter().find(|path| self.tree.has(path));
                let place = there.map_or(place, |path| self.absolute(&path));
                self.push(format!("--find-links {place}"), purpose);
            }
            Line::Option(option) => {
                self.check_variables(&option, origin)?;
                self.found.has_extra_index |= option.starts_with("--extra-index-url");
                self.push(option, purpose);
            }
            Line::Requirement {
                text,
                hashes,
                editable,
            } => self.requirement(&text, &hashes, editable, origin, purpose)?,
        }
        Ok(())
    }

    fn requirement(
        &mut self,
        text: &str,
        hashes: &str,
        editable: bool,
        origin: &Origin,
        purpose: Purpose,
    ) -> Result<(), T::Error> {
        let is_url = text.contains("://");
        let mut text = if is_url {
            self.check_variables(text, origin)?;
            text.to_owned()
        } else {
            self.expanded(text, origin)?
        };
        if let Some((_, path)) = text.split_once("file:///") {
            let path = self.expanded(&format!("/{path}"), origin)?;
            if !Path::new(&path).starts_with(self.app_dir) {
                let (path, origin) = (format!("file://{path}"), origin.clone());
                return Err(RequirementsError::Outside { path, origin }.into());
            }
        }
        let mut prefix = "";
        if !is_url && let Some((path, rest)) = line::path_of(&text) {
            let Some(path) = inside(Path::new(path)) else {
                let path = path.to_owned();
                let origin = origin.clone();
                return Err(RequirementsError::Outside { path, origin }.into());
            };
            if !self.tree.has(&path) {
                let origin = origin.clone();
                return Err(RequirementsError::Absent { file: path, origin }.into());
            }
            let space = if rest.starts_with(';') { " " } else { "" };
            text = format!("{}{space}{rest}", self.absolute(&path));
            if editable {
                prefix = "-e ";
                self.found.editable.insert(path);
            } else {
                self.found.copied.insert(path);
            }
        } else if purpose == Purpose::Requirements {
            let name = line::name_of(&text).map_or_else(String::new, requirement_name);
            if name.is_empty() && !is_url {
                let origin = origin.clone();
                return Err(RequirementsError::Malformed { text, origin }.into());
            }
            self.found
                .names
                .extend(Some(name).filter(|name| !name.is_empty()));
        }
        self.found.hashed |= !hashes.is_empty() && purpose == Purpose::Requirements;
        self.push(format!("{prefix}{text}{hashes}"), purpose);
        Ok(())
    }

    fn absolute(&self, path: &Path) -> String {
        let app_dir = self.app_dir.display();
        if path.as_os_str().is_empty() {
            return app_dir.to_string();
        }
        format!("{app_dir}/{}", path.display())
    }

    fn push(&mut self, line: String, purpose: Purpose) {
        match purpose {
            Purpose::Requirements => self.found.lines.push(line),
            Purpose::Constraints => self.found.constraints.push(line),
        }
    }

    /// uv fills these in, so that what they hold is written nowhere.
    fn check_variables(&self, text: &str, origin: &Origin) -> Result<(), T::Error> {
        self.expanded(text, origin).map(drop)
    }

    fn expanded(&self, text: &str, origin: &Origin) -> Result<String, T::Error> {
        let variable = |name: &str| self.tree.variable(name);
        expand(text, variable).map_err(|name| {
            let origin = origin.clone();
            RequirementsError::Unset { name, origin }.into()
        })
    }
}

/// The path in the app without `.` and `..`; nothing for one that leads out of it.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => normal.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !normal.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(normal)
}

#[cfg(test)]
mod tests;
