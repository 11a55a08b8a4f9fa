//! Runs a command by a shell or by `start`, in the same directory, with the same variables.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use start_command::{Found, Image, Missing, Planned, Refusal, Script, Scripts, plan};
use tempfile::TempDir;

use super::probe;

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Observed {
    /// What it and the probes printed.
    pub(crate) output: String,
    /// Its exit status.
    pub(crate) status: Option<i32>,
    /// Whether it wrote to the log.
    pub(crate) said: String,
}

/// A directory with probes and files that patterns match.
pub(crate) struct Stage {
    directory: TempDir,
    start: PathBuf,
}

/// Compiled once for all tests.
static START: LazyLock<PathBuf> = LazyLock::new(start_program);

/// Values for the variables that the vectors are made with, and a few odd ones.
const VARIABLES: &[(&str, &str)] = &[
    ("PORT", "8080"),
    ("HOST", "0.0.0.0"),
    ("SP", "a b"),
    ("STAR", "*.js"),
    ("EMPTY", ""),
    ("Q", "it's"),
    ("HOME", "/home/me"),
    ("EDGES", " x\t y\n"),
    ("ODD", "[ab].j? \"q\" $PORT"),
];

impl Stage {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let bin = directory.path().join("bin");
        let work = directory.path().join("work");
        fs_err::create_dir_all(&bin).unwrap();
        fs_err::create_dir_all(work.join("sub")).unwrap();
        for file in ["a.js", "b.js", ".c.js", "sub/d.js"] {
            fs_err::write(work.join(file), "").unwrap();
        }
        let itself = std::env::current_exe().unwrap();
        for name in probe::NAMES {
            symlink(&itself, bin.join(name)).unwrap();
        }
        // env, sleep: what the image has no program for.
        for name in ["env", "sleep"] {
            symlink(Path::new("/usr/bin").join(name), bin.join(name)).unwrap();
        }
        Self {
            directory,
            start: START.clone(),
        }
    }

    fn observe(&self, program: &Path, arguments: &[&str]) -> Observed {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().stdin(Stdio::null());
        command
            .env("PATH", self.directory.path().join("bin"))
            .envs(VARIABLES.iter().copied());
        let Output {
            status,
            stdout,
            stderr,
        } = command
            .current_dir(self.directory.path().join("work"))
            .output()
            .unwrap();
        Observed {
            output: String::from_utf8_lossy(&stdout).into_owned(),
            status: status.code(),
            said: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }

    pub(crate) fn dash(&self, text: &str) -> Observed {
        // A text that begins with a dash would be an option.
        self.observe(Path::new("/bin/dash"), &["-c", &format!("\n{text}")])
    }

    /// Without the variables that bash sets for its own sake.
    pub(crate) fn bash(&self, text: &str) -> Observed {
        let text = format!("set +B; unset _ SHLVL BASH_VERSION; export PWD\n{text}");
        let mut observed = self.observe(Path::new("/bin/bash"), &["--posix", "-c", &text]);
        let lines = observed.output.split_inclusive('\n');
        observed.output = lines
            .filter(|line| !line.starts_with("  _=") && !line.starts_with("  SHLVL="))
            .collect();
        observed
    }

    /// Puts an `npm` in place that runs these scripts, one after the other as long as they go well.
    pub(crate) fn npm(&self, scripts: &[(&str, String)]) {
        let program = self.directory.path().join("bin/npm");
        let mut text = "#!/bin/dash\n".to_owned();
        for (_, script) in scripts {
            let quoted = script.replace('\'', "'\\''");
            text += &format!("/bin/dash -c '\n{quoted}' || exit $?\n");
        }
        fs_err::write(&program, text).unwrap();
        fs_err::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    }

    /// By `start`, or why it is refused.
    pub(crate) fn start(&self, text: &str) -> Result<Observed, Refusal> {
        self.start_with(text, &[])
    }

    /// By `start` with the scripts of a package.json, or why it is refused.
    pub(crate) fn start_with(
        &self,
        text: &str,
        scripts: &[(&str, String)],
    ) -> Result<Observed, Refusal> {
        let scripts = scripts.iter();
        let scripts = scripts.map(|(name, text)| ((*name).to_owned(), text.clone()));
        let scripts: BTreeMap<String, String> = scripts.collect();
        let scripts = (!scripts.is_empty()).then(|| Scripts {
            file: "package.json".to_owned(),
            scripts,
            ..Scripts::default()
        });
        let planned = planned(text, scripts.as_ref())?;
        let argument = planned.plan.to_argument().unwrap();
        Ok(self.observe(&self.start, &[&argument]))
    }
}

/// The plan of a command in an image that has every program but npm.
pub(crate) fn planned(text: &str, scripts: Option<&Scripts>) -> Result<Planned, Refusal> {
    plan(
        &Script::of_variable("GOOGLE_ENTRYPOINT", text),
        &Everything,
        scripts,
    )
}

struct Everything;

impl Image for Everything {
    fn find(&self, command: &str, _: &Path) -> Result<Found, Missing> {
        if command == "npm" {
            let looked = Vec::new();
            return Err(Missing::NotFound { looked });
        }
        Ok(Found {
            words: vec![command.to_owned()],
            file: None,
            ignores_sigterm: false,
        })
    }
}

/// `start`, which cargo compiles as a program of another package of the workspace only when it is asked to.
fn start_program() -> PathBuf {
    let mut directory = std::env::current_exe().unwrap();
    directory.pop();
    directory.pop();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args([
        "build",
        "--quiet",
        "--package",
        "start-runtime",
        "--bin",
        "start",
    ]);
    build.arg("--target-dir").arg(directory.parent().unwrap());
    assert!(
        build
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap()
            .success()
    );
    directory.join("start")
}
