//! A registry that several images go to, which are to be seen there together.

use std::path::Path;

use oci::{
    Compression, Content, Descriptor, Digest, Entry, ImageConfig, Layout, Manifest, RootFs,
    RuntimeConfig, Tree, media_type, write_layer,
};
use serde::Deserialize;
use serde_json::Map;
use store::Store;

use crate::ImageName;
use crate::output_error::{OutputError, PushFailure};
use crate::output_programs::{crane, patience, push_as};

/// A registry as `crane` reaches it.
#[derive(Debug, Clone, Copy)]
pub struct Registry<'a> {
    store: &'a Store,
    crane: &'a Path,
}

/// What of a manifest says which processors it is for.
#[derive(Debug, Deserialize)]
struct Published {
    /// Of an index.
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

impl<'a> Registry<'a> {
    /// `crane` is the program.
    #[must_use]
    pub fn new(store: &'a Store, crane: &'a Path) -> Self {
        Self { store, crane }
    }

    /// Finds out whether the registry would let this name mean something else, by letting it mean what it
    /// means already. Where it means nothing, the repository is given an image of a few bytes; that has no
    /// tag and is always the same, so that there is never more than one.
    ///
    /// # Errors
    /// The one that a push would end with.
    pub fn check_push(&self, name: &ImageName, architecture: &str) -> Result<(), OutputError> {
        self.store.check_cancelled()?;
        // Asking for what is there would not do: many who may read may not write.
        if let Some(digest) = self.read("digest", name)? {
            let digest: Result<Digest, _> = digest.trim().parse();
            if let Ok(digest) = digest {
                return self.tag(name, &digest);
            }
        }
        let work = self.store.work_directory()?;
        let layout = smallest_image(&work.path().join("image"), architecture)?;
        let digest = layout.image()?.descriptor.digest;
        let title = format!("Asking whether {name} may be pushed");
        push_as(
            &layout,
            self.crane,
            name,
            &name.with_digest(&digest),
            &title,
        )
    }

    /// Refuses to put an image for one processor where one for another is, or an index of several: those who
    /// use it there would be left without. What can't be read is taken for nothing.
    ///
    /// # Errors
    /// [`OutputError::OtherArchitecture`], or what is wrong with the registry.
    pub fn check_architecture(
        &self,
        name: &ImageName,
        architecture: &'static str,
    ) -> Result<(), OutputError> {
        let Some(manifest) = self.read("manifest", name)? else {
            return Ok(());
        };
        let found = match serde_json::from_str::<Published>(&manifest) {
            Ok(Published { manifests }) if !manifests.is_empty() => "several processors".to_owned(),
            _ => {
                let config = self.read("config", name)?.unwrap_or_default();
                match serde_json::from_str::<ImageConfig>(&config) {
                    Ok(config) => config.architecture,
                    Err(_) => return Ok(()),
                }
            }
        };
        if found == architecture {
            return Ok(());
        }
        Err(OutputError::OtherArchitecture {
            image: name.clone(),
            found: found.into(),
            own: architecture,
        })
    }

    /// Brings an image to the repository of this name, where it is known by its digest alone.
    ///
    /// # Errors
    /// [`OutputError::Push`] says why the registry doesn't have it.
    pub fn push_content(&self, layout: &Layout, name: &ImageName) -> Result<(), OutputError> {
        self.store.check_cancelled()?;
        let digest = layout.image()?.descriptor.digest;
        let title = format!("Pushing {name}");
        push_as(layout, self.crane, name, &name.with_digest(&digest), &title)
    }

    /// Lets a name mean content that its repository has. A tag that means it already isn't touched.
    ///
    /// # Errors
    /// [`OutputError::Push`] says why the name means something else still.
    pub fn set_tag(&self, name: &ImageName, digest: &Digest) -> Result<(), OutputError> {
        self.store.check_cancelled()?;
        let current = self.read("digest", name)?;
        if current.is_some_and(|current| current.trim() == digest.to_string()) {
            return Ok(());
        }
        self.tag(name, digest)
    }

    fn tag(&self, name: &ImageName, digest: &Digest) -> Result<(), OutputError> {
        let content = name.with_digest(digest);
        let said = crane(self.crane, &["tag", &content, name.tag()], patience(0))?;
        said.into_success(name).map(drop)
    }

    /// What `crane SUBJECT NAME` says; nothing where the registry has no such image, or tells nobody.
    fn read(&self, subject: &str, name: &ImageName) -> Result<Option<String>, OutputError> {
        let said = crane(self.crane, &[subject, &name.to_string()], patience(0))?;
        match said.into_success(name) {
            Ok(text) => Ok(Some(text)),
            Err(OutputError::Push { reason, output, .. })
                if matches!(reason, PushFailure::Refused | PushFailure::Name)
                    || is_of_absence(&output) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// The registry's error code, and the status of a registry without one.
fn is_of_absence(output: &str) -> bool {
    output.contains("MANIFEST_UNKNOWN") || output.contains("404 Not Found")
}

/// An image of one empty file.
fn smallest_image(path: &Path, architecture: &str) -> Result<Layout, OutputError> {
    let layout = Layout::create(path)?;
    let mut tree = Tree::default();
    let io = |source| oci::LayoutError::Io {
        path: path.to_owned(),
        source,
    };
    tree.insert("coracle", Entry::file(0o644, Content::Bytes(Vec::new())))
        .map_err(|error| io(std::io::Error::other(error)))?;
    let blobs = path.join("blobs/sha256");
    let layer = write_layer(&tree, Compression::Fast, &blobs).map_err(io)?;
    let descriptor = |media_type: &str, size, digest| Descriptor {
        media_type: media_type.to_owned(),
        size,
        digest,
        platform: None,
        other: Map::new(),
    };
    let manifest = Manifest {
        schema_version: 2,
        media_type: Some(media_type::DOCKER_MANIFEST.to_owned()),
        config: descriptor(media_type::DOCKER_CONFIG, 0, Digest::of(b"")),
        layers: vec![descriptor(
            media_type::DOCKER_LAYER,
            layer.size,
            layer.digest,
        )],
        other: Map::new(),
    };
    let config = ImageConfig {
        architecture: architecture.to_owned(),
        created: Some(oci::CREATED.to_owned()),
        history: Vec::new(),
        os: "linux".to_owned(),
        rootfs: RootFs {
            kind: "layers".to_owned(),
            diff_ids: vec![layer.diff_id],
        },
        config: RuntimeConfig::default(),
        other: Map::new(),
    };
    layout.write_configured(manifest, &config)?;
    Ok(layout)
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
