//! What the lifecycle does around a buildpack.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// One app in one build.
pub(crate) struct Build {
    app: TempDir,
    /// Holds `layers/`, `platform/`, `detect` and `build`.
    pub(crate) work: TempDir,
    architecture: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) said: String,
    pub(crate) failed_with: String,
}

impl Build {
    /// An app from the text of [`testkit::directory`].
    #[track_caller]
    pub(crate) fn of(app: &str) -> Self {
        let work = testkit::directory("-- platform/env/ --\n-- layers/ --\n-- plan.toml --\n");
        for phase in ["detect", "build"] {
            symlink(
                env!("CARGO_BIN_EXE_static-binary-buildpack"),
                work.path().join(phase),
            )
            .expect("a link can be made");
        }
        Self {
            app: testkit::directory(app),
            work,
            architecture: "amd64",
        }
    }

    pub(crate) fn file(self, path: &str, mode: u32, bytes: &[u8]) -> Self {
        let path = self.app.path().join(path);
        fs_err::create_dir_all(path.parent().expect("a file has a directory"))
            .expect("a directory can be made");
        fs_err::write(&path, bytes).expect("a file can be written");
        fs_err::set_permissions(path, PermissionsExt::from_mode(mode)).expect("a mode can be set");
        self
    }

    pub(crate) fn variable(self, name: &str, value: &str) -> Self {
        let file = self.work.path().join("platform/env").join(name);
        fs_err::write(file, value).expect("a variable can be written");
        self
    }

    pub(crate) fn architecture(mut self, architecture: &'static str) -> Self {
        self.architecture = architecture;
        self
    }

    #[track_caller]
    fn run(&self, phase: &str, arguments: &[&str]) -> Ended {
        let work = self.work.path();
        let output = Command::new(work.join(phase))
            .args(arguments.iter().map(|argument| work.join(argument)))
            .current_dir(self.app.path())
            .env_clear()
            .env("CNB_BUILDPACK_DIR", env!("CARGO_MANIFEST_DIR"))
            .env("CNB_TARGET_OS", "linux")
            .env("CNB_TARGET_ARCH", self.architecture)
            .env("CNB_TARGET_DISTRO_NAME", "debian")
            .env("CNB_TARGET_DISTRO_VERSION", "13")
            .output()
            .expect("the buildpack can be run");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Ended {
            status: output.status.code().expect("a status"),
            said: text(output.stdout),
            failed_with: text(output.stderr),
        }
    }

    #[track_caller]
    pub(crate) fn detect(&self) -> Ended {
        self.run("detect", &["platform", "detected.toml"])
    }

    #[track_caller]
    pub(crate) fn build(&self) -> Ended {
        self.run("build", &["layers", "platform", "plan.toml"])
    }

    /// Detects and builds, both with success; what the build said.
    #[track_caller]
    pub(crate) fn succeeds(&self) -> String {
        let detected = self.detect();
        assert_eq!(detected.status, 0, "{detected:?}");
        let built = self.build();
        assert_eq!(
            (built.status, built.failed_with.as_str()),
            (0, ""),
            "{built:?}"
        );
        built.said
    }

    /// Detects with success and fails to build through the user's fault; the id of the message.
    #[track_caller]
    pub(crate) fn is_refused(&self) -> String {
        let before = testkit::tree(self.app.path());
        let detected = self.detect();
        assert_eq!(detected.status, 0, "{detected:?}");
        let built = self.build();
        assert_eq!(built.status, 1, "{built:?}");
        assert_eq!(
            testkit::tree(self.app.path()),
            before,
            "nothing was changed"
        );
        assert_eq!(testkit::tree(&self.work.path().join("layers")), "");
        let id = built.failed_with.lines().last().expect("a message");
        id.trim_matches(['(', ')']).to_owned()
    }

    pub(crate) fn layer_file(&self, name: &str) -> String {
        fs_err::read_to_string(self.work.path().join("layers").join(name)).expect("a layer file")
    }

    pub(crate) fn app(&self) -> &Path {
        self.app.path()
    }
}
