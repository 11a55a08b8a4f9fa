//! The programs of the machine that make a builder: looked for all at once, before any long work.

use std::path::{Path, PathBuf};

use store::Store;

use crate::errors::BuilderError;
use crate::tools::{self, RustcVersion};

/// The oldest Go that can download and check another toolchain (it learned `toolchain` lines).
pub(crate) const OLDEST_GO: &str = "1.21";

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
    /// No `cargo` on `PATH`, or no `rustc`.
    Rust {
        /// The oldest that will do.
        oldest: String,
    },
    /// A `rustc` that is too old.
    NewerRust {
        /// Where it is.
        path: PathBuf,
        /// Its version.
        version: String,
        /// The oldest that will do.
        oldest: String,
    },
    /// A Rust without the standard library for musl, and no rustup that would bring it.
    MuslTarget {
        /// Where the Rust is.
        sysroot: PathBuf,
        /// The target triple.
        target: &'static str,
    },
    /// No C compiler, which is Rust's linker.
    CCompiler,
    /// A C compiler without a static C library.
    StaticCLibrary,
    /// No `apt-get`.
    Apt,
    /// No `dpkg-deb`.
    DpkgDeb,
}

/// For Go toolchains, and what they compile.
pub(crate) fn go() -> Result<Vec<Missing>, BuilderError> {
    let Some(path) = tools::find("go") else {
        return Ok(vec![Missing::Go]);
    };
    let version =
        tools::go_version(&path).map_err(|source| BuilderError::Tool { tool: "go", source })?;
    if is_older(&version, OLDEST_GO) {
        return Ok(vec![Missing::NewerGo { path, version }]);
    }
    Ok(Vec::new())
}

/// For Rust programs.
pub(crate) fn rust_compiler(
    store: &Store,
    root: &Path,
    oldest: &str,
) -> Result<Vec<Missing>, BuilderError> {
    let mut missing = Vec::new();
    let oldest = oldest.to_owned();
    let version = tools::rustc_version(store, root)?;
    match (tools::cargo(), tools::rustc(), version) {
        (Some(_), Some(path), Some(RustcVersion { version, .. })) => {
            // `rustc 1.95.0 (59807616e 2026-04-14)`
            let version = version.split_whitespace().nth(1).unwrap_or(&version);
            if is_older(version, &oldest) {
                missing.push(Missing::NewerRust {
                    path,
                    version: version.to_owned(),
                    oldest,
                });
            }
        }
        _ => missing.push(Missing::Rust { oldest }),
    }
    if tools::find("cc").is_none() {
        missing.push(Missing::CCompiler);
    }
    Ok(missing)
}

/// For the buildpacks: Rust programs that are linked with this machine's C library.
pub(crate) fn rust(store: &Store, root: &Path, oldest: &str) -> Result<Vec<Missing>, BuilderError> {
    let mut missing = rust_compiler(store, root, oldest)?;
    let compiler = tools::find("cc");
    if compiler.is_some_and(|compiler| tools::static_c_library(&compiler).is_none()) {
        missing.push(Missing::StaticCLibrary);
    }
    Ok(missing)
}

/// For images.
pub(crate) fn apt() -> Vec<Missing> {
    let programs = [("apt-get", Missing::Apt), ("dpkg-deb", Missing::DpkgDeb)];
    let missing = programs.into_iter();
    let missing = missing.filter(|(program, _)| tools::find(program).is_none());
    missing.map(|(_, missing)| missing).collect()
}

/// Fails when something is missing; what several ask for is said once.
pub(crate) fn check(missing: Vec<Missing>) -> Result<(), BuilderError> {
    let mut once: Vec<Missing> = Vec::new();
    for missing in missing {
        if !once.contains(&missing) {
            once.push(missing);
        }
    }
    if once.is_empty() {
        Ok(())
    } else {
        Err(BuilderError::Prerequisites(once))
    }
}

/// Whether a version is older, by its first two numbers. One that doesn't begin with two, as development
/// versions have it, is taken for new; a program that says none at all is older than that it could.
fn is_older(version: &str, oldest: &str) -> bool {
    let numbers = |version: &str| {
        let mut numbers = version.split('.').map(|part| {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u32>().ok()
        });
        Some((numbers.next()??, numbers.next()??))
    };
    match (numbers(version), numbers(oldest)) {
        (Some(version), Some(oldest)) => version < oldest,
        _ => version.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (version, oldest, is_older_than_that) in [
            ("1.9.7", "1.21", true),
            ("1.20", "1.21", true),
            ("", "1.21", true),
            ("1.21rc2", "1.21", false),
            ("1.26.8", "1.21", false),
            ("2.0", "1.21", false),
            ("devel go1.28-0a1b2c", "1.21", false),
            ("1.94.1", "1.95", true),
            ("1.95.0", "1.95", false),
            ("1.97.0-nightly", "1.95", false),
        ] {
            assert_eq!(is_older(version, oldest), is_older_than_that, "{version}");
        }
    }

    #[test]
    fn what_two_ask_for_is_said_once() {
        let Err(BuilderError::Prerequisites(missing)) =
            check(vec![Missing::Go, Missing::Apt, Missing::Go])
        else {
            panic!();
        };
        assert_eq!(missing, [Missing::Go, Missing::Apt]);
        assert!(check(Vec::new()).is_ok());
    }
}
