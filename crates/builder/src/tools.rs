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
use crate::errors::BuilderError;

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

/// The version of [`rustc`] in a checkout, which can choose one of rustup's; where there is none, that of the
/// last one that was remembered, for what it compiled of the same sources needs no compiler any more.
pub(crate) fn rustc_version(
    store: &Store,
    root: &Path,
) -> Result<Option<RustcVersion>, BuilderError> {
    let tool = "rustc";
    version_of_this_or_the_last(store, root, rustc().as_deref())
        .map_err(|source| BuilderError::Tool { tool, source })
}

fn version_of_this_or_the_last(
    store: &Store,
    root: &Path,
    rustc: Option<&Path>,
) -> Result<Option<RustcVersion>, CommandError> {
    let remembered = RustcVersion::remembered(store);
    let Some(rustc) = rustc else {
        return Ok(remembered);
    };
    let identity = Identity::of(rustc);
    let is_same = |remembered: &RustcVersion| identity.is_some() && remembered.identity == identity;
    if let Some(remembered) = remembered.filter(is_same) {
        return Ok(Some(remembered));
    }
    let version = version_of(rustc, root)?;
    Ok(Some(RustcVersion { version, identity }))
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

fn version_of(rustc: &Path, root: &Path) -> Result<String, CommandError> {
    Ok(Process::new(rustc)
        .directory(root)
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
        let metadata = fs_err::metadata(&path).ok()?;
        // A symbolic link to it, or a hard one.
        let is_proxy = fs_err::metadata(path.with_file_name("rustup"))
            .is_ok_and(|rustup| (rustup.dev(), rustup.ino()) == (metadata.dev(), metadata.ino()));
        if is_proxy {
            return None;
        }
        Some(Self {
            path,
            size: metadata.size(),
            modified: metadata.mtime(),
        })
    }
}

/// What a compiler says of itself. Starting it takes up to 80 ms, more than all other questions about a
/// current builder together; so the answer is remembered as long as path, size and time of the program stay.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RustcVersion {
    /// As `rustc --version` prints it.
    pub(crate) version: String,
    /// None of a proxy, which is asked every time.
    identity: Option<Identity>,
}

impl RustcVersion {
    fn remembered(store: &Store) -> Option<Self> {
        toml::from_str(&fs_err::read_to_string(memory(store)).ok()?).ok()
    }

    /// Remembers the compiler as the one that compiled what is there. A memory that can't be written is only
    /// a slower next time.
    pub(crate) fn remember(&self, store: &Store) {
        if Self::remembered(store).as_ref() == Some(self) {
            return;
        }
        if let (Ok(text), Ok(work)) = (toml::to_string(self), store.work_directory()) {
            let draft = work.path().join("rustc.toml");
            let _ = fs_err::create_dir_all(store.path("builders"))
                .and_then(|()| fs_err::write(&draft, text))
                .and_then(|()| fs_err::rename(&draft, memory(store)));
        }
    }
}

fn memory(store: &Store) -> PathBuf {
    store.path("builders/.rustc.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A compiler that says what is in a file beside it.
    const COMPILER: &str = "#!/bin/sh\nread -r version <\"${0%/*}/version\"\necho \"$version\"\n";

    /// One that answers what the directory says that it is asked in, as rustup's do.
    const CHOSEN: &str = "#!/bin/sh\nread -r version <rust-toolchain\necho \"$version\"\n";

    #[test]
    fn the_last_compiler_is_known_where_there_is_none() {
        let files = format!(
            "-- store/ --\n-- version --\nrustc 1\n-- rustc 0755 --\n{COMPILER}\
             -- proxies/version --\nrustc 3\n-- proxies/rustup 0755 --\n{COMPILER}\
             -- proxies/rustc -> rustup --\n"
        );
        let directory = testkit::directory(&files);
        let path = |name: &str| directory.path().join(name);
        let store = Store::open(path("store")).unwrap();
        let found = |name: Option<&str>| {
            let rustc = name.map(path);
            version_of_this_or_the_last(&store, directory.path(), rustc.as_deref()).unwrap()
        };
        let version = |name| found(name).map(|found| found.version);
        let remember = |name| found(Some(name)).unwrap().remember(&store);
        let says = |text: &str| Some(text.to_owned());
        assert_eq!(version(None), None);
        assert_eq!(version(Some("rustc")), says("rustc 1"));
        // Nothing was compiled by it yet, and perhaps it never can.
        assert_eq!(version(None), None);
        remember("rustc");
        assert_eq!(version(None), says("rustc 1"));

        // The same program isn't asked again; a longer one is.
        fs_err::write(path("version"), "rustc 2\n").unwrap();
        assert_eq!(version(Some("rustc")), says("rustc 1"));
        let longer = format!("-- rustc 0755 --\n{COMPILER}\n");
        testkit::write_into(directory.path(), &longer);
        assert_eq!(version(Some("rustc")), says("rustc 2"));
        assert_eq!(version(None), says("rustc 1"));
        remember("rustc");
        assert_eq!(version(None), says("rustc 2"));

        // What stands for whichever is chosen is asked every time, be it linked like this or like that.
        remember("proxies/rustc");
        fs_err::hard_link(path("proxies/rustup"), path("proxies/hard")).unwrap();
        assert_eq!(version(Some("proxies/rustc")), says("rustc 3"));
        fs_err::write(path("proxies/version"), "rustc 4\n").unwrap();
        assert_eq!(version(Some("proxies/hard")), says("rustc 4"));
        fs_err::write(path("proxies/version"), "rustc 5\n").unwrap();
        assert_eq!(version(Some("proxies/hard")), says("rustc 5"));
        remember("proxies/hard");
        assert_eq!(version(None), says("rustc 5"));
    }

    #[test]
    fn the_compiler_is_the_one_that_the_checkout_chooses() {
        let files = format!(
            "-- store/ --\n-- checkout/rust-toolchain --\nrustc 7\n-- rustc 0755 --\n{CHOSEN}"
        );
        let directory = testkit::directory(&files);
        let path = |name: &str| directory.path().join(name);
        let store = Store::open(path("store")).unwrap();
        let found = version_of_this_or_the_last(&store, &path("checkout"), Some(&path("rustc")));
        assert_eq!(found.unwrap().unwrap().version, "rustc 7");
    }
}
