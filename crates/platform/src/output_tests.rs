use super::*;

fn layout(path: &Path) -> Layout {
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
fn a_layout_replaces_only_a_layout() {
    let directory = tempfile::tempdir().unwrap();
    let layout = layout(&directory.path().join("store"));
    let target = directory.path().join("deep/out");
    for _ in 0..2 {
        copy_layout(&layout, &target).unwrap();
        let copied = Layout::open(&target).unwrap().image().unwrap();
        assert_eq!(copied, layout.image().unwrap());
    }
    let beside = fs_err::read_dir(directory.path().join("deep")).unwrap();
    assert_eq!(beside.count(), 1);

    let mine = directory.path().join("mine");
    fs_err::create_dir(&mine).unwrap();
    fs_err::write(mine.join("file"), "").unwrap();
    let error = copy_layout(&layout, &mine).unwrap_err();
    assert!(matches!(error, OutputError::Occupied { .. }), "{error}");
    assert!(mine.join("file").exists());
    let error = check(&[Output::OciLayout(mine)]).unwrap_err();
    assert!(matches!(error, OutputError::Occupied { .. }), "{error}");
    check(&[Output::OciLayout(target)]).unwrap();
}

#[test]
fn an_archive_is_the_same_bytes_every_time() {
    let directory = tempfile::tempdir().unwrap();
    let layout = layout(&directory.path().join("store"));
    let name = "me/app:1".parse().unwrap();
    let archives = ["one.tar", "two.tar"].map(|file| {
        let path = directory.path().join(file);
        write_archive(&layout, &name, &path).unwrap();
        fs_err::read(path).unwrap()
    });
    assert_eq!(archives[0], archives[1]);
    let text = String::from_utf8_lossy(&archives[0]).into_owned();
    assert!(text.contains(r#""RepoTags":["me/app:1"]"#), "{text}");
}

#[test]
fn a_push_that_fails_is_somebodys_problem() {
    let cases = [
        (
            "UNAUTHORIZED: authentication required",
            PushFailure::Refused,
        ),
        ("unexpected status code 403 Forbidden", PushFailure::Refused),
        (
            "DENIED: requested access to the resource is denied",
            PushFailure::Refused,
        ),
        (
            "unexpected status code 401 Unauthorized",
            PushFailure::Refused,
        ),
        (
            "dial tcp 192.0.2.1:4010: i/o timeout, sha256:0401",
            PushFailure::Network,
        ),
        ("NAME_INVALID: invalid repository name", PushFailure::Name),
        (
            "dial tcp: lookup registry.example: no such host",
            PushFailure::Network,
        ),
        (
            "x509: certificate signed by unknown authority",
            PushFailure::Network,
        ),
    ];
    for (output, expected) in cases {
        assert_eq!(push_failure(output), expected, "{output}");
    }
}

#[test]
fn an_archive_replaces_files_only() {
    let directory = testkit::directory("-- file --\n-- link -> file --\n-- directory/ --\n");
    let check = |name: &str| check(&[Output::DockerArchive(directory.path().join(name))]);
    assert!(check("file").is_ok());
    assert!(check("new").is_ok());
    for name in ["link", "directory"] {
        assert!(
            matches!(check(name), Err(OutputError::NotAFile { .. })),
            "{name}"
        );
    }
}
