//! Another run image under an app image: only the run image's layers change. Pure: documents in,
//! documents out.
//!
//! The checks and the changes are those of the lifecycle's rebaser at Platform API 0.12 and newer
//! (its `phase/rebaser.go`), which can't work on OCI layouts.

use oci::{Digest, Image, ImageConfig, Manifest};
use serde_json::{Map, Value, json};

use crate::ImageName;

/// The label in which the lifecycle says which layer is what (CNB platform specification, "Layer
/// Metadata").
pub(crate) const METADATA: &str = "io.buildpacks.lifecycle.metadata";
/// `false` on an image that says of itself that it can't be rebased.
const REBASABLE: &str = "io.buildpacks.rebasable";
/// Labels that describe the run image, and go with it.
const RUN_IMAGE_LABELS: &[&str] = &["io.buildpacks.base.", "io.buildpacks.stack."];
const DISTRIBUTION_NAME: &str = "io.buildpacks.base.distro.name";
const DISTRIBUTION_VERSION: &str = "io.buildpacks.base.distro.version";

/// The run image to rebase onto.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewBase<'a> {
    /// Its reference: `coracle/run:debug`.
    pub(crate) name: &'a str,
    /// Its reference by digest, as the metadata has it.
    pub(crate) identifier: &'a str,
    pub(crate) image: &'a Image,
}

/// Why an image can't be rebased.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRebasable {
    /// No lifecycle made it, or it was changed since.
    #[error("the image doesn't say which of its layers are the run image's")]
    NotAnApp,
    /// The layer that the metadata names is not in the image.
    #[error("the layer {top_layer} that the run image ended with isn't in the image")]
    TopLayerMissing {
        /// The diffID of the layer.
        top_layer: String,
    },
    /// The image forbids it.
    #[error("the image is marked as not rebasable")]
    Forbidden,
    /// Other system, architecture or distribution.
    #[error("the image is for {app} and the new run image for {base}")]
    OtherTarget {
        /// `linux/amd64 debian 13`.
        app: String,
        /// The same of the new run image.
        base: String,
    },
    /// The new run image is none of those that the image was built for.
    #[error("the image was built for {}, not for {name}", .known.join(", "))]
    OtherRunImage {
        /// The name of the new run image.
        name: String,
        /// The run image of the app and its mirrors.
        known: Vec<String>,
    },
}

/// The manifest and the configuration of `app` on another run image. `force` passes over every check
/// that is about whether the app will like it there.
pub(crate) fn rebased(
    app: &Image,
    base: NewBase<'_>,
    force: bool,
) -> Result<(Manifest, ImageConfig), NotRebasable> {
    let mut metadata = metadata(&app.config).ok_or(NotRebasable::NotAnApp)?;
    let own_layers = layers_above(app, &metadata)?;
    if !force {
        check_labels_and_target(&app.config, &base.image.config)?;
    }
    name_run_image(&mut metadata, base, force)?;

    let mut manifest = app.manifest.clone();
    manifest.layers = joined(&base.image.manifest.layers, &manifest.layers, own_layers);
    let mut config = app.config.clone();
    let (below, above) = (&base.image.config, &app.config);
    config.rootfs.diff_ids = joined(&below.rootfs.diff_ids, &above.rootfs.diff_ids, own_layers);
    // A history that leaves layers out says nothing true about where the run image ends.
    if above.history.len() == above.rootfs.diff_ids.len() {
        config.history = joined(&below.history, &above.history, own_layers);
    }
    below.architecture.clone_into(&mut config.architecture);
    below.os.clone_into(&mut config.os);
    replace_labels(&mut config, below, &metadata);
    Ok((manifest, config))
}

/// How many layers lie on the run image.
fn layers_above(app: &Image, metadata: &Map<String, Value>) -> Result<usize, NotRebasable> {
    let top = metadata
        .get("runImage")
        .and_then(|run| run.get("topLayer")?.as_str());
    let top = top.ok_or(NotRebasable::NotAnApp)?;
    let diff_ids = &app.config.rootfs.diff_ids;
    let position = diff_ids
        .iter()
        .position(|diff_id| diff_id.to_string() == top);
    match position {
        Some(position) if diff_ids.len() == app.manifest.layers.len() => {
            Ok(diff_ids.len() - position - 1)
        }
        _ => Err(NotRebasable::TopLayerMissing {
            top_layer: top.to_owned(),
        }),
    }
}

fn joined<T: Clone>(base: &[T], app: &[T], own: usize) -> Vec<T> {
    let own = &app[app.len().saturating_sub(own)..];
    [base, own].concat()
}

fn check_labels_and_target(app: &ImageConfig, base: &ImageConfig) -> Result<(), NotRebasable> {
    if label(app, REBASABLE) == Some("false") {
        return Err(NotRebasable::Forbidden);
    }
    let (app, base) = (target(app), target(base));
    if app == base {
        Ok(())
    } else {
        Err(NotRebasable::OtherTarget { app, base })
    }
}

/// Puts the new run image into the metadata.
fn name_run_image(
    metadata: &mut Map<String, Value>,
    base: NewBase<'_>,
    force: bool,
) -> Result<(), NotRebasable> {
    let known = known_names(metadata);
    let Some(Value::Object(run_image)) = metadata.get_mut("runImage") else {
        return Err(NotRebasable::NotAnApp);
    };
    let top = base
        .image
        .config
        .rootfs
        .diff_ids
        .last()
        .map(Digest::to_string);
    run_image.insert("topLayer".to_owned(), json!(top.unwrap_or_default()));
    run_image.insert("reference".to_owned(), json!(base.identifier));
    if known.iter().any(|name| is_same(name, base.name)) {
        return Ok(());
    }
    if !force {
        return Err(NotRebasable::OtherRunImage {
            name: base.name.to_owned(),
            known,
        });
    }
    run_image.insert("image".to_owned(), json!(base.name));
    run_image.remove("mirrors");
    let stack = json!({ "runImage": { "image": base.name } });
    metadata.insert("stack".to_owned(), stack);
    Ok(())
}

/// Whether two references name one image: `coracle/run` and `coracle/run:latest` do.
fn is_same(one: &str, other: &str) -> bool {
    match (one.parse::<ImageName>(), other.parse::<ImageName>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// The run image that an app image was built for.
pub(crate) fn run_image_of(app: &ImageConfig) -> Option<String> {
    known_names(&metadata(app)?).into_iter().next()
}

/// The run image and its mirrors, as both tables of the metadata name them.
fn known_names(metadata: &Map<String, Value>) -> Vec<String> {
    let stack = metadata
        .get("stack")
        .and_then(|stack| stack.get("runImage"));
    let mut names = Vec::new();
    for table in metadata.get("runImage").into_iter().chain(stack) {
        let mirrors = table.get("mirrors").and_then(Value::as_array);
        let values = table
            .get("image")
            .into_iter()
            .chain(mirrors.into_iter().flatten());
        for name in values.filter_map(Value::as_str).map(str::to_owned) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

fn replace_labels(config: &mut ImageConfig, base: &ImageConfig, metadata: &Map<String, Value>) {
    let describes_run_image = |name: &String| {
        RUN_IMAGE_LABELS
            .iter()
            .any(|prefix| name.starts_with(prefix))
    };
    let labels = config.config.labels.get_or_insert_default();
    labels.retain(|name, _| !describes_run_image(name));
    let of_base = base.config.labels.iter().flatten();
    labels.extend(
        of_base
            .filter(|(name, _)| describes_run_image(name))
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    // Keys are strings.
    let text = oci::to_json(metadata).unwrap_or_default();
    labels.insert(METADATA.to_owned(), text);
}

fn metadata(config: &ImageConfig) -> Option<Map<String, Value>> {
    serde_json::from_str(label(config, METADATA)?).ok()
}

fn label<'a>(config: &'a ImageConfig, name: &str) -> Option<&'a str> {
    let labels = config.config.labels.as_ref()?;
    labels.get(name).map(String::as_str)
}

/// `linux/amd64 debian 13`: what has to be the same on both sides.
fn target(config: &ImageConfig) -> String {
    let variant = config.other.get("variant").and_then(Value::as_str);
    let parts = [
        Some(format!("{}/{}", config.os, config.architecture)),
        variant.map(str::to_owned),
        label(config, DISTRIBUTION_NAME).map(str::to_owned),
        label(config, DISTRIBUTION_VERSION).map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "rebased_image_tests.rs"]
mod tests;
