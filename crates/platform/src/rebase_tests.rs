use std::os::unix::fs::MetadataExt as _;

use oci::{Descriptor, Digest, RootFs, RuntimeConfig, media_type};
use serde_json::{Map, json};

use super::*;

/// An image of these layers, each of which is its name as bytes. The run image's are named by `runImage`.
fn image(path: &Path, layers: &[&str], top: Option<&str>) -> Layout {
    let layout = Layout::create(path).unwrap();
    let diff_id = |layer: &str| Digest::of(format!("{layer} unpacked").as_bytes());
    let mut labels = [("io.buildpacks.base.id".to_owned(), "run".to_owned())];
    if let Some(top) = top {
        let run = json!({ "topLayer": diff_id(top).to_string(), "image": "team/run", "reference": "old" });
        let metadata = json!({ "runImage": run }).to_string();
        labels[0] = (rebased_image::METADATA.to_owned(), metadata);
    }
    let descriptor = |kind: &str, bytes: &str| Descriptor {
        media_type: kind.to_owned(),
        size: bytes.len() as u64,
        digest: layout.write_blob(bytes.as_bytes()).unwrap(),
        platform: None,
        other: Map::new(),
    };
    let manifest = Manifest {
        schema_version: 2,
        media_type: Some(media_type::DOCKER_MANIFEST.to_owned()),
        config: descriptor(media_type::DOCKER_CONFIG, ""),
        layers: layers
            .iter()
            .map(|layer| descriptor(media_type::DOCKER_LAYER, layer))
            .collect(),
        other: Map::new(),
    };
    let config = ImageConfig {
        architecture: "amd64".to_owned(),
        created: None,
        history: Vec::new(),
        os: "linux".to_owned(),
        rootfs: RootFs {
            kind: "layers".to_owned(),
            diff_ids: layers.iter().map(|layer| diff_id(layer)).collect(),
        },
        config: RuntimeConfig {
            labels: Some(labels.into()),
            env: Some(vec!["CNB_PLATFORM_API=0.15".to_owned()]),
            ..RuntimeConfig::default()
        },
        other: Map::new(),
    };
    layout.write_configured(manifest, &config).unwrap();
    layout
}

/// An app in the store and the same in a layout, on `libc`; a new run image.
struct Case {
    directory: tempfile::TempDir,
    store: Store,
    stored: Layout,
    app: Layout,
    base: Layout,
}

impl Case {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path().join("home")).unwrap();
        let name: ImageName = "app".parse().unwrap();
        let stored = store.path(name.store_path());
        let app = |path: &Path| image(path, &["libc", "program"], Some("libc"));
        Self {
            stored: app(&stored),
            app: app(&directory.path().join("app")),
            base: image(&directory.path().join("run"), &["libc", "shell"], None),
            directory,
            store,
        }
    }

    fn rebase(&self, image: Rebased) -> Result<RebaseReport, RebaseError> {
        let request = RebaseRequest {
            image,
            run_image: BaseLayout::Given(self.base.path().to_owned()),
            run_image_reference: "team/run".to_owned(),
            force: true,
            crane: None,
        };
        rebase(&self.store, &request)
    }

    fn stored(&self) -> Result<RebaseReport, RebaseError> {
        self.rebase(Rebased::Stored(Delivery::to_store("app".parse().unwrap())))
    }

    fn layout(&self) -> Result<RebaseReport, RebaseError> {
        self.rebase(Rebased::Layout(self.app.path().to_owned()))
    }
}

fn blob(layout: &Layout, layer: &str) -> PathBuf {
    layout.blob_path(&Digest::of(layer.as_bytes()))
}

#[test]
fn both_kinds_of_image_become_the_same() {
    let case = Case::new();
    let (stored, layout) = (case.stored().unwrap(), case.layout().unwrap());
    assert_eq!(stored, layout);
    let reused: Vec<bool> = layout.layers.iter().map(|layer| layer.reused).collect();
    assert_eq!(reused, [true, false, true]);
    for layout in [&case.stored, &case.app] {
        assert_eq!(layout.whole_image().unwrap().manifest.layers.len(), 3);
    }
    assert!(case.stored().unwrap().unchanged);
}

#[test]
fn layers_of_others_are_checked_before_anything_is_replaced() {
    type Spoil = fn(&Case);
    let table: [(&str, Spoil); 4] = [
        ("run image's layer overwritten", |case| {
            fs_err::write(blob(&case.base, "shell"), "SHELL").unwrap();
        }),
        ("run image's layer shorter", |case| {
            fs_err::write(blob(&case.base, "shell"), "sh").unwrap();
        }),
        ("run image's layer missing", |case| {
            fs_err::remove_file(blob(&case.base, "shell")).unwrap();
        }),
        ("run image's layer a link to another file", |case| {
            let real = case.directory.path().join("secret");
            fs_err::write(&real, "12345").unwrap();
            fs_err::remove_file(blob(&case.base, "shell")).unwrap();
            fs_err::os::unix::fs::symlink(real, blob(&case.base, "shell")).unwrap();
        }),
    ];
    for (title, spoil) in table {
        let case = Case::new();
        spoil(&case);
        let before = [&case.stored, &case.app].map(|layout| layout.whole_image().unwrap());
        for result in [case.stored(), case.layout()] {
            assert!(
                matches!(result, Err(RebaseError::RunImage(_))),
                "{title}: {result:?}"
            );
        }
        let after = [&case.stored, &case.app].map(|layout| layout.whole_image().unwrap());
        assert_eq!(before, after, "{title}");
    }
}

#[test]
fn the_apps_layers_come_from_the_app() {
    let case = Case::new();
    fs_err::write(blob(&case.base, "program"), "PROGRAM").unwrap();
    case.stored().unwrap();
    case.layout().unwrap();
    for layout in [&case.stored, &case.app] {
        assert_eq!(fs_err::read(blob(layout, "program")).unwrap(), b"program");
    }
    fs_err::write(blob(&case.app, "program"), "PROGRAM").unwrap();
    let result = case.layout();
    assert!(matches!(result, Err(RebaseError::Image(_))), "{result:?}");
}

#[test]
fn the_store_shares_no_file_with_the_user() {
    let case = Case::new();
    case.stored().unwrap();
    let inode = |layout| fs_err::metadata(blob(layout, "shell")).unwrap().ino();
    assert_ne!(inode(&case.stored), inode(&case.base));
}

#[test]
fn a_layout_keeps_what_is_beside_the_image() {
    let case = Case::new();
    fs_err::write(case.app.path().join("NOTES.md"), "mine").unwrap();
    let link = case.directory.path().join("link");
    fs_err::os::unix::fs::symlink(case.app.path(), &link).unwrap();
    case.rebase(Rebased::Layout(link.clone())).unwrap();
    assert!(link.is_symlink() && link.join("NOTES.md").exists());
}

#[test]
fn a_damaged_image_of_the_store_is_the_machines_problem() {
    let case = Case::new();
    fs_err::write(blob(&case.stored, "program"), "pro").unwrap();
    let message = explain::Explain::explain(&case.stored().unwrap_err());
    assert_eq!(message.id, "image/layout/damaged");
}
