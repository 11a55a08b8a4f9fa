//! Removes the packages that the app doesn't reach without its development dependencies.
//!
//! One pruner for all package managers: those of their own break workspaces, do nothing, or lose what was compiled.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use buildpack_kit::files::remove_tree;

use crate::bundles::entries;
use crate::node_modules::{DIRECTORY, Package};

/// Directories of `node_modules` in which pnpm and Bun keep packages, each with those that it needs beside it.
const STORES: [&str; 2] = [".pnpm", ".bun"];

/// What package managers write down for themselves, with times and paths of this machine in it.
const RECORDS: [&str; 9] = [
    ".cache",
    ".modules.yaml",
    ".package-lock.json",
    ".package-map.json",
    ".pnpm-workspace-state-v1.json",
    ".pnpm-workspace-state.json",
    ".vite",
    ".yarn-integrity",
    ".yarn-state.yml",
];

/// What went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pruned {
    pub(crate) packages: usize,
}

/// Prunes the packages of the app and of its other packages, by their directories.
pub(crate) fn prune(
    app_dir: &Path,
    members: &[PathBuf],
    kept: &[Package],
) -> Result<Pruned, io::Error> {
    let app_dir = fs_err::canonicalize(app_dir)?;
    let mut keep: BTreeSet<PathBuf> = kept
        .iter()
        .map(|package| package.directory.clone())
        .collect();
    // The app itself may be linked to.
    keep.insert(app_dir.clone());
    let mut pruner = Pruner {
        keep,
        pruned: Pruned::default(),
    };
    let roots =
        std::iter::once(app_dir.clone()).chain(members.iter().map(|member| app_dir.join(member)));
    let directories: Vec<PathBuf> = roots
        .map(|root| root.join(DIRECTORY))
        .filter(|path| path.is_dir())
        .collect();
    for directory in &directories {
        pruner.directory(directory)?;
    }
    // Links may lead to what went only later.
    for directory in directories {
        remove_dead(&directory)?;
    }
    Ok(pruner.pruned)
}

struct Pruner {
    keep: BTreeSet<PathBuf>,
    pruned: Pruned,
}

impl Pruner {
    fn directory(&mut self, directory: &Path) -> Result<(), io::Error> {
        for path in entries(directory)? {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if RECORDS.contains(&name.as_str()) {
                remove(&path)?;
            } else if STORES.contains(&name.as_str()) {
                self.store(&path)?;
            } else if name.starts_with('@') && path.is_dir() && !path.is_symlink() {
                for package in entries(&path)? {
                    self.package(&package)?;
                }
            } else if !name.starts_with('.') {
                self.package(&path)?;
            }
        }
        Ok(())
    }

    fn store(&mut self, store: &Path) -> Result<(), io::Error> {
        for path in entries(store)? {
            if path.file_name() == Some(DIRECTORY.as_ref()) {
                self.directory(&path)?;
            } else {
                let packages = path.join(DIRECTORY);
                if packages.is_dir() {
                    self.directory(&packages)?;
                }
                if !has_package(&packages) {
                    remove(&path)?;
                }
            }
        }
        Ok(())
    }

    fn package(&mut self, path: &Path) -> Result<(), io::Error> {
        let is_link = path.is_symlink();
        let is_kept = fs_err::canonicalize(path).is_ok_and(|target| self.keep.contains(&target));
        if !is_kept {
            self.pruned.packages += usize::from(!is_link);
            return remove(path);
        }
        let inner = path.join(DIRECTORY);
        if !is_link && inner.is_dir() {
            self.directory(&inner)?;
        }
        Ok(())
    }
}

/// Whether a directory of packages has one of its own, and not only links to others.
fn has_package(directory: &Path) -> bool {
    let entries = entries(directory).unwrap_or_default();
    entries.iter().any(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_own = path.is_dir() && !path.is_symlink() && !name.starts_with('.');
        is_own && (!name.starts_with('@') || has_package(path))
    })
}

fn remove(path: &Path) -> Result<(), io::Error> {
    if path.is_dir() && !path.is_symlink() {
        remove_tree(path)
    } else {
        fs_err::remove_file(path)
    }
}

/// Links that lead nowhere, programs that are only for a shell, and directories without anything in them.
fn remove_dead(directory: &Path) -> Result<(), io::Error> {
    for path in entries(directory)? {
        if path.is_symlink() {
            if !path.exists() {
                fs_err::remove_file(&path)?;
            }
        } else if path.is_dir() {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name == ".bin" {
                remove_shims(&path)?;
            }
            let holds_packages = name.starts_with('@')
                || name == ".bin"
                || name == DIRECTORY
                || STORES.contains(&name.as_str());
            let is_in_store = directory
                .file_name()
                .is_some_and(|name| STORES.iter().any(|store| name == *store));
            if holds_packages || is_in_store {
                remove_dead(&path)?;
            } else if path.join(DIRECTORY).is_dir() {
                remove_dead(&path.join(DIRECTORY))?;
                remove_empty(&path.join(DIRECTORY))?;
            }
            if holds_packages || is_in_store {
                remove_empty(&path)?;
            }
        }
    }
    Ok(())
}

fn remove_empty(directory: &Path) -> Result<(), io::Error> {
    if fs_err::read_dir(directory)?.next().is_none() {
        fs_err::remove_dir(directory)?;
    }
    Ok(())
}

/// pnpm writes scripts for a shell that name paths of this machine.
fn remove_shims(directory: &Path) -> Result<(), io::Error> {
    for path in entries(directory)? {
        if !path.is_symlink() && path.is_file() {
            fs_err::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node_modules::reachable;

    const TREE: &str = "
-- package.json --
{\"dependencies\":{\"a\":\"1\",\"lib\":\"*\"},\"devDependencies\":{\"d\":\"1\",\"@t/e\":\"1\"}}
-- node_modules/.package-lock.json --
-- node_modules/.cache/x --
-- node_modules/.prisma/client/index.js --
-- node_modules/.bin/a -> ../a/cli.js --
-- node_modules/.bin/d -> ../d/cli.js --
-- node_modules/.bin/shim 0755 --
#!/bin/sh
-- node_modules/a/package.json --
{\"name\":\"a\",\"dependencies\":{\"b\":\"1\"}}
-- node_modules/a/cli.js --
-- node_modules/a/node_modules/b/package.json --
{\"name\":\"b\"}
-- node_modules/a/node_modules/c/package.json --
{\"name\":\"c\"}
-- node_modules/b/package.json --
{}
-- node_modules/d/package.json --
{}
-- node_modules/d/cli.js --
-- node_modules/@t/e/package.json --
{}
-- node_modules/lib -> ../libs/lib --
-- node_modules/tool -> ../libs/tool --
-- libs/lib/package.json --
{\"dependencies\":{\"s\":\"1\"},\"devDependencies\":{\"u\":\"1\"}}
-- libs/lib/node_modules/s -> ../../../node_modules/.pnpm/s@1/node_modules/s --
-- libs/lib/node_modules/u -> ../../../node_modules/.pnpm/u@1/node_modules/u --
-- libs/tool/package.json --
{}
-- node_modules/.pnpm/lock.yaml --
-- node_modules/.pnpm/node_modules/u -> ../u@1/node_modules/u --
-- node_modules/.pnpm/s@1/node_modules/s/package.json --
{\"name\":\"s\"}
-- node_modules/.pnpm/u@1/node_modules/u/package.json --
{}
-- node_modules/.pnpm/u@1/node_modules/s -> ../../s@1/node_modules/s --
";

    #[test]
    fn what_is_not_reached_goes_with_its_links() {
        let app = testkit::directory(TREE);
        let members = ["libs/lib".into()];
        let kept = reachable(app.path(), &members, false).unwrap();
        let pruned = prune(app.path(), &members, &kept).unwrap();
        assert_eq!(pruned.packages, 5);
        insta::assert_snapshot!(testkit::tree_without_digests(app.path()), @"
        libs                                                dir  0755
        libs/lib                                            dir  0755
        libs/lib/node_modules                               dir  0755
        libs/lib/node_modules/s                             link -> ../../../node_modules/.pnpm/s@1/node_modules/s
        libs/lib/package.json                               file 0644
        libs/tool                                           dir  0755
        libs/tool/package.json                              file 0644
        node_modules                                        dir  0755
        node_modules/.bin                                   dir  0755
        node_modules/.bin/a                                 link -> ../a/cli.js
        node_modules/.pnpm                                  dir  0755
        node_modules/.pnpm/s@1                              dir  0755
        node_modules/.pnpm/s@1/node_modules                 dir  0755
        node_modules/.pnpm/s@1/node_modules/s               dir  0755
        node_modules/.pnpm/s@1/node_modules/s/package.json  file 0644
        node_modules/.prisma                                dir  0755
        node_modules/.prisma/client                         dir  0755
        node_modules/.prisma/client/index.js                file 0644
        node_modules/a                                      dir  0755
        node_modules/a/cli.js                               file 0644
        node_modules/a/node_modules                         dir  0755
        node_modules/a/node_modules/b                       dir  0755
        node_modules/a/node_modules/b/package.json          file 0644
        node_modules/a/package.json                         file 0644
        node_modules/lib                                    link -> ../libs/lib
        package.json                                        file 0644
        ");
    }
}
