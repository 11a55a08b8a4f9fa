//! An OCI layout as a stranger reads it: nothing is believed that isn't checked.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A layout with one image, every blob of which was checked.
#[derive(Debug)]
pub struct Layout {
    /// Digest of the manifest.
    pub digest: String,
    /// The manifest.
    pub manifest: Value,
    /// The configuration.
    pub config: Value,
    /// The layers, lowest first.
    pub layers: Vec<Layer>,
}

/// A layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Digest of the compressed blob.
    pub digest: String,
    /// Bytes of the compressed blob.
    pub size: u64,
    /// What is in it, in the order of the tar.
    pub entries: Vec<Entry>,
}

/// An entry of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The path without a leading or a trailing slash.
    pub path: String,
    /// The kind, as in a tar header.
    pub kind: tar::EntryType,
    /// Permission bits.
    pub mode: u32,
    /// Owner and group.
    pub owner: (u64, u64),
    /// Seconds since 1970.
    pub modified: u64,
    /// Digest of a file's content, target of a link.
    pub content: String,
}

impl Layout {
    /// Reads and checks a layout.
    ///
    /// # Panics
    /// When a document or blob is missing, has another digest or size than is said, when a layer isn't
    /// what the configuration says, or when Docker's and OCI's media types are mixed.
    #[track_caller]
    #[must_use]
    pub fn read(root: &Path) -> Self {
        let version = json(&root.join("oci-layout"));
        assert_eq!(version["imageLayoutVersion"], "1.0.0");
        let index = json(&root.join("index.json"));
        let manifests = index["manifests"].as_array().expect("an array");
        assert_eq!(manifests.len(), 1, "one image in {}", root.display());
        let digest = text(&manifests[0]["digest"]);
        let manifest = parse(&blob(root, &manifests[0]));
        let config = parse(&blob(root, &manifest["config"]));
        let diff_ids = config["rootfs"]["diff_ids"].as_array().expect("an array");
        let descriptors = manifest["layers"].as_array().expect("an array");
        assert_eq!(diff_ids.len(), descriptors.len(), "layers and diff_ids");
        assert_uniform(&manifest);
        let layers = descriptors.iter().zip(diff_ids);
        let layers = layers
            .map(|(descriptor, diff_id)| layer(root, descriptor, diff_id))
            .collect();
        Self {
            digest,
            manifest,
            config,
            layers,
        }
    }

    /// The text of a file of the image in a layout, in the highest layer that has one whose path ends so.
    ///
    /// # Panics
    /// When there is none, or it is no text.
    #[track_caller]
    #[must_use]
    pub fn text_in(&self, root: &Path, end: &str) -> String {
        let has = |layer: &&Layer| layer.entries.iter().any(|entry| entry.path.ends_with(end));
        let layer = self.layers.iter().rev().find(has).expect("a layer has it");
        let path = root.join("blobs").join(layer.digest.replace(':', "/"));
        let tar_bytes = decompressed(&fs_err::read(path).expect("the blob is there"));
        let mut archive = tar::Archive::new(tar_bytes.as_slice());
        let entries = archive.entries().expect("a layer is a tar");
        let is_it = |entry: &tar::Entry<'_, _>| entry.path_bytes().ends_with(end.as_bytes());
        let file = entries.filter_map(Result::ok).find(is_it);
        let mut text = String::new();
        let read = file.expect("it is there").read_to_string(&mut text);
        let _ = read.expect("it is text");
        text
    }

    /// Bytes of all layers, compressed: what a pull transfers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.layers.iter().map(|layer| layer.size).sum()
    }

    /// Every entry of every layer, lowest layer first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.layers.iter().flat_map(|layer| &layer.entries)
    }

    /// Paths of files that can be executed and are called `name`.
    #[must_use]
    pub fn programs_called(&self, names: &[&str]) -> Vec<String> {
        let programs = self.entries().filter(|entry| {
            let name = entry.path.rsplit('/').next().unwrap_or_default();
            names.contains(&name) && !entry.kind.is_dir()
        });
        programs.map(|entry| entry.path.clone()).collect()
    }
}

/// A file of the image of a layout, as the highest layer that has it says.
///
/// # Panics
/// When no layer has it, or the directory is no layout.
#[track_caller]
#[must_use]
pub fn file_of(root: &Path, path: &str) -> Vec<u8> {
    let index = json(&root.join("index.json"));
    let manifest = parse(&blob(root, &index["manifests"][0]));
    let descriptors = manifest["layers"].as_array().expect("an array");
    for descriptor in descriptors.iter().rev() {
        let content = decompressed(&blob(root, descriptor));
        let mut archive = tar::Archive::new(content.as_slice());
        for entry in archive.entries().expect("a layer is a tar") {
            let mut entry = entry.expect("a layer is a tar");
            if String::from_utf8_lossy(&entry.path_bytes()).trim_matches('/') == path {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).expect("a layer is a tar");
                return bytes;
            }
        }
    }
    panic!("no layer has {path}");
}

/// Makes the image of a layout another one, of another configuration.
///
/// # Panics
/// When the layout isn't one.
#[track_caller]
pub fn edit_config(root: &Path, edit: impl FnOnce(&mut Value)) {
    let mut index = json(&root.join("index.json"));
    let mut manifest = parse(&blob(root, &index["manifests"][0]));
    let mut config = parse(&blob(root, &manifest["config"]));
    edit(&mut config);
    put_blob(root, &mut manifest["config"], &config);
    put_blob(root, &mut index["manifests"][0], &manifest);
    fs_err::write(root.join("index.json"), index.to_string()).expect("it can be written");
}

/// Writes a document, and into its descriptor what it is now.
#[track_caller]
fn put_blob(root: &Path, descriptor: &mut Value, document: &Value) {
    let content = document.to_string();
    let digest = sha256(content.as_bytes());
    let path = root.join("blobs").join(digest.replace(':', "/"));
    fs_err::write(path, &content).expect("it can be written");
    descriptor["size"] = content.len().into();
    descriptor["digest"] = digest.into();
}

#[track_caller]
fn layer(root: &Path, descriptor: &Value, diff_id: &Value) -> Layer {
    let compressed = blob(root, descriptor);
    let tar_bytes = decompressed(&compressed);
    assert_eq!(text(diff_id), sha256(&tar_bytes), "the diff_id of a layer");
    let mut archive = tar::Archive::new(tar_bytes.as_slice());
    let entries = archive.entries().expect("a layer is a tar");
    Layer {
        digest: text(&descriptor["digest"]),
        size: compressed.len() as u64,
        entries: entries
            .map(|entry| self::entry(entry.expect("a layer is a tar")))
            .collect(),
    }
}

/// The content of a gzip file, of one member or more.
#[track_caller]
pub(crate) fn decompressed(compressed: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    let read = MultiGzDecoder::new(compressed).read_to_end(&mut content);
    let _ = read.expect("a layer is gzip");
    content
}

fn entry(mut entry: tar::Entry<'_, &[u8]>) -> Entry {
    let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let link = entry
        .link_name_bytes()
        .map(|link| String::from_utf8_lossy(&link).into_owned());
    let header = entry.header();
    let kind = header.entry_type();
    let mode = header.mode().unwrap_or_default() & 0o7777;
    let owner = (
        header.uid().unwrap_or_default(),
        header.gid().unwrap_or_default(),
    );
    let modified = header.mtime().unwrap_or_default();
    let content = link.unwrap_or_else(|| {
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("a layer is a tar");
        sha256(&content)
    });
    Entry {
        path: path.trim_matches('/').to_owned(),
        kind,
        mode,
        owner,
        modified,
        content,
    }
}

/// `skopeo` and `docker load` refuse manifests that mix Docker's and OCI's types.
#[track_caller]
fn assert_uniform(manifest: &Value) {
    let layers = manifest["layers"].as_array().into_iter().flatten();
    let described = layers.chain([manifest, &manifest["config"]]);
    let families: BTreeSet<bool> = described
        .filter_map(|described| described["mediaType"].as_str())
        .map(|media_type| media_type.starts_with("application/vnd.docker."))
        .collect();
    assert_eq!(families.len(), 1, "media types are mixed in {manifest:#}");
}

/// A blob whose digest and size are as its descriptor says.
#[track_caller]
fn blob(root: &Path, descriptor: &Value) -> Vec<u8> {
    let digest = text(&descriptor["digest"]);
    let path: PathBuf = root.join("blobs").join(digest.replace(':', "/"));
    let content = fs_err::read(path).expect("the blob is there");
    assert_eq!(digest, sha256(&content), "the digest of a blob");
    assert_eq!(descriptor["size"], content.len(), "the size of {digest}");
    content
}

/// `sha256:…` of some bytes.
fn sha256(content: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(content)))
}

#[track_caller]
fn json(path: &Path) -> Value {
    parse(&fs_err::read(path).expect("the document is there"))
}

#[track_caller]
fn parse(document: &[u8]) -> Value {
    serde_json::from_slice(document).expect("the document is JSON")
}

#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
