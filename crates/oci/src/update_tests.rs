use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt};

use super::*;
use crate::{Content, DerivedImage, Entry, Image, Tree};

const GO_ON: GoOn<'static> = &|| Ok(());

/// A layout of an image with one layer.
fn source(path: &Path, layer: &str) -> (Layout, Image) {
    let mut image = DerivedImage::from_scratch(Layout::create(path).unwrap(), "amd64");
    let mut tree = Tree::default();
    let content = Content::Bytes(layer.as_bytes().to_vec());
    tree.insert("file", Entry::file(0o644, content)).unwrap();
    image
        .add_layer("layer", &tree, crate::Compression::Fast)
        .unwrap();
    image.finish().unwrap();
    let layout = Layout::open(path).unwrap();
    let image = layout.image().unwrap();
    (layout, image)
}

fn update(path: &Path, from: &(Layout, Image), go_on: GoOn<'_>) -> Result<Descriptor, LayoutError> {
    let (layout, image) = from;
    let mut update = LayoutUpdate::begin(path)?;
    for layer in &image.manifest.layers {
        update.bring(layout, layer, Trust::Ours, go_on)?;
    }
    update.finish_configured(image.manifest.clone(), &image.config, go_on)
}

/// Every path below a directory, sorted.
fn listing(path: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(path).sort_by_file_name();
    let paths = entries.into_iter().map(|entry| entry.unwrap().into_path());
    paths.collect()
}

#[test]
fn a_directory_stays_what_it_is_with_all_that_is_not_the_layouts() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let (first, second) = (source(&at("1"), "first"), source(&at("2"), "second"));
    update(&at("out"), &first, GO_ON).unwrap();
    fs_err::set_permissions(at("out"), PermissionsExt::from_mode(0o700)).unwrap();
    for mine in ["NOTES.md", "blobs/sha256/NOTES.md"] {
        fs_err::write(at("out").join(mine), "").unwrap();
    }
    fs_err::write(at("out/blobs/sha256/.coracle-abcdef"), "killed").unwrap();
    let inode = fs_err::metadata(at("out")).unwrap().ino();
    fs_err::os::unix::fs::symlink("out", at("link")).unwrap();

    update(&at("link"), &second, GO_ON).unwrap();

    assert!(at("link").is_symlink());
    let metadata = fs_err::metadata(at("out")).unwrap();
    assert_eq!((metadata.ino(), metadata.mode() & 0o777), (inode, 0o700));
    let layout = Layout::open(at("out")).unwrap();
    assert_eq!(layout.whole_image().unwrap(), second.1);
    // The new blobs, mine, and nothing of the image before.
    let blobs = fs_err::read_dir(at("out/blobs/sha256")).unwrap().count();
    assert_eq!((blobs, at("out/NOTES.md").exists()), (4, true));
}

#[test]
fn a_blob_that_is_damaged_is_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let from = source(&at("1"), "first");
    update(&at("out"), &from, GO_ON).unwrap();
    let layout = Layout::open(at("out")).unwrap();
    let blob = layout.blob_path(&from.1.manifest.layers[0].digest);
    let bytes = fs_err::read(&blob).unwrap();
    fs_err::write(&blob, vec![0; bytes.len()]).unwrap();
    update(&at("out"), &from, GO_ON).unwrap();
    assert_eq!(fs_err::read(&blob).unwrap(), bytes);
}

#[test]
fn a_layout_that_is_brought_to_itself_is_checked() {
    let directory = tempfile::tempdir().unwrap();
    let (layout, image) = source(&directory.path().join("1"), "first");
    let layer = &image.manifest.layers[0];
    let mut update = LayoutUpdate::begin(layout.path()).unwrap();
    update.bring(&layout, layer, Trust::Foreign, GO_ON).unwrap();
    let size = usize::try_from(layer.size).unwrap();
    fs_err::write(layout.blob_path(&layer.digest), vec![0; size]).unwrap();
    let error = update.bring(&layout, layer, Trust::Foreign, GO_ON);
    assert!(
        matches!(error, Err(LayoutError::Damaged { .. })),
        "{error:?}"
    );
}

#[test]
fn an_update_that_ends_early_leaves_all_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let (first, second) = (source(&at("1"), "first"), source(&at("2"), "second"));
    fs_err::create_dir(at("empty")).unwrap();
    update(&at("layout"), &first, GO_ON).unwrap();
    let before = listing(directory.path());
    for name in ["new", "empty", "layout"] {
        // After the layer, when the index is next.
        let looks = std::cell::Cell::new(0);
        let stop: GoOn<'_> = &|| {
            looks.set(looks.get() + 1);
            if looks.get() < 4 {
                Ok(())
            } else {
                Err(io::Error::other("stop"))
            }
        };
        let ended = update(&at(name), &second, stop);
        assert!(matches!(ended, Err(LayoutError::Io { .. })), "{ended:?}");
        assert_eq!(looks.get(), 4, "{name}");
        assert_eq!(listing(directory.path()), before, "{name}");
    }
    let layout = Layout::open(at("layout")).unwrap();
    assert_eq!(layout.whole_image().unwrap(), first.1);
}

#[test]
fn an_image_keeps_the_name_by_which_tools_find_it() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let (first, second) = (source(&at("1"), "first"), source(&at("2"), "second"));
    update(&at("out"), &first, GO_ON).unwrap();
    let index = at("out/index.json");
    let mut document: serde_json::Value =
        serde_json::from_slice(&fs_err::read(&index).unwrap()).unwrap();
    let annotations = serde_json::json!({
        "org.opencontainers.image.ref.name": "v1", "org.opencontainers.image.created": "then",
    });
    document["manifests"][0]["annotations"] = annotations;
    fs_err::write(&index, document.to_string()).unwrap();
    update(&at("out"), &second, GO_ON).unwrap();
    let image = Layout::open(at("out")).unwrap().image().unwrap();
    let kept = serde_json::json!({"org.opencontainers.image.ref.name": "v1"});
    assert_eq!(image.descriptor.other["annotations"], kept);
    assert_eq!(image.manifest, second.1.manifest);
}

#[test]
fn links_of_a_layout_are_never_removed() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let from = source(&at("1"), "first");
    fs_err::create_dir(at("out")).unwrap();
    fs_err::os::unix::fs::symlink("../unmounted", at("out/blobs")).unwrap();
    update(&at("out"), &from, GO_ON).unwrap_err();
    assert!(at("out/blobs").is_symlink());
    fs_err::create_dir(at("unmounted")).unwrap();
    let stop: GoOn<'_> = &|| Err(io::Error::other("stop"));
    update(&at("out"), &from, stop).unwrap_err();
    assert!(at("unmounted").is_dir());
    update(&at("out"), &from, GO_ON).unwrap();
    assert_eq!(
        Layout::open(at("out")).unwrap().whole_image().unwrap(),
        from.1
    );
}
