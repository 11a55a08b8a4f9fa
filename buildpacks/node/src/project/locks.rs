//! Locks, and the settings of Yarn.

use std::path::{Path, PathBuf};

use buildpack_kit::files::{self, FilesError};

use crate::settings::ManagerName;

/// Names of locks, the one that counts first.
const LOCKS: [(&str, ManagerName); 6] = [
    ("yarn.lock", ManagerName::Yarn),
    ("pnpm-lock.yaml", ManagerName::Pnpm),
    ("bun.lock", ManagerName::Bun),
    ("bun.lockb", ManagerName::Bun),
    ("npm-shrinkwrap.json", ManagerName::Npm),
    ("package-lock.json", ManagerName::Npm),
];

/// A lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) file: &'static str,
    pub(crate) manager: ManagerName,
    /// The version of its format, where it says one: `9.0` of pnpm, `1` or `8` of Yarn.
    pub(crate) format: Option<String>,
}

/// What `.yarnrc.yml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct YarnSettings {
    /// The Yarn that is part of the app, relative to it.
    pub(crate) path: Option<String>,
    /// `node-modules`, `pnp` or `pnpm`.
    pub(crate) linker: Option<String>,
}

/// Those of the root.
pub(super) fn read(app_dir: &Path) -> Result<Vec<Lock>, FilesError> {
    let mut locks = Vec::new();
    for (file, manager) in LOCKS {
        if !app_dir.join(file).is_file() {
            continue;
        }
        let format = match manager {
            // That of Bun may be binary.
            ManagerName::Npm | ManagerName::Bun => None,
            ManagerName::Yarn => {
                format_of_yarn(&files::read_text(app_dir, file)?.unwrap_or_default())
            }
            ManagerName::Pnpm => {
                let text = files::read_text(app_dir, file)?.unwrap_or_default();
                value(&text, "lockfileVersion")
            }
        };
        locks.push(Lock {
            file,
            manager,
            format,
        });
    }
    Ok(locks)
}

/// The lock of a directory above, in the repository.
pub(super) fn above(app_dir: &Path, repository: &Path) -> Option<PathBuf> {
    let above = app_dir.ancestors().skip(1);
    let mut inside = above.take_while(|directory| directory.starts_with(repository));
    inside.find_map(|directory| {
        let mut locks = LOCKS.iter().map(|(file, _)| directory.join(file));
        let found = locks.find(|path| path.is_file())?;
        found.strip_prefix(repository).ok().map(Path::to_owned)
    })
}

pub(super) fn yarn_settings(app_dir: &Path) -> Result<YarnSettings, FilesError> {
    let text = files::read_text(app_dir, ".yarnrc.yml")?.unwrap_or_default();
    Ok(YarnSettings {
        path: value(&text, "yarnPath"),
        linker: value(&text, "nodeLinker"),
    })
}

/// The first Yarn says so in a comment, the others in a section.
fn format_of_yarn(text: &str) -> Option<String> {
    if text
        .lines()
        .take(5)
        .any(|line| line.starts_with("# yarn lockfile v1"))
    {
        return Some("1".to_owned());
    }
    let mut lines = text
        .lines()
        .skip_while(|line| line.trim_end() != "__metadata:")
        .skip(1);
    let line = lines.find_map(|line| line.trim().strip_prefix("version:"))?;
    Some(bare(line))
}

/// The value of a key of the uppermost level.
fn value(text: &str, key: &str) -> Option<String> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    Some(bare(value)).filter(|value| !value.is_empty())
}

fn bare(value: &str) -> String {
    let value = value.split(" #").next().unwrap_or_default();
    value.trim().trim_matches(['\'', '"']).to_owned()
}
