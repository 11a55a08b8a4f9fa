//! A compiled buildpack, run as the lifecycle runs it: `bin/detect` and `bin/build` with the directories
//! and variables of Buildpack API 0.10, without network, and what is on disk between two builds.
#![expect(
    clippy::disallowed_methods,
    reason = "a buildpack is a process, found where this test was compiled"
)]

mod layers;
mod start;

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt as _, lchown, symlink};
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;
use walkdir::WalkDir;

use self::layers::has_type;

/// The owner of a foreign app.
const OTHER_USER: u32 = 12_345;

/// Set to `1` by who wants to know that no test was left out.
const FORBID_SKIP: &str = "CORACLE_TESTS_FORBID_SKIP";

/// A compiled buildpack. Only the test of its own crate knows its programs: `env!("CARGO_BIN_EXE_…")`.
#[derive(Debug, Clone, Copy)]
pub struct Buildpack {
    /// The directory of the crate, which holds `buildpack.toml`, below the root of the workspace.
    pub directory: &'static str,
    /// The program that is both `bin/detect` and `bin/build`.
    pub program: &'static str,
    /// Further programs by name, which libcnb-package puts into `.libcnb-cargo/additional-bin`.
    pub additional: &'static [(&'static str, &'static str)],
}

/// A buildpack in a builder, an app, and what the lifecycle keeps of it from build to build.
#[derive(Debug)]
pub struct Lifecycle {
    root: TempDir,
    environment: BTreeMap<String, String>,
    has_foreign_app: bool,
}

/// How a phase ended. In texts, the directory that holds everything is `ROOT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// 0 when it did its work; a `detect` that doesn't apply ends with 100.
    pub status: i32,
    /// Its standard output.
    pub log: String,
    /// Its standard error.
    pub errors: String,
}

impl Lifecycle {
    /// An app from text (see [`crate::directory`]), for this machine's architecture.
    ///
    /// # Panics
    /// When the directories can't be made.
    #[must_use]
    #[track_caller]
    pub fn new(buildpack: &Buildpack, app: &str) -> Self {
        let root = crate::directory(
            "-- app/ --\n-- layers/ --\n-- platform/env/ --\n-- plan.toml --\n-- home/ --\n-- tmp/ --\n\
             -- buildpack/bin/ --\n-- buildpack/.libcnb-cargo/additional-bin/ --\n",
        );
        let lifecycle = Self {
            root,
            environment: BTreeMap::new(),
            has_foreign_app: false,
        };
        lifecycle.write_app(app);
        let descriptor = crate::workspace_root().join(buildpack.directory);
        let descriptor = descriptor.join("buildpack.toml");
        start::describe(&lifecycle, &descriptor);
        let link = |program: &str, link: &str| {
            symlink(program, lifecycle.path("buildpack").join(link)).expect("a link can be made");
        };
        link(buildpack.program, "bin/build");
        link("build", "bin/detect");
        for (name, program) in buildpack.additional {
            link(program, &format!(".libcnb-cargo/additional-bin/{name}"));
        }
        lifecycle
    }

    /// A path below the directory that holds `app`, `layers`, `platform`, `buildpack`, `home` and `tmp`.
    #[must_use]
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.path().join(relative)
    }

    /// Puts files into the app, or over those that are there. All have the time that platforms give them.
    #[track_caller]
    pub fn write_app(&self, text: &str) {
        let app = self.path("app");
        crate::write_into(&app, text);
        crate::set_platform_times(&app);
    }

    /// The same with a file that is no text.
    ///
    /// # Panics
    /// When it can't be written.
    #[must_use]
    #[track_caller]
    pub fn with_file(self, path: &str, mode: u32, bytes: &[u8]) -> Self {
        let path = self.path("app").join(path);
        let parent = path.parent().expect("a file has a directory");
        fs_err::create_dir_all(parent).expect("a directory can be made");
        fs_err::write(&path, bytes).expect("a file can be written");
        let mode = std::fs::Permissions::from_mode(mode);
        fs_err::set_permissions(path, mode).expect("a mode can be set");
        self
    }

    /// The same with a variable of the user, as `pack build --env` sets it.
    ///
    /// # Panics
    /// When it can't be written.
    #[must_use]
    #[track_caller]
    pub fn with_variable(self, name: &str, value: &str) -> Self {
        let file = self.path("platform/env").join(name);
        fs_err::write(file, value).expect("a variable can be written");
        self
    }

    /// The same with a variable of the process, as a builder sets it, or the lifecycle for the target.
    #[must_use]
    pub fn with_process_variable(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same with an app that another user owns, as in a volume with `fsGroup`: by its group the build may
    /// read and write everything. `None` for who isn't root, since only root can give files away. The build
    /// is root's then, but without the powers of root.
    ///
    /// # Panics
    /// When the files can't be given away, or nothing may be left out of the tests.
    #[must_use]
    #[track_caller]
    pub fn with_foreign_app(mut self) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            let forbids = std::env::var_os(FORBID_SKIP).is_some_and(|value| value == "1");
            assert!(!forbids, "only root can give files to another user");
            return None;
        }
        for entry in WalkDir::new(self.path("app")) {
            let entry = entry.expect("a file of the app");
            let metadata = entry.metadata().expect("a file of the app");
            lchown(entry.path(), Some(OTHER_USER), None).expect("root may give files away");
            let group = if metadata.is_dir() { 0o2070 } else { 0o060 };
            if !metadata.is_symlink() {
                let mode = std::fs::Permissions::from_mode(metadata.permissions().mode() | group);
                fs_err::set_permissions(entry.path(), mode).expect("a mode can be set");
            }
        }
        self.has_foreign_app = true;
        Some(self)
    }

    /// Runs `bin/detect`.
    ///
    /// # Panics
    /// When it can't be run or says what is no text.
    #[must_use]
    #[track_caller]
    pub fn detect(&self) -> Ended {
        self.run("detect", &["platform", "detected.toml"])
    }

    /// Runs `bin/build`.
    ///
    /// # Panics
    /// When it can't be run or says what is no text.
    #[must_use]
    #[track_caller]
    pub fn build(&self) -> Ended {
        self.run("build", &["layers", "platform", "plan.toml"])
    }

    /// Detects and builds, both with success and without a word on standard error. Returns the log.
    ///
    /// # Panics
    /// When one of them fails.
    #[expect(clippy::must_use_candidate, reason = "often the success alone matters")]
    #[track_caller]
    pub fn succeeds(&self) -> String {
        self.applies();
        let built = self.build();
        assert_eq!((built.status, built.errors.as_str()), (0, ""), "{built:?}");
        built.log
    }

    /// Detects with success and fails to build with `status`, leaving nothing half-made: the app is as it
    /// was, the temporary directory is empty, and nothing could be exported. Returns the message.
    ///
    /// # Panics
    /// When it ends otherwise, says no message or several, or leaves something behind.
    #[must_use]
    #[track_caller]
    pub fn is_refused(&self, status: i32) -> String {
        let app = crate::tree(&self.path("app"));
        self.applies();
        let built = self.build();
        assert_eq!(built.status, status, "{built:?}");
        assert_eq!(built.errors.matches("[Error: ").count(), 1, "{built:?}");
        assert_eq!(crate::tree(&self.path("app")), app, "the app was changed");
        assert_eq!(crate::tree(&self.path("tmp")), "", "temporary files");
        let is_exported = |name: &String| match self.layer(name) {
            Some(layer) => has_type(&layer, "launch"),
            None => true,
        };
        let exported: Vec<String> = self.layer_files().into_iter().filter(is_exported).collect();
        assert_eq!(exported, [""; 0], "files that would be exported");
        built.errors.trim_start().to_owned()
    }

    /// The files that hold a text of all that a build can leave behind: app, layers, home and temporary files,
    /// their own names included. Sorted, relative to the directory that holds everything.
    ///
    /// # Panics
    /// When something can't be read.
    #[must_use]
    #[track_caller]
    pub fn files_with(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for directory in ["app", "layers", "home", "tmp"] {
            for entry in walkdir::WalkDir::new(self.path(directory)).sort_by_file_name() {
                let entry = entry.expect("an entry");
                let name = self.anonymous(&entry.path().display().to_string());
                let is_file = entry.file_type().is_file();
                let content = is_file.then(|| fs_err::read(entry.path()).expect("a file"));
                let content = content.unwrap_or_default();
                let mut windows = content.windows(text.len());
                if name.contains(text) || windows.any(|window| window == text.as_bytes()) {
                    found.push(name);
                }
            }
        }
        found
    }

    #[track_caller]
    fn applies(&self) {
        let detected = self.detect();
        assert_eq!(detected.status, 0, "{detected:?}");
    }

    #[track_caller]
    fn run(&self, phase: &str, arguments: &[&str]) -> Ended {
        let architecture = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        let program = self.path("buildpack/bin").join(phase);
        let mut command = Command::new(&program);
        if self.has_foreign_app {
            command = Command::new("setpriv");
            command.args(["--bounding-set=-all", "--inh-caps=-all"]);
            command.arg(&program);
        }
        let output = command
            .args(arguments.iter().map(|argument| self.path(argument)))
            .current_dir(self.path("app"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.path("tmp"))
            .env("CNB_BUILDPACK_DIR", self.path("buildpack"))
            .env("CNB_TARGET_OS", "linux")
            .env("CNB_TARGET_ARCH", architecture)
            .env("CNB_TARGET_DISTRO_NAME", "debian")
            .env("CNB_TARGET_DISTRO_VERSION", "13")
            .envs(&self.environment)
            .output()
            .expect("the buildpack can be run");
        let text = |bytes| self.anonymous(&String::from_utf8(bytes).expect("text"));
        Ended {
            status: output.status.code().expect("a status"),
            log: text(output.stdout),
            errors: text(output.stderr),
        }
    }

    /// The text without what differs from run to run.
    fn anonymous(&self, text: &str) -> String {
        text.replace(&self.root.path().display().to_string(), "ROOT")
    }
}
