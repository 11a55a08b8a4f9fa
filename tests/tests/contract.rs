//! Level 4: the compiled buildpacks, run as the lifecycle runs them, without network and without a
//! builder: exit status, output, what is on disk afterwards.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "starts cargo and the compiled buildpacks; its helpers are tests too"
)]

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// Statuses of a `bin/detect` that passes and of one that doesn't (Buildpack API 0.10).
const PASSES: i32 = 0;
const FAILS: i32 = 100;

/// A buildpack as it lies in a builder, and the directories that the lifecycle hands to it.
struct Lifecycle {
    directory: TempDir,
}

/// How a phase ended.
struct Ended {
    status: i32,
    text: String,
}

impl Lifecycle {
    /// `name` is the directory below `buildpacks/`, `app` the app as text.
    #[track_caller]
    fn new(name: &str, app: &str) -> Self {
        let root = testkit::workspace_root();
        let directory = testkit::directory(
            "-- buildpack/bin/ --\n-- layers/ --\n-- platform/env/ --\n-- app/ --\n-- plan.toml --\n\
             -- runtimes/go/1.26.8/ --\n",
        );
        let buildpack = directory.path().join("buildpack");
        let descriptor = root.join("buildpacks").join(name).join("buildpack.toml");
        fs_err::copy(descriptor, buildpack.join("buildpack.toml")).unwrap();
        symlink(compiled(name), buildpack.join("bin/build")).unwrap();
        symlink("build", buildpack.join("bin/detect")).unwrap();
        if name == "go" {
            // The machine's own Go in the place of a bundled one.
            let bundle = directory.path().join("runtimes/go/1.26.8/toolchain");
            symlink(stdout_of("go", &["env", "GOROOT"]).trim(), bundle).unwrap();
        }
        testkit::write_into(&directory.path().join("app"), app);
        Self { directory }
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.directory.path().join(relative)
    }

    #[track_caller]
    fn run(&self, phase: &str) -> Ended {
        let arguments: &[&str] = match phase {
            "detect" => &["platform", "detect-plan.toml"],
            _ => &["layers", "platform", "plan.toml"],
        };
        let output = Command::new(self.path("buildpack/bin").join(phase))
            .args(arguments.iter().map(|name| self.path(name)))
            .current_dir(self.path("app"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.directory.path())
            .env("CORACLE_RUNTIMES_DIRECTORY", self.path("runtimes"))
            .env("CNB_BUILDPACK_DIR", self.path("buildpack"))
            .env("CNB_PLATFORM_DIR", self.path("platform"))
            .env("CNB_BUILD_PLAN_PATH", self.path("detect-plan.toml"))
            .env("CNB_BP_PLAN_PATH", self.path("plan.toml"))
            .env("CNB_LAYERS_DIR", self.path("layers"))
            .env("CNB_TARGET_OS", "linux")
            .env("CNB_TARGET_ARCH", "amd64")
            .env("CNB_TARGET_DISTRO_NAME", "debian")
            .env("CNB_TARGET_DISTRO_VERSION", "13")
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        Ended {
            status: output.status.code().unwrap_or(-1),
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    }
}

/// The buildpack's program, compiled where this test was: `cargo test` compiles no program of another
/// package.
#[track_caller]
fn compiled(name: &str) -> PathBuf {
    let package = format!("{name}-buildpack");
    let arguments = ["build", "--quiet", "--offline", "--package", &package];
    let _ = stdout_of(env!("CARGO"), &arguments);
    // target/debug/deps/contract-… → target/debug
    let this = std::env::current_exe().unwrap();
    let directory = this.ancestors().nth(2).unwrap();
    directory.join(package)
}

#[track_caller]
fn stdout_of(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(testkit::workspace_root())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

const GO_APP: &str = "
-- go.mod --
module example.com/app

go 1.26
-- main.go --
package main

func main() {}
";

/// A program of two instructions, `exit(0)`, with the smallest headers that Linux starts.
fn static_program() -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    let code: &[u8] = &[0x31, 0xff, 0xb8, 0x3c, 0, 0, 0, 0x0f, 0x05];
    let entry: u64 = 0x40_0000 + 120;
    let size = 120 + code.len() as u64;
    let halves =
        |halves: &[u16]| -> Vec<u8> { halves.iter().flat_map(|half| half.to_le_bytes()).collect() };
    let words =
        |words: &[u64]| -> Vec<u8> { words.iter().flat_map(|word| word.to_le_bytes()).collect() };
    bytes.extend(halves(&[2, 62])); // an executable for x86-64
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(words(&[entry, 64, 0])); // one program header, no sections
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(halves(&[64, 56, 1, 64, 0, 0]));
    bytes.extend(1_u32.to_le_bytes()); // PT_LOAD
    bytes.extend(5_u32.to_le_bytes()); // read and execute
    bytes.extend(words(&[0, 0x40_0000, 0x40_0000, size, size, 0x1000]));
    bytes.extend(code);
    bytes
}

#[track_caller]
fn with_program(change: impl FnOnce(&mut Vec<u8>)) -> Lifecycle {
    let lifecycle = Lifecycle::new("static-binary", "-- server 0755 --\n");
    let mut bytes = static_program();
    change(&mut bytes);
    fs_err::write(lifecycle.path("app/server"), bytes).unwrap();
    lifecycle
}

#[test]
fn detect_passes_for_its_own_apps_only() {
    let text = "-- README.md --\n# An app\n";
    for (buildpack, app, expected) in [
        ("go", GO_APP, PASSES),
        ("go", text, FAILS),
        ("static-binary", text, FAILS),
        ("static-binary", GO_APP, FAILS),
    ] {
        let ended = Lifecycle::new(buildpack, app).run("detect");
        assert_eq!(ended.status, expected, "{buildpack}: {}", ended.text);
    }
    let ended = with_program(|_| {}).run("detect");
    assert_eq!(ended.status, PASSES, "{}", ended.text);
}

#[test]
fn a_static_program_becomes_a_process() {
    let lifecycle = with_program(|_| {});
    let ended = lifecycle.run("build");
    assert_eq!(ended.status, 0, "{}", ended.text);
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("layers")), @"
    launch.sbom.cdx.json   file 0644
    launch.sbom.spdx.json  file 0644
    launch.toml            file 0644
    ");
    let launch = fs_err::read_to_string(lifecycle.path("layers/launch.toml")).unwrap();
    insta::assert_snapshot!(launch, @r#"
    [[processes]]
    type = "web"
    command = ["./server"]
    default = true

    [[processes]]
    type = "server"
    command = ["./server"]
    "#);
    assert_eq!(
        testkit::tree_without_digests(&lifecycle.path("app")),
        "server  file 0755\n"
    );
}

#[test]
fn a_refused_app_is_explained_once_and_ends_with_the_status_of_its_kind() {
    // The byte of the header that says for which machine the program is.
    let foreign = with_program(|bytes| bytes[18] = 183);
    let broken = GO_APP.replace("go 1.26", "gone 1.26");
    let broken = Lifecycle::new("go", &broken);
    for lifecycle in [foreign, broken] {
        let ended = lifecycle.run("build");
        assert_eq!(ended.status, 1, "{}", ended.text);
        assert_eq!(ended.text.matches("[Error: ").count(), 1, "{}", ended.text);
        let left = testkit::tree_without_digests(&lifecycle.path("layers"));
        assert_eq!(left, "", "{}", ended.text);
    }
}
