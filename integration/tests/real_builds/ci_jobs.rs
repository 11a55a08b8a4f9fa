//! The recipes for continuous integration of docs/platform-teams.md, against a registry that asks who is there.

use integration::{Case, Docker, Job, Machine, Need, Recipes, Registry, differences, test_names};

use crate::pack::publish_to;
use crate::team::Team;

pub(crate) const CASES: &[Case] = &[
    Case::new("ci_jobs::recipes_of_the_page", recipes).needing(&[Need::Docker]),
    Case::new("ci_jobs::an_app_that_stays_another_users", others).needing(&[Need::Docker]),
];

fn recipes(machine: &Machine) {
    let team = Team::new(machine);
    let recipes = Recipes::read(
        "docs/platform-teams.md",
        &team.front.address(),
        &team.prefix(),
    );
    let packs = team.packs(machine);
    let by = |recipe: fn(&Recipes, &Job<'_>), commit: &str| {
        let job = Job {
            docker: team.docker,
            node: &team.node,
            source: team.source.path(),
            registry: &team.front.address(),
            docker_config: &team.front.docker_config(),
            commit,
        };
        recipe(&recipes, &job);
        let name = format!("shop:{commit}");
        team.answers(&name);
        team.layout(&name)
    };

    let github = by(Recipes::github, "github");
    insta::assert_snapshot!(differences(&packs, &github), @"
    workspace: 777 1000:1000 -> 755 1000:1000
    /config/Labels/io.buildpacks.lifecycle.metadata#/app/0/sha: differs
    ");
    let gitlab = by(Recipes::gitlab, "gitlab");
    assert_eq!(
        gitlab.digest,
        github.digest,
        "{}",
        differences(&github, &gitlab)
    );
    let cloud_build = by(Recipes::cloud_build, "cloud-build");
    assert_eq!(
        cloud_build.digest,
        github.digest,
        "{}",
        differences(&github, &cloud_build)
    );
}

/// Whether the job gives its app to the builder's user or only opens it to its group, as `fsGroup` does, makes
/// no difference to the image.
fn others(machine: &Machine) {
    let docker = Docker::of(machine);
    let registry = Registry::start(machine);
    let prefix = format!("{}/{}", registry.address(), test_names());
    let _ = publish_to(machine, &prefix).run().succeeded();
    let image = format!("{prefix}/shop");
    let sample = testkit::sample("go-http");
    let source = format!("--volume={}:/source:ro", sample.display());
    let job = |open: &str| {
        let run = docker.call(["run", "--rm", "--network=host", "--user=0:0"]);
        let run = run.args([&source, "--env=CNB_PLATFORM_API=0.15"]);
        let run = run.args(["--entrypoint=/bin/sh", &format!("{prefix}/builder:latest")]);
        let script = format!("cp -R /source/. /workspace; {open}; /cnb/lifecycle/creator {image}");
        let _ = run.args(["-euc", &script]).run().succeeded();
        registry.digest(&image)
    };
    let given = job("chown -R 1000:1000 /workspace");
    let opened = job("chgrp -R 1000 /workspace/*; chmod -R g+rwXs /workspace/*");
    assert_eq!(opened, given);
}
