//! The builder on Kubernetes: the manifests of docs/kubernetes and the pod that kpack makes.

use integration::{Case, Machine, Manifests, Need, TaskRun, build_pod, differences};
use serde_json::Value;

use crate::team::Team;

pub(crate) const CASES: &[Case] = &[
    Case::new("kubernetes::kpack", kpack).needing(&[Need::Docker]),
    Case::new("kubernetes::tekton_creator", tekton_creator).needing(&[Need::Docker]),
    Case::new("kubernetes::tekton_phases", tekton_phases).needing(&[Need::Docker]),
];

/// The claims of the manifests.
const SOURCE: &str = "shop-source";
const CACHE: &str = "shop-cache";

/// No layer of /layers is a blob that pack has: the lifecycle puts the directories above a layer into it as
/// they are, and in a volume with `fsGroup` they have the group's bit, and /layers is root's. What the
/// buildpacks made has the same rights and bytes. The other differences come from Platform API 0.9: no bill
/// of materials of the launcher; in metadata.toml and build.metadata a command that is a text, not an array;
/// in lifecycle.metadata the run image only under `stack`; no history. The project's metadata are of kpack's
/// git source.
fn kpack(machine: &Machine) {
    let team = Team::new(machine);
    let read = |name: &str| Manifests::read(&format!("docs/kubernetes/{name}"), &team.prefix());
    let pod = build_pod(
        &read("kpack-build.yaml"),
        &read("kpack.yaml"),
        &run_image(&team),
        SOURCE,
    );
    let packs = team.packs(machine);
    let build = || {
        team.node.claim(SOURCE, team.source.path());
        team.node.run(&pod)
    };
    let image = team.builds("kpack", "shop", build);
    team.survives_without(CACHE, "shop", build);
    insta::assert_snapshot!(differences(&packs, &image), @"
    layers: 755 1000:1000 -> 2777 0:1000
    layers/coracle_go: 755 1000:1000 -> 2755 1000:1000
    layers: 755 1000:1000 -> 2777 0:1000
    layers/sbom: 755 1000:1000 -> 2755 1000:1000
    layers/sbom/launch: 755 1000:1000 -> 2755 1000:1000
    layers/sbom/launch/buildpacksio_lifecycle: gone
    layers/sbom/launch/buildpacksio_lifecycle/launcher: gone
    layers/sbom/launch/buildpacksio_lifecycle/launcher/sbom.cdx.json: gone
    layers/sbom/launch/buildpacksio_lifecycle/launcher/sbom.spdx.json: gone
    layers/sbom/launch/buildpacksio_lifecycle/launcher/sbom.syft.json: gone
    layers/sbom/launch/coracle_go: 755 1000:1000 -> 2755 1000:1000
    workspace: 777 1000:1000 -> 2777 1000:1000
    layers: 755 1000:1000 -> 2777 0:1000
    layers/config: 755 1000:1000 -> 2755 1000:1000
    layers/config/metadata.toml: differs
    /config/Env/CNB_PLATFORM_API: 0.15 -> 0.9
    /config/Labels/io.buildpacks.build.metadata#/processes/0/args: null -> []
    /config/Labels/io.buildpacks.build.metadata#/processes/0/command: new
    /config/Labels/io.buildpacks.build.metadata#/processes/0/command/0: gone
    /config/Labels/io.buildpacks.build.metadata#/processes/1/args: null -> []
    /config/Labels/io.buildpacks.build.metadata#/processes/1/command: new
    /config/Labels/io.buildpacks.build.metadata#/processes/1/command/0: gone
    /config/Labels/io.buildpacks.exec-env: gone
    /config/Labels/io.buildpacks.lifecycle.metadata#/app/0/sha: differs
    /config/Labels/io.buildpacks.lifecycle.metadata#/buildpacks/0/layers/binaries/sha: differs
    /config/Labels/io.buildpacks.lifecycle.metadata#/config/sha: differs
    /config/Labels/io.buildpacks.lifecycle.metadata#/runImage/image: gone
    /config/Labels/io.buildpacks.lifecycle.metadata#/runImage/mirrors/0: gone
    /config/Labels/io.buildpacks.lifecycle.metadata#/sbom/sha: differs
    /config/Labels/io.buildpacks.project.metadata#: gone
    /config/Labels/io.buildpacks.project.metadata#/source/metadata/repository: new
    /config/Labels/io.buildpacks.project.metadata#/source/metadata/revision: new
    /config/Labels/io.buildpacks.project.metadata#/source/type: new
    /config/Labels/io.buildpacks.project.metadata#/source/version/commit: new
    /history/0/created_by: gone
    /history/1/created_by: gone
    /history/2/created_by: gone
    /history/3/created_by: gone
    /history/4/created_by: gone
    /history/5/created_by: gone
    /history/6/created_by: gone
    ");
}

/// The run image of a builder, where kpack reads it.
#[track_caller]
fn run_image(team: &Team) -> String {
    let format = "{{index .Config.Labels \"io.buildpacks.builder.metadata\"}}";
    let inspect = team.docker.call(["image", "inspect", "--format", format]);
    let inspected = inspect.arg(team.image("builder:latest")).run().succeeded();
    let metadata: Value = serde_json::from_str(inspected.text()).expect("the label is JSON");
    let image = metadata["stack"]["runImage"]["image"].as_str();
    image.expect("the builder has a run image").to_owned()
}

/// The app is in another directory; all other layers are the blobs that pack has, because /layers is the
/// image's own directory.
fn tekton_creator(machine: &Machine) {
    let differences = tekton(machine, "creator");
    insta::assert_snapshot!(differences, @r#"
    app: new
    app/public: new
    app/public/index.html: new
    workspace: gone
    workspace/public: gone
    workspace/public/index.html: gone
    /config/Env/CNB_APP_DIR: /workspace -> /app
    /config/Labels/io.buildpacks.lifecycle.metadata#/app/0/sha: differs
    /config/WorkingDir: "/workspace" -> "/app"
    "#);
}

/// The app is in another directory, and /layers is a volume as kpack's is. Platform API 0.13 has no label
/// `exec-env`.
fn tekton_phases(machine: &Machine) {
    let differences = tekton(machine, "phases");
    insta::assert_snapshot!(differences, @r#"
    layers: 755 1000:1000 -> 2777 0:1000
    layers/coracle_go: 755 1000:1000 -> 2755 1000:1000
    layers: 755 1000:1000 -> 2777 0:1000
    layers/sbom: 755 1000:1000 -> 2755 1000:1000
    layers/sbom/launch: 755 1000:1000 -> 2755 1000:1000
    layers/sbom/launch/buildpacksio_lifecycle: 755 1000:1000 -> 2755 1000:1000
    layers/sbom/launch/buildpacksio_lifecycle/launcher: 755 1000:1000 -> 2755 1000:1000
    layers/sbom/launch/coracle_go: 755 1000:1000 -> 2755 1000:1000
    app: new
    app/public: new
    app/public/index.html: new
    workspace: gone
    workspace/public: gone
    workspace/public/index.html: gone
    layers: 755 1000:1000 -> 2777 0:1000
    layers/config: 755 1000:1000 -> 2755 1000:1000
    /config/Env/CNB_APP_DIR: /workspace -> /app
    /config/Env/CNB_PLATFORM_API: 0.15 -> 0.13
    /config/Labels/io.buildpacks.exec-env: gone
    /config/Labels/io.buildpacks.lifecycle.metadata#/app/0/sha: differs
    /config/Labels/io.buildpacks.lifecycle.metadata#/buildpacks/0/layers/binaries/sha: differs
    /config/Labels/io.buildpacks.lifecycle.metadata#/config/sha: differs
    /config/Labels/io.buildpacks.lifecycle.metadata#/sbom/sha: differs
    /config/WorkingDir: "/workspace" -> "/app"
    "#);
}

/// Builds with a Task; returns what differs from an image by pack.
#[track_caller]
fn tekton(machine: &Machine, task: &str) -> String {
    let team = Team::new(machine);
    let read = |name: &str| {
        let path = format!("docs/kubernetes/tekton-{name}.yaml");
        Manifests::read(&path, &team.prefix())
    };
    let run = TaskRun::new(&read(task), &read("run"));
    let packs = team.packs(machine);
    let build = || {
        team.node.claim(SOURCE, team.source.path());
        run.run(&team.node)
    };
    let image = team.builds(&format!("tekton {task}"), "shop", build);
    let result = run.result(&team.node, "digest");
    assert_eq!(result, team.layout("shop").digest);
    team.survives_without(CACHE, "shop", build);
    differences(&packs, &image)
}
