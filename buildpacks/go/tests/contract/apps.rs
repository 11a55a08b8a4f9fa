//! Go apps in a builder that bundles the Go of this machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use testkit::{Buildpack, Lifecycle};

const BUILDPACK: Buildpack = Buildpack {
    directory: "buildpacks/go",
    program: env!("CARGO_BIN_EXE_go-buildpack"),
    additional: &[("go-build-cache", env!("CARGO_BIN_EXE_go-build-cache"))],
};

/// Where `buildpack.toml` says that a builder keeps what it bundles.
const BUNDLES: &str = "/opt/coracle/go";

/// An app from text (see [`testkit::directory`]) that may fetch nothing.
#[track_caller]
pub(crate) fn app(text: &str) -> Lifecycle {
    let lifecycle = Lifecycle::new(&BUILDPACK, text).with_process_variable("GOPROXY", "off");
    let output = go(&["env", "GOROOT", "GOVERSION"]);
    let (goroot, version) = output.trim().split_once('\n').unwrap();
    let bundles = lifecycle.path("bundles");
    let bundle = bundles.join(version.strip_prefix("go").unwrap());
    fs_err::create_dir_all(&bundle).unwrap();
    fs_err::os::unix::fs::symlink(goroot, bundle.join("toolchain")).unwrap();
    fs_err::os::unix::fs::symlink(standard_library(), bundle.join("build-cache")).unwrap();
    bundled_in(lifecycle, &bundles)
}

/// The same in a builder that bundles what lies in a directory.
#[track_caller]
pub(crate) fn bundled_in(lifecycle: Lifecycle, bundles: &Path) -> Lifecycle {
    let descriptor = testkit::workspace_root().join(BUILDPACK.directory);
    let descriptor = fs_err::read_to_string(descriptor.join("buildpack.toml")).unwrap();
    assert!(descriptor.contains(BUNDLES));
    let descriptor = descriptor.replace(BUNDLES, &bundles.display().to_string());
    let start = lifecycle.path("start").display().to_string();
    let descriptor = descriptor.replace("/opt/coracle/start", &start);
    fs_err::write(lifecycle.path("buildpack/buildpack.toml"), descriptor).unwrap();
    lifecycle
}

/// Runs a program of the launch layer and returns what it printed.
#[track_caller]
pub(crate) fn run_program(lifecycle: &Lifecycle, name: &str) -> String {
    let program = lifecycle.path("layers/binaries/bin").join(name);
    let output = Command::new(program)
        .env_clear()
        .current_dir(lifecycle.path("app"))
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
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
