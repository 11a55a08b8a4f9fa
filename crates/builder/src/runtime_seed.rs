//! The runtime seed: an image of the layers that every app on a bundled runtime has, packed once. A build that is given
//! it as a part of its previous image copies, packs and compresses no runtime (`docs/architecture.md`, "The runtime
//! seed").

use std::collections::BTreeMap;
use std::path::Path;

use composer::Architecture;
use oci::{Compression, DerivedImage, Layout};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use store::Store;

use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::key::KeyBuilder;
use crate::runtime::{LaunchLayer, Runtime};
use crate::source_tree;

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 1;

/// The label in which the lifecycle finds which layer is what (CNB platform specification, "Layer Metadata").
const METADATA: &str = "io.buildpacks.lifecycle.metadata";

/// The image that is made, or going to be.
pub(crate) struct RuntimeSeed {
    architecture: Architecture,
    /// The component of each runtime, and what it becomes.
    layers: Vec<(ComponentId, LaunchLayer)>,
    pub(crate) component: ComponentId,
}

impl RuntimeSeed {
    /// Of the runtimes of these buildpacks, by id; none where they have none.
    pub(crate) fn new(
        architecture: Architecture,
        runtimes: &[Box<dyn Runtime>],
        buildpacks: &[String],
    ) -> Option<Self> {
        let mut key = KeyBuilder::new("runtime-seed", RECIPE);
        let mut layers = Vec::new();
        for runtime in runtimes {
            let Some(layer) = runtime.launch_layer() else {
                continue;
            };
            if !buildpacks.iter().any(|id| id == layer.buildpack) {
                continue;
            }
            key.text("layer", &layer.path());
            key.text("runtime", runtime.component().key.as_str());
            layers.push((runtime.component().clone(), layer));
        }
        (!layers.is_empty()).then(|| Self {
            architecture,
            layers,
            component: ComponentId::new("runtime-seed", key.finish()),
        })
    }

    /// Makes the OCI layout where it doesn't exist; the runtimes do.
    pub(crate) fn ensure(&self, store: &Store) -> Result<(), BuilderError> {
        let title = "Packing the runtimes for images";
        let made = self.component.ensure(store, title, |_, out| {
            let layout = Layout::create(out)?;
            let blobs = out.join("blobs/sha256");
            let mut image = DerivedImage::from_scratch(layout, self.architecture.name());
            let mut buildpacks: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
            for (component, layer) in &self.layers {
                let runtime = component.directory(store);
                let directory = runtime.join("launch");
                let written = store.io(|| {
                    let best = Compression::Best;
                    oci::write_lifecycle_layer(&directory, &layer.path(), best, &blobs)
                })?;
                image.add_written_layer(&layer.path(), &written);
                let entry = json!({
                    "sha": written.diff_id.to_string(),
                    "data": metadata(&runtime)?,
                    "build": false,
                    "launch": true,
                    "cache": false,
                });
                let layers = buildpacks.entry(layer.buildpack).or_default();
                layers.insert(layer.name.clone(), entry);
            }
            let buildpacks = buildpacks.into_iter();
            let buildpacks = buildpacks.map(|(id, layers)| json!({ "key": id, "layers": layers }));
            let metadata = json!({ "buildpacks": buildpacks.collect::<Vec<_>>() });
            image.label(METADATA, oci::json_text(&metadata));
            image.finish()?;
            Ok(())
        });
        made.map(drop)
    }
}

/// What a buildpack writes of a layer that is a copy of `launch`.
fn metadata(runtime: &Path) -> Result<Value, BuilderError> {
    #[derive(Deserialize)]
    struct Description {
        version: String,
    }
    let path = runtime.join("runtime.toml");
    let text = source_tree::read(&path)?;
    let Description { version } =
        toml::from_str(&text).map_err(|source| BuilderError::Data { path, source })?;
    let description = hex::encode(Sha256::digest(&text));
    Ok(json!({ "version": version, "description": description }))
}
