//! The recipes for continuous integration of docs/platform-teams.md, against a registry that asks who is there.

use integration::{Case, Job, Machine, Need, Recipes, differences};

use crate::team::Team;

pub(crate) const CASES: &[Case] =
    &[Case::new("ci_jobs::recipes_of_the_page", recipes).needing(&[Need::Docker])];

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
