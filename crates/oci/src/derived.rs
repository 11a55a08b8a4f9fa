//! An image made from another one: more layers, labels, another working directory.

use serde_json::Map;

use crate::{
    CREATED, Compression, Descriptor, Digest, History, ImageConfig, Layout, LayoutError, Manifest,
    RuntimeConfig, Tree, write_layer,
};

/// An image under construction. It takes over everything of its base: media types, platform,
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

    /// Puts a layer on top and returns its diffID. `created_by` is what the history says of it.
    ///
    /// # Errors
    /// When a file of the tree can't be read or the blob can't be written.
    pub fn add_layer(
        &mut self,
        created_by: &str,
        tree: &Tree,
        compression: Compression,
    ) -> Result<Digest, LayoutError> {
        let blobs = self.layout.path().join("blobs/sha256");
        let layer = self
            .layout
            .guarded(|| write_layer(tree, compression, &blobs))?;
        let media_type = self.manifest.layers.first().map_or_else(
            || crate::media_type::DOCKER_LAYER.to_owned(),
            |first| first.media_type.clone(),
        );
        self.manifest.layers.push(Descriptor {
            media_type,
            size: layer.size,
            digest: layer.digest,
            platform: None,
            other: Map::new(),
        });
        self.config.rootfs.diff_ids.push(layer.diff_id.clone());
        self.config.history.push(History {
            created: Some(CREATED.to_owned()),
            created_by: Some(created_by.to_owned()),
            other: Map::new(),
        });
        Ok(layer.diff_id)
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
        let manifest = serde_json::from_str(
            r#"{"schemaVersion": 2, "layers": [], "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json", "size": 0, "digest":
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}"#,
        );
        let config = r#"{"architecture": "arm64", "os": "linux", "config": {"User": "1000:1000"},
            "rootfs": {"type": "layers", "diff_ids": []}}"#;
        base.write_image(manifest.unwrap(), config.as_bytes())
            .unwrap();
        let mut first = DerivedImage::from(&base, layout("first")).unwrap();
        first
            .add_layer("below", &tree("a"), Compression::Fast)
            .unwrap();
        first.finish().unwrap();
        let first = Layout::open(directory.path().join("first")).unwrap();

        let mut second = DerivedImage::from(&first, layout("second")).unwrap();
        let diff_id = second
            .add_layer("above", &tree("b"), Compression::Fast)
            .unwrap();
        second.label("io.example", "yes".to_owned());
        second.runtime().working_dir = Some("/layers".to_owned());
        second.finish().unwrap();

        let second = Layout::open(directory.path().join("second")).unwrap();
        let (below, above) = (first.image().unwrap(), second.image().unwrap());
        assert_eq!(above.manifest.layers[..1], below.manifest.layers[..]);
        assert_eq!(above.config.rootfs.diff_ids[1], diff_id);
        assert_eq!(above.config.history.len(), 2);
        assert_eq!(above.config.architecture, below.config.architecture);
        assert_eq!(above.config.config.user, below.config.config.user);
        assert_eq!(above.config.config.working_dir.as_deref(), Some("/layers"));
        assert_eq!(above.config.config.labels.unwrap()["io.example"], "yes");
    }
}
