//! A builder as an image: the build image, the runtimes, the lifecycle, the buildpacks and the labels
//! by which every platform knows it.
//!
//! The same that `pack builder create` makes of `builder.toml`, without pack and without Docker. The
//! layers that change least come first.

use std::path::{Path, PathBuf};

use oci::{Compression, DerivedImage, Entry, Layout, Tree, TreeError};
use store::Store;

use crate::builder_labels::{BuildpackDescriptor, LayeredBuildpack, LifecycleDescriptor, labels};
use crate::definition::Definition;
use crate::errors::BuilderError;
use crate::tree_layer;

/// The user of builds, who owns the directories that they write to: as in `stack/build.toml`.
const BUILD_USER: (u32, u32) = (1000, 1000);

/// A directory of this machine and where an image has it, without the leading slash.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) source: PathBuf,
    pub(crate) target: String,
}

/// What a builder image is made of.
pub(crate) struct Parts<'a> {
    pub(crate) definition: &'a Definition,
    /// The layout of the build image, runtimes included.
    pub(crate) build_image: PathBuf,
    /// The lifecycle component.
    pub(crate) lifecycle: PathBuf,
    /// The packaged buildpacks, each in the directory that it has below `/cnb/buildpacks`.
    pub(crate) buildpacks: Vec<Placed>,
    /// The configuration component.
    pub(crate) config: PathBuf,
}

/// Writes the build image with a layer for every runtime into the layout `out`.
pub(crate) fn write_build_image(
    store: &Store,
    base: &Path,
    runtimes: &[Placed],
    out: &Path,
) -> Result<(), BuilderError> {
    let mut image = DerivedImage::from(&Layout::open(base)?, Layout::create(out)?)?;
    for runtime in runtimes {
        let tree = tree_of(store, runtime)?;
        image.add_layer(&history(&runtime.target), &tree, Compression::Fast)?;
    }
    image.finish()?;
    Ok(())
}

/// Writes an image of nothing but the lifecycle on `base` into the layout `out`: what pack runs the
/// phases in that an untrusted builder must not see the credentials of.
pub(crate) fn write_lifecycle_image(
    store: &Store,
    base: &Path,
    lifecycle: &Path,
    out: &Path,
) -> Result<(), BuilderError> {
    let mut image = DerivedImage::from(&Layout::open(base)?, Layout::create(out)?)?;
    let tree = lifecycle_tree(store, lifecycle)?;
    image.add_layer(&history("cnb/lifecycle"), &tree, Compression::Fast)?;
    image.runtime().user = Some("0:0".to_owned());
    image.finish()?;
    Ok(())
}

/// Writes the builder into the layout `out`.
pub(crate) fn write(store: &Store, parts: &Parts<'_>, out: &Path) -> Result<(), BuilderError> {
    let base = Layout::open(&parts.build_image)?;
    let mut image = DerivedImage::from(&base, Layout::create(out)?)?;
    image.add_layer(&history("directories"), &directories()?, Compression::Fast)?;
    let tree = lifecycle_tree(store, &parts.lifecycle)?;
    image.add_layer(&history("cnb/lifecycle"), &tree, Compression::Fast)?;
    let mut buildpacks = Vec::new();
    for buildpack in &parts.buildpacks {
        let tree = tree_of(store, buildpack)?;
        let diff_id = image.add_layer(&history(&buildpack.target), &tree, Compression::Fast)?;
        let descriptor: BuildpackDescriptor =
            read(store, &buildpack.source.join("buildpack.toml"))?;
        buildpacks.push(LayeredBuildpack {
            descriptor,
            diff_id: diff_id.to_string(),
        });
    }
    let config = Placed {
        source: parts.config.clone(),
        target: "cnb".to_owned(),
    };
    image.add_layer(
        &history("configuration"),
        &tree_of(store, &config)?,
        Compression::Fast,
    )?;
    let lifecycle: LifecycleDescriptor = read(store, &parts.lifecycle.join("lifecycle.toml"))?;
    for (name, value) in labels(parts.definition, &lifecycle, &buildpacks) {
        image.label(name, value);
    }
    image.runtime().working_dir = Some("/layers".to_owned());
    image.finish()?;
    Ok(())
}

/// The directories that the specification wants, and that volumes are mounted on.
fn directories() -> Result<Tree, TreeError> {
    let mut tree = Tree::default();
    let (uid, gid) = BUILD_USER;
    for path in ["workspace", "layers"] {
        tree.insert(path, Entry::directory(0o755).owned_by(uid, gid))?;
    }
    for path in [
        "cnb/buildpacks",
        "cnb/extensions",
        "cnb/build-config/env",
        "platform/env",
    ] {
        tree.insert(path, Entry::directory(0o755))?;
    }
    Ok(tree)
}

fn lifecycle_tree(store: &Store, component: &Path) -> Result<Tree, BuilderError> {
    let mut tree = tree_of(
        store,
        &Placed {
            source: component.join("lifecycle"),
            target: "cnb/lifecycle".to_owned(),
        },
    )?;
    // Where platforms of 2019 look for it.
    tree.insert("lifecycle", Entry::symlink("/cnb/lifecycle"))?;
    Ok(tree)
}

fn tree_of(store: &Store, placed: &Placed) -> Result<Tree, BuilderError> {
    let mut tree = Tree::default();
    store.io(|| tree_layer::insert(&mut tree, &placed.source, &placed.target))?;
    Ok(tree)
}

fn history(subject: &str) -> String {
    format!("coracle builder create: {subject}")
}

fn read<T: serde::de::DeserializeOwned>(store: &Store, path: &Path) -> Result<T, BuilderError> {
    toml::from_str(&store.io(|| fs_err::read_to_string(path))?).map_err(|source| {
        BuilderError::Data {
            path: path.to_owned(),
            source,
        }
    })
}
