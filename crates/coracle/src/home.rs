//! What the environment says: where the cache directory and the source tree are, and the values of
//! variables that a flag names without a value.
#![expect(
    clippy::disallowed_methods,
    reason = "the door through which the environment enters the command line"
)]

use std::env;
use std::path::{Path, PathBuf};

use builder::{SourceTree, SourceTreeError};

/// `$CORACLE_HOME`, else `$XDG_CACHE_HOME/coracle`, else `~/.cache/coracle`. Empty counts as unset
/// (XDG base directory specification). With the variable that says so; `None` when there is not even a home
/// directory.
pub(crate) fn cache_directory() -> Option<(PathBuf, &'static str)> {
    let below = |variable, path| Some((named(variable)?.join(path), variable));
    let (path, variable) = named("CORACLE_HOME")
        .map(|path| (path, "CORACLE_HOME"))
        .or_else(|| below("XDG_CACHE_HOME", "coracle"))
        .or_else(|| below("HOME", ".cache/coracle"))?;
    Some((std::path::absolute(path).ok()?, variable))
}

/// The checkout that this program was compiled in: the first is from `.cargo/config.toml`, which Cargo
/// reads when it is started inside the checkout (The Cargo Book, "Configuration", `[env]`).
const COMPILED_IN: &str = match option_env!("CORACLE_CHECKOUT") {
    Some(checkout) => checkout,
    None => concat!(env!("CARGO_MANIFEST_DIR"), "/../.."),
};

/// The checkout that the builder is made from: `$CORACLE_SOURCE`, else the one that this program was
/// compiled in.
pub(crate) fn source_tree() -> Result<SourceTree, SourceTreeError> {
    SourceTree::find(named("CORACLE_SOURCE").as_deref(), Path::new(COMPILED_IN))
}

/// The value of a variable of this process, if it is set and is text.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// Whether escape sequences and lines that are drawn anew are of no use, even in a terminal: it can't show
/// them (`TERM=dumb`), or its output is kept as a log (`CI`).
pub(crate) fn wants_plain_output() -> bool {
    let ci = variable("CI").is_some_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    ci || variable("TERM").is_some_and(|terminal| terminal == "dumb")
}

/// Whether `NO_COLOR` is set, to anything but nothing (no-color.org).
pub(crate) fn wants_no_colours() -> bool {
    variable("NO_COLOR").is_some_and(|value| !value.is_empty())
}

fn named(name: &str) -> Option<PathBuf> {
    env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
