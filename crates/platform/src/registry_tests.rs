use std::path::PathBuf;

use super::*;

/// A `crane` that writes down how it is called, and answers as `script` says.
struct Fake {
    directory: tempfile::TempDir,
    store: Store,
    program: PathBuf,
}

fn fake(script: &str) -> Fake {
    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("crane");
    let calls = directory.path().join("calls");
    let text = format!("#!/bin/sh\necho \"$@\" >>{}\n{script}\n", calls.display());
    testkit::write_into(directory.path(), &format!("-- crane 0755 --\n{text}"));
    Fake {
        store: Store::open(directory.path().join("home")).unwrap(),
        directory,
        program,
    }
}

impl Fake {
    fn registry(&self) -> Registry<'_> {
        Registry::new(&self.store, &self.program)
    }

    fn calls(&self) -> String {
        let text = fs_err::read_to_string(self.directory.path().join("calls")).unwrap();
        let root = self.directory.path().display().to_string();
        text.replace(&root, "ROOT")
    }
}

fn name() -> ImageName {
    "registry.example:5000/team/run:debug".parse().unwrap()
}

#[test]
fn content_comes_without_a_tag_and_a_tag_without_content() {
    let fake = fake("");
    let layout = smallest_image(&fake.directory.path().join("image"), "amd64").unwrap();
    let digest = layout.image().unwrap().descriptor.digest;
    fake.registry().push_content(&layout, &name()).unwrap();
    fake.registry().set_tag(&name(), &digest).unwrap();
    let calls = fake.calls().replace(&digest.to_string(), "DIGEST");
    insta::assert_snapshot!(calls, @"
    push ROOT/image registry.example:5000/team/run@DIGEST
    digest registry.example:5000/team/run:debug
    tag registry.example:5000/team/run@DIGEST debug
    ");
}

#[test]
fn a_tag_that_means_the_content_already_is_left_alone() {
    let digest = Digest::of(b"content");
    let fake = fake(&format!("echo {digest}"));
    fake.registry().set_tag(&name(), &digest).unwrap();
    insta::assert_snapshot!(fake.calls(), @"digest registry.example:5000/team/run:debug");
}

#[test]
fn a_repository_is_asked_with_a_tag_of_its_own() {
    let fake = fake("");
    fake.registry().check_push(&name(), "amd64").unwrap();
    let layout = smallest_image(&fake.directory.path().join("image"), "amd64").unwrap();
    let digest = layout.image().unwrap().descriptor.digest;
    let calls = fake.calls().replace(&digest.to_string(), "DIGEST");
    let (push, tag) = calls.trim().split_once('\n').unwrap();
    // In a work directory.
    assert!(push.starts_with("push ROOT/home/tmp/"), "{push}");
    let content = "registry.example:5000/team/run@DIGEST";
    assert!(push.ends_with(&format!("/image {content}")), "{push}");
    assert_eq!(tag, format!("tag {content} coracle-check"));
}

#[test]
fn who_may_write_neither_content_nor_tags_is_told() {
    for refused in ["push", "tag"] {
        let script = format!("case $1 in {refused}) echo 'DENIED: denied' >&2; exit 1;; esac");
        let error = fake(&script).registry().check_push(&name(), "amd64");
        let error = error.unwrap_err();
        assert!(
            matches!(
                &error,
                OutputError::Push {
                    reason: PushFailure::Refused,
                    ..
                }
            ),
            "{refused}: {error}"
        );
    }
}

/// Words of three registries.
#[test]
fn who_may_not_set_a_tag_twice_may_write() {
    for words in [
        "TAG_INVALID: The image tag 'coracle-check' already exists in the 'run' repository and cannot be \
         overwritten because the repository is immutable.",
        "PRECONDITION: Failed to process request due to 'run:coracle-check' configured as immutable.",
        "DENIED: cannot update tag coracle-check. The repository has enabled tag immutability",
    ] {
        let script = format!("case $1 in tag) echo \"{words}\" >&2; exit 1;; esac");
        let fake = fake(&script);
        fake.registry().check_push(&name(), "amd64").unwrap();
    }
}

#[test]
fn a_registry_that_never_answers_is_given_up() {
    let fake = fake("exec sleep 600");
    let registry = Registry {
        answer: Duration::ZERO,
        ..fake.registry()
    };
    let digest = Digest::of(b"content");
    let errors = [
        registry.check_push(&name(), "amd64"),
        registry.check_architecture(&name(), "amd64"),
        registry.set_tag(&name(), &digest),
    ];
    for error in errors {
        let message = explain::Explain::explain(&error.unwrap_err());
        insta::allow_duplicates!(insta::assert_snapshot!(message.render(), @"
        [Error: The registry doesn't finish]
        registry.example:5000 was given up after a minute, for it had not finished a request
        about registry.example:5000/team/run:debug

        This is a problem of the network or of the server at its other end, not of
        your app: retry, and check proxy and mirror settings if it stays.
        (publish/no-end)
        "));
    }
}

#[test]
fn what_is_asked_with_is_the_same_every_time() {
    let directory = tempfile::tempdir().unwrap();
    let digests = ["a", "b"].map(|place| {
        let layout = smallest_image(&directory.path().join(place), "amd64").unwrap();
        layout.image().unwrap().descriptor.digest
    });
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn an_image_for_another_processor_is_not_replaced() {
    let config = |architecture: &str| {
        format!(
            r#"{{"architecture": "{architecture}", "os": "linux", "rootfs": {{"type": "layers", "diff_ids": []}}}}"#
        )
    };
    let answers = |manifest: &str, config: &str| {
        format!("case $1 in manifest) echo '{manifest}';; config) echo '{config}';; esac")
    };
    let index = r#"{"manifests": [{"mediaType": "a", "size": 1,
        "digest": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}"#;
    let table = [
        ("same", answers("{}", &config("amd64"))),
        ("other", answers("{}", &config("arm64"))),
        ("index", answers(index, &config("amd64"))),
        (
            "absent",
            "echo 'MANIFEST_UNKNOWN: Unknown manifest' >&2; exit 1".to_owned(),
        ),
        ("hidden", "echo 'DENIED: denied' >&2; exit 1".to_owned()),
        ("broken", "echo 'connection refused' >&2; exit 1".to_owned()),
    ]
    .map(|(case, script)| {
        let checked = fake(&script)
            .registry()
            .check_architecture(&name(), "amd64");
        let said = checked.map_err(|error| error.to_string());
        format!("{case}: {said:?}")
    });
    insta::assert_snapshot!(table.join("\n"), @r#"
    same: Ok(())
    other: Err("registry.example:5000/team/run:debug is for arm64, and the new one for amd64")
    index: Err("registry.example:5000/team/run:debug is for several processors, and the new one for amd64")
    absent: Ok(())
    hidden: Ok(())
    broken: Err("registry.example:5000/team/run:debug can't be pushed: connection refused")
    "#);
}
