//! Which of Debian's packages are in a Python for images: for the bill of materials, with their licences.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use composer::Suite;
use serde::Serialize;
use store::Store;
use walkdir::WalkDir;

use crate::errors::BuilderError;
use crate::python_tree::PythonTree;

/// Where the step `package-records` writes what is in an image.
const RECORDS: &str = "var/lib/dpkg/status.d";

/// `runtime.toml`, which the buildpack reads.
#[derive(Debug, Serialize)]
struct RuntimeFile<'a> {
    /// The full version.
    version: &'a str,
    /// Of the tree for images: another one is another layer.
    digest: &'a str,
    packages: &'a [DebianPackage],
}

/// A package of which something is in the tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct DebianPackage {
    name: String,
    version: String,
    architecture: String,
    /// The source package, by which Debian's advisories are keyed.
    source: String,
    /// The number of the release of Debian that it is of.
    release: String,
}

/// A directory that the composer has made, and what of it is in the tree.
pub(crate) struct Origin<'a> {
    pub(crate) root: &'a Path,
    pub(crate) suite: Suite,
    /// Relative to the root.
    pub(crate) used: BTreeSet<PathBuf>,
}

/// The files of a tree as Debian's packages have them.
pub(crate) fn files_of_packages(tree: &PythonTree) -> io::Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    for entry in WalkDir::new(tree.directory()) {
        let entry = entry.map_err(io::Error::from)?;
        if entry.file_type().is_file()
            && let Ok(path) = entry.path().strip_prefix(tree.directory())
        {
            files.insert(Path::new("usr").join(path));
        }
    }
    Ok(files)
}

/// The packages of all origins of which something is used, sorted. Their copyright files are put into the tree.
pub(crate) fn take_over(
    store: &Store,
    tree: &PythonTree,
    origins: &[Origin<'_>],
) -> Result<Vec<DebianPackage>, BuilderError> {
    let mut packages = Vec::new();
    let mut licences = BTreeMap::new();
    for origin in origins {
        let used = store.io(|| used_packages(origin))?;
        for package in &used {
            store.io(|| write_copyright(origin.root, tree, &package.name, &mut licences))?;
        }
        packages.extend(used);
    }
    packages.sort();
    Ok(packages)
}

/// The text of `runtime.toml`.
pub(crate) fn render(
    version: &str,
    digest: &str,
    packages: &[DebianPackage],
) -> Result<String, BuilderError> {
    Ok(toml::to_string(&RuntimeFile {
        version,
        digest,
        packages,
    })?)
}

fn used_packages(origin: &Origin<'_>) -> io::Result<Vec<DebianPackage>> {
    let mut packages = Vec::new();
    let records = origin.root.join(RECORDS);
    for entry in fs_err::read_dir(&records)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "md5sums")
        {
            let sums = fs_err::read_to_string(&path)?;
            let mut files = sums.lines().filter_map(|line| line.split_once("  "));
            if files.any(|(_, file)| origin.used.contains(Path::new(file))) {
                let record = fs_err::read_to_string(path.with_extension(""))?;
                packages.extend(parse(&record, origin.suite));
            }
        }
    }
    packages.sort();
    Ok(packages)
}

/// A record of a package, as `status.d` has it.
fn parse(record: &str, suite: Suite) -> Option<DebianPackage> {
    let field = |name: &str| {
        let mut lines = record.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let name = field("Package")?;
    // `Source: python3.13 (3.13.5-2)` where the versions differ.
    let source = field("Source").and_then(|source| source.split(' ').next());
    Some(DebianPackage {
        name: name.to_owned(),
        version: field("Version")?.to_owned(),
        architecture: field("Architecture")?.to_owned(),
        source: source.unwrap_or(name).to_owned(),
        release: suite.release().to_string(),
    })
}

/// `share/doc/<package>/copyright`; a text that is there already is linked to: those of one source are alike.
fn write_copyright(
    root: &Path,
    tree: &PythonTree,
    package: &str,
    written: &mut BTreeMap<Vec<u8>, String>,
) -> io::Result<()> {
    let text = fs_err::read(root.join(format!("usr/share/doc/{package}/copyright")))?;
    let directory = tree.directory().join("share/doc").join(package);
    fs_err::create_dir_all(&directory)?;
    let file = directory.join("copyright");
    if let Some(other) = written.get(&text) {
        return fs_err::os::unix::fs::symlink(format!("../{other}/copyright"), file);
    }
    fs_err::write(file, &text)?;
    written.insert(text, package.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use composer::Architecture;

    use super::*;

    const PACKAGES: &str = "\
-- debian/var/lib/dpkg/status.d/python3.13-minimal --
Package: python3.13-minimal
Source: python3.13 (3.13.5-2)
Version: 3.13.5-2+b1
Architecture: amd64
-- debian/var/lib/dpkg/status.d/python3.13-minimal.md5sums --
00  usr/bin/python3.13
-- debian/var/lib/dpkg/status.d/python3.13-dev --
Package: python3.13-dev
Version: 3.13.5-2
Architecture: amd64
-- debian/var/lib/dpkg/status.d/python3.13-dev.md5sums --
00  usr/include/python3.13/Python.h
-- debian/usr/share/doc/python3.13-minimal/copyright --
free
-- libraries/var/lib/dpkg/status.d/libz --
Package: libz
Version: 1:1.3
Architecture: amd64
-- libraries/var/lib/dpkg/status.d/libz.md5sums --
00  usr/lib/libz.so.1.3
-- libraries/usr/share/doc/libz/copyright --
free
-- tree/bin/python3.13 --
";

    #[test]
    fn packages_of_which_something_is_used_are_listed_with_their_licences() {
        let directory = testkit::directory(PACKAGES);
        let path = |name: &str| directory.path().join(name);
        let store = Store::open(path("home")).unwrap();
        let tree = PythonTree::new(path("tree"), "/x".into(), "3.13", Architecture::Amd64);
        let (debian, libraries) = (path("debian"), path("libraries"));
        let origins = [
            Origin {
                root: &debian,
                suite: Suite::Trixie,
                used: files_of_packages(&tree).unwrap(),
            },
            Origin {
                root: &libraries,
                suite: Suite::Bookworm,
                used: BTreeSet::from(["usr/lib/libz.so.1.3".into()]),
            },
        ];
        let packages = take_over(&store, &tree, &origins).unwrap();
        insta::assert_snapshot!(render("3.13.5", "0a", &packages).unwrap(), @r#"
        version = "3.13.5"
        digest = "0a"

        [[packages]]
        name = "libz"
        version = "1:1.3"
        architecture = "amd64"
        source = "libz"
        release = "12"

        [[packages]]
        name = "python3.13-minimal"
        version = "3.13.5-2+b1"
        architecture = "amd64"
        source = "python3.13"
        release = "13"
        "#);
        insta::assert_snapshot!(testkit::tree_without_digests(&path("tree")), @"
        bin                                     dir  0755
        bin/python3.13                          file 0644
        share                                   dir  0755
        share/doc                               dir  0755
        share/doc/libz                          dir  0755
        share/doc/libz/copyright                link -> ../python3.13-minimal/copyright
        share/doc/python3.13-minimal            dir  0755
        share/doc/python3.13-minimal/copyright  file 0644
        ");
    }
}
