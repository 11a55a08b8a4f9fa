use oci::{Digest, Manifest, media_type};
use serde_json::json;

use super::*;

const CONFIG: &[u8] =
    br#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{"Labels":{
    "io.buildpacks.lifecycle.metadata":"{\"runImage\":{\"reference\":\"/layout/run@sha256:11\"}}"}}}"#;

/// A layout whose image has the layers of `all`, of which only those of `there` are there.
fn layout(path: &Path, all: &[&str], there: &[&str]) -> Layout {
    let layout = Layout::create(path).unwrap();
    for layer in there {
        layout.write_blob(layer.as_bytes()).unwrap();
    }
    let descriptor = |layer: &&str| {
        json!({
            "mediaType": media_type::DOCKER_LAYER,
            "size": layer.len(),
            "digest": Digest::of(layer.as_bytes()),
        })
    };
    let manifest: Manifest = serde_json::from_value(json!({
        "schemaVersion": 2,
        "mediaType": media_type::DOCKER_MANIFEST,
        "config": {"mediaType": media_type::DOCKER_CONFIG, "size": 0, "digest": Digest::of(b"")},
        "layers": all.iter().map(descriptor).collect::<Vec<_>>(),
        "annotations": {EXPORT_ANNOTATION: "latest"},
    }))
    .unwrap();
    layout.write_image(manifest, CONFIG).unwrap();
    layout
}

struct Case {
    directory: tempfile::TempDir,
    run: Layout,
    previous: Layout,
}

fn case() -> Case {
    let directory = tempfile::tempdir().unwrap();
    let run = layout(&directory.path().join("run"), &["run"], &["run"]);
    let layers = ["run", "tool"];
    let previous = layout(&directory.path().join("previous"), &layers, &layers);
    layout(
        &directory.path().join("export"),
        &["run", "tool", "app"],
        &["app"],
    );
    Case {
        directory,
        run,
        previous,
    }
}

impl Case {
    fn complete(&self) -> Result<Image, CompletionError> {
        let path = |name: &str| self.directory.path().join(name);
        complete(
            &path("export"),
            &[&self.run, &self.previous],
            "registry.example/run@sha256:00",
            &path("image"),
        )
    }
}

#[test]
fn a_completed_image_is_whole_and_without_the_traces_of_the_export() {
    use std::os::unix::fs::MetadataExt as _;
    let case = case();
    let image = case.complete().unwrap();
    let complete = Layout::open(case.directory.path().join("image")).unwrap();
    assert_eq!(complete.image().unwrap(), image);
    assert!(image.manifest.other.is_empty());
    let labels = image.config.config.labels.as_ref().unwrap();
    let expected = r#"{"runImage":{"reference":"registry.example/run@sha256:00"}}"#;
    assert_eq!(labels[rebased_image::METADATA], expected);
    for layer in &image.manifest.layers {
        complete.check_size(layer).unwrap();
        complete.check_digest(&layer.digest, &|| Ok(())).unwrap();
    }
    let linked = fs_err::metadata(complete.blob_path(&Digest::of(b"tool"))).unwrap();
    assert_eq!(linked.nlink(), 2);
}

#[test]
fn metadata_that_is_none_is_an_error_and_not_emptied() {
    let case = case();
    let export = Layout::open(case.directory.path().join("export")).unwrap();
    let manifest = export.image().unwrap().manifest;
    let text = String::from_utf8_lossy(CONFIG).replace("11\\\"}}", "11");
    export.write_image(manifest, text.as_bytes()).unwrap();
    let error = case.complete().unwrap_err();
    assert!(matches!(&error, CompletionError::Metadata(_)), "{error}");
}

#[test]
fn a_layer_that_nobody_has_is_an_error() {
    let case = case();
    fs_err::remove_file(case.previous.blob_path(&Digest::of(b"tool"))).unwrap();
    let error = case.complete().unwrap_err();
    let expected = Digest::of(b"tool");
    assert!(
        matches!(&error, CompletionError::MissingLayer { digest } if *digest == expected),
        "{error}"
    );
}

#[test]
fn a_new_layer_with_other_bytes_is_an_error() {
    let case = case();
    let export = Layout::open(case.directory.path().join("export")).unwrap();
    fs_err::write(export.blob_path(&Digest::of(b"app")), "bad").unwrap();
    let error = case.complete().unwrap_err();
    assert!(
        matches!(&error, CompletionError::Layout(LayoutError::Damaged { .. })),
        "{error}"
    );
}

#[test]
fn a_configuration_with_other_bytes_is_an_error() {
    let case = case();
    let export = Layout::open(case.directory.path().join("export")).unwrap();
    let other = String::from_utf8_lossy(CONFIG).replace("amd64", "arm64");
    fs_err::write(export.blob_path(&Digest::of(CONFIG)), other).unwrap();
    let error = case.complete().unwrap_err();
    assert!(
        matches!(&error, CompletionError::Layout(LayoutError::Damaged { .. })),
        "{error}"
    );
}

#[test]
fn a_truncated_layer_of_the_run_image_is_an_error() {
    let case = case();
    fs_err::write(case.run.blob_path(&Digest::of(b"run")), "r").unwrap();
    fs_err::remove_file(case.previous.blob_path(&Digest::of(b"run"))).unwrap();
    let error = case.complete().unwrap_err();
    assert!(
        matches!(
            &error,
            CompletionError::Reused(LayoutError::WrongSize { .. })
        ),
        "{error}"
    );
}
