use super::*;
use crate::{RootFs, RuntimeConfig};

fn written(path: &Path) -> (Layout, Descriptor) {
    let layout = Layout::create(path).unwrap();
    let config = ImageConfig {
        architecture: "amd64".into(),
        created: None,
        history: Vec::new(),
        os: "linux".into(),
        rootfs: RootFs {
            kind: "layers".into(),
            diff_ids: Vec::new(),
        },
        config: RuntimeConfig::default(),
        other: Map::new(),
    };
    let manifest = Manifest {
        schema_version: 2,
        media_type: Some(media_type::DOCKER_MANIFEST.into()),
        config: Descriptor {
            media_type: media_type::DOCKER_CONFIG.into(),
            size: 0,
            digest: Digest::of(b""),
            platform: None,
            other: Map::new(),
        },
        layers: Vec::new(),
        other: Map::new(),
    };
    let config = serde_json::to_vec(&config).unwrap();
    let descriptor = layout.write_image(manifest, &config).unwrap();
    (layout, descriptor)
}

#[test]
fn an_image_reads_back_as_written() {
    let directory = tempfile::tempdir().unwrap();
    let (layout, descriptor) = written(directory.path());
    let image = Layout::open(directory.path()).unwrap().image().unwrap();
    assert_eq!(image.descriptor, descriptor);
    let index = fs_err::read_to_string(directory.path().join("index.json")).unwrap();
    insta::assert_snapshot!(index, @r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":263,"digest":"sha256:3afe521d661b3ee79e7097d90733a505db1084c5f932c2cd2d32f6bedacf79be"}]}"#);
    layout.check_size(&image.manifest.config).unwrap();
    let config = &image.manifest.config.digest;
    layout.check_digest(config, &|| Ok(())).unwrap();
}

#[test]
fn a_damaged_manifest_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let (layout, descriptor) = written(directory.path());
    fs_err::write(layout.blob_path(&descriptor.digest), "{}").unwrap();
    let error = layout.image().unwrap_err();
    assert!(
        matches!(&error, LayoutError::Damaged { found, .. } if *found == Digest::of(b"{}")),
        "{error}"
    );
}

#[test]
fn a_directory_without_the_marker_is_no_layout() {
    let directory = tempfile::tempdir().unwrap();
    let error = Layout::open(directory.path()).unwrap_err();
    assert!(matches!(error, LayoutError::NotALayout { .. }), "{error}");
}

#[test]
fn a_truncated_blob_has_the_wrong_size() {
    let directory = tempfile::tempdir().unwrap();
    let (layout, mut descriptor) = written(directory.path());
    descriptor.size += 1;
    let error = layout.check_size(&descriptor).unwrap_err();
    assert!(matches!(error, LayoutError::WrongSize { .. }), "{error}");
}

#[test]
fn a_layout_of_another_version_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    written(directory.path());
    for (marker, expected) in [
        (r#"{"imageLayoutVersion":"9.9"}"#, "image/layout/version"),
        ("{}", "image/layout/damaged"),
    ] {
        fs_err::write(directory.path().join("oci-layout"), marker).unwrap();
        let error = Layout::open(directory.path()).unwrap_err();
        assert_eq!(explain::Explain::explain(&error).id, expected);
    }
}
