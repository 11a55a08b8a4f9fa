//! Where an image can go: a layout, a Docker archive, a registry.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use integration::{
    Case, Docker, FailingDaemon, Layout, Machine, Need, Registry, Running, output_of, test_names,
};
use serde_json::Value;

use crate::apps::{self, STOPS_WITHIN};

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "outputs::layout_archive_and_registry_hold_one_image",
        all_outputs,
    ),
    Case::new("outputs::a_daemon_gets_the_image_and_starts_it", daemon).needing(&[Need::Docker]),
    Case::new("outputs::a_daemon_that_is_not_there", no_daemon).needing(&[Need::Docker]),
    Case::new("outputs::a_daemon_that_stops_half_way", daemon_stops).needing(&[Need::Docker]),
    Case::new(
        "outputs::an_unreachable_registry_is_the_networks_fault",
        unreachable,
    ),
];

fn all_outputs(machine: &Machine) {
    let home = machine.home();
    let app = apps::word();
    let registry = Registry::start(machine);
    let image = format!("{}/team/word:1", registry.address());
    let layout = home.path().join("layout");
    let archive = home.path().join("word.tar");
    let _ = home
        .build(&image, app.path())
        .arg("--output")
        .arg(format!("oci:{}", layout.display()))
        .arg("--output")
        .arg(format!("docker-archive:{}", archive.display()))
        .arg("--publish")
        .run()
        .succeeded();
    let layout = Layout::read(&layout);

    assert_archive(&archive, &image, &layout);

    let pulled = home.path().join("pulled");
    let crane = registry.crane();
    let crane = crane.to_str().expect("the path is text");
    let arguments = ["pull", "--insecure", "--format=oci", &image, "pulled"];
    let _ = output_of(crane, &arguments, home.path());
    assert_eq!(Layout::read(&pulled).digest, layout.digest);
}

/// What `docker load` reads: `manifest.json`, the configuration and the layers, as tars or compressed.
#[track_caller]
fn assert_archive(path: &Path, image: &str, layout: &Layout) {
    let file = fs_err::File::open(path).expect("the archive is written");
    let mut archive = tar::Archive::new(file);
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for entry in archive.entries().expect("the archive is a tar") {
        let mut entry = entry.expect("the archive is a tar");
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let mut content = Vec::new();
        entry
            .read_to_end(&mut content)
            .expect("the archive is whole");
        files.insert(path, content);
    }
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).expect("JSON");
    assert_eq!(manifest[0]["RepoTags"], serde_json::json!([image]));
    let config = manifest[0]["Config"].as_str().expect("a path");
    let config: Value = serde_json::from_slice(&files[config]).expect("JSON");
    assert_eq!(config, layout.config);
    let layers = manifest[0]["Layers"].as_array().expect("an array");
    assert_eq!(layers.len(), layout.layers.len());
    for layer in layers {
        let path = layer.as_str().expect("a path");
        assert!(files.contains_key(path), "{path} is in the archive");
    }
}

fn daemon(machine: &Machine) {
    let docker = Docker::of(machine);
    let home = machine.home();
    let image = format!("{}/loaded", test_names());
    let layout = home.path().join("layout");
    let output = format!("--output=oci:{}", layout.display());
    let build = home.build(&image, &testkit::sample("go-http"));
    let build = build.args(["--output=docker", &output]);
    let _ = docker.reached_by(build).run().succeeded();

    let inspect = docker.call(["image", "inspect", "--format={{.Id}}", &image]);
    let id = inspect.run().succeeded().text().trim().to_owned();
    assert_eq!(id, Layout::read(&layout).manifest["config"]["digest"]);
    let running = Running::in_container(docker, &image);
    assert_eq!(running.get("/").status, 200);
    assert_eq!(running.stop(STOPS_WITHIN).code(), Some(0));
}

/// Nothing is built for a daemon that can't be reached.
fn no_daemon(machine: &Machine) {
    let docker = Docker::of(machine);
    let home = machine.home();
    let nowhere = format!("unix://{}/nobody.sock", home.path().display());
    let build = home.build("word", &testkit::sample("go-http"));
    let build = build.arg("--output=docker");
    let build = docker.reached_by(build).env("DOCKER_HOST", nowhere);
    let message = build.run().failed_with("output/docker/daemon", 4);
    assert!(!message.contains("===>"), "{message}");
}

fn daemon_stops(machine: &Machine) {
    let docker = Docker::of(machine);
    let failing = FailingDaemon::before(docker, "/images/load");
    let home = machine.home();
    let image = format!("{}/half", test_names());
    let build = home.build(&image, &testkit::sample("go-http"));
    let build = failing.reached_by(docker, build.arg("--output=docker"));
    let message = build.run().failed_with("output/docker/load", 4);
    assert!(message.contains("in the local image store"), "{message}");
    let inspect = docker.call(["image", "inspect", &image]);
    assert_ne!(inspect.run().code(), 0);
}

fn unreachable(machine: &Machine) {
    let home = machine.home();
    let app = apps::word();
    let image = format!("127.0.0.1:{}/word", integration::free_port());
    let build = home.build(&image, app.path()).arg("--publish").run();
    let message = build.failed_with("publish/network", 3);
    assert!(message.contains(&image), "{message}");
}
