//! The builder on Kubernetes: the manifests of docs/kubernetes and the pod that kpack makes.

use integration::{
    Case, Docker, Home, Layout, Machine, Manifests, Need, Node, Pack, Registry, Running,
    TEST_NAMES, TaskRun, differences,
};

use crate::apps::STOPS_WITHIN;

pub(crate) const CASES: &[Case] = &[
    Case::new("kubernetes::kpack", kpack).needing(&[Need::Docker]),
    Case::new("kubernetes::tekton_creator", tekton_creator).needing(&[Need::Docker]),
    Case::new("kubernetes::tekton_phases", tekton_phases).needing(&[Need::Docker]),
    Case::new("kubernetes::ci_job_in_the_builder", ci_job).needing(&[Need::Docker]),
];

/// A team with a published builder, a node, and an app that waits in a claim to be built.
struct Team {
    docker: &'static Docker,
    registry: Registry,
    prefix: String,
    node: Node,
}

impl Team {
    #[track_caller]
    fn new(machine: &Machine) -> Self {
        let docker = Docker::of(machine);
        let registry = Registry::start(machine);
        let prefix = format!("{}/{TEST_NAMES}", registry.address());
        let publish = Home::of_publications(machine).coracle();
        let publish = publish.args(["builder", "publish", &prefix]);
        let _ = publish.run().succeeded();
        let node = Node::new(docker, &format!("{prefix}/builder"));
        node.claim("shop-source", &testkit::sample("go-http"));
        Self {
            docker,
            registry,
            prefix,
            node,
        }
    }

    fn image(&self, name: &str) -> String {
        format!("{}/{name}", self.prefix)
    }

    /// The app as pack builds and pushes it.
    #[track_caller]
    fn packs(&self, machine: &Machine) -> Layout {
        let image = self.image("packs");
        let sample = testkit::sample("go-http");
        let pack = Pack::of(machine);
        let build = pack.build(&image, &sample, &self.image("builder"));
        let build = build.args(["--publish", "--trust-builder"]);
        let _ = build.run().succeeded();
        self.registry.layout(&image)
    }

    /// Builds twice, the second time from the cache and with the same digest, and asks the app.
    #[track_caller]
    fn builds(&self, build: impl Fn() -> String) -> Layout {
        let image = self.image("shop");
        let _ = build();
        let first = self.registry.layout(&image);
        let again = build();
        assert!(again.contains("Reusing layer"), "{again}");
        assert_eq!(self.registry.digest(&image), first.digest, "{again}");

        let running = Running::in_container(self.docker, &image);
        assert_eq!(running.get("/").status, 200);
        assert_eq!(running.stop(STOPS_WITHIN).code(), Some(0));
        first
    }
}

/// No layer of /layers is a blob that pack has: the lifecycle puts the directories above a layer into it as
/// they are, and in a volume with `fsGroup` they have the group's bit, and /layers is root's. What the
/// buildpacks made has the same rights and bytes. The other differences come from Platform API 0.9: no bill
/// of materials of the launcher; in metadata.toml and build.metadata a command that is a text, not an array;
/// in lifecycle.metadata a stack in place of the run image's name. The project's metadata are of kpack's git
/// source.
fn kpack(machine: &Machine) {
    let team = Team::new(machine);
    let pod = Manifests::read("integration/conformity/kpack-build-pod.yaml", &team.prefix);
    let built = team.builds(|| team.node.run(&pod));
    insta::assert_snapshot!(differences(&team.packs(machine), &built), @r#"
    layers: 755 1000:1000 -> 2775 0:1000
    layers/coracle_go: 755 1000:1000 -> 2755 1000:1000
    layers: 755 1000:1000 -> 2775 0:1000
    layers/sbom: 755 1000:1000 -> 2755 1000:1000
    layers/sbom/launch: 755 1000:1000 -> 2755 1000:1000
    layers/sbom/launch/buildpacksio_lifecycle: gone
    layers/sbom/launch/buildpacksio_lifecycle/launcher: gone
    layers/sbom/launch/buildpacksio_lifecycle/launcher/sbom.cdx.json: gone
    layers/sbom/launch/buildpacksio_lifecycle/launcher/sbom.spdx.json: gone
    layers/sbom/launch/buildpacksio_lifecycle/launcher/sbom.syft.json: gone
    layers/sbom/launch/coracle_go: 755 1000:1000 -> 2755 1000:1000
    workspace: 777 1000:1000 -> 2775 1000:1000
    layers: 755 1000:1000 -> 2775 0:1000
    layers/config: 755 1000:1000 -> 2755 1000:1000
    layers/config/metadata.toml: differs
    Env CNB_PLATFORM_API=0.15: gone
    Env CNB_PLATFORM_API=0.9: new
    Labels io.buildpacks.build.metadata: differs
    Labels io.buildpacks.exec-env: gone
    Labels io.buildpacks.lifecycle.metadata: differs
    Labels io.buildpacks.project.metadata: differs
    "#);
}

/// The app is in another directory; all other layers are the blobs that pack has, because /layers is the
/// image's own directory.
fn tekton_creator(machine: &Machine) {
    let differences = tekton(machine, "docs/kubernetes/tekton-creator.yaml");
    insta::assert_snapshot!(differences, @r#"
    app: new
    app/public: new
    app/public/index.html: new
    workspace: gone
    workspace/public: gone
    workspace/public/index.html: gone
    Env CNB_APP_DIR=/app: new
    Env CNB_APP_DIR=/workspace: gone
    Labels io.buildpacks.lifecycle.metadata: differs
    WorkingDir : "/workspace" -> "/app"
    "#);
}

/// The app is in another directory, and /layers is a volume as kpack's is. Platform API 0.13 has no label
/// `exec-env`.
fn tekton_phases(machine: &Machine) {
    let differences = tekton(machine, "docs/kubernetes/tekton-phases.yaml");
    insta::assert_snapshot!(differences, @r#"
    layers: 755 1000:1000 -> 2775 0:1000
    layers/coracle_go: 755 1000:1000 -> 2755 1000:1000
    layers: 755 1000:1000 -> 2775 0:1000
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
    layers: 755 1000:1000 -> 2775 0:1000
    layers/config: 755 1000:1000 -> 2755 1000:1000
    Env CNB_APP_DIR=/app: new
    Env CNB_APP_DIR=/workspace: gone
    Env CNB_PLATFORM_API=0.13: new
    Env CNB_PLATFORM_API=0.15: gone
    Labels io.buildpacks.exec-env: gone
    Labels io.buildpacks.lifecycle.metadata: differs
    WorkingDir : "/workspace" -> "/app"
    "#);
}

/// Builds with a Task; returns what differs from an image by pack.
#[track_caller]
fn tekton(machine: &Machine, task: &str) -> String {
    let team = Team::new(machine);
    let task = Manifests::read(task, &team.prefix);
    let run = Manifests::read("docs/kubernetes/tekton-run.yaml", &team.prefix);
    let run = TaskRun::new(&task, &run);
    let built = team.builds(|| run.run(&team.node));
    assert_eq!(run.result(&team.node, "digest"), built.digest);
    differences(&team.packs(machine), &built)
}

/// The CI recipes of docs/platform-teams.md: the builder is the job's container. Whether the job is root
/// or the builder's user makes no difference to the image.
fn ci_job(machine: &Machine) {
    let team = Team::new(machine);
    let image = team.image("shop");
    let script =
        "cp -R /source/. /workspace && chown -R 1000:1000 /workspace && /cnb/lifecycle/creator";
    let job = |user: &str| {
        let run = team.docker.call(["run", "--rm", "--network=host", user]);
        let source = format!(
            "--volume={}:/source:ro",
            testkit::sample("go-http").display()
        );
        let run = run.args([
            &source,
            "--env=CNB_PLATFORM_API=0.15",
            "--entrypoint=/bin/sh",
        ]);
        let run = run.args([&team.image("builder"), "-euc", &format!("{script} {image}")]);
        let _ = run.run().succeeded();
        team.registry.digest(&image)
    };
    let as_root = job("--user=0:0");
    assert_eq!(job("--user=1000:1000"), as_root);

    let running = Running::in_container(team.docker, &image);
    assert_eq!(running.get("/").status, 200);
    let _ = running.stop(STOPS_WITHIN);
}
