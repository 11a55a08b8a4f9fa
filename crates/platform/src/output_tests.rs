use super::*;

pub(crate) fn layout(path: &Path) -> Layout {
    let layout = Layout::create(path).unwrap();
    let config =
        br#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#;
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"{}","config":{{"mediaType":"{}","size":0,"digest":"{}"}},
        "layers":[{{"mediaType":"{}","size":5,"digest":"{}"}}]}}"#,
        oci::media_type::DOCKER_MANIFEST,
        oci::media_type::DOCKER_CONFIG,
        oci::Digest::of(b""),
        oci::media_type::DOCKER_LAYER,
        layout.write_blob(b"layer").unwrap(),
    );
    let manifest = serde_json::from_str(&manifest).unwrap();
    layout.write_image(manifest, config).unwrap();
    layout
}

#[test]
fn nothing_is_written_when_the_work_is_to_end() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path().join("home")).unwrap();
    let layout = layout(&directory.path().join("store"));
    let target = directory.path().join("out");
    store.cancellation().cancel();
    let error = copy_layout(&layout, &target, LAYOUT, &store).unwrap_err();
    assert!(matches!(error, OutputError::Store(_)), "{error}");
    let error = write_archive(&layout, &"a".parse().unwrap(), &target, &store).unwrap_err();
    assert!(matches!(error, OutputError::Store(_)), "{error}");
    assert!(!target.exists());
}

#[test]
fn an_archive_is_the_same_bytes_every_time() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path().join("home")).unwrap();
    let layout = layout(&directory.path().join("store"));
    let name = "me/app:1".parse().unwrap();
    let archives = ["one.tar", "two.tar"].map(|file| {
        let path = directory.path().join(file);
        write_archive(&layout, &name, &path, &store).unwrap();
        fs_err::read(path).unwrap()
    });
    assert_eq!(archives[0], archives[1]);
    let text = String::from_utf8_lossy(&archives[0]).into_owned();
    assert!(text.contains(r#""RepoTags":["me/app:1"]"#), "{text}");
}

pub(crate) fn delivery(output: Output) -> Delivery {
    Delivery {
        output: vec![output],
        ..Delivery::to_store("app".parse().unwrap())
    }
}

#[test]
fn an_archive_replaces_archives_only() {
    let directory = testkit::directory(
        "-- go.mod --\nmodule x\n-- empty --\n-- link -> empty --\n-- directory/ --\n",
    );
    let mut tar = vec![0; 257];
    tar.extend(b"ustar\0");
    fs_err::write(directory.path().join("old.tar"), tar).unwrap();
    let check = |name: &str| {
        check(&delivery(Output::DockerArchive(
            directory.path().join(name),
        )))
    };
    for name in ["empty", "old.tar", "new"] {
        assert!(check(name).is_ok(), "{name}");
    }
    for name in ["go.mod", "link", "directory"] {
        assert!(
            matches!(check(name), Err(OutputError::NotAnArchive { .. })),
            "{name}"
        );
    }
}

#[test]
fn what_cannot_be_written_is_known_before_the_build() {
    let directory = testkit::directory("-- file --\n");
    let below = directory.path().join("file/below");
    for output in [
        Output::OciLayout(below.clone()),
        Output::DockerArchive(below),
    ] {
        let error = check(&delivery(output)).unwrap_err();
        assert!(matches!(error, OutputError::Write { .. }), "{error}");
    }
}

#[test]
fn a_name_to_push_has_a_registry_or_an_owner() {
    let refused = ["shop", "shop:1.0", "me/shop", "localhost:5000/shop"].map(|name| {
        let delivery = Delivery {
            publish: true,
            ..Delivery::to_store(name.parse().unwrap())
        };
        check(&delivery).is_err()
    });
    assert_eq!(refused, [true, true, false, false]);
}
