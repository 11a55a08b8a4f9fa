//! The packages of a build, unpacked together into the cache: what compilers and programs of the build see.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use fs_err::os::unix::fs::symlink;
use serde::{Deserialize, Serialize};

use super::apt::{Apt, Resolved};
use super::unpack::{self, Unpacked};
use super::{DebianError, launch};
use crate::files;
use crate::output::Output;

/// What is remembered of a tree, beside it.
const RECORD: &str = "packages.toml";

/// A tree.
#[derive(Debug)]
pub(super) struct Tree {
    /// Where `usr` is.
    pub(super) root: PathBuf,
    pub(super) packages: Vec<Unpacked>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    packages: Vec<Unpacked>,
}

/// The tree of these packages, downloaded if the cache hasn't it. Other trees go.
pub(super) fn ensure(
    cache: &Path,
    digest: &str,
    apt: &Apt,
    resolved: &[Resolved],
) -> Result<Tree, DebianError> {
    let trees = cache.join("trees");
    let directory = trees.join(digest);
    let root = directory.join("root");
    if let Some(packages) = recalled(&directory) {
        return Ok(Tree { root, packages });
    }
    // Renamed when it is whole: a build that is killed leaves nothing that looks like a tree.
    let work = cache.join("work");
    for old in [&trees, &work] {
        match files::remove_tree(old) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => fs_err::create_dir_all(old)?,
        }
    }
    let [debs, tree] = ["debs", "tree"].map(|name| work.join(name));
    let made = tree.join("root");
    fs_err::create_dir_all(&debs)?;
    fs_err::create_dir_all(&made)?;
    if !resolved.is_empty() {
        apt.download(resolved, &debs)?;
    }
    let mut files = Vec::new();
    for entry in fs_err::read_dir(&debs)? {
        files.push(entry?.path());
    }
    files.sort();
    let mut owners = BTreeMap::new();
    let mut packages = Vec::new();
    for file in files {
        let mut unpacked = unpack::unpack(&file, &work, &made, apt, &mut owners)?;
        let mut of_image = resolved.iter().filter(|package| package.is_in_image);
        unpacked.is_in_image = of_image.any(|package| package.name == unpacked.name);
        packages.push(unpacked);
    }
    for path in owners.keys() {
        relink(&made, path)?;
        if path.extension().is_some_and(|extension| extension == "pc") {
            relocate(&made.join(path), &root)?;
        }
    }
    let record = Record { packages };
    let text = toml::to_string(&record).map_err(std::io::Error::other)?;
    fs_err::write(tree.join(RECORD), text)?;
    fs_err::rename(&tree, &directory)?;
    files::remove_tree(&work)?;
    Ok(Tree {
        root,
        packages: record.packages,
    })
}

fn recalled(directory: &Path) -> Option<Vec<Unpacked>> {
    let text = fs_err::read_to_string(directory.join(RECORD)).ok()?;
    let record: Record = toml::from_str(&text).ok()?;
    Some(record.packages)
}

/// Makes a link that begins at the root lead to the same file of the tree.
fn relink(root: &Path, path: &Path) -> Result<(), std::io::Error> {
    let link = root.join(path);
    let Ok(target) = fs_err::read_link(&link) else {
        return Ok(());
    };
    let Ok(target) = target.strip_prefix("/") else {
        return Ok(());
    };
    let target = unpack::merged(target);
    if root.join(&target).symlink_metadata().is_err() {
        return Ok(());
    }
    let above = path.ancestors().skip(2).map(|_| "..");
    let relative: PathBuf = above.collect::<PathBuf>().join(target);
    fs_err::remove_file(&link)?;
    symlink(relative, link)
}

/// Lets a file of pkg-config name the tree, and not the root.
fn relocate(file: &Path, root: &Path) -> Result<(), std::io::Error> {
    if file.is_symlink() {
        return Ok(());
    }
    let text = fs_err::read_to_string(file)?;
    let lines = text.lines().map(|line| match line.split_once("=/usr") {
        Some((name, rest))
            if name
                .chars()
                .all(|one| one.is_ascii_alphanumeric() || one == '_') =>
        {
            format!("{name}={}{rest}\n", root.join("usr").display())
        }
        _ => format!("{line}\n"),
    });
    fs_err::write(file, lines.collect::<String>())
}

/// The directories that variables name by which compilers, loaders and shells search.
pub(super) fn searched(root: &Path) -> BTreeMap<&'static str, Vec<OsString>> {
    let libraries = library_directories(root);
    let architectures = libraries
        .iter()
        .filter_map(|path| path.strip_prefix("usr/lib").ok());
    let architectures: Vec<PathBuf> = architectures
        .filter(|path| *path != Path::new(""))
        .map(Path::to_owned)
        .collect();
    let mut headers = vec![PathBuf::from("usr/include")];
    headers.extend(
        architectures
            .iter()
            .map(|name| Path::new("usr/include").join(name)),
    );
    let mut packages: Vec<PathBuf> = libraries
        .iter()
        .map(|path| path.join("pkgconfig"))
        .collect();
    packages.push("usr/share/pkgconfig".into());
    let programs = launch::PROGRAMS.map(PathBuf::from).to_vec();
    let all = [
        ("CPATH", headers),
        ("LD_LIBRARY_PATH", libraries.clone()),
        ("LIBRARY_PATH", libraries),
        ("PATH", programs),
        ("PKG_CONFIG_PATH", packages),
    ];
    let present = all.map(|(name, directories)| {
        let directories = directories.into_iter().map(|path| root.join(path));
        let directories = directories.filter(|path| path.is_dir()).map(OsString::from);
        (name, directories.collect())
    });
    present.into()
}

/// Where a loader is told to look: `usr/lib/<architecture>` and `usr/lib`, in the order of Debian's own loader.
pub(super) fn library_directories(root: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(root.join("usr/lib"))
        .into_iter()
        .flatten()
        .flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.contains("-linux-gnu")).collect();
    names.sort();
    let nested = names
        .into_iter()
        .map(|name| Path::new("usr/lib").join(name));
    nested.chain([PathBuf::from("usr/lib")]).collect()
}

impl Tree {
    /// The packages that are in the image.
    pub(super) fn in_image(&self) -> impl Iterator<Item = &Unpacked> {
        self.packages.iter().filter(|package| package.is_in_image)
    }

    /// Says what isn't done of what packages ask for.
    pub(super) fn tell(&self, output: &Output) {
        for package in self.in_image() {
            for notice in &package.notices {
                output.detail(format_args!("{}: {notice}", package.name));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_pkg_config_lead_into_the_tree() {
        let tree = testkit::directory(
            "-- usr/lib/a-linux-gnu/libx.so.1 --\n-- usr/lib/a-linux-gnu/libx.so -> /lib/a-linux-gnu/libx.so.1 --\n\
             -- usr/bin/gone -> /etc/alternatives/gone --\n\
             -- usr/lib/a-linux-gnu/pkgconfig/x.pc --\nprefix=/usr\nlibdir=${prefix}/lib\nincludedir=/usr/include/x\nLibs: -L=/usr\n",
        );
        for path in ["usr/lib/a-linux-gnu/libx.so", "usr/bin/gone"] {
            relink(tree.path(), Path::new(path)).unwrap();
        }
        let target = |path: &str| fs_err::read_link(tree.path().join(path)).unwrap();
        let library = target("usr/lib/a-linux-gnu/libx.so");
        assert_eq!(library, Path::new("../../../usr/lib/a-linux-gnu/libx.so.1"));
        assert_eq!(target("usr/bin/gone"), Path::new("/etc/alternatives/gone"));
        let file = tree.path().join("usr/lib/a-linux-gnu/pkgconfig/x.pc");
        relocate(&file, Path::new("/tree")).unwrap();
        let text = fs_err::read_to_string(file).unwrap();
        assert_eq!(
            text,
            "prefix=/tree/usr\nlibdir=${prefix}/lib\nincludedir=/tree/usr/include/x\nLibs: -L=/usr\n"
        );
        let searched = searched(tree.path())
            .into_iter()
            .map(|(name, directories)| {
                let directories = directories.join(std::ffi::OsStr::new(":"));
                format!("{name} {}", directories.to_string_lossy())
            });
        let text = searched
            .collect::<Vec<_>>()
            .join("\n")
            .replace(&tree.path().display().to_string(), "");
        insta::assert_snapshot!(text, @"
        CPATH 
        LD_LIBRARY_PATH /usr/lib/a-linux-gnu:/usr/lib
        LIBRARY_PATH /usr/lib/a-linux-gnu:/usr/lib
        PATH /usr/bin
        PKG_CONFIG_PATH /usr/lib/a-linux-gnu/pkgconfig
        ");
    }
}
