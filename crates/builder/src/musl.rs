//! Rust's standard library for musl, which a toolchain of rustup has when it is asked for.

use std::path::{Path, PathBuf};

use composer::Architecture;
use tracing::info_span;

use crate::command::Process;
use crate::errors::BuilderError;
use crate::prerequisites::Missing;
use crate::tools;

/// The target triple of Rust that links musl.
pub(crate) fn target(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Amd64 => "x86_64-unknown-linux-musl",
        Architecture::Arm64 => "aarch64-unknown-linux-musl",
    }
}

/// What the machine lacks to have the library: nothing where rustup brings it.
pub(crate) fn missing(
    root: &Path,
    architecture: Architecture,
) -> Result<Option<Missing>, BuilderError> {
    let target = target(architecture);
    let toolchain = Toolchain::here(root, target)?;
    let can_be_had = toolchain.has_library || (toolchain.name().is_some() && rustup().is_some());
    Ok((!can_be_had).then_some(Missing::MuslTarget {
        sysroot: toolchain.sysroot,
        target,
    }))
}

/// Has rustup add the library where the toolchain lacks it.
pub(crate) fn ensure(root: &Path, architecture: Architecture) -> Result<(), BuilderError> {
    let target = target(architecture);
    let toolchain = Toolchain::here(root, target)?;
    if toolchain.has_library {
        return Ok(());
    }
    let vanished = BuilderError::ToolVanished { tool: "rustup" };
    let (Some(rustup), Some(name)) = (rustup(), toolchain.name()) else {
        return Err(vanished);
    };
    let title = format!("Adding {target} to Rust with rustup");
    info_span!("step", title)
        .in_scope(|| {
            let rustup = Process::new(&rustup).arguments(["target", "add", "--toolchain", name]);
            rustup.argument(target).run()
        })
        .map_err(|source| BuilderError::MuslTarget { target, source })
}

/// A Rust compiler with its libraries.
struct Toolchain {
    sysroot: PathBuf,
    has_library: bool,
}

impl Toolchain {
    /// The one that compiles in a checkout.
    fn here(root: &Path, target: &str) -> Result<Self, BuilderError> {
        let tool = "rustc";
        let rustc = tools::rustc().ok_or(BuilderError::ToolVanished { tool })?;
        let answer = Process::new(&rustc)
            .directory(root)
            .arguments(["--print", "sysroot", "--print", "target-libdir"])
            .arguments(["--target", target])
            .output()
            .map_err(|source| BuilderError::Tool { tool, source })?;
        let mut lines = answer.lines().map(PathBuf::from);
        let (sysroot, libraries) = (lines.next(), lines.next());
        Ok(Self {
            sysroot: sysroot.unwrap_or_default(),
            has_library: libraries.is_some_and(|directory| has_library(&directory)),
        })
    }

    /// What rustup calls it: the directory below `toolchains` of its own. `None` of a distribution's.
    fn name(&self) -> Option<&str> {
        let is_rustups = self.sysroot.parent()?.file_name()? == "toolchains";
        let name = self.sysroot.file_name()?.to_str();
        name.filter(|_| is_rustups)
    }
}

fn has_library(directory: &Path) -> bool {
    let entries = fs_err::read_dir(directory).into_iter().flatten().flatten();
    let mut names = entries.map(|entry| entry.file_name());
    names.any(|name| name.to_string_lossy().starts_with("libstd-"))
}

/// On the `PATH`, or where rustup installs itself.
fn rustup() -> Option<PathBuf> {
    let own = || Some(tools::cargo_home()?.join("bin/rustup"));
    tools::find("rustup").or_else(|| own().filter(|path| path.is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_toolchain_of_rustup_has_a_name() {
        let named = |sysroot: &str| {
            let toolchain = Toolchain {
                sysroot: sysroot.into(),
                has_library: false,
            };
            toolchain.name().map(str::to_owned)
        };
        let name = "1.95.0-x86_64-unknown-linux-gnu";
        assert_eq!(
            named(&format!("/x/toolchains/{name}")).as_deref(),
            Some(name)
        );
        assert_eq!(named("/usr"), None);
        assert_eq!(named(""), None);
    }

    #[test]
    fn a_library_is_there_or_not() {
        let directory = testkit::directory("-- with/libstd-0123.rlib --\n-- without/x.json --\n");
        let has = |name: &str| has_library(&directory.path().join(name));
        assert_eq!(["with", "without", "absent"].map(has), [true, false, false]);
    }
}
