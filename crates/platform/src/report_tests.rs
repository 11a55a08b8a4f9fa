use oci::{Descriptor, ImageConfig, Manifest, RootFs, RuntimeConfig};

use super::*;

fn digest(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

fn descriptor(name: &str, size: u64) -> Descriptor {
    Descriptor {
        media_type: oci::media_type::DOCKER_LAYER.into(),
        size,
        digest: digest(name),
        platform: None,
        other: serde_json::Map::new(),
    }
}

fn image(app: &str) -> Image {
    let names = ["run", "tool", "sbom", app, "launcher", "config", "types"];
    let sha = |name: &str| format!("{{\"sha\":\"{}\"}}", digest(&format!("{name} diff")));
    let layers = format!(
        r#"{{"app":[{}],"sbom":{},"buildpacks":[{{"key":"toy/web","layers":{{"tool":{}}}}}],
        "config":{},"launcher":{},"process-types":{},"runImage":{{"topLayer":"{}"}}}}"#,
        sha(app),
        sha("sbom"),
        sha("tool"),
        sha("config"),
        sha("launcher"),
        sha("types"),
        digest("run diff"),
    );
    let build = r#"{"processes":[{"type":"debug"},{"type":"web"},{"type":"admin"}]}"#;
    Image {
        descriptor: descriptor("manifest", 1),
        manifest: Manifest {
            schema_version: 2,
            media_type: None,
            config: descriptor("config", 1),
            layers: names
                .iter()
                .zip([3_100_000, 900, 1_234, 5, 6, 7, 8])
                .map(|(name, size)| descriptor(name, size))
                .collect(),
            other: serde_json::Map::new(),
        },
        config: ImageConfig {
            architecture: "amd64".into(),
            created: None,
            history: Vec::new(),
            os: "linux".into(),
            rootfs: RootFs {
                kind: "layers".into(),
                diff_ids: names.map(|name| digest(&format!("{name} diff"))).to_vec(),
            },
            config: RuntimeConfig {
                entrypoint: Some(vec!["/cnb/process/web".into()]),
                labels: Some(
                    [
                        (METADATA.to_owned(), layers),
                        ("io.buildpacks.build.metadata".to_owned(), build.to_owned()),
                    ]
                    .into(),
                ),
                ..RuntimeConfig::default()
            },
            other: serde_json::Map::new(),
        },
    }
}

#[test]
fn a_report_names_every_layer_and_what_is_new() {
    let (before, after) = (image("old app"), image("new app"));
    let report = BuildReport {
        image: "me/app:1".parse().unwrap(),
        manifest_digest: digest("manifest"),
        image_id: digest("config"),
        layers: layers(&after, Some(&before)),
        processes: processes(&after),
        durations: vec![
            (Step::Stage, Duration::from_millis(12)),
            (Step::Creator, Duration::from_millis(345)),
        ],
    };
    assert_eq!(report.processes, ["web", "admin", "debug"]);
    insta::assert_snapshot!(report.render(), @"
    Layer                     Compressed
    run image                    3.10 MB  reused
    toy/web: tool                  900 B  reused
    bills of materials            1.2 kB  reused
    app                              5 B
    launcher                         6 B  reused
    launcher's configuration         7 B  reused
    process types                    8 B  reused
    Total                        3.10 MB

    Image   me/app:1
    Digest  sha256:05b3abf2579a5eb66403cd78be557fd860633a1fe2103c7642030defe32c657f
    ID      sha256:b79606fb3afea5bd1609ed40b622142f1c98125abcfe89a76a661b0e8e343910
    Time    copy 0.01 s, build 0.34 s
    ");
}
