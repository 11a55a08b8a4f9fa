//! What `builder.toml` names for `pack builder create`: the buildpacks and the lifecycle, packaged.

use std::io;
use std::path::{Path, PathBuf};

use oci::{Compression, Tree, write_layer};
use store::Store;
use tempfile::TempDir;

use crate::builder::{self, BuilderKind, MakeOptions};
use crate::builder_image::Placed;
use crate::errors::BuilderError;
use crate::plan;
use crate::source_tree::SourceTree;
use crate::tree_layer;

/// Makes a builder and writes its packages to where its definition says that they are, which replaces
/// what is there. Returns their paths.
///
/// # Errors
/// As [`crate::ensure`], and when a package can't be written.
pub fn package(
    store: &Store,
    source: &SourceTree,
    kind: BuilderKind,
    options: MakeOptions<'_>,
) -> Result<Vec<PathBuf>, BuilderError> {
    let composer = plan::composer(store, source, options)?;
    // Kept until the end, so that nobody removes the components meanwhile.
    let (plan, _in_use) = builder::made(store, source, kind, options, &composer)?;
    // Another process that packages this checkout would see what we replace vanish.
    let _lock = store.lock(&format!("packages {}", source.root().display()))?;
    let mut written = Vec::new();
    for (id, package) in plan.buildpacks.packaged(store) {
        let mut references = plan.definition.buildpacks.iter();
        let reference = references.find(|reference| reference.id == id);
        let Some(reference) = reference else { continue };
        let target = source.path(&reference.uri);
        write_buildpack(&package, &target).map_err(unwritten(&target))?;
        written.push(target);
    }
    let target = source.path(&plan.definition.lifecycle.uri);
    let component = plan.lifecycle.component.directory(store);
    write_lifecycle(&component, &target).map_err(unwritten(&target))?;
    written.push(target);
    Ok(written)
}

fn unwritten(target: &Path) -> impl FnOnce(io::Error) -> BuilderError {
    let path = target.to_owned();
    move |source| BuilderError::PackageWrite { path, source }
}

/// A directory as libcnb-package lays it out.
fn write_buildpack(package: &Placed, target: &Path) -> io::Result<()> {
    let mut tree = Tree::default();
    tree_layer::insert(&mut tree, &package.source, "package")?;
    let draft = draft_beside(target)?;
    tree.write_directory(draft.path())?;
    store::replace_directory(&draft.path().join("package"), target)
}

/// A gzip-compressed tar of `lifecycle.toml` and `lifecycle/` (CNB distribution specification, "Lifecycle").
fn write_lifecycle(component: &Path, target: &Path) -> io::Result<()> {
    let mut tree = Tree::default();
    for name in ["lifecycle.toml", "lifecycle"] {
        tree_layer::insert(&mut tree, &component.join(name), name)?;
    }
    let draft = draft_beside(target)?;
    let layer = write_layer(&tree, Compression::Fast, draft.path())?;
    fs_err::rename(layer.blob, target)
}

/// On the target's file system, so that the target appears in one step.
fn draft_beside(target: &Path) -> io::Result<TempDir> {
    let parent = target.parent().unwrap_or(Path::new("."));
    fs_err::create_dir_all(parent)?;
    tempfile::Builder::new()
        .prefix(".draft-")
        .tempdir_in(parent)
}
