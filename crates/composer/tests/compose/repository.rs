//! A Debian archive in a directory: packages made by `dpkg-deb`, an index written by hand.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use composer::AptSettings;
use oci::Digest;
use tempfile::TempDir;

/// A flat archive, which apt trusts when it is told to.
pub(crate) struct Repository {
    directory: TempDir,
    index: String,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self {
            directory,
            index: String::new(),
        }
    }

    /// Adds a package of `Architecture: all`. `fields` are further lines of `control`, `files` is a
    /// directory as `testkit` writes it; the copyright file is added.
    pub(crate) fn add(&mut self, name: &str, version: &str, fields: &str, files: &str) {
        let control = format!(
            "Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: T <t@example.com>\n\
             {fields}Description: test\n"
        );
        let root = testkit::directory(&format!(
            "-- DEBIAN/control --\n{control}-- usr/share/doc/{name}/copyright --\nfree\n{files}"
        ));
        let file = format!("{name}_{version}_all.deb");
        let path = self.directory.path().join(&file);
        let status = Command::new("dpkg-deb")
            .env("SOURCE_DATE_EPOCH", "1")
            .args(["--root-owner-group", "--build"])
            .args([root.path(), &path])
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        let bytes = fs_err::read(&path).unwrap();
        self.index += &control;
        let size = bytes.len();
        let hex = Digest::of(&bytes).hex().to_owned();
        writeln!(
            self.index,
            "Filename: ./{file}\nSize: {size}\nSHA256: {hex}\n"
        )
        .unwrap();
    }

    /// Forgets all packages, as an archive does with superseded ones.
    pub(crate) fn clear(&mut self) {
        self.index.clear();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes the index; apt is told by `option` (such as `[trusted=yes]`) how to take it.
    pub(crate) fn publish(&self, option: &str) -> AptSettings {
        let root = self.directory.path();
        fs_err::write(root.join("Packages"), &self.index).unwrap();
        let sources = root.join("sources.list");
        let line = format!("deb {option} file:{} ./\n", root.display());
        fs_err::write(&sources, line).unwrap();
        AptSettings {
            sources: Some(sources),
        }
    }
}

/// The names of the files in a directory; none when it is not there.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs_err::read_dir(directory) else {
        return Vec::new();
    };
    let name = |entry: fs_err::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
    names.sort();
    names
}
