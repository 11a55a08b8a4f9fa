//! `pack`, compiled from the module that `integration/pack` pins.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "starts go, says what takes long"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

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
        let program = PROGRAM.get_or_init(|| compiled(&machine.test_tools()));
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

fn compiled(tools: &Path) -> Result<PathBuf, String> {
    let module = testkit::workspace_root().join("integration/pack");
    let text = |path: PathBuf| fs_err::read_to_string(path).map_err(|error| error.to_string());
    let requirements = text(module.join("go.mod"))?;
    let version = version(&requirements).ok_or("integration/pack/go.mod pins no pack")?;
    let program = tools.join(format!("pack-{version}"));
    if program.is_file() {
        return Ok(program);
    }
    eprintln!("set-up: compiling pack {version}");
    fs_err::create_dir_all(tools).map_err(|error| error.to_string())?;
    let work = tempfile::tempdir_in(tools).map_err(|error| error.to_string())?;
    let draft = work.path().join("pack");
    let status = Command::new("go")
        .args(["build", "-mod=readonly", "-buildvcs=false", "-trimpath"])
        .arg(format!(
            "-ldflags=-s -w -X {PACKAGE}/pkg/client.Version={version}"
        ))
        .arg("-o")
        .arg(&draft)
        .arg(PACKAGE)
        .current_dir(&module)
        .env("CGO_ENABLED", "0")
        .env("GOWORK", "off")
        .status()
        .map_err(|error| format!("go can't be started: {error}"))?;
    if !status.success() {
        return Err("pack doesn't compile".to_owned());
    }
    fs_err::rename(&draft, &program).map_err(|error| error.to_string())?;
    Ok(program)
}

/// The version that a `go.mod` requires, without its `v`.
fn version(requirements: &str) -> Option<&str> {
    requirements.lines().find_map(|line| {
        let line = line.trim().trim_start_matches("require").trim();
        let rest = line.strip_prefix(PACKAGE)?.strip_prefix(" v")?;
        rest.split(' ').next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_module_file() {
        for (text, expected) in [
            (
                "require github.com/buildpacks/pack v0.40.6 // indirect",
                Some("0.40.6"),
            ),
            (
                "require (\n\tgithub.com/buildpacks/pack v0.41.0\n)",
                Some("0.41.0"),
            ),
            ("tool github.com/buildpacks/pack\n", None),
        ] {
            assert_eq!(version(text), expected, "{text}");
        }
    }
}
