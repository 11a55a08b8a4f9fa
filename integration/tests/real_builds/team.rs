//! A team with a builder of its own in a registry that asks who is there, and an app to build again and again.

use std::os::unix::fs::PermissionsExt as _;
use std::time::Instant;

use integration::{
    Call, Docker, FaultyRegistry, Home, Layout, Machine, Node, Pack, Registry, Running, copy_of,
    test_names,
};
use tempfile::TempDir;

use crate::apps::STOPS_WITHIN;
use crate::pack::lifecycle_in;

/// Bytes that an edit may push beside the changed program (issue 4).
pub(crate) const OVERHEAD: u64 = 64 << 10;

/// Nobody who could be in a group of the image, but for that of root, which some platforms give to all.
const ANYBODY: &str = "23456:0";

/// A team. All its images, the builder included, are behind the login.
pub(crate) struct Team {
    pub(crate) docker: &'static Docker,
    registry: Registry,
    pub(crate) front: FaultyRegistry,
    /// `DOCKER_CONFIG` of those who have the login.
    login: TempDir,
    /// Name of the lifecycle's image.
    pub(crate) lifecycle: String,
    pub(crate) node: Node,
    /// The sample, whose only page nobody but its owner may read.
    pub(crate) source: TempDir,
}

impl Team {
    #[track_caller]
    pub(crate) fn new(machine: &Machine) -> Self {
        let docker = Docker::of(machine);
        let registry = Registry::start(machine);
        let front = FaultyRegistry::asking_before(&registry);
        let login = TempDir::new().expect("a temporary directory can be made");
        let config = front.docker_config();
        fs_err::write(login.path().join("config.json"), &config).expect("it can be written");
        let prefix = format!("{}/{}", front.address(), test_names());
        let publish = Home::of_publications(machine).coracle();
        let publish = publish.args(["builder", "publish", &prefix]);
        let publish = publish.env("DOCKER_CONFIG", login.path());
        let lifecycle = lifecycle_in(&publish.run().succeeded());
        let node = Node::new(docker, &format!("{prefix}/builder:latest"));
        node.secret("registry", ".dockerconfigjson", &config);
        let team = Self {
            docker,
            registry,
            front,
            login,
            lifecycle,
            node,
            source: private_sample(),
        };
        team.pull("builder:latest");
        team
    }

    /// What the names of its images begin with.
    pub(crate) fn prefix(&self) -> String {
        format!("{}/{}", self.front.address(), test_names())
    }

    pub(crate) fn image(&self, name: &str) -> String {
        format!("{}/{name}", self.prefix())
    }

    /// A call with the login.
    pub(crate) fn logged_in(&self, call: Call) -> Call {
        call.env("DOCKER_CONFIG", self.login.path())
    }

    /// What a name means now, asked behind the login.
    #[track_caller]
    pub(crate) fn layout(&self, name: &str) -> Layout {
        let registry = &self.registry;
        registry.layout(&format!("{}/{}/{name}", registry.address(), test_names()))
    }

    #[track_caller]
    fn digest(&self, name: &str) -> String {
        let registry = &self.registry;
        registry.digest(&format!("{}/{}/{name}", registry.address(), test_names()))
    }

    /// As kubelet, a runner, and everybody who starts an app does with the credentials they have for that.
    #[track_caller]
    fn pull(&self, name: &str) {
        let pull = self.docker.call(["pull", "--quiet", &self.image(name)]);
        let _ = self.logged_in(pull).run().succeeded();
    }

    /// `pack build --publish`.
    pub(crate) fn pack(&self, pack: &Pack, name: &str) -> Call {
        let builder = self.image("builder");
        let build = pack.build(&self.image(name), self.source.path(), &builder);
        self.logged_in(build.arg("--publish"))
    }

    /// The app as pack builds and pushes it.
    #[track_caller]
    pub(crate) fn packs(&self, machine: &Machine) -> Layout {
        let build = self.pack(&Pack::of(machine), "packs");
        let _ = build.arg("--trust-builder").run().succeeded();
        self.layout("packs")
    }

    /// Starts an image as somebody else than it was made for, and asks for the page.
    #[track_caller]
    pub(crate) fn answers(&self, name: &str) {
        self.pull(name);
        let running = Running::in_container_as(self.docker, &self.image(name), ANYBODY);
        let page = fs_err::read_to_string(self.source.path().join("public/index.html"));
        let answer = running.get("/");
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body, page.expect("it is there"));
        assert_eq!(running.stop(STOPS_WITHIN).code(), Some(0));
    }

    /// Builds, builds again, and after an edit of one line; returns the first image. `build` pushes `name`.
    /// Seconds and bytes are printed for who compares platforms.
    #[track_caller]
    #[expect(clippy::print_stderr, reason = "numbers for people")]
    pub(crate) fn builds(&self, flow: &str, name: &str, build: impl Fn() -> String) -> Layout {
        let timed = || {
            let start = Instant::now();
            let log = build();
            (log, start.elapsed().as_secs_f64())
        };
        let (_, seconds_first) = timed();
        let first = self.layout(name);
        let (again, seconds_again) = timed();
        assert!(again.contains("Reusing layer"), "{again}");
        assert_eq!(self.digest(name), first.digest, "{again}");
        self.answers(name);

        self.edit(flow);
        let before = self.front.received();
        let (log, seconds_edited) = timed();
        let pushed = self.front.received() - before;
        let program = changed_program(&first, &self.layout(name));
        assert!(
            (program..program + OVERHEAD).contains(&pushed),
            "{pushed} bytes for a program of {program}\n{log}"
        );
        eprintln!(
            "measured: {flow}: {seconds_first:.1} s, again {seconds_again:.1} s, after an edit \
             {seconds_edited:.1} s and {pushed} bytes, {} beside the program",
            pushed - program
        );
        first
    }

    /// Changes a line of the program to what it never was: the registry keeps every layer.
    #[track_caller]
    fn edit(&self, flow: &str) {
        let main = self.source.path().join("main.go");
        let text = fs_err::read_to_string(&main).expect("it is there");
        let edited = text.replace("\"stopped", &format!("\"stopped by {flow}"));
        assert_ne!(edited, text);
        fs_err::write(&main, edited).expect("it can be written");
    }

    /// Builds with claims that are broken or gone; what comes out is what was there.
    #[track_caller]
    pub(crate) fn survives_without(&self, claim: &str, name: &str, build: impl Fn() -> String) {
        let expected = self.digest(name);
        let reused = "build-cache: reused";
        let log = build();
        assert!(log.contains(reused), "{log}");
        assert_eq!(self.digest(name), expected, "{log}");
        for spoil in [Node::truncate, Node::delete] {
            spoil(&self.node, claim);
            let log = build();
            assert!(!log.contains(reused), "{log}");
            assert_eq!(self.digest(name), expected, "{log}");
        }
    }
}

/// The compressed size of the largest layer that is new.
#[track_caller]
fn changed_program(one: &Layout, other: &Layout) -> u64 {
    let new = other
        .layers
        .iter()
        .filter(|layer| !one.layers.contains(layer));
    let sizes = new.map(|layer| layer.size);
    sizes.max().expect("the program changed")
}

#[track_caller]
fn private_sample() -> TempDir {
    let source = copy_of(&testkit::sample("go-http"));
    for (path, mode) in [("public/index.html", 0o600), ("public", 0o700)] {
        let rights = std::fs::Permissions::from_mode(mode);
        fs_err::set_permissions(source.path().join(path), rights).expect("the mode can be set");
    }
    source
}
