//! A cache directory for one case.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::{Coracle, Machine};

/// What a case takes from the user's cache directory. All of it is complete after set-up and only read.
const SHARED: &[&str] = &["builders", "components", "downloads"];

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
        remove_abandoned(&parent);
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

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// A call of `coracle` with this cache directory.
    #[must_use]
    pub fn coracle(&self) -> Coracle {
        Coracle::new(&self.executable, self.path())
    }

    /// `coracle build IMAGE --path PATH`.
    #[must_use]
    pub fn build(&self, image: &str, path: &Path) -> Coracle {
        self.coracle().args(["build", image, "--path"]).arg(path)
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

/// Puts the shared parts of the user's cache directory into another one.
pub(crate) fn link_shared(machine: &Machine, home: &Path) {
    for name in SHARED {
        symlink(machine.shared_home().join(name), home.join(name))
            .expect("the directory is writable");
    }
}

/// What a killed test run left; the name of a home begins with the process that made it.
fn remove_abandoned(parent: &Path) {
    for entry in fs_err::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.split('-').next().unwrap_or_default();
        if !Path::new("/proc").join(process).exists() {
            let _ = fs_err::remove_dir_all(entry.path());
        }
    }
}
