//! A cache directory for one case.

use std::collections::BTreeSet;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;
use walkdir::WalkDir;

use crate::layout::decompressed;
use crate::test_names::is_alive;
use crate::{Call, Machine};

/// What a case takes from the user's cache directory, which it only reads. What it adds to these is its own.
const SHARED: &[&str] = &["builders", "components", "downloads"];

static OF_PUBLICATIONS: OnceLock<Home> = OnceLock::new();

/// A cache directory (`CORACLE_HOME`) that holds nothing yet but the builders. Beside the user's own, so
/// that images can be hard-linked as there. Removed when dropped.
#[derive(Debug)]
pub struct Home {
    directory: TempDir,
    executable: PathBuf,
}

impl Home {
    pub(crate) fn new(machine: &Machine) -> Self {
        let parent = machine.shared_home().join("test-homes");
        fs_err::create_dir_all(&parent).expect("the cache directory is writable");
        remove_abandoned(&parent, "");
        let directory = tempfile::Builder::new()
            .prefix(&format!("{}-", std::process::id()))
            .tempdir_in(&parent)
            .expect("the cache directory is writable");
        link_shared(machine, directory.path());
        Self {
            directory,
            executable: machine.executable().to_owned(),
        }
    }

    /// The one that all cases publish builders from: what an image of a builder is made of is made once.
    #[must_use]
    pub fn of_publications(machine: &Machine) -> &'static Self {
        OF_PUBLICATIONS.get_or_init(|| Self::new(machine))
    }

    /// Removes what no case drops.
    pub(crate) fn clean_up() {
        if let Some(home) = OF_PUBLICATIONS.get() {
            let _ = fs_err::remove_dir_all(home.path());
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A call of `coracle` with this cache directory.
    #[must_use]
    pub fn coracle(&self) -> Call {
        Call::new(&self.executable).env("CORACLE_HOME", self.path())
    }

    /// `coracle build IMAGE --path PATH`.
    #[must_use]
    pub fn build(&self, image: &str, path: &Path) -> Call {
        self.coracle().args(["build", image, "--path"]).arg(path)
    }

    /// The files of the cache directory that hold a text, compressed or not; the builders are left out.
    ///
    /// # Panics
    /// When a file can't be read.
    #[must_use]
    pub fn files_with(&self, text: &str) -> Vec<String> {
        let finder = |bytes: &[u8]| {
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        };
        let root = self.path();
        let mut found = Vec::new();
        // A layer is large, and one file in the images that have it.
        let mut seen = BTreeSet::new();
        let walk = WalkDir::new(root).sort_by_file_name().into_iter();
        let is_own = |entry: &walkdir::DirEntry| {
            let name = entry.file_name().to_str().unwrap_or_default();
            entry.depth() != 1 || !SHARED.contains(&name)
        };
        for entry in walk.filter_entry(is_own) {
            let entry = entry.expect("the cache directory can be read");
            let metadata = entry.metadata().expect("the file can be read");
            if !metadata.is_file() || !seen.insert((metadata.dev(), metadata.ino())) {
                continue;
            }
            let bytes = fs_err::read(entry.path()).expect("the file can be read");
            let is_compressed = bytes.starts_with(&[0x1f, 0x8b]);
            if finder(&bytes) || is_compressed && finder(&decompressed(&bytes)) {
                let relative = entry.path().strip_prefix(root).expect("below the root");
                found.push(relative.display().to_string());
            }
        }
        found
    }

    /// What lies in the cache directory beside the builders, as text; `locks` are left out.
    #[must_use]
    pub fn listing(&self) -> String {
        let all = testkit::tree_without_digests(self.path());
        let own = all.lines().filter(|line| {
            let first = line.split(['/', ' ']).next().unwrap_or_default();
            first != "locks" && !SHARED.contains(&first)
        });
        own.collect::<Vec<_>>().join("\n")
    }
}

/// Puts the shared parts of the user's cache directory into another one: copies of the records, links to
/// every component and to the downloads.
pub(crate) fn link_shared(machine: &Machine, home: &Path) {
    let shared = |name: &str| machine.shared_home().join(name);
    symlink(shared("downloads"), home.join("downloads")).expect("the directory is writable");
    fs_err::create_dir(home.join("builders")).expect("the directory is writable");
    crate::copy(&shared("builders"), &home.join("builders"));
    for component in entries(&shared("components")) {
        let name = component.file_name().expect("an entry has a name");
        let own = home.join("components").join(name);
        fs_err::create_dir_all(&own).expect("the directory is writable");
        for version in entries(&component) {
            let name = version.file_name().expect("an entry has a name");
            symlink(&version, own.join(name)).expect("the directory is writable");
        }
    }
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(directory).into_iter().flatten();
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}

/// What killed test runs left: names that begin with `prefix` and the process that made them.
pub(crate) fn remove_abandoned(parent: &Path, prefix: &str) {
    for entry in fs_err::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(prefix).unwrap_or_default();
        let process = process.split('-').next().unwrap_or_default();
        if process.parse().is_ok_and(|process| !is_alive(process)) {
            let _ = fs_err::remove_dir_all(entry.path());
        }
    }
}
