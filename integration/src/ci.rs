//! The recipes for continuous integration on a page, run as each service runs them: in the job's container, with
//! its variables, its user, its umask and its volumes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use walkdir::WalkDir;

use crate::{Call, Docker, LOGIN, Node, copy_of};

/// What stands in a recipe for a user's registry, and for the names of images in it.
const REGISTRY: &str = "registry.example";
const TEAM: &str = "registry.example/team";

/// The recipes of a page: its code blocks in YAML.
#[derive(Debug)]
pub struct Recipes(Vec<Value>);

/// What a service has for a job.
#[derive(Debug)]
pub struct Job<'a> {
    /// Runs the containers.
    pub docker: &'static Docker,
    /// Has the volumes.
    pub node: &'a Node,
    /// What was checked out.
    pub source: &'a Path,
    /// `HOST:PORT` of the registry.
    pub registry: &'a str,
    /// `config.json` of Docker, where the service writes one.
    pub docker_config: &'a str,
    /// What names the commit: the tag of the image.
    pub commit: &'a str,
}

impl Recipes {
    /// Reads a page of the repository, for the images below `prefix` in the registry `registry`.
    ///
    /// # Panics
    /// When it isn't there, or a block isn't YAML.
    #[track_caller]
    #[must_use]
    pub fn read(page: &str, registry: &str, prefix: &str) -> Self {
        let page = testkit::workspace_root().join(page);
        let page = fs_err::read_to_string(page).expect("the page is there");
        let page = page.replace(TEAM, prefix).replace(REGISTRY, registry);
        let blocks = page.split("\n```yaml\n").skip(1);
        let blocks = blocks.map(|block| block.split("\n```\n").next().unwrap_or_default());
        let blocks = blocks.map(|block| serde_saphyr::from_str(block).expect("a block of YAML"));
        Self(blocks.collect())
    }

    /// GitHub Actions: the one script of the job, by `sh -e` as in all job containers, in the checkout.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn github(&self, job: &Job<'_>) {
        let recipe = self.at("/jobs/image");
        let container = &recipe["container"];
        let options = text(&container["options"]).split_whitespace();
        let checkout = "/__w/shop/shop";
        let mut run = job.container(job.source, checkout).args(options);
        run = variables(
            run,
            [
                ("GITHUB_WORKSPACE", checkout),
                ("GITHUB_SHA", job.commit),
                ("HOME", "/github/home"),
            ],
        );
        let [checked_out, step] = list(&recipe["steps"]) else {
            panic!("a checkout and a script: {recipe}");
        };
        assert!(text(&checked_out["uses"]).starts_with("actions/checkout@"));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            let value = text(value).replace("${{ secrets.REGISTRY_USER }}", LOGIN.0);
            let value = value.replace("${{ secrets.REGISTRY_PASSWORD }}", LOGIN.1);
            run = run.arg(format!("--env={name}={value}"));
        }
        let run = run.args(["--entrypoint=sh", text(&container["image"]), "-e", "-c"]);
        let _ = run.arg(text(&step["run"])).run().succeeded();
    }

    /// GitLab CI: the lines of the job by one shell, which inherits the umask of the runner, in a checkout
    /// that the runner's root made with the same.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    pub fn gitlab(&self, job: &Job<'_>) {
        let recipe = self.at("/image");
        let source = copy_of(job.source);
        open_to_all(source.path());
        let image = format!("{}/shop", prefix_of(text(&recipe["image"])));
        let mut run = job.container(source.path(), "/builds/team/shop");
        run = variables(
            run,
            [
                ("CI_REGISTRY", job.registry),
                ("CI_REGISTRY_USER", LOGIN.0),
                ("CI_REGISTRY_PASSWORD", LOGIN.1),
                ("CI_REGISTRY_IMAGE", &image),
                ("CI_COMMIT_SHA", job.commit),
            ],
        );
        for (name, value) in recipe["variables"].as_object().into_iter().flatten() {
            run = run.arg(format!("--env={name}={}", text(value)));
        }
        let lines = list(&recipe["script"]);
        let lines = ["umask 0", "set -e"]
            .into_iter()
            .chain(lines.iter().map(text));
        let script = lines.collect::<Vec<_>>().join("\n");
        let run = run.args(["--entrypoint=sh", text(&recipe["image"]), "-c", &script]);
        let _ = run.run().succeeded();
    }

    /// Cloud Build: a container for each step, with the checkout at `/workspace` and the credentials below
    /// `/builder/home`, both root's. Where a step is in an image of somebody else's, ours stands in for it.
    ///
    /// # Panics
    /// When a step fails.
    #[track_caller]
    pub fn cloud_build(&self, job: &Job<'_>) {
        let steps = list(self.at("/steps"));
        let home = testkit::directory("-- .docker/README --\n");
        let config = home.path().join(".docker/config.json");
        fs_err::write(config, job.docker_config).expect("it can be written");
        job.node.claim("home", home.path());
        job.node.claim("workspace", job.source);
        let ours = steps.last().expect("a step");
        for step in steps {
            let mut run = job.docker.call(["run", "--rm", "--network=host"]);
            for (claim, path) in [("home", "/builder/home"), ("workspace", "/workspace")] {
                let volume = job.node.volume(claim);
                run = run.arg(format!("--volume={volume}:{path}:nocopy"));
            }
            run = run.args(["--env=HOME=/builder/home", "--workdir=/workspace"]);
            for variable in step["env"].as_array().into_iter().flatten() {
                run = run.arg(format!("--env={}", text(variable)));
            }
            let arguments = list(&step["args"]);
            let arguments = arguments
                .iter()
                .map(text)
                .map(|argument| argument.replace("$COMMIT_SHA", job.commit));
            if step["name"] == ours["name"] {
                run = run.args(["--entrypoint", text(&step["entrypoint"])]);
                run = run.arg(text(&step["name"]));
            } else {
                assert_eq!(step["name"], "ubuntu");
                run = run.args([
                    "--user=0:0",
                    "--entrypoint=/usr/bin/env",
                    text(&ours["name"]),
                ]);
            }
            let _ = arguments.fold(run, Call::arg).run().succeeded();
        }
    }

    /// What the first block that has it has at a JSON pointer.
    #[track_caller]
    fn at(&self, pointer: &str) -> &Value {
        let mut found = self.0.iter().filter_map(|block| block.pointer(pointer));
        found
            .next()
            .unwrap_or_else(|| panic!("no recipe with {pointer}"))
    }
}

impl Job<'_> {
    /// `docker run` in the checkout.
    fn container(&self, source: &Path, checkout: &str) -> Call {
        let run = self.docker.call(["run", "--rm", "--network=host"]);
        run.arg(format!("--volume={}:{checkout}:ro", source.display()))
            .args(["--workdir", checkout])
    }
}

/// What the name of the builder begins with.
#[track_caller]
fn prefix_of(builder: &str) -> &str {
    let name = builder.strip_suffix("/builder:latest");
    name.expect("a job in the builder")
}

fn variables<'a>(run: Call, all: impl IntoIterator<Item = (&'a str, &'a str)>) -> Call {
    all.into_iter().fold(run, |run, (name, value)| {
        run.arg(format!("--env={name}={value}"))
    })
}

#[track_caller]
fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// What `umask 0` leaves.
#[track_caller]
fn open_to_all(directory: &Path) {
    for entry in WalkDir::new(directory) {
        let entry = entry.expect("the directory can be read");
        let rights = if entry.file_type().is_dir() {
            0o777
        } else {
            0o666
        };
        let rights = std::fs::Permissions::from_mode(rights);
        fs_err::set_permissions(entry.path(), rights).expect("the mode can be set");
    }
}
