//! The programs of this machine that make components: where they are, which version they have.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place of this crate that reads the environment"
)]

use std::env;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use store::Store;

use crate::command::{CommandError, Process};

/// Finds a program on `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    which::which(name).ok()
}

/// The cargo that runs us, else the one on `PATH`.
pub(crate) fn cargo() -> Option<PathBuf> {
    env::var_os("CARGO")
        .map(PathBuf::from)
        .filter(|path| path.is_file())
        .or_else(|| find("cargo"))
}

/// The compiler that belongs to [`cargo`].
pub(crate) fn rustc() -> Option<PathBuf> {
    cargo()
        .map(|cargo| cargo.with_file_name("rustc"))
        .filter(|path| path.is_file())
        .or_else(|| find("rustc"))
}

/// Where cargo keeps the sources of crates: `$CARGO_HOME`, else `~/.cargo`.
pub(crate) fn cargo_home() -> Option<PathBuf> {
    let named = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    named("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(named("HOME")?).join(".cargo")))
}

/// The version of [`rustc`], as `rustc --version` prints it.
///
/// Starting the compiler takes up to 80 ms, more than all other questions about a current builder
/// together; so the answer is remembered as long as path, size and time of the program stay.
pub(crate) fn rustc_version(store: &Store) -> Result<Option<String>, CommandError> {
    let Some(rustc) = rustc() else {
        return Ok(None);
    };
    let Some(identity) = Identity::of(&rustc) else {
        return version_of(&rustc).map(Some);
    };
    let memory = store.path("builders/.rustc.toml");
    if let Some(remembered) = Remembered::read(&memory)
        && remembered.identity == identity
    {
        return Ok(Some(remembered.version));
    }
    let version = version_of(&rustc)?;
    Remembered {
        version: version.clone(),
        identity,
    }
    .write(store, &memory);
    Ok(Some(version))
}

/// The version of a Go: `1.26.8`.
pub(crate) fn go_version(go: &Path) -> Result<String, CommandError> {
    let text = Process::new(go)
        .argument("env")
        .argument("GOVERSION")
        // The version of this program itself, not of one that a go.mod above us asks for.
        .environment([("GOTOOLCHAIN", "local")])
        .output()?;
    let text = text.trim();
    Ok(text.strip_prefix("go").unwrap_or(text).to_owned())
}

/// The static C library that the C compiler links, where it has one.
pub(crate) fn static_c_library(compiler: &Path) -> Option<PathBuf> {
    let answer = Process::new(compiler)
        .argument("-print-file-name=libc.a")
        .output()
        .ok()?;
    // A compiler that finds none answers with the bare name.
    Some(PathBuf::from(answer.trim())).filter(|path| path.is_absolute() && path.is_file())
}

fn version_of(rustc: &Path) -> Result<String, CommandError> {
    Ok(Process::new(rustc)
        .argument("--version")
        .output()?
        .trim()
        .to_owned())
}

/// What tells one installed program from another without starting it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Identity {
    path: PathBuf,
    size: u64,
    modified: i64,
}

impl Identity {
    /// None for a proxy of rustup, which stands for whatever toolchain is chosen at the moment.
    fn of(program: &Path) -> Option<Self> {
        let path = fs_err::canonicalize(program).ok()?;
        if path.file_name().is_some_and(|name| name == "rustup") {
            return None;
        }
        let metadata = fs_err::metadata(&path).ok()?;
        Some(Self {
            path,
            size: metadata.size(),
            modified: metadata.mtime(),
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    version: String,
    identity: Identity,
}

impl Remembered {
    fn read(path: &Path) -> Option<Self> {
        toml::from_str(&fs_err::read_to_string(path).ok()?).ok()
    }

    /// A memory that can't be written is only a slower next time.
    fn write(&self, store: &Store, path: &Path) {
        if let (Ok(text), Ok(work)) = (toml::to_string(self), store.work_directory()) {
            let draft = work.path().join("rustc.toml");
            let _ = fs_err::create_dir_all(store.path("builders"))
                .and_then(|()| fs_err::write(&draft, text))
                .and_then(|()| fs_err::rename(&draft, path));
        }
    }
}
