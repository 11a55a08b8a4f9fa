//! The launch layer: what of the packages an app can use when it runs, in the places that Debian gives it below the
//! layer, with the records by which scanners know packages.

use std::path::{Path, PathBuf};

use fs_err::os::unix::fs::symlink;
use libcnb::layer_env::{LayerEnv, ModificationBehavior, Scope};
use serde::{Deserialize, Serialize};

use super::DebianError;
use super::apt::Resolved;
use super::tree::{Tree, library_directories};
use crate::layer::{
    self, Change, LayerError, LayerKey, LayerName, LayerTypes, Outcome, layer_name,
};

/// Where programs are.
pub(super) const PROGRAMS: [&str; 3] = ["usr/bin", "usr/sbin", "usr/games"];

/// Where an image without dpkg has its records, as the run image does.
const RECORDS: &str = "var/lib/dpkg/status.d";

/// Of how layers are made.
const FORMAT: u32 = 1;

/// Directories with what nobody reads in a container.
const LEFT_OUT: [&str; 12] = [
    "usr/include",
    "usr/share/bash-completion",
    "usr/share/bug",
    "usr/share/doc",
    "usr/share/doc-base",
    "usr/share/gtk-doc",
    "usr/share/info",
    "usr/share/lintian",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/pkgconfig",
    "usr/share/zsh",
];

/// The fields of `control` that scanners use: the same as those of the run image.
const FIELDS: [&str; 8] = [
    "Package",
    "Source",
    "Version",
    "Architecture",
    "Maintainer",
    "Pre-Depends",
    "Depends",
    "Provides",
];

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    format: u32,
    packages: Vec<String>,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { format, packages } = self;
        let format = Change::between("how the layer is made", &previous.format, format);
        let packages = Change::of_content("the packages", &previous.packages, packages);
        format.into_iter().chain(packages).collect()
    }
}

/// Makes the layer where packages changed.
pub(super) fn install(
    layers_dir: &Path,
    resolved: &[Resolved],
    tree: &Tree,
) -> Result<(LayerName, Outcome), LayerError<DebianError>> {
    let name = layer_name!("debian");
    let in_image = resolved.iter().filter(|package| package.is_in_image);
    let key = Key {
        format: FORMAT,
        packages: in_image.map(Resolved::line).collect(),
    };
    let types = LayerTypes {
        launch: true,
        ..LayerTypes::default()
    };
    let outcome = layer::keyed(layers_dir, &name, types, &key, |directory| {
        fill(directory, tree).map_err(DebianError::from)
    })?;
    Ok((name, outcome))
}

fn fill(layer: &Path, tree: &Tree) -> Result<(), std::io::Error> {
    for package in tree.in_image() {
        for path in package.files.iter().filter(|path| stays(path)) {
            let (from, to) = (tree.root.join(path), layer.join(path));
            fs_err::create_dir_all(to.parent().unwrap_or(layer))?;
            if from.is_symlink() {
                symlink(fs_err::read_link(from)?, to)?;
            } else {
                fs_err::copy(from, to)?;
            }
        }
        let records = layer.join(RECORDS);
        fs_err::create_dir_all(&records)?;
        fs_err::write(records.join(&package.name), record(&package.control))?;
        let sums = shipped(&package.md5sums);
        if !sums.is_empty() {
            fs_err::write(records.join(format!("{}.md5sums", package.name)), sums)?;
        }
    }
    // After what other layers and the user say.
    let mut environment = LayerEnv::new();
    let programs = PROGRAMS.map(PathBuf::from).to_vec();
    for (name, directories) in [
        ("LD_LIBRARY_PATH", library_directories(layer)),
        ("PATH", programs),
    ] {
        let directories = directories.into_iter().map(|path| layer.join(path));
        let directories: Vec<String> = directories
            .filter(|path| path.is_dir())
            .map(|path| path.display().to_string())
            .collect();
        if !directories.is_empty() {
            let value = directories.join(":");
            environment.insert(Scope::Launch, ModificationBehavior::Append, name, value);
            environment.insert(Scope::Launch, ModificationBehavior::Delimiter, name, ":");
        }
    }
    environment.write_to_layer_dir(layer)
}

/// Whether a file of a package is in the image. Its copyright file is, for licences ask for it.
pub(super) fn stays(path: &Path) -> bool {
    let is_copyright = path.starts_with("usr/share/doc")
        && (path.ends_with("copyright") || path.components().count() == 4);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_for_compilers = [".a", ".la", ".pc"]
        .iter()
        .any(|ending| name.ends_with(ending))
        || path
            .iter()
            .any(|name| name == "cmake" || name == "pkgconfig");
    is_copyright
        || (!is_for_compilers && !LEFT_OUT.iter().any(|directory| path.starts_with(directory)))
}

/// The wanted fields with their continuation lines, in the order of the package.
fn record(control: &str) -> String {
    let mut wanted = false;
    let lines = control.split_inclusive('\n').filter(|line| {
        if !line.starts_with([' ', '\t']) {
            let field = line.split_once(':');
            wanted = field.is_some_and(|(field, _)| FIELDS.contains(&field));
        }
        wanted
    });
    lines.collect()
}

/// The sums of the files that are in the image.
fn shipped(md5sums: &str) -> String {
    let lines = md5sums.split_inclusive('\n').filter(|line| {
        let path = line.trim_end().split_once("  ");
        path.is_some_and(|(_, path)| stays(Path::new(path)))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_what_runs_and_whose_it_is() {
        for (path, expected) in [
            ("usr/lib/x86_64-linux-gnu/libpq.so.5", true),
            ("usr/lib/file/magic.mgc", true),
            ("etc/fonts/fonts.conf", true),
            ("usr/share/doc/libpq5/copyright", true),
            // A link to the directory of another package.
            ("usr/share/doc/libpq5", true),
            ("usr/share/doc/libpq5/changelog.gz", false),
            ("usr/include/libpq-fe.h", false),
            ("usr/lib/x86_64-linux-gnu/libpq.a", false),
            ("usr/lib/x86_64-linux-gnu/pkgconfig/libpq.pc", false),
            ("usr/share/man/man1/psql.1.gz", false),
        ] {
            assert_eq!(stays(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn records_hold_what_scanners_match_by() {
        let control =
            "Package: a\nVersion: 1\nInstalled-Size: 2\nDepends: b,\n c\nDescription: a\n more\n";
        assert_eq!(record(control), "Package: a\nVersion: 1\nDepends: b,\n c\n");
        let sums = "12  usr/bin/a\n34  usr/share/man/man1/a.1\n";
        assert_eq!(shipped(sums), "12  usr/bin/a\n");
    }
}
