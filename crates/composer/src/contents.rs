//! `stack/debian.contents`: the paths in packages of which only some files are taken, so that a missing
//! file or a conflict is found before anything is downloaded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::{Architecture, Suite};

/// The files and links of one package; directories are not listed.
pub(crate) type PackageContents = BTreeMap<String, PathKind>;

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PathKind {
    /// A directory.
    Directory,
    /// A regular file.
    File,
    /// A symbolic link and its target.
    Symlink(String),
}

/// The contents of the locked packages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    packages: BTreeMap<(Architecture, Suite, String), PackageContents>,
}

/// Contents that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the contents can't be read: `{text}`")]
pub(crate) struct ContentsSyntaxError {
    /// Counted from one.
    pub(crate) line: usize,
    /// The line.
    pub(crate) text: String,
}

const HEADER: &str = "\
# Made by `coracle stack lock`; not edited by hand.
# The files of each package of which images take only some.
";

impl Contents {
    /// Reads the format that [`Contents::render`] writes.
    pub(crate) fn parse(text: &str) -> Result<Self, ContentsSyntaxError> {
        let mut contents = Self::default();
        let mut current = None;
        for (index, line) in text.lines().enumerate() {
            let understood = if line.starts_with('#') || line.is_empty() {
                Some(())
            } else if let Some(path) = line.strip_prefix("  ") {
                current
                    .as_ref()
                    .and_then(|key| contents.packages.get_mut(key))
                    .map(|package| {
                        let (path, kind) = match path.split_once(" -> ") {
                            Some((path, target)) => (path, PathKind::Symlink(target.to_owned())),
                            None => (path, PathKind::File),
                        };
                        package.insert(path.to_owned(), kind);
                    })
            } else {
                parse_heading(line).map(|key| {
                    contents.packages.insert(key.clone(), BTreeMap::new());
                    current = Some(key);
                })
            };
            understood.ok_or_else(|| ContentsSyntaxError {
                line: index + 1,
                text: line.to_owned(),
            })?;
        }
        Ok(contents)
    }

    /// `architecture suite package`, then its paths indented; links as `path -> target`.
    pub(crate) fn render(&self) -> String {
        let mut text = HEADER.to_owned();
        for ((architecture, suite, package), paths) in &self.packages {
            let _ = writeln!(text, "{architecture} {suite} {package}");
            for (path, kind) in paths {
                let _ = match kind {
                    PathKind::Directory => continue,
                    PathKind::File => writeln!(text, "  {path}"),
                    PathKind::Symlink(target) => writeln!(text, "  {path} -> {target}"),
                };
            }
        }
        text
    }

    pub(crate) fn insert(
        &mut self,
        architecture: Architecture,
        suite: Suite,
        package: &str,
        contents: PackageContents,
    ) {
        self.packages
            .insert((architecture, suite, package.to_owned()), contents);
    }

    pub(crate) fn get(
        &self,
        architecture: Architecture,
        suite: Suite,
        package: &str,
    ) -> Option<&PackageContents> {
        self.packages
            .get(&(architecture, suite, package.to_owned()))
    }
}

fn parse_heading(line: &str) -> Option<(Architecture, Suite, String)> {
    let (architecture, rest) = line.split_once(' ')?;
    let (suite, package) = rest.split_once(' ')?;
    Some((
        architecture.parse().ok()?,
        suite.parse().ok()?,
        package.to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_read_what_they_write() {
        let text = format!(
            "{HEADER}amd64 trixie base-files\n  bin -> usr/bin\n  etc/debian_version\n\
             amd64 trixie netbase\n  etc/odd name\n"
        );
        assert_eq!(Contents::parse(&text).unwrap().render(), text);
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        for wrong in [
            "  path/before/any/package",
            "amd64 trixie",
            "sparc trixie libc6",
        ] {
            let error = ContentsSyntaxError {
                line: 1,
                text: wrong.to_owned(),
            };
            assert_eq!(Contents::parse(wrong), Err(error));
        }
    }
}
