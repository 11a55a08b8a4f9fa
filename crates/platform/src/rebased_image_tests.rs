use oci::{Descriptor, History, RootFs, RuntimeConfig};

use super::*;
use crate::rebase_checks::{DISTRIBUTION_NAME, DISTRIBUTION_VERSION, REBASABLE};

fn digest(content: &str) -> Digest {
    Digest::of(content.as_bytes())
}

fn descriptor(content: &str) -> Descriptor {
    Descriptor {
        media_type: media_type::DOCKER_LAYER.to_owned(),
        size: content.len() as u64,
        digest: digest(content),
        platform: None,
        other: Map::new(),
    }
}

/// An image of these layers with these labels; blob and tar of a layer are told apart.
fn image(layers: &[&str], labels: &[(&str, String)]) -> Image {
    let history = |layer: &&str| History {
        created_by: Some((*layer).to_owned()),
        ..History::default()
    };
    let labels = labels
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    Image {
        descriptor: descriptor("manifest"),
        manifest: Manifest {
            schema_version: 2,
            media_type: None,
            config: Descriptor {
                media_type: media_type::DOCKER_CONFIG.to_owned(),
                ..descriptor("config")
            },
            layers: layers
                .iter()
                .map(|layer| descriptor(&format!("{layer}.gz")))
                .collect(),
            other: Map::new(),
        },
        config: ImageConfig {
            architecture: "amd64".to_owned(),
            created: None,
            history: layers.iter().map(history).collect(),
            os: "linux".to_owned(),
            rootfs: RootFs {
                kind: "layers".to_owned(),
                diff_ids: layers.iter().map(|layer| digest(layer)).collect(),
            },
            config: RuntimeConfig {
                labels: Some(labels.collect()),
                env: Some(vec!["CNB_PLATFORM_API=0.15".to_owned()]),
                ..RuntimeConfig::default()
            },
            other: Map::new(),
        },
    }
}

fn run_image(layers: &[&str], maintainer: &str) -> Image {
    let labels = [
        ("io.buildpacks.base.id", "run".to_owned()),
        ("io.buildpacks.base.maintainer", maintainer.to_owned()),
        (DISTRIBUTION_NAME, "debian".to_owned()),
        (DISTRIBUTION_VERSION, "13".to_owned()),
        ("maintainer", maintainer.to_owned()),
    ];
    image(layers, &labels)
}

/// An app on the run image of the layers `libc` and `certificates`.
fn app() -> Image {
    let metadata = json!({
        "app": [{ "sha": "x" }],
        "runImage": {
            "topLayer": digest("certificates").to_string(),
            "reference": "old",
            "image": "coracle/run:latest",
            "mirrors": ["coracle/run:debug"],
        },
        "stack": { "runImage": { "image": "coracle/run:latest" } },
    });
    let labels = [
        ("io.buildpacks.base.id", "run".to_owned()),
        ("io.buildpacks.base.maintainer", "plain".to_owned()),
        (DISTRIBUTION_NAME, "debian".to_owned()),
        (DISTRIBUTION_VERSION, "13".to_owned()),
        ("io.example.own", "kept".to_owned()),
        (METADATA, metadata.to_string()),
    ];
    image(&["libc", "certificates", "program", "launcher"], &labels)
}

fn onto<'a>(image: &'a Image, name: &'a str) -> NewBase<'a> {
    NewBase {
        name,
        identifier: "new",
        image,
    }
}

#[test]
fn only_the_run_image_changes() {
    let app = app();
    let debug = run_image(&["libc", "certificates", "shell"], "debug");
    let (manifest, config) = rebased(&app, onto(&debug, "coracle/run:debug"), false).unwrap();

    let layers = ["libc", "certificates", "shell", "program", "launcher"];
    let blobs = layers.map(|layer| descriptor(&format!("{layer}.gz")));
    assert_eq!(manifest.layers, blobs);
    assert_eq!(config.rootfs.diff_ids, layers.map(digest));
    let history = config
        .history
        .iter()
        .filter_map(|entry| entry.created_by.as_deref());
    assert_eq!(history.collect::<Vec<_>>(), layers);
    let labels: Vec<String> = config
        .config
        .labels
        .iter()
        .flatten()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    insta::assert_snapshot!(labels.join("\n").replace(&digest("shell").to_string(), "<shell>"), @r#"
    io.buildpacks.base.distro.name = debian
    io.buildpacks.base.distro.version = 13
    io.buildpacks.base.id = run
    io.buildpacks.base.maintainer = debug
    io.buildpacks.lifecycle.metadata = {"app":[{"sha":"x"}],"runImage":{"topLayer":"<shell>","reference":"new","image":"coracle/run:latest","mirrors":["coracle/run:debug"]},"stack":{"runImage":{"image":"coracle/run:latest"}}}
    io.example.own = kept
    "#);
}

#[test]
fn there_and_back_is_the_image_as_it_was() {
    let app = app();
    let plain = run_image(&["libc", "certificates"], "plain");
    let debug = run_image(&["libc", "certificates", "shell"], "debug");
    let (manifest, config) = rebased(&app, onto(&debug, "coracle/run:debug"), false).unwrap();
    let there = Image {
        manifest,
        config,
        ..app.clone()
    };
    let back = NewBase {
        identifier: "old",
        ..onto(&plain, "coracle/run:latest")
    };
    let (manifest, config) = rebased(&there, back, false).unwrap();
    assert_eq!((manifest, config), (app.manifest, app.config));
}

#[test]
fn what_does_not_fit_is_refused_unless_forced() {
    let plain = run_image(&["libc"], "plain");
    let mut arm = plain.clone();
    arm.config.architecture = "arm64".to_owned();
    let mut foreign = plain.clone();
    let labels = foreign.config.config.labels.as_mut().unwrap();
    labels.insert(rebase_checks::BASE_ID.to_owned(), "theirs".to_owned());
    let mut fixed = app();
    let labels = fixed.config.config.labels.as_mut().unwrap();
    labels.insert(REBASABLE.to_owned(), "false".to_owned());
    for (app, base, expected) in [
        (
            fixed,
            onto(&plain, "coracle/run:latest"),
            NotRebasable::Forbidden,
        ),
        (
            app(),
            onto(&arm, "coracle/run:latest"),
            NotRebasable::OtherTarget {
                app: "linux/amd64 debian 13".to_owned(),
                base: "linux/arm64 debian 13".to_owned(),
            },
        ),
        (
            app(),
            onto(&foreign, "coracle/run:latest"),
            NotRebasable::OtherBase {
                app: Some("run".to_owned()),
                base: Some("theirs".to_owned()),
            },
        ),
        (
            app(),
            onto(&plain, "other/run:1"),
            NotRebasable::OtherRunImage {
                name: "other/run:1".to_owned(),
                known: vec![
                    "coracle/run:latest".to_owned(),
                    "coracle/run:debug".to_owned(),
                ],
            },
        ),
    ] {
        assert_eq!(
            rebased(&app, base, false),
            Err(expected.clone()),
            "{expected}"
        );
        assert!(rebased(&app, base, true).is_ok(), "{expected}");
    }
}

#[test]
fn what_is_wrong_is_known_without_the_run_image_where_it_can_be() {
    let mut fixed = app();
    let labels = fixed.config.config.labels.as_mut().unwrap();
    labels.insert(REBASABLE.to_owned(), "false".to_owned());
    let mut changed = app();
    changed.config.rootfs.diff_ids[1] = digest("other");
    let foreign = run_image(&["libc"], "plain");
    let table = [
        ("app", app(), None),
        ("app", app(), Some("docker.io/coracle/run:debug")),
        ("app", app(), Some("other/run:1")),
        ("fixed", fixed, None),
        ("changed", changed, None),
        ("foreign", foreign, Some("coracle/run:latest")),
    ]
    .map(|(title, app, wanted)| {
        let said = |force| match check(&app, wanted, force) {
            Ok(name) => name,
            Err(refusal) => refusal.to_string(),
        };
        let line = format!("{title} {wanted:?} | {} | {}", said(false), said(true));
        line.replace(&digest("certificates").to_string(), "<certificates>")
    });
    insta::assert_snapshot!(table.join("\n"), @r#"
    app None | coracle/run:latest | coracle/run:latest
    app Some("docker.io/coracle/run:debug") | docker.io/coracle/run:debug | docker.io/coracle/run:debug
    app Some("other/run:1") | the image was built for coracle/run:latest, coracle/run:debug, not for other/run:1 | other/run:1
    fixed None | the image is marked as not rebasable | coracle/run:latest
    changed None | the layer <certificates> that the run image ended with isn't in the image | the layer <certificates> that the run image ended with isn't in the image
    foreign Some("coracle/run:latest") | the image doesn't say which of its layers are the run image's | the image doesn't say which of its layers are the run image's
    "#);
}

#[test]
fn a_forced_run_image_takes_the_place_of_the_one_that_was_named() {
    let plain = run_image(&["libc"], "plain");
    let (_, config) = rebased(&app(), onto(&plain, "other/run:1"), true).unwrap();
    let label = label(&config, METADATA).unwrap();
    insta::assert_snapshot!(label.replace(&digest("libc").to_string(), "<libc>"), @r#"{"app":[{"sha":"x"}],"runImage":{"topLayer":"<libc>","reference":"new","image":"other/run:1"},"stack":{"runImage":{"image":"other/run:1"}}}"#);
}

#[test]
fn names_of_one_image_are_the_same_however_they_are_written() {
    let plain = run_image(&["libc"], "plain");
    let base = onto(&plain, "docker.io/coracle/run");
    assert!(rebased(&app(), base, false).is_ok());
}

#[test]
fn a_manifest_has_the_layer_types_of_one_kind() {
    let plain = run_image(&["libc"], "plain");
    let mut app = app();
    app.manifest.config.media_type = "application/vnd.oci.image.config.v1+json".to_owned();
    for layer in &mut app.manifest.layers {
        media_type::OCI_LAYER.clone_into(&mut layer.media_type);
    }
    let base = onto(&plain, "coracle/run:latest");
    let (manifest, _) = rebased(&app, base, false).unwrap();
    let mut types: Vec<String> = manifest
        .layers
        .into_iter()
        .map(|layer| layer.media_type)
        .collect();
    types.dedup();
    assert_eq!(types, [media_type::OCI_LAYER]);
}

#[test]
fn a_history_that_is_not_one_entry_a_layer_is_dropped() {
    let mut plain = run_image(&["libc"], "plain");
    plain.config.history.push(History::default());
    let base = onto(&plain, "coracle/run:latest");
    let (_, config) = rebased(&app(), base, false).unwrap();
    assert_eq!(config.history, []);
}

#[test]
fn an_image_without_its_story_is_refused_always() {
    let plain = run_image(&["libc"], "plain");
    let base = onto(&plain, "coracle/run:latest");
    assert_eq!(rebased(&plain, base, true), Err(NotRebasable::NotAnApp));
    let mut changed = app();
    changed.config.rootfs.diff_ids[1] = digest("other");
    assert_eq!(
        rebased(&changed, base, true),
        Err(NotRebasable::TopLayerMissing {
            top_layer: digest("certificates").to_string()
        })
    );
}
