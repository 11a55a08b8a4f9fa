//! An image made from another one, or from nothing: more layers, labels, another working directory.

use serde_json::Map;

use crate::{
    CREATED, Compression, Descriptor, Digest, History, ImageConfig, Layer, Layout, LayoutError,
    Manifest, RootFs, RuntimeConfig, Tree, media_type, write_layer,
};

/// An image under construction. It takes over everything of its base, if it has one: media types, platform,
/// configuration.
#[derive(Debug)]
pub struct DerivedImage {
    layout: Layout,
    manifest: Manifest,
    config: ImageConfig,
}

impl DerivedImage {
    /// Begins with the image of `base`, the layers of which are hard-linked into the layout `into`.
    ///
    /// # Errors
    /// When the base can't be read or a blob can't be brought in.
    pub fn from(base: &Layout, into: Layout) -> Result<Self, LayoutError> {
        let image = base.image()?;
        for layer in &image.manifest.layers {
            into.link_blob(base, &layer.digest)?;
        }
        Ok(Self {
            layout: into,
            manifest: image.manifest,
            config: image.config,
        })
    }

    /// Begins with nothing, with Docker media types: an app image of which some layers are of the one kind
    /// and some of the other can't be loaded everywhere. `architecture` as Go names it.
    #[must_use]
    pub fn from_scratch(into: Layout, architecture: &str) -> Self {
        Self {
            layout: into,
            manifest: Manifest {
                schema_version: 2,
                media_type: Some(media_type::DOCKER_MANIFEST.to_owned()),
                // Digest and size are set when it is written.
                config: descriptor(media_type::DOCKER_CONFIG, 0, Digest::of(b"")),
                layers: Vec::new(),
                other: Map::new(),
            },
            config: ImageConfig {
                architecture: architecture.to_owned(),
                created: Some(CREATED.to_owned()),
                history: Vec::new(),
                os: "linux".to_owned(),
                rootfs: RootFs {
                    kind: "layers".to_owned(),
                    diff_ids: Vec::new(),
                },
                config: RuntimeConfig::default(),
                other: Map::new(),
            },
        }
    }

    /// Puts a layer on top and returns it. `created_by` is what the history says of it.
    ///
    /// # Errors
    /// When a file of the tree can't be read or the blob can't be written.
    pub fn add_layer(
        &mut self,
        created_by: &str,
        tree: &Tree,
        compression: Compression,
    ) -> Result<Layer, LayoutError> {
        let blobs = self.layout.path().join("blobs/sha256");
        let layer = self
            .layout
            .guarded(|| write_layer(tree, compression, &blobs))?;
        self.add_written_layer(created_by, &layer);
        Ok(layer)
    }

    /// Puts a layer on top that is among the blobs of the layout already.
    pub fn add_written_layer(&mut self, created_by: &str, layer: &Layer) {
        let first = self.manifest.layers.first();
        let media_type = first.map_or(media_type::DOCKER_LAYER, |first| &first.media_type);
        let descriptor = descriptor(media_type, layer.size, layer.digest.clone());
        self.manifest.layers.push(descriptor);
        self.config.rootfs.diff_ids.push(layer.diff_id.clone());
        self.config.history.push(History {
            created: Some(CREATED.to_owned()),
            created_by: Some(created_by.to_owned()),
            other: Map::new(),
        });
    }

    /// Sets a label.
    pub fn label(&mut self, name: &str, value: String) {
        let labels = self.config.config.labels.get_or_insert_default();
        labels.insert(name.to_owned(), value);
    }

    /// How a container of the image starts.
    pub fn runtime(&mut self) -> &mut RuntimeConfig {
        &mut self.config.config
    }

    /// Writes configuration, manifest and index.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn finish(self) -> Result<Descriptor, LayoutError> {
        self.layout.write_configured(self.manifest, &self.config)
    }
}

fn descriptor(media_type: &str, size: u64, digest: Digest) -> Descriptor {
    Descriptor {
        media_type: media_type.to_owned(),
        size,
        digest,
        platform: None,
        other: Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Content, Entry};

    fn tree(path: &str) -> Tree {
        let mut tree = Tree::default();
        let content = Content::Bytes(path.as_bytes().to_vec());
        tree.insert(path, Entry::file(0o644, content)).unwrap();
        tree
    }

    #[test]
    fn layers_come_on_top_and_the_rest_is_the_bases() {
        let directory = tempfile::tempdir().unwrap();
        let layout = |name: &str| Layout::create(directory.path().join(name)).unwrap();
        let base = layout("base");
        let mut base = DerivedImage::from_scratch(base, "arm64");
        base.runtime().user = Some("1000:1000".to_owned());
        base.finish().unwrap();
        let base = Layout::open(directory.path().join("base")).unwrap();
        let mut first = DerivedImage::from(&base, layout("first")).unwrap();
        first
            .add_layer("below", &tree("a"), Compression::Fast)
            .unwrap();
        first.finish().unwrap();
        let first = Layout::open(directory.path().join("first")).unwrap();

        let mut second = DerivedImage::from(&first, layout("second")).unwrap();
        let layer = second
            .add_layer("above", &tree("b"), Compression::Fast)
            .unwrap();
        second.label("io.example", "yes".to_owned());
        second.runtime().working_dir = Some("/layers".to_owned());
        second.finish().unwrap();

        let second = Layout::open(directory.path().join("second")).unwrap();
        let (below, above) = (first.image().unwrap(), second.image().unwrap());
        assert_eq!(above.manifest.layers[..1], below.manifest.layers[..]);
        assert_eq!(above.config.rootfs.diff_ids[1], layer.diff_id);
        assert_eq!(above.config.history.len(), 2);
        assert_eq!(above.config.architecture, below.config.architecture);
        assert_eq!(above.config.config.user, below.config.config.user);
        assert_eq!(above.config.config.working_dir.as_deref(), Some("/layers"));
        assert_eq!(above.config.config.labels.unwrap()["io.example"], "yes");
    }
}
