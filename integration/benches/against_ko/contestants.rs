//! What is compared: `coracle build`, `ko build` and, for what the compiler alone takes, `go build`. Each has caches and
//! a copy of the app of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use integration::{Home, Machine, Registry, copy};
use tempfile::TempDir;

/// The registry image that ko puts programs on: the same one as coracle.
pub(crate) fn base(registry: &Registry) -> String {
    format!("{}/base:latest", registry.address())
}

/// Somebody who builds an app.
pub(crate) struct Contestant {
    pub(crate) kind: Kind,
    directory: TempDir,
    home: Home,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Coracle,
    Ko,
    Go,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Coracle, Self::Ko, Self::Go];
}

impl Contestant {
    /// With empty caches.
    pub(crate) fn new(kind: Kind, machine: &Machine, app: &Path) -> Self {
        // Go's caches beside the cache directory, on the same file system.
        let parent = machine.shared_home().join("test-homes");
        let home = machine.home();
        let directory = tempfile::Builder::new()
            .prefix(&format!("{}-", std::process::id()))
            .tempdir_in(parent)
            .expect("the cache directory is writable");
        let copied = directory.path().join("app");
        fs_err::create_dir(&copied).expect("the cache directory is writable");
        copy(app, &copied);
        // What every user of ko has who cares for size; coracle does it unasked.
        let settings = "builds:\n- main: .\n  ldflags: [-s, -w]\n";
        fs_err::write(directory.path().join(".ko.yaml"), settings).expect("it is writable");
        Self {
            kind,
            directory,
            home,
        }
    }

    /// Changes a line of the program.
    pub(crate) fn edit(&self, original: &Path, number: usize) {
        let text = fs_err::read_to_string(original.join("main.go")).expect("it is there");
        let text = format!("{text}\nvar _ = os.Getenv(\"edit {number}\")\n");
        fs_err::write(self.app().join("main.go"), text).expect("it is writable");
    }

    fn app(&self) -> PathBuf {
        self.directory.path().join("app")
    }

    /// Where [`Contestant::build`] leaves the image when it is asked for.
    pub(crate) fn layout(&self) -> PathBuf {
        self.directory.path().join("layout")
    }

    /// The command that builds the app into an image, which is kept where others find it if `keeps`.
    pub(crate) fn build(
        &self,
        machine: &Machine,
        registry: &Registry,
        ko: &Path,
        keeps: bool,
    ) -> Command {
        let mut command = match self.kind {
            Kind::Coracle => self.coracle(machine, keeps),
            Kind::Ko => self.ko(registry, ko),
            Kind::Go => self.go(),
        };
        command.current_dir(self.app());
        command
    }

    fn coracle(&self, machine: &Machine, keeps: bool) -> Command {
        let mut command = Command::new(machine.executable());
        command.args(["build", "app", "--path", ".", "--builder", "static"]);
        command.env("CORACLE_HOME", self.home.path());
        command.env("CORACLE_SOURCE", testkit::workspace_root());
        if keeps {
            command.arg("--output");
            command.arg(format!("oci:{}", self.layout().display()));
        }
        command
    }

    fn ko(&self, registry: &Registry, ko: &Path) -> Command {
        let mut command = Command::new(ko);
        command.args(["build", "--bare", "--insecure-registry", "--sbom=none"]);
        command.args(["--platform=linux/amd64", "--push=false"]);
        // ko makes a repository's name of the path, which has no capital letters.
        command.args(["--oci-layout-path=../layout", "."]);
        command.env("KO_DOCKER_REPO", format!("{}/app", registry.address()));
        command.env("KO_DEFAULTBASEIMAGE", base(registry));
        command.env("KO_CONFIG_PATH", self.directory.path());
        self.with_caches(command)
    }

    fn go(&self) -> Command {
        let mut command = Command::new("go");
        command.args(["build", "-trimpath", "-ldflags=-s -w", "-o"]);
        command.arg(self.directory.path().join("program"));
        command.arg(".");
        self.with_caches(command)
    }

    fn with_caches(&self, mut command: Command) -> Command {
        let cache = |name: &str| self.directory.path().join(name);
        command.env("GOCACHE", cache("go-build"));
        command.env("GOMODCACHE", cache("modules"));
        command.env("GOFLAGS", "-modcacherw");
        command.env("CGO_ENABLED", "0");
        command.env("GOTOOLCHAIN", "local");
        command
    }
}
