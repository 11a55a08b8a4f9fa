//! `stack/debian.lock`: which version of every package, by its SHA-256.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use oci::Digest;

use crate::{Architecture, Suite};

/// Every package of every image and architecture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lock {
    packages: BTreeMap<(Architecture, Suite, String), LockedPackage>,
}

/// One line of the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LockedPackage {
    /// The release of Debian that it is of.
    pub(crate) suite: Suite,
    /// The binary package.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// The source package: packages of one source move together.
    pub(crate) source: String,
    /// Bytes of the `.deb`.
    pub(crate) size: u64,
    /// The digest of the `.deb`.
    pub(crate) digest: Digest,
    /// The images that hold it.
    pub(crate) images: BTreeSet<String>,
}

/// A lock that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the lock can't be read, or is there twice: `{text}`")]
pub(crate) struct LockSyntaxError {
    /// Counted from one.
    pub(crate) line: usize,
    /// The line.
    pub(crate) text: String,
}

const HEADER: &str = "\
# Made by `coracle stack lock`; not edited by hand.
# architecture  suite  package  version  source  bytes  SHA-256  images
";

impl Lock {
    /// Reads the format that [`Lock::render`] writes.
    pub(crate) fn parse(text: &str) -> Result<Self, LockSyntaxError> {
        let mut lock = Self::default();
        for (index, line) in text.lines().enumerate() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            let new = parse_line(line).filter(|(architecture, package)| {
                let known = lock.get(*architecture, package.suite, &package.name);
                known.is_none()
            });
            let (architecture, package) = new.ok_or_else(|| LockSyntaxError {
                line: index + 1,
                text: line.to_owned(),
            })?;
            lock.insert(architecture, package);
        }
        Ok(lock)
    }

    /// One line a package and architecture, sorted.
    pub(crate) fn render(&self) -> String {
        let mut text = HEADER.to_owned();
        for (architecture, package) in self.iter() {
            let _ = writeln!(text, "{}", render_line(architecture, package));
        }
        text
    }

    pub(crate) fn insert(&mut self, architecture: Architecture, package: LockedPackage) {
        let key = (architecture, package.suite, package.name.clone());
        self.packages.insert(key, package);
    }

    pub(crate) fn get(
        &self,
        architecture: Architecture,
        suite: Suite,
        name: &str,
    ) -> Option<&LockedPackage> {
        self.packages.get(&(architecture, suite, name.to_owned()))
    }

    pub(crate) fn get_mut(
        &mut self,
        architecture: Architecture,
        suite: Suite,
        name: &str,
    ) -> Option<&mut LockedPackage> {
        self.packages
            .get_mut(&(architecture, suite, name.to_owned()))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Architecture, &LockedPackage)> {
        self.packages
            .iter()
            .map(|((architecture, _, _), package)| (*architecture, package))
    }

    /// The packages of an image, by name.
    pub(crate) fn of_image(&self, architecture: Architecture, image: &str) -> Vec<&LockedPackage> {
        self.iter()
            .filter(|(found, package)| *found == architecture && package.images.contains(image))
            .map(|(_, package)| package)
            .collect()
    }
}

/// The lines of an image's packages: what its key is made of. What other images hold does not change it.
pub(crate) fn lines_of_image(
    architecture: Architecture,
    image: &str,
    packages: &[LockedPackage],
) -> String {
    let mut text = String::new();
    for package in packages {
        let alone = LockedPackage {
            images: BTreeSet::from([image.to_owned()]),
            ..package.clone()
        };
        let _ = writeln!(text, "{}", render_line(architecture, &alone));
    }
    text
}

fn render_line(architecture: Architecture, package: &LockedPackage) -> String {
    let LockedPackage {
        suite,
        name,
        version,
        source,
        size,
        digest,
        images,
    } = package;
    let images: Vec<&str> = images.iter().map(String::as_str).collect();
    format!(
        "{architecture} {suite} {name} {version} {source} {size} {} {}",
        digest.hex(),
        images.join(",")
    )
}

fn parse_line(line: &str) -> Option<(Architecture, LockedPackage)> {
    let fields: Vec<&str> = line.split(' ').collect();
    let [
        architecture,
        suite,
        name,
        version,
        source,
        size,
        hex,
        images,
    ] = fields[..]
    else {
        return None;
    };
    let package = LockedPackage {
        suite: suite.parse().ok()?,
        name: name.to_owned(),
        version: version.to_owned(),
        source: source.to_owned(),
        size: size.parse().ok()?,
        digest: format!("sha256:{hex}").parse().ok()?,
        images: images.split(',').map(str::to_owned).collect(),
    };
    Some((architecture.parse().ok()?, package))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_reads_what_it_writes() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let text = format!(
            "{HEADER}amd64 bookworm libc6 2.36-9 glibc 12 {hex} old\n\
             amd64 trixie libc6 2.41-12 glibc 12 {hex} build,run\n\
             arm64 trixie libc6 2.41-12 glibc 13 {hex} run\n"
        );
        let lock = Lock::parse(&text).unwrap();
        assert_eq!(lock.render(), text);
        let amd64 = Architecture::Amd64;
        assert_eq!(lock.of_image(amd64, "build").len(), 1);
        let packages: Vec<LockedPackage> =
            lock.of_image(amd64, "run").into_iter().cloned().collect();
        assert_eq!(
            lines_of_image(amd64, "run", &packages),
            format!("amd64 trixie libc6 2.41-12 glibc 12 {hex} run\n")
        );
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let hex = "0".repeat(64);
        for wrong in [
            "amd64 trixie libc6 2.41",
            "sparc trixie libc6 1 glibc 1 00 run",
            "amd64 trixie libc6 1 glibc 1 00 run",
            &format!("amd64 sarge libc6 1 glibc 1 {hex} run"),
        ] {
            let error = LockSyntaxError {
                line: 2,
                text: wrong.to_owned(),
            };
            assert_eq!(Lock::parse(&format!("# lock\n{wrong}\n")), Err(error));
        }
    }

    #[test]
    fn a_package_that_is_there_twice_is_named() {
        let line = |version: &str, architecture: &str| {
            let hex = "0".repeat(64);
            format!("{architecture} trixie libc6 {version} glibc 1 {hex} run")
        };
        let first = format!("{}\n{}\n", line("1", "amd64"), line("1", "arm64"));
        assert!(Lock::parse(&first).is_ok());
        let second = line("2", "amd64");
        let error = LockSyntaxError {
            line: 3,
            text: second.clone(),
        };
        assert_eq!(Lock::parse(&format!("{first}{second}\n")), Err(error));
    }
}
