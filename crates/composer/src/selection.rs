//! Which path of an image comes from where. Pure: packages are given as lists of paths, so that missing
//! files and conflicts are found from the lock alone, and again, exactly, from what was unpacked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::contents::{PackageContents, PathKind};
use crate::definition::Definition;
use crate::steps::Step;

/// Who puts something at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A Debian package.
    Package(String),
    /// A finishing step.
    Step(Step),
    /// A table of the definition: `links`, `files`, `directories`.
    Table(&'static str),
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package(name) => write!(formatter, "the package {name}"),
            Self::Step(step) => write!(formatter, "the step {step}"),
            Self::Table(table) => write!(formatter, "the table [{table}]"),
        }
    }
}

/// Every path of an image and who puts it there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    owners: BTreeMap<String, (Owner, bool)>,
}

/// A definition that its packages can't satisfy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SelectionError {
    /// A pattern is no glob.
    #[error("`{pattern}` is no glob pattern")]
    Pattern {
        /// As written.
        pattern: String,
        /// Why.
        source: globset::Error,
    },
    /// A pattern matches nothing in its package.
    #[error("no file of {package} matches `{pattern}`")]
    Missing {
        /// The package.
        package: String,
        /// As written.
        pattern: String,
    },
    /// Two put something different at one path.
    #[error("/{path} comes from {first} and from {second}")]
    Conflict {
        /// The path.
        path: String,
        /// Who was first.
        first: Owner,
        /// Who came next.
        second: Owner,
    },
    /// A package, files of which are taken, has no copyright file.
    #[error("{package} has no copyright file")]
    NoCopyright {
        /// The package.
        package: String,
    },
    /// The copyright file of a package is in another one, which is not in the image.
    #[error("the copyright file of {package} is in {holder}")]
    CopyrightElsewhere {
        /// The package.
        package: String,
        /// Where its copyright file is.
        holder: String,
    },
}

impl Selection {
    /// Selects from the packages whose contents are known. Every package that the definition does not
    /// list under `select` is taken whole.
    pub(crate) fn new(
        definition: &Definition,
        packages: &BTreeMap<String, PackageContents>,
        step_outputs: impl IntoIterator<Item = (Step, String)>,
    ) -> Result<Self, SelectionError> {
        let mut selection = Self::default();
        let exclude = Patterns::parse(&definition.exclude)?;
        for (name, contents) in packages {
            let owner = Owner::Package(name.clone());
            if let Some(patterns) = definition.select.get(name) {
                for path in select_files(name, patterns, contents)? {
                    selection.claim(path, owner.clone(), false)?;
                }
                let copyright = copyright(name, contents, packages)?;
                selection.claim(copyright, owner, false)?;
                continue;
            }
            for (path, kind) in contents {
                if !exclude.matches(path) || is_copyright(name, path) {
                    selection.claim(path, owner.clone(), *kind == PathKind::Directory)?;
                }
            }
        }
        for path in definition.directories.keys() {
            selection.claim(path, Owner::Table("directories"), true)?;
        }
        for path in definition.files.keys() {
            selection.claim(path, Owner::Table("files"), false)?;
        }
        for path in definition.links.keys() {
            selection.claim(path, Owner::Table("links"), false)?;
        }
        for (step, path) in step_outputs {
            selection.claim(&path, Owner::Step(step), false)?;
        }
        selection.check_ancestors()?;
        Ok(selection)
    }

    /// The paths that packages put there, with the package.
    pub(crate) fn of_packages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.owners
            .iter()
            .filter_map(|(path, (owner, _))| match owner {
                Owner::Package(name) => Some((path.as_str(), name.as_str())),
                Owner::Step(_) | Owner::Table(_) => None,
            })
    }

    fn claim(&mut self, path: &str, owner: Owner, directory: bool) -> Result<(), SelectionError> {
        match self.owners.get(path) {
            None => {
                self.owners.insert(path.to_owned(), (owner, directory));
                Ok(())
            }
            Some((first, _)) if *first == owner => Ok(()),
            Some((_, true)) if directory => Ok(()),
            Some((first, _)) => Err(SelectionError::Conflict {
                path: path.to_owned(),
                first: first.clone(),
                second: owner,
            }),
        }
    }

    /// What lies below a path that is no directory is in conflict with it too.
    fn check_ancestors(&self) -> Result<(), SelectionError> {
        for (path, (owner, _)) in &self.owners {
            for (end, _) in path.match_indices('/') {
                if let Some((first, false)) = self.owners.get(&path[..end]) {
                    return Err(SelectionError::Conflict {
                        path: path[..end].to_owned(),
                        first: first.clone(),
                        second: owner.clone(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// Patterns of which those with a leading `!` take back what the others match.
struct Patterns {
    positive: GlobSet,
    negative: GlobSet,
}

impl Patterns {
    fn parse(patterns: &[String]) -> Result<Self, SelectionError> {
        let mut positive = GlobSetBuilder::new();
        let mut negative = GlobSetBuilder::new();
        for pattern in patterns {
            match pattern.strip_prefix('!') {
                Some(rest) => negative.add(glob(rest)?),
                None => positive.add(glob(pattern)?),
            };
        }
        let build = |builder: GlobSetBuilder| {
            builder.build().map_err(|source| SelectionError::Pattern {
                pattern: patterns.join(" "),
                source,
            })
        };
        Ok(Self {
            positive: build(positive)?,
            negative: build(negative)?,
        })
    }

    fn matches(&self, path: &str) -> bool {
        self.positive.is_match(path) && !self.negative.is_match(path)
    }
}

fn glob(pattern: &str) -> Result<Glob, SelectionError> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|source| SelectionError::Pattern {
            pattern: pattern.to_owned(),
            source,
        })
}

fn select_files<'a>(
    package: &str,
    patterns: &[String],
    contents: &'a PackageContents,
) -> Result<BTreeSet<&'a str>, SelectionError> {
    let files = || {
        contents
            .iter()
            .filter(|(_, kind)| **kind != PathKind::Directory)
            .map(|(path, _)| path.as_str())
    };
    for pattern in patterns {
        let matcher = glob(pattern.trim_start_matches('!'))?.compile_matcher();
        if !files().any(|path| matcher.is_match(path)) {
            return Err(SelectionError::Missing {
                package: package.to_owned(),
                pattern: pattern.clone(),
            });
        }
    }
    let patterns = Patterns::parse(patterns)?;
    Ok(files().filter(|path| patterns.matches(path)).collect())
}

fn is_copyright(package: &str, path: &str) -> bool {
    path.strip_prefix("usr/share/doc/")
        .and_then(|rest| rest.strip_prefix(package))
        .is_some_and(|rest| rest.is_empty() || rest == "/copyright")
}

/// The path that leads to a package's copyright file: Debian policy 12.5 and 12.3 want it at
/// `/usr/share/doc/<package>/copyright`, or that directory to be a link to another package's.
fn copyright<'a>(
    package: &str,
    contents: &'a PackageContents,
    packages: &BTreeMap<String, PackageContents>,
) -> Result<&'a str, SelectionError> {
    let no_copyright = || SelectionError::NoCopyright {
        package: package.to_owned(),
    };
    let (path, kind) = contents
        .iter()
        .find(|(path, kind)| is_copyright(package, path) && **kind != PathKind::Directory)
        .ok_or_else(no_copyright)?;
    if let PathKind::Symlink(target) = kind {
        let holder = target
            .trim_start_matches("../")
            .trim_start_matches("/usr/share/doc/")
            .trim_end_matches("/copyright");
        if !packages.contains_key(holder) {
            return Err(SelectionError::CopyrightElsewhere {
                package: package.to_owned(),
                holder: holder.to_owned(),
            });
        }
    }
    Ok(path)
}

#[cfg(test)]
#[path = "selection_tests.rs"]
mod tests;
