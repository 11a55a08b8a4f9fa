//! The programs of the machine that make a builder: looked for all at once, before any long work.

use std::path::PathBuf;

use crate::errors::BuilderError;
use crate::tools;

/// The oldest Go that can download and check another toolchain (it learned `toolchain` lines).
const OLDEST_GO: (u32, u32) = (1, 21);

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// No `go` on `PATH`.
    Go,
    /// A `go` that is too old.
    NewerGo {
        /// Where it is.
        path: PathBuf,
        /// Its version.
        version: String,
    },
    /// No `cargo` on `PATH`.
    Cargo,
    /// No C compiler, which is Rust's linker.
    CCompiler,
    /// A C compiler without a static C library.
    StaticCLibrary,
    /// No `apt-get`.
    Apt,
    /// No `dpkg-deb`.
    DpkgDeb,
}

/// What is going to be made, and so which programs are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Work {
    pub(crate) go: bool,
    pub(crate) buildpacks: bool,
    pub(crate) images: bool,
}

/// Looks for every program that the work needs.
pub(crate) fn check(work: Work) -> Result<(), BuilderError> {
    let mut missing = Vec::new();
    if work.go {
        match tools::find("go") {
            None => missing.push(Missing::Go),
            Some(path) => {
                let version = tools::go_version(&path)
                    .map_err(|source| BuilderError::Tool { tool: "go", source })?;
                if is_too_old(&version) {
                    missing.push(Missing::NewerGo { path, version });
                }
            }
        }
    }
    if work.buildpacks {
        if tools::cargo().is_none() {
            missing.push(Missing::Cargo);
        }
        match tools::find("cc") {
            None => missing.push(Missing::CCompiler),
            Some(compiler) if tools::static_c_library(&compiler).is_none() => {
                missing.push(Missing::StaticCLibrary);
            }
            Some(_) => {}
        }
    }
    if work.images {
        if tools::find("apt-get").is_none() {
            missing.push(Missing::Apt);
        }
        if tools::find("dpkg-deb").is_none() {
            missing.push(Missing::DpkgDeb);
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(BuilderError::Prerequisites(missing))
    }
}

/// A version that isn't of the form `1.26.8`, as development versions have it, is taken for new.
fn is_too_old(version: &str) -> bool {
    let mut numbers = version.split('.').map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().ok()
    });
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(major), Some(minor)) => (major, minor) < OLDEST_GO,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_versions_are_compared_as_numbers() {
        for (version, too_old) in [
            ("1.9.7", true),
            ("1.20", true),
            ("1.21rc2", false),
            ("1.26.8", false),
            ("2.0", false),
            ("devel go1.28-0a1b2c", false),
        ] {
            assert_eq!(is_too_old(version), too_old, "{version}");
        }
    }
}
