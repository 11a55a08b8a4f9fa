//! `pack`, compiled from the module that `integration/pack` pins.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::go_tool::compiled;
use crate::{Call, Docker, Machine, test_names};

const PACKAGE: &str = "github.com/buildpacks/pack";

/// A user of `pack`: with a configuration directory of its own.
#[derive(Debug)]
pub struct Pack {
    program: &'static Path,
    docker: &'static Docker,
    home: TempDir,
}

impl Pack {
    /// A user whose `pack` talks to the daemon of all cases.
    ///
    /// # Panics
    /// When it can't be compiled.
    #[track_caller]
    #[must_use]
    pub fn of(machine: &Machine) -> Self {
        static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
        let program = PROGRAM.get_or_init(|| {
            let version = format!("{PACKAGE}/pkg/client.Version");
            compiled(&machine.test_tools(), "pack", PACKAGE, Some(&version))
        });
        Self {
            program: program
                .as_deref()
                .unwrap_or_else(|reason| panic!("{reason}")),
            docker: Docker::of(machine),
            home: tempfile::tempdir().expect("a temporary directory can be made"),
        }
    }

    /// `pack build IMAGE --path APP --builder BUILDER`, in a daemon that has no network of its own.
    #[must_use]
    pub fn build(&self, image: &str, app: &Path, builder: &str) -> Call {
        self.call(["build", image, "--path"])
            .arg(app)
            .args(["--builder", builder])
            // Its lifecycle talks to the same daemon as we do, and to registries on the loopback.
            .args(["--docker-host=inherit", "--network=host"])
    }

    /// `pack ARGUMENTS`.
    #[must_use]
    pub fn call<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Call {
        let call = Call::new(self.program)
            .args(arguments)
            .env("PACK_HOME", self.home.path())
            // The names of cache volumes are made of it; without it pack warns in a container.
            .env("PACK_VOLUME_KEY", test_names())
            .env("NO_COLOR", "1");
        self.docker.reached_by(call)
    }
}
