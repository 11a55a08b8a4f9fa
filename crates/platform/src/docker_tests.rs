use oci::{Compression, Content, DerivedImage, Entry, Tree};
use tempfile::TempDir;

use super::*;

struct Case {
    directory: TempDir,
    layout: Layout,
    docker: PathBuf,
}

/// An image that is larger than a pipe holds, and a `docker` that does as `script` says.
fn case(script: &str) -> Case {
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::create(directory.path().join("image")).unwrap();
    let mut image = DerivedImage::from_scratch(layout, "amd64");
    // Hexadecimal digits can be compressed to half of it, no less: to 128 kB.
    let mut content = Vec::new();
    for number in 0..4_000_u32 {
        content.extend(oci::Digest::of(&number.to_be_bytes()).hex().bytes());
    }
    let mut tree = Tree::default();
    let file = Entry::file(0o644, Content::Bytes(content));
    tree.insert("file", file).unwrap();
    image.add_layer("test", &tree, Compression::Fast).unwrap();
    image.finish().unwrap();
    let docker = directory.path().join("docker");
    let file = format!("-- docker 0755 --\n#!/bin/sh\n{script}\n");
    testkit::write_into(directory.path(), &file);
    Case {
        layout: Layout::open(directory.path().join("image")).unwrap(),
        directory,
        docker,
    }
}

impl Case {
    fn load(&self, limit: Duration) -> Result<(), OutputError> {
        load(
            &self.docker,
            &self.layout,
            &"me/app:1".parse().unwrap(),
            limit,
        )
    }
}

#[test]
fn a_daemon_is_asked_before_it_is_needed() {
    check_daemon(&case("").docker).unwrap();
    let error = check_daemon(&case("echo nobody >&2; exit 1").docker).unwrap_err();
    assert_eq!(error.to_string(), "docker has no daemon: nobody");
}

#[test]
fn docker_gets_the_archive() {
    let case = case("cat > \"$0.tar\"");
    case.load(ANSWER).unwrap();
    let mut archive = Vec::new();
    write_docker_archive(&case.layout, "me/app:1", &mut archive).unwrap();
    let got = fs_err::read(case.directory.path().join("docker.tar")).unwrap();
    assert_eq!(got, archive);
}

#[test]
fn what_docker_says_is_told_although_the_rest_was_not_read() {
    let error = case("echo 'no space' >&2; exit 1").load(ANSWER);
    assert_eq!(
        error.unwrap_err().to_string(),
        "docker load failed: no space"
    );
}

#[test]
fn an_image_that_docker_does_not_read_is_not_loaded() {
    let error = case("exit 0").load(ANSWER).unwrap_err();
    assert!(matches!(error, OutputError::Docker { .. }), "{error}");
}

#[test]
fn a_daemon_that_hangs_is_given_up() {
    let error = case("echo waiting >&2; exec sleep 600")
        .load(Duration::ZERO)
        .unwrap_err();
    assert!(matches!(error, OutputError::DockerNoEnd { .. }), "{error}");
}

/// `docker` is told of the end of what it gets, and fails itself.
#[test]
fn an_image_that_cannot_be_read_is_told_and_not_what_docker_says_of_it() {
    let case = case("cat >/dev/null; echo 'unexpected EOF' >&2; exit 1");
    let layer = &case.layout.image().unwrap().manifest.layers[0];
    fs_err::remove_file(case.layout.blob_path(&layer.digest)).unwrap();
    let error = case.load(ANSWER).unwrap_err();
    assert!(matches!(error, OutputError::Layout(_)), "{error}");
}
