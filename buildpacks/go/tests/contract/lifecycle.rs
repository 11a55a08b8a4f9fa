//! What the lifecycle does around a buildpack.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

/// A builder with one bundled Go, and an app with its layers.
pub(crate) struct Lifecycle {
    root: TempDir,
    environment: BTreeMap<String, String>,
}

/// How a phase ended.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: Option<i32>,
    pub(crate) log: String,
    pub(crate) errors: String,
}

impl Lifecycle {
    /// An app from text (see [`testkit::directory`]).
    pub(crate) fn with_app(text: &str) -> Self {
        let root =
            testkit::directory("-- layers/ --\n-- platform/env/ --\n-- app/ --\n-- tmp/ --\n");
        testkit::write_into(&root.path().join("app"), text);
        let lifecycle = Self {
            root,
            environment: BTreeMap::new(),
        };
        lifecycle.install_buildpack();
        lifecycle.install_go();
        lifecycle
    }

    fn install_buildpack(&self) {
        let buildpack = self.path("buildpack");
        let additional = buildpack.join(".libcnb-cargo/additional-bin");
        fs_err::create_dir_all(buildpack.join("bin")).unwrap();
        fs_err::create_dir_all(&additional).unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("buildpack.toml");
        fs_err::copy(source, buildpack.join("buildpack.toml")).unwrap();
        let link = |program: &str, link: PathBuf| {
            fs_err::os::unix::fs::symlink(program, link).unwrap();
        };
        link(
            env!("CARGO_BIN_EXE_go-buildpack"),
            buildpack.join("bin/detect"),
        );
        link(
            env!("CARGO_BIN_EXE_go-buildpack"),
            buildpack.join("bin/build"),
        );
        link(
            env!("CARGO_BIN_EXE_go-build-cache"),
            additional.join("go-build-cache"),
        );
    }

    fn install_go(&self) {
        let output = go(&["env", "GOROOT", "GOVERSION"]);
        let (goroot, version) = output.trim().split_once('\n').unwrap();
        let bundle = self
            .path("runtimes/go")
            .join(version.strip_prefix("go").unwrap());
        fs_err::create_dir_all(&bundle).unwrap();
        fs_err::os::unix::fs::symlink(goroot, bundle.join("toolchain")).unwrap();
        fs_err::os::unix::fs::symlink(standard_library(), bundle.join("build-cache")).unwrap();
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    /// Puts files into the app, or over those that are there.
    pub(crate) fn write_app(&self, text: &str) {
        testkit::write_into(&self.path("app"), text);
    }

    /// Sets a variable as `pack build --env` does.
    pub(crate) fn user_variable(&self, name: &str, value: &str) {
        fs_err::write(self.path("platform/env").join(name), value).unwrap();
    }

    /// Sets a variable of the process, as the builder does.
    pub(crate) fn process_variable(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn detect(&self) -> Option<i32> {
        let plan = self.path("plan.toml");
        self.run("detect", &[&self.path("platform"), &plan]).status
    }

    pub(crate) fn build(&self) -> Finished {
        let plan = self.path("buildpack-plan.toml");
        fs_err::write(&plan, "").unwrap();
        self.run(
            "build",
            &[&self.path("layers"), &self.path("platform"), &plan],
        )
    }

    /// A build that has to succeed; returns its log.
    pub(crate) fn build_well(&self) -> String {
        let finished = self.build();
        assert_eq!(
            finished.status,
            Some(0),
            "{}{}",
            finished.log,
            finished.errors
        );
        finished.log
    }

    fn run(&self, phase: &str, arguments: &[&Path]) -> Finished {
        let buildpack = self.path("buildpack");
        let path = std::env::var_os("PATH").unwrap();
        let output: Output = Command::new(buildpack.join("bin").join(phase))
            .args(arguments)
            .current_dir(self.path("app"))
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.path("tmp"))
            .env("TMPDIR", self.path("tmp"))
            .env("GOPROXY", "off")
            .env("CNB_BUILDPACK_DIR", &buildpack)
            .env("CNB_TARGET_OS", "linux")
            .env("CNB_TARGET_ARCH", architecture())
            .env("CNB_TARGET_DISTRO_NAME", "debian")
            .env("CNB_TARGET_DISTRO_VERSION", "13")
            .env("CORACLE_RUNTIMES_DIRECTORY", self.path("runtimes"))
            .envs(&self.environment)
            .output()
            .unwrap();
        let text = |bytes| self.anonymous(&String::from_utf8(bytes).unwrap());
        Finished {
            status: output.status.code(),
            log: text(output.stdout),
            errors: text(output.stderr),
        }
    }

    /// The text without what differs from machine to machine.
    fn anonymous(&self, text: &str) -> String {
        text.replace(&self.root.path().display().to_string(), "ROOT")
    }

    /// What the restorer leaves of the layers for the next build: launch layers without content, cached
    /// ones with, and no types in the metadata.
    pub(crate) fn restore(&self) {
        let layers = self.path("layers");
        for entry in fs_err::read_dir(&layers).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let Some(layer) = name.strip_suffix(".toml") else {
                continue;
            };
            if ["launch", "store", "build"].contains(&layer) {
                fs_err::remove_file(&path).unwrap();
                continue;
            }
            let mut table: toml::Table =
                toml::from_str(&fs_err::read_to_string(&path).unwrap()).unwrap();
            let types = table.remove("types").unwrap();
            let is = |key: &str| types.get(key).and_then(toml::Value::as_bool) == Some(true);
            if !is("cache") && layers.join(layer).exists() {
                fs_err::remove_dir_all(layers.join(layer)).unwrap();
            }
            if is("cache") || is("launch") {
                fs_err::write(&path, toml::to_string(&table).unwrap()).unwrap();
            } else {
                fs_err::remove_file(&path).unwrap();
            }
        }
    }

    /// The launch processes, `type: command` a line, the default one with a star.
    pub(crate) fn processes(&self) -> String {
        let text = fs_err::read_to_string(self.path("layers/launch.toml")).unwrap();
        let launch: libcnb::data::launch::Launch = toml::from_str(&text).unwrap();
        let lines = launch.processes.iter().map(|process| {
            let star = if process.default { "*" } else { "" };
            let command = self.anonymous(&process.command.join(" "));
            format!("{}{star}: {command}", process.r#type)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Runs a program of the launch layer and returns what it printed.
    pub(crate) fn run_program(&self, name: &str) -> String {
        let program = self.path("layers/binaries/bin").join(name);
        let output = Command::new(program)
            .env_clear()
            .current_dir(self.path("app"))
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    }
}

fn go(arguments: &[&str]) -> String {
    let output = Command::new("go").args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The part of the standard library that the apps of these tests need, compiled as the builder does it:
/// once, because every app would need the same half minute for it.
fn standard_library() -> &'static Path {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("standard-library");
        let data = testkit::workspace_root().join("stack/runtimes/go.toml");
        let data: toml::Table = toml::from_str(&fs_err::read_to_string(data).unwrap()).unwrap();
        let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
        let environment = data["build"]["environment"].as_table().unwrap();
        let arguments = data["build"]["arguments"].as_array().unwrap();
        let output = Command::new("go")
            .arg("build")
            .args(arguments.iter().map(text))
            .args(["fmt", "strconv", "strings"])
            .envs(environment.iter().map(|(name, value)| (name, text(value))))
            .env("GOFLAGS", "")
            .env("GOCACHE", &directory)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        directory
    })
}

/// The name that CNB and Go have for this machine.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
