use oci::Digest;

use super::*;

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

/// An image of layers, each by what is in it and how it is compressed.
fn image(layers: &[(&str, &str)], metadata: &Value) -> Image {
    let descriptors = layers.iter().map(|(content, blob)| {
        let digest = digest(&format!("{content} {blob}"));
        json!({ "mediaType": "layer", "size": blob.len(), "digest": digest.to_string() })
    });
    let descriptor =
        json!({ "mediaType": "document", "size": 1, "digest": digest("").to_string() });
    let manifest = json!({
        "schemaVersion": 2,
        "config": descriptor,
        "layers": descriptors.collect::<Vec<_>>(),
    });
    let diff_ids = layers
        .iter()
        .map(|(content, _)| digest(content).to_string());
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "history": [{ "created_by": "a" }],
        "rootfs": { "type": "layers", "diff_ids": diff_ids.collect::<Vec<_>>() },
        "config": { "Labels": { "other": "kept", METADATA: metadata.to_string() } },
    });
    Image {
        descriptor: serde_json::from_value(descriptor).unwrap(),
        manifest: serde_json::from_value(manifest).unwrap(),
        config: serde_json::from_value(config).unwrap(),
    }
}

#[test]
fn the_layers_of_the_seed_come_beside_those_of_the_app_and_in_place_of_the_same() {
    let said = |names: &[&str]| {
        let layers = names
            .iter()
            .map(|name| ((*name).to_owned(), json!({ "sha": name })));
        let layers: serde_json::Map<_, _> = layers.collect();
        json!({ "buildpacks": [{ "key": "a/python", "layers": layers }] })
    };
    let app = image(
        &[("run", "1"), ("3.13", "gzip 1"), ("venv", "1")],
        &said(&["3.13", "venv"]),
    );
    let seed = image(
        &[("3.11", "gzip 9+"), ("3.13", "gzip 9+")],
        &said(&["3.11", "3.13"]),
    );

    let (manifest, config) = with_seed(&app, &seed);

    let expected = image(
        &[
            ("run", "1"),
            ("3.13", "gzip 9+"),
            ("venv", "1"),
            ("3.11", "gzip 9+"),
        ],
        &said(&["3.13", "venv", "3.11"]),
    );
    assert_eq!(manifest.layers, expected.manifest.layers);
    assert_eq!(config.rootfs, expected.config.rootfs);
    assert_eq!(config.config, expected.config.config);
    assert_eq!(config.history, []);
}

#[test]
fn what_is_said_of_a_layer_is_that_of_the_builder() {
    let seed = json!({ "buildpacks": [
        { "key": "a/node", "layers": { "node-24": { "sha": "n" } } },
        { "key": "a/python", "layers": { "3.13": { "sha": "new" } } },
    ] });
    let python = |layers: Value| {
        json!({ "app": [{ "sha": "a" }], "buildpacks": [
            { "key": "a/python", "version": "1", "layers": layers },
        ] })
    };
    let of_both = |layers: Value| {
        json!({ "app": [{ "sha": "a" }], "buildpacks": [
            { "key": "a/python", "version": "1", "layers": layers },
            { "key": "a/node", "layers": { "node-24": { "sha": "n" } } },
        ] })
    };
    let table = [
        (json!({}), seed.clone()),
        (
            python(json!({ "venv": { "sha": "v" }, "3.13": { "sha": "old" } })),
            of_both(json!({ "venv": { "sha": "v" }, "3.13": { "sha": "new" } })),
        ),
        (
            python(Value::Null),
            of_both(json!({ "3.13": { "sha": "new" } })),
        ),
    ];
    for (app, expected) in table {
        assert_eq!(merged(app, &seed), expected);
    }
}

#[test]
fn an_image_that_says_nothing_of_its_layers_gets_what_the_seed_says() {
    let said = json!({ "buildpacks": [] });
    let seed = image(&[("3.11", "1")], &said);
    for nonsense in [json!("text"), json!([])] {
        let (_, config) = with_seed(&image(&[], &nonsense), &seed);
        let labels = config.config.labels.unwrap();
        assert_eq!(labels[METADATA], r#"{"buildpacks":[]}"#);
    }
}
