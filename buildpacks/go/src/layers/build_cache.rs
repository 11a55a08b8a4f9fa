//! The build cache: the shipped one below, the app's own above it, and of that only what this build used.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use buildpack_kit::layer::{self, Change, LayerError, LayerKey, LayerName, Outcome, layer_name};
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use crate::build_flags::quoted;
use crate::go_command::Go;
use crate::layers::plain_cache::PlainCache;
use crate::layers::toolchain::Toolchain;

/// The cache of one build.
#[derive(Debug)]
pub(crate) struct BuildCache {
    pub(crate) outcome: Outcome,
    upper: PathBuf,
    scratch: PathBuf,
    mode: Mode,
}

#[derive(Debug)]
enum Mode {
    /// Go 1.24 and newer: `GOCACHEPROG`.
    Program {
        program: PathBuf,
        lower: PathBuf,
        used: PathBuf,
    },
    /// Older ones read and write a directory.
    Plain(PlainCache),
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    go: String,
    platform: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { go, platform } = self;
        [
            Change::between("the Go version", &previous.go, go),
            Change::between("the platform", &previous.platform, platform),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The name of the layer.
pub(crate) fn name() -> LayerName {
    layer_name!("build-cache")
}

/// The cache of the previous build, or an empty one when Go or the platform changed. `program` is our
/// `go-build-cache`, `scratch` a directory for this build only.
pub(crate) fn prepare<E>(
    layers_dir: &Path,
    toolchain: &Toolchain,
    platform: &str,
    program: PathBuf,
    scratch: &Path,
) -> Result<BuildCache, LayerError<E>> {
    let key = Key {
        go: toolchain.version.to_string(),
        platform: platform.to_owned(),
    };
    let cache = layer::cache_directory(layers_dir, &name(), &key)?;
    let io = |source| LayerError::Io {
        layer: name().to_string(),
        source,
    };
    let lower = toolchain.standard_library_cache.as_deref();
    let mode = if toolchain.version.has_cache_program() {
        let used = scratch.join("used");
        fs_err::create_dir_all(&used).map_err(io)?;
        Mode::Program {
            program,
            lower: lower.map_or_else(|| scratch.join("nothing"), Path::to_owned),
            used,
        }
    } else {
        Mode::Plain(PlainCache::prepare(&cache.path, lower).map_err(io)?)
    };
    Ok(BuildCache {
        outcome: cache.outcome,
        upper: cache.path,
        scratch: scratch.join("gocache"),
        mode,
    })
}

impl BuildCache {
    /// The `go` command that uses this cache.
    pub(crate) fn used_by(&self, go: &Go) -> Go {
        match &self.mode {
            Mode::Program {
                program,
                lower,
                used,
            } => {
                let words = [program, lower, &self.upper, used];
                let words = words.map(|path| quoted(&path.display().to_string()));
                // A cache directory is asked for even when a program stands in for it.
                go.with("GOCACHEPROG", OsString::from(words.join(" ")))
                    .with("GOCACHE", &self.scratch)
            }
            Mode::Plain(_) => go.with("GOCACHE", &self.upper),
        }
    }

    /// Removes what no command of this build used.
    pub(crate) fn finish(&self) -> Result<(), std::io::Error> {
        match &self.mode {
            Mode::Program { used, .. } => sweep(&self.upper, &read_used(used)?),
            Mode::Plain(plain) => plain.sweep(),
        }
    }
}

/// The names that the sessions of `go-build-cache` listed.
fn read_used(directory: &Path) -> Result<BTreeSet<PathBuf>, std::io::Error> {
    let mut names = BTreeSet::new();
    for list in fs_err::read_dir(directory)? {
        let list = fs_err::read_to_string(list?.path())?;
        names.extend(list.lines().map(PathBuf::from));
    }
    Ok(names)
}

fn sweep(upper: &Path, used: &BTreeSet<PathBuf>) -> Result<(), std::io::Error> {
    for entry in WalkDir::new(upper)
        .min_depth(1)
        .contents_first(true)
        .sort_by_file_name()
    {
        let entry = entry?;
        let relative = entry.path().strip_prefix(upper).unwrap_or(entry.path());
        if entry.file_type().is_dir() {
            let is_used = used.iter().any(|name| name.starts_with(relative));
            if !is_used {
                fs_err::remove_dir(entry.path())?;
            }
        } else if !used.contains(relative) {
            fs_err::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_command_used_is_removed() {
        let cache = testkit::directory(
            "
-- upper/01/01a-a --
-- upper/02/02b-a --
-- upper/aa/aa1-d --
-- upper/bb/bb2-d --
-- upper/cc/tmp-x --
-- used/1 --
01/01a-a
aa/aa1-d
-- used/2 --
01/01a-a
",
        );
        let upper = cache.path().join("upper");
        let used = read_used(&cache.path().join("used")).unwrap();
        sweep(&upper, &used).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(&upper), @"
        01        dir  0755
        01/01a-a  file 0644
        aa        dir  0755
        aa/aa1-d  file 0644
        ");
    }
}
