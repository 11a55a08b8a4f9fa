//! The only reader of the app directory: what its files say, and no decision on it.

mod locks;
mod workspaces;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::{self, Entry, EntryKind, FilesError, KeepPatterns};

pub(crate) use self::locks::{Lock, YarnSettings};
pub(crate) use self::workspaces::{Member, WorkspaceError};
use crate::node_version::{InvalidVersion, Requested};
use crate::package_json::{self, PackageJson, PackageJsonError};

/// What the app's files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Project {
    /// None of an app that is files of JavaScript and nothing else.
    pub(crate) manifest: Option<PackageJson>,
    /// The locks in the root, the one that counts first.
    pub(crate) locks: Vec<Lock>,
    /// Every version of Node that a file asks for, the one that counts first.
    pub(crate) versions: Vec<Sourced<Requested>>,
    /// `.yarnrc.yml`.
    pub(crate) yarn: YarnSettings,
    /// Other packages of the app, sorted by their directories.
    pub(crate) members: Vec<Member>,
    /// The files of the app, and the links, relative to it; not those of installed packages.
    pub(crate) files: BTreeSet<PathBuf>,
    /// A directory above has the lock of the whole repository.
    pub(crate) lock_above: Option<PathBuf>,
    /// What is wrong with the patterns of files to keep.
    pub(crate) keep_warnings: Vec<String>,
}

/// A file of the app that can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error("{} can't be read", .path.display())]
    PackageJson {
        path: PathBuf,
        text: String,
        source: PackageJsonError,
    },
    #[error("{} of {} is no version of Node", .text.value, .text.origin)]
    Version {
        text: Sourced<String>,
        reason: InvalidVersion,
    },
    #[error(transparent)]
    Workspaces(#[from] WorkspaceError),
}

impl Project {
    /// The directories below the app's own with a package.json, those of its other packages among them.
    pub(crate) fn packages(&self) -> impl Iterator<Item = &Path> {
        let manifests = self.files.iter();
        let manifests = manifests.filter(|file| file.ends_with(package_json::FILE));
        let directories = manifests.filter_map(|file| file.parent());
        directories.filter(|directory| !directory.as_os_str().is_empty())
    }

    /// Reads the app; `repository` is the directory that it is part of, or itself.
    pub(crate) fn read(
        app_dir: &Path,
        repository: &Path,
        keep: &KeepPatterns,
    ) -> Result<Self, ProjectError> {
        let entries = files::list(app_dir)?;
        let needed = |entry: &&Entry| keep.matches(&entry.path) || !files::is_private(&entry.path);
        files::check_readable(app_dir, entries.iter().filter(needed))?;
        let manifest = read_manifest(app_dir, Path::new(package_json::FILE))?;
        let is_own = |entry: &&Entry| {
            entry.kind != EntryKind::Directory
                && !entry.path.iter().any(|part| part == "node_modules")
        };
        let own = entries
            .iter()
            .filter(is_own)
            .map(|entry| entry.path.clone());
        let files: BTreeSet<PathBuf> = own.collect();
        let patterns = workspaces::patterns(app_dir, manifest.as_ref())?;
        let members = workspaces::directories(&patterns, &files)?.into_iter();
        let members = members.filter_map(|directory| {
            let manifest =
                read_manifest(app_dir, &directory.join(package_json::FILE)).transpose()?;
            Some(manifest.map(|manifest| Member {
                directory,
                manifest,
            }))
        });
        Ok(Self {
            locks: locks::read(app_dir)?,
            versions: versions(app_dir, manifest.as_ref())?,
            yarn: locks::yarn_settings(app_dir)?,
            members: members.collect::<Result<_, ProjectError>>()?,
            files,
            lock_above: locks::above(app_dir, repository),
            keep_warnings: keep.warnings(&entries),
            manifest,
        })
    }
}

/// A `package.json`, relative to the app, where it is there.
pub(crate) fn read_manifest(
    app_dir: &Path,
    path: &Path,
) -> Result<Option<PackageJson>, ProjectError> {
    let Some(text) = files::read_text(app_dir, path)? else {
        return Ok(None);
    };
    match package_json::parse(&text) {
        Ok(manifest) => Ok(Some(manifest)),
        Err(source) => Err(ProjectError::PackageJson {
            path: path.to_owned(),
            text,
            source,
        }),
    }
}

fn versions(
    app_dir: &Path,
    manifest: Option<&PackageJson>,
) -> Result<Vec<Sourced<Requested>>, ProjectError> {
    let mut texts: Vec<Sourced<String>> = Vec::new();
    let of_manifest = |key: &str| Origin::file(format!("{} ({key})", package_json::FILE));
    if let Some(manifest) = manifest {
        let engine = manifest.engines.get("node").cloned();
        let wishes = [
            ("engines.node", engine),
            ("devEngines.runtime", manifest.development_node.clone()),
        ];
        let wishes = wishes
            .into_iter()
            .filter_map(|(key, text)| Some((key, text?)));
        texts.extend(wishes.map(|(key, text)| Sourced::new(text, of_manifest(key))));
    }
    for file in [".nvmrc", ".node-version"] {
        let text = files::read_text(app_dir, file)?.unwrap_or_default();
        let lines = text.lines().enumerate().map(|(index, line)| {
            let line = line.split('#').next().unwrap_or_default().trim();
            Sourced::new(line.to_owned(), Origin::line(file, index + 1))
        });
        texts.extend(lines.filter(|line| !line.value.is_empty()).take(1));
    }
    let text = files::read_text(app_dir, ".tool-versions")?.unwrap_or_default();
    for (index, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace();
        if let (Some("nodejs" | "node"), Some(version)) = (words.next(), words.next()) {
            texts.push(Sourced::new(
                version.to_owned(),
                Origin::line(".tool-versions", index + 1),
            ));
        }
    }
    if let Some(text) = manifest.and_then(|manifest| manifest.volta_node.clone()) {
        texts.push(Sourced::new(text, of_manifest("volta.node")));
    }
    let parse = |text: Sourced<String>| match text.value.parse() {
        Ok(requested) => Ok(text.map(|_| requested)),
        Err(reason) => Err(ProjectError::Version { text, reason }),
    };
    texts.into_iter().map(parse).collect()
}

#[cfg(test)]
mod tests;
