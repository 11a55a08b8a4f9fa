//! A builder as an image: the build image, the runtimes, the lifecycle, the buildpacks and the labels
//! by which every platform knows it.
//!
//! The same that `pack builder create` makes of `builder.toml`, without pack and without Docker. The
//! layers that change least come first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oci::{Compression, DerivedImage, Entry, Layout, Tree, TreeError};
use store::Store;

use crate::builder_labels::{
    BUILDPACK_LAYERS, BuildpackDescriptor, LayeredBuildpack, buildpack_layers, content_labels,
};
use crate::definition::Definition;
use crate::errors::BuilderError;
use crate::lifecycle_labels::{LifecycleDescriptor, lifecycle_labels};
use crate::tree_layer;

/// The user of builds, who owns the directories that they write to: as in `stack/build.toml`, which a test
/// below compares.
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
    /// The layout of the build image with all of its parts.
    pub(crate) build_image: PathBuf,
    /// The lifecycle component.
    pub(crate) lifecycle: PathBuf,
    /// The packaged buildpacks, each in the directory that it has below `/cnb/buildpacks`.
    pub(crate) buildpacks: Vec<Placed>,
    /// The configuration component.
    pub(crate) config: PathBuf,
}

impl Parts<'_> {
    /// The labels of the builder but for the one that says which layer holds which buildpack.
    pub(crate) fn content_labels(
        &self,
        store: &Store,
    ) -> Result<BTreeMap<&'static str, String>, BuilderError> {
        let buildpacks = self.buildpacks.iter();
        let buildpacks = buildpacks.map(|buildpack| read_buildpack(store, buildpack));
        let buildpacks = buildpacks.collect::<Result<Vec<_>, _>>()?;
        let lifecycle = read_lifecycle(store, &self.lifecycle)?;
        Ok(content_labels(self.definition, &lifecycle, &buildpacks))
    }
}

/// Writes the build image with a layer for each of its parts, such as a runtime, into the layout `out`.
pub(crate) fn write_build_image(
    store: &Store,
    base: &Path,
    parts: &[Placed],
    out: &Path,
) -> Result<(), BuilderError> {
    let mut image = DerivedImage::from(&Layout::open(base)?, Layout::create(out)?)?;
    for part in parts {
        let tree = tree_of(store, part)?;
        image.add_layer(&history(&part.target), &tree, Compression::Fast)?;
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
    // Nothing above it: kpack takes the last layer for the lifecycle.
    image.add_layer(&history("cnb/lifecycle"), &tree, Compression::Fast)?;
    let descriptor = read_lifecycle(store, lifecycle)?;
    let runtime = image.runtime();
    runtime.user = Some("0:0".to_owned());
    runtime.working_dir = Some("/layers".to_owned());
    // Of the base, nothing that makes it a run image.
    runtime.labels = Some(lifecycle_labels(&descriptor));
    let variables = runtime.env.get_or_insert_default();
    variables.retain(|variable| !variable.starts_with("PORT="));
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
    let mut layered = Vec::new();
    for buildpack in &parts.buildpacks {
        let tree = tree_of(store, buildpack)?;
        let layer = image.add_layer(&history(&buildpack.target), &tree, Compression::Fast)?;
        layered.push(LayeredBuildpack {
            descriptor: read_buildpack(store, buildpack)?,
            diff_id: layer.diff_id,
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
    for (name, value) in parts.content_labels(store)? {
        image.label(name, value);
    }
    image.label(BUILDPACK_LAYERS, buildpack_layers(&layered));
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

fn read_buildpack(store: &Store, placed: &Placed) -> Result<BuildpackDescriptor, BuilderError> {
    read(store, &placed.source.join("buildpack.toml"))
}

fn read_lifecycle(store: &Store, component: &Path) -> Result<LifecycleDescriptor, BuilderError> {
    read(store, &component.join("lifecycle.toml"))
}

fn read<T: serde::de::DeserializeOwned>(store: &Store, path: &Path) -> Result<T, BuilderError> {
    toml::from_str(&store.io(|| fs_err::read_to_string(path))?).map_err(|source| {
        BuilderError::Data {
            path: path.to_owned(),
            source,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_of_builds_is_the_one_of_the_build_image() {
        let definition: toml::Table =
            toml::from_str(include_str!("../../../stack/build.toml")).unwrap();
        let (uid, gid) = BUILD_USER;
        let user = definition["image"]["user"].as_str();
        assert_eq!(user, Some(format!("{uid}:{gid}").as_str()));
    }

    #[test]
    fn a_lifecycle_image_is_no_run_image() {
        let directory = testkit::directory(
            "-- component/lifecycle.toml --
[api]
platform = \"0.7\"
buildpack = \"0.7\"
[apis]
[lifecycle]
version = \"1.2.3\"
-- component/lifecycle/creator --
",
        );
        let root = directory.path();
        let store = Store::open(root.join("store")).unwrap();
        let layout = Layout::create(root.join("base")).unwrap();
        let mut base = DerivedImage::from_scratch(layout, "arm64");
        base.runtime().env = Some(["PATH=/bin", "PORT=8080"].map(str::to_owned).into());
        for name in ["io.buildpacks.stack.id", "io.buildpacks.rebasable"] {
            base.label(name, "true".to_owned());
        }
        base.finish().unwrap();
        let out = root.join("out");

        write_lifecycle_image(&store, &root.join("base"), &root.join("component"), &out).unwrap();

        let config = Layout::open(out).unwrap().image().unwrap().config;
        let last = config.history.last().unwrap().created_by.clone();
        let runtime = config.config;
        let labels: Vec<String> = runtime.labels.unwrap().into_keys().collect();
        insta::assert_debug_snapshot!((runtime.env, runtime.user, runtime.working_dir, labels, last), @r#"
        (
            Some(
                [
                    "PATH=/bin",
                ],
            ),
            Some(
                "0:0",
            ),
            Some(
                "/layers",
            ),
            [
                "io.buildpacks.builder.metadata",
                "io.buildpacks.lifecycle.apis",
                "io.buildpacks.lifecycle.version",
                "org.opencontainers.image.description",
            ],
            Some(
                "coracle builder create: cnb/lifecycle",
            ),
        )
        "#);
    }
}
