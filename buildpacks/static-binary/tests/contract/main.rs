//! The compiled `detect` and `build`, run as the lifecycle runs them.
#![expect(clippy::disallowed_methods, reason = "the C compiler is a process")]

mod accepted;
mod elf;
mod image_settings;
mod made_of;
mod refused;
mod started;

use testkit::{Buildpack, Lifecycle};

/// An app from text (see [`testkit::directory`]), built for amd64 unless a test says otherwise.
#[track_caller]
fn app(text: &str) -> Lifecycle {
    let buildpack = Buildpack {
        directory: "buildpacks/static-binary",
        program: env!("CARGO_BIN_EXE_static-binary-buildpack"),
        additional: &[],
    };
    Lifecycle::new(&buildpack, text).with_process_variable("CNB_TARGET_ARCH", "amd64")
}
