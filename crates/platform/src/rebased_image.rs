//! Another run image under an app image: only the run image's layers change. Pure: documents in,
//! documents out.
//!
//! The changes are those of the lifecycle's rebaser at Platform API 0.12 and newer (its
//! `phase/rebaser.go`), which can't work on OCI layouts.

use oci::{Descriptor, Digest, Image, ImageConfig, Manifest, media_type};
use serde_json::{Map, Value, json};

use crate::ImageName;
use crate::rebase_checks::{self, label};

/// The label in which the lifecycle says which layer is what (CNB platform specification, "Layer
/// Metadata").
pub(crate) const METADATA: &str = "io.buildpacks.lifecycle.metadata";
/// Labels that describe the run image, and go with it.
const RUN_IMAGE_LABELS: &[&str] = &["io.buildpacks.base.", "io.buildpacks.stack."];

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
    /// What should be the run image is an app.
    #[error("the new run image is an app")]
    OntoApp,
    /// The run image's configuration names more or fewer layers than its manifest has.
    #[error("the run image contradicts itself")]
    UnevenRunImage,
    /// Other system, architecture or distribution.
    #[error("the image is for {app} and the new run image for {base}")]
    OtherTarget {
        /// `linux/amd64 debian 13`.
        app: String,
        /// The same of the new run image.
        base: String,
    },
    /// An app for one stack and a run image of another, or of none.
    #[error("the image is for the stack {} and the new run image of {}", shown(.app.as_deref()), shown(.base.as_deref()))]
    OtherStack {
        /// The stack of the app.
        app: Option<String>,
        /// The stack of the new run image.
        base: Option<String>,
    },
    /// The run image of the app had packages that the new one doesn't have, by the names of its stack.
    #[error("the new run image lacks {}", .missing.join(", "))]
    MissingMixins {
        /// The names.
        missing: Vec<String>,
    },
    /// What an image says of its mixins is no list.
    #[error("the label on mixins is no list: {text}")]
    UnreadableMixins {
        /// What it is.
        text: String,
    },
    /// Not a release of the run image that the app is on, whatever its name is.
    #[error("the image is on {} and the new run image is {}", shown(.app.as_deref()), shown(.base.as_deref()))]
    OtherBase {
        /// What the releases of the app's run image are called.
        app: Option<String>,
        /// The same of the new run image.
        base: Option<String>,
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

fn shown(id: Option<&str>) -> &str {
    id.unwrap_or("none")
}

/// The name of the run image to put the image onto, `wanted` or the one that it was built for, if nothing that
/// is known without that image is against it.
pub(crate) fn check(
    app: &Image,
    wanted: Option<&str>,
    force: bool,
) -> Result<String, NotRebasable> {
    let metadata = metadata(&app.config).ok_or(NotRebasable::NotAnApp)?;
    layers_above(app, &metadata)?;
    let known = known_names(&metadata);
    if !force {
        rebase_checks::check_rebasable(&app.config)?;
    }
    let Some(wanted) = wanted else {
        return known.into_iter().next().ok_or(NotRebasable::NotAnApp);
    };
    check_name(wanted, known, force)?;
    Ok(wanted.to_owned())
}

/// Whether the image was built for a run image of this name. `Ok(false)` is what `force` passes over.
fn check_name(name: &str, known: Vec<String>, force: bool) -> Result<bool, NotRebasable> {
    let is_known = known.iter().any(|known| is_same(known, name));
    if is_known || force {
        return Ok(is_known);
    }
    Err(NotRebasable::OtherRunImage {
        name: name.to_owned(),
        known,
    })
}

/// The manifest and the configuration of `app` on another run image. `force` passes over what can be passed
/// over of the checks that are about whether the app will like it there.
pub(crate) fn rebased(
    app: &Image,
    base: NewBase<'_>,
    force: bool,
) -> Result<(Manifest, ImageConfig), NotRebasable> {
    let mut metadata = metadata(&app.config).ok_or(NotRebasable::NotAnApp)?;
    let own_layers = layers_above(app, &metadata)?;
    name_run_image(&mut metadata, base, force)?;
    rebase_checks::check(&app.config, &base.image.config, force)?;
    if base.image.config.rootfs.diff_ids.len() != base.image.manifest.layers.len() {
        return Err(NotRebasable::UnevenRunImage);
    }

    let mut manifest = app.manifest.clone();
    let layers = base.image.manifest.layers.iter();
    let layers: Vec<Descriptor> = layers
        .map(|layer| in_terms_of(&app.manifest, layer.clone()))
        .collect();
    manifest.layers = joined(&layers, &manifest.layers, own_layers);
    let mut config = app.config.clone();
    let (below, above) = (&base.image.config, &app.config);
    config.rootfs.diff_ids = joined(&below.rootfs.diff_ids, &above.rootfs.diff_ids, own_layers);
    let is_whole = |config: &ImageConfig| config.history.len() == config.rootfs.diff_ids.len();
    // A history that leaves layers out says nothing true about where the run image ends.
    config.history = if is_whole(above) && is_whole(below) {
        joined(&below.history, &above.history, own_layers)
    } else {
        Vec::new()
    };
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

/// A layer by its name in the manifest that it comes into: tools refuse a manifest that mixes Docker's names
/// and OCI's for the same thing.
fn in_terms_of(manifest: &Manifest, mut layer: Descriptor) -> Descriptor {
    let (ours, theirs) = if manifest.config.media_type == media_type::DOCKER_CONFIG {
        (media_type::DOCKER_LAYER, media_type::OCI_LAYER)
    } else {
        (media_type::OCI_LAYER, media_type::DOCKER_LAYER)
    };
    if layer.media_type == theirs {
        ours.clone_into(&mut layer.media_type);
    }
    layer
}

fn joined<T: Clone>(base: &[T], app: &[T], own: usize) -> Vec<T> {
    let own = &app[app.len().saturating_sub(own)..];
    [base, own].concat()
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
    if check_name(base.name, known, force)? {
        return Ok(());
    }
    run_image.insert("image".to_owned(), json!(base.name));
    run_image.remove("mirrors");
    let stack = json!({ "runImage": { "image": base.name } });
    metadata.insert("stack".to_owned(), stack);
    Ok(())
}

/// Whether two references name one image: `team/run` and `docker.io/team/run:latest` do.
fn is_same(one: &str, other: &str) -> bool {
    match (one.parse::<ImageName>(), other.parse::<ImageName>()) {
        (Ok(one), Ok(other)) => one.is_same(&other),
        _ => one == other,
    }
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
    let text = oci::json_text(&Value::Object(metadata.clone()));
    labels.insert(METADATA.to_owned(), text);
}

fn metadata(config: &ImageConfig) -> Option<Map<String, Value>> {
    serde_json::from_str(label(config, METADATA)?).ok()
}

#[cfg(test)]
#[path = "rebased_image_tests.rs"]
mod tests;
