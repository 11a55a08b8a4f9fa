//! Where things are: the cache directory and the source tree of Coracle.
#![expect(
    clippy::disallowed_methods,
    reason = "the door through which the environment names these two places"
)]

use std::env;
use std::path::{Path, PathBuf};

use explain::{Explain, Message};

/// A place that can't be found.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HomeError {
    /// Neither `CORACLE_HOME`, `XDG_CACHE_HOME` nor `HOME` is set.
    #[error("no home directory")]
    NoHome,
    /// No directory with `stack/` and `buildpacks/`.
    #[error("no source tree of Coracle")]
    NoSource,
    /// `CORACLE_SOURCE` names something else.
    #[error("CORACLE_SOURCE is no source tree of Coracle")]
    NotASource(PathBuf),
}

impl Explain for HomeError {
    fn explain(&self) -> Message {
        match self {
            Self::NoHome => Message::machine("home/missing", "There is no place for the cache")
                .body("HOME isn't set, so the cache directory is unknown.\n\nSay where it shall be:\nexport CORACLE_HOME=/some/directory"),
            Self::NoSource => Message::machine("source/missing", "The builder's definition can't be found")
                .body("Coracle makes its builder from its own source tree (stack/, buildpacks/),\nand neither the current directory nor the place it was compiled in is one.\n\nSay where a checkout is:\nexport CORACLE_SOURCE=/path/to/coracle"),
            Self::NotASource(path) => Message::yours("source/wrong", "CORACLE_SOURCE is no checkout of Coracle")
                .body(format!("CORACLE_SOURCE is {}\nbut there is no stack/ and buildpacks/ in it.\n\nSet it to a checkout, or unset it:\nunset CORACLE_SOURCE", path.display())),
        }
    }
}

/// `$CORACLE_HOME`, else `$XDG_CACHE_HOME/coracle`, else `~/.cache/coracle`. Empty counts as unset
/// (XDG base directory specification).
pub(crate) fn cache_directory() -> Result<PathBuf, HomeError> {
    let named = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    named("CORACLE_HOME")
        .or_else(|| named("XDG_CACHE_HOME").map(|cache| cache.join("coracle")))
        .or_else(|| named("HOME").map(|home| home.join(".cache/coracle")))
        .and_then(|path| std::path::absolute(path).ok())
        .ok_or(HomeError::NoHome)
}

/// `$CORACLE_SOURCE`, else the nearest ancestor of the current directory that is a checkout, else the
/// one this program was compiled in.
pub(crate) fn source_tree() -> Result<PathBuf, HomeError> {
    if let Some(path) = env::var_os("CORACLE_SOURCE").filter(|value| !value.is_empty()) {
        let path = PathBuf::from(path);
        return if is_source_tree(&path) {
            std::path::absolute(&path).map_err(|_| HomeError::NotASource(path))
        } else {
            Err(HomeError::NotASource(path))
        };
    }
    let compiled_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let current = env::current_dir().ok();
    current
        .iter()
        .flat_map(|current| current.ancestors())
        .map(Path::to_owned)
        .chain(fs_err::canonicalize(compiled_in))
        .find(|path| is_source_tree(path))
        .ok_or(HomeError::NoSource)
}

fn is_source_tree(path: &Path) -> bool {
    path.join("stack/run.toml").is_file() && path.join("builder.toml").is_file()
}
