//! What a build made: its layers, their sizes, and how long everything took.

use std::fmt::{self, Write as _};
use std::time::Duration;

use explain::quote;
use oci::{Digest, Image};
use serde::Deserialize;

use crate::ImageName;
use crate::rebased_image::METADATA;

/// A finished build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildReport {
    /// The name of the image.
    pub image: ImageName,
    /// The digest by which a registry knows it.
    pub manifest_digest: Digest,
    /// The digest of the configuration.
    pub image_id: Digest,
    /// The layers, lowest first.
    pub layers: Vec<LayerReport>,
    /// The start commands that the image has, the default one first where there is one.
    pub processes: Vec<String>,
    /// How long each step took, in order.
    pub durations: Vec<(Step, Duration)>,
}

/// A step of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Checks, and the copy of the app.
    Stage,
    /// The lifecycle with the buildpacks in it.
    Creator,
    /// Bringing in reused layers, checking, moving into the store.
    Complete,
    /// Copies to files, daemons and registries.
    Output,
}

/// One layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerReport {
    /// What it is.
    pub what: LayerKind,
    /// The digest of the compressed layer.
    pub digest: Digest,
    /// Bytes of the compressed layer.
    pub compressed: u64,
    /// Whether the previous image or the run image had it already.
    pub reused: bool,
}

/// What a layer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayerKind {
    /// From the run image.
    RunImage,
    /// A buildpack's launch layer.
    Buildpack {
        /// The buildpack.
        id: String,
        /// The layer's name.
        layer: String,
    },
    /// The software bills of materials.
    Sbom,
    /// The app directory, or a slice of it.
    App,
    /// The launcher.
    Launcher,
    /// The launcher's configuration.
    Config,
    /// The links that name the processes.
    ProcessTypes,
    /// Not in the lifecycle's list.
    Unknown,
}

impl fmt::Display for LayerKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RunImage => formatter.write_str("run image"),
            // Somebody else's image may call them anything.
            Self::Buildpack { id, layer } => {
                write!(formatter, "{}: {}", quote(id, 100), quote(layer, 100))
            }
            Self::Sbom => formatter.write_str("bills of materials"),
            Self::App => formatter.write_str("app"),
            Self::Launcher => formatter.write_str("launcher"),
            Self::Config => formatter.write_str("launcher's configuration"),
            Self::ProcessTypes => formatter.write_str("process types"),
            Self::Unknown => formatter.write_str("other"),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct LayersMetadata {
    app: Vec<Sha>,
    buildpacks: Vec<BuildpackLayers>,
    sbom: Sha,
    config: Sha,
    launcher: Sha,
    #[serde(rename = "process-types")]
    process_types: Sha,
    run_image: RunImage,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Sha {
    sha: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BuildpackLayers {
    key: String,
    layers: std::collections::BTreeMap<String, Sha>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RunImage {
    top_layer: String,
}

impl LayersMetadata {
    fn of(image: &Image) -> Self {
        let labels = image.config.config.labels.as_ref();
        let label = labels.and_then(|labels| labels.get(METADATA));
        label
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    fn kind(&self, diff_id: &str) -> LayerKind {
        let fixed = [
            (&self.sbom, LayerKind::Sbom),
            (&self.config, LayerKind::Config),
            (&self.launcher, LayerKind::Launcher),
            (&self.process_types, LayerKind::ProcessTypes),
        ];
        for buildpack in &self.buildpacks {
            for (name, layer) in &buildpack.layers {
                if layer.sha == diff_id {
                    return LayerKind::Buildpack {
                        id: buildpack.key.clone(),
                        layer: name.clone(),
                    };
                }
            }
        }
        if self.app.iter().any(|slice| slice.sha == diff_id) {
            return LayerKind::App;
        }
        let found = fixed.into_iter().find(|(layer, _)| layer.sha == diff_id);
        found.map_or(LayerKind::Unknown, |(_, kind)| kind)
    }
}

/// The layers of an image, compared with those of the previous one.
pub(crate) fn layers(image: &Image, previous: Option<&Image>) -> Vec<LayerReport> {
    let metadata = LayersMetadata::of(image);
    let diff_ids = image.config.rootfs.diff_ids.iter().map(Digest::to_string);
    let diff_ids: Vec<String> = diff_ids.collect();
    let top = &metadata.run_image.top_layer;
    let run_layers = diff_ids.iter().position(|diff_id| diff_id == top);
    let known = |digest: &Digest| previous.is_some_and(|previous| has_layer(previous, digest));
    let layers = image.manifest.layers.iter().enumerate();
    layers
        .map(|(index, layer)| {
            let is_run_layer = run_layers.is_some_and(|top| index <= top);
            LayerReport {
                what: match diff_ids.get(index) {
                    _ if is_run_layer => LayerKind::RunImage,
                    Some(diff_id) => metadata.kind(diff_id),
                    None => LayerKind::Unknown,
                },
                digest: layer.digest.clone(),
                compressed: layer.size,
                reused: is_run_layer || known(&layer.digest),
            }
        })
        .collect()
}

/// The layers of an image that was put onto another run image, compared with those that it had.
pub(crate) fn rebased_layers(image: &Image, before: &Image) -> Vec<LayerReport> {
    let mut layers = layers(image, Some(before));
    for layer in &mut layers {
        layer.reused = has_layer(before, &layer.digest);
    }
    layers
}

fn has_layer(image: &Image, digest: &Digest) -> bool {
    let mut layers = image.manifest.layers.iter();
    layers.any(|layer| layer.digest == *digest)
}

/// The start commands in the label `io.buildpacks.build.metadata`, the default one first.
pub(crate) fn processes(image: &Image) -> Vec<String> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct BuildMetadata {
        processes: Vec<Process>,
    }
    #[derive(Deserialize)]
    struct Process {
        r#type: String,
    }
    let config = &image.config.config;
    let label = config
        .labels
        .as_ref()
        .and_then(|labels| labels.get("io.buildpacks.build.metadata"));
    let metadata: BuildMetadata = label
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let entrypoint = config.entrypoint.as_ref().and_then(|words| words.first());
    let default = entrypoint.and_then(|program| program.strip_prefix("/cnb/process/"));
    let mut names: Vec<String> = metadata
        .processes
        .into_iter()
        .map(|process| process.r#type)
        .collect();
    names.sort();
    names.sort_by_key(|name| Some(name.as_str()) != default);
    names
}

impl BuildReport {
    /// A table of the layers with their sizes, the total, the digests, and the times.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = table(&self.layers);
        let _ = writeln!(text, "\nImage   {}", self.image);
        let _ = writeln!(text, "Digest  {}", self.manifest_digest);
        let _ = writeln!(text, "ID      {}", self.image_id);
        let steps = self.durations.iter().map(|(step, duration)| {
            let name = match step {
                Step::Stage => "copy",
                Step::Creator => "build",
                Step::Complete => "complete",
                Step::Output => "output",
            };
            format!("{name} {:.2} s", duration.as_secs_f64())
        });
        let steps: Vec<String> = steps.collect();
        let _ = writeln!(text, "Time    {}", steps.join(", "));
        text
    }

    /// The compressed size of the whole image in bytes, every layer once.
    #[must_use]
    pub fn size(&self) -> u64 {
        size(&self.layers)
    }
}

fn size(layers: &[LayerReport]) -> u64 {
    let mut seen = std::collections::BTreeSet::new();
    let layers = layers.iter();
    layers
        .filter(|layer| seen.insert(&layer.digest))
        .map(|layer| layer.compressed)
        .sum()
}

/// The layers with their sizes and the total, a line each.
pub(crate) fn table(layers: &[LayerReport]) -> String {
    let names = layers.iter().map(|layer| layer.what.to_string());
    let names: Vec<String> = names.collect();
    let widest = names.iter().map(|name| name.chars().count()).max();
    let width = widest.unwrap_or(0).max("Layer".len());
    let mut text = format!("{:width$}  {:>10}\n", "Layer", "Compressed");
    for (name, layer) in names.iter().zip(layers) {
        let note = if layer.reused { "  reused" } else { "" };
        let size = explain::size(layer.compressed);
        let _ = writeln!(text, "{name:width$}  {size:>10}{note}");
    }
    let total = explain::size(size(layers));
    let _ = writeln!(text, "{:width$}  {total:>10}", "Total");
    text
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
