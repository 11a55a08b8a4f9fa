//! What all cases share: the compiled command line and the builders, made once.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "starts cargo and coracle, reads where the cache directory is, says what takes long"
)]

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

use serde_json::Value;

use crate::{Call, Home, go_tool};

/// The machine that the cases run on, set up.
#[derive(Debug)]
pub struct Machine {
    executable: PathBuf,
    rust: PathBuf,
    shared_home: PathBuf,
}

impl Machine {
    /// The compiled `coracle`.
    #[must_use]
    pub fn executable(&self) -> &Path {
        &self.executable
    }

    /// The directory of the Rust toolchain: `bin/cargo` is below it.
    #[must_use]
    pub fn rust(&self) -> &Path {
        &self.rust
    }

    /// The cache directory that the user has, with the builders in it.
    #[must_use]
    pub fn shared_home(&self) -> &Path {
        &self.shared_home
    }

    /// Where programs are kept that only the tests use, from one run to the next.
    #[must_use]
    pub fn test_tools(&self) -> PathBuf {
        self.shared_home.join("test-tools")
    }

    /// `ko`, compiled from the module that `integration/ko` pins.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub fn ko(&self) -> Result<PathBuf, String> {
        go_tool::compiled(&self.test_tools(), "ko", "github.com/google/ko", None)
    }

    /// A cache directory for one case: empty but for the builders, gone when dropped.
    #[must_use]
    pub fn home(&self) -> Home {
        Home::new(self)
    }

    /// A call of `coracle` on the user's own cache directory.
    #[must_use]
    pub fn coracle(&self) -> Call {
        Call::new(&self.executable).env("CORACLE_HOME", &self.shared_home)
    }
}

/// Sets up once; later calls, from other cases too, get the same answer.
///
/// # Errors
/// What could not be set up, in words.
pub fn set_up() -> Result<&'static Machine, String> {
    static MACHINE: OnceLock<Result<Machine, String>> = OnceLock::new();
    let machine = MACHINE.get_or_init(|| {
        let cargo = env::var_os("CARGO").map(PathBuf::from);
        let cargo = cargo.ok_or("CARGO isn't set: run the tests with `cargo test`")?;
        let executable = timed("compiling coracle", || compile(&cargo))?;
        let shared_home = cache_directory()?;
        for builder in ["default", "static"] {
            timed(&format!("making the builder `{builder}`"), || {
                create_builder(&executable, &shared_home, builder)
            })?;
        }
        Ok(Machine {
            executable,
            rust: cargo.ancestors().skip(2).take(1).collect(),
            shared_home,
        })
    });
    machine
        .as_ref()
        .map_err(|reason| format!("set-up failed: {reason}"))
}

fn timed<T>(title: &str, step: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    eprintln!("set-up: {title}");
    let result = step();
    eprintln!(
        "set-up: {title} took {:.1} s",
        start.elapsed().as_secs_f64()
    );
    result
}

/// Compiles the command line in the profile of `cargo coracle`, so that neither has to do it twice.
fn compile(cargo: &Path) -> Result<PathBuf, String> {
    let output = Command::new(cargo)
        .args(["build", "--release", "--package", "coracle"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(testkit::workspace_root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo can't be started: {error}"))?;
    if !output.status.success() {
        return Err("coracle doesn't compile".to_owned());
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "coracle")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| "cargo names no executable".to_owned())
}

fn create_builder(executable: &Path, home: &Path, builder: &str) -> Result<(), String> {
    let status = Command::new(executable)
        .args(["builder", "create", "--builder", builder])
        .current_dir(testkit::workspace_root())
        .env("CORACLE_HOME", home)
        // Standard output belongs to the test report.
        .stdout(std::io::stderr())
        .status()
        .map_err(|error| format!("coracle can't be started: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`coracle builder create` ended with {status}"))
    }
}

/// As docs/architecture.md, "The cache directory", has it.
fn cache_directory() -> Result<PathBuf, String> {
    let variable = |name: &str| {
        let value = env::var_os(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    variable("CORACLE_HOME")
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("coracle")))
        .or_else(|| variable("HOME").map(|home| home.join(".cache/coracle")))
        .and_then(|path| std::path::absolute(path).ok())
        .ok_or_else(|| "HOME isn't set".to_owned())
}

/// Whether the cases run as root. Some act differently then, none is left out.
#[must_use]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

pub(crate) fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// Standard output of a tool that a case prepares its app with.
///
/// # Panics
/// When the tool can't be started or fails.
#[track_caller]
#[must_use]
pub fn output_of(program: &str, arguments: &[&str], directory: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap_or_else(|error| panic!("{program} can't be started: {error}"));
    assert!(
        output.status.success(),
        "{program} {arguments:?} ended with {}:\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
