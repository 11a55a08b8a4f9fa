//! The module cache: extracted modules, without the archives that they came in.
//!
//! Measured on an app with 57 modules: extracted 166 MB in 11,700 files, read back in 0.7 s; the archives
//! alone 39 MB, but `go` needs 1.4 CPU-seconds to extract them in every build.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use buildpack_kit::files::remove_tree;
use buildpack_kit::layer::{self, Change, LayerError, LayerKey, LayerName, Outcome, layer_name};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use crate::go_mod::SummedModule;

/// The layer, which is a `GOMODCACHE`.
#[derive(Debug)]
pub(crate) struct Modules {
    pub(crate) path: PathBuf,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    format: u32,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { format } = self;
        let format = Change::between("the layout of the module cache", &previous.format, format);
        format.into_iter().collect()
    }
}

/// The name of the layer.
pub(crate) fn name() -> LayerName {
    layer_name!("modules")
}

/// The modules of the previous build without those that no `go.sum` names any more: `go` would refuse to
/// use them.
pub(crate) fn prepare<E>(
    layers_dir: &Path,
    sums: &[SummedModule],
) -> Result<Modules, LayerError<E>> {
    let cache = layer::cache_directory(layers_dir, &name(), &Key { format: 1 })?;
    if cache.outcome == Outcome::Reused {
        remove_others(&cache.path, sums).map_err(|source| LayerError::Io {
            layer: name().to_string(),
            source,
        })?;
    }
    Ok(Modules {
        path: cache.path,
        outcome: cache.outcome,
    })
}

impl Modules {
    /// Removes what the next build does not need to work offline: archives, locks, what version control
    /// fetched, and the checksum database, for which `go.sum` stands in.
    pub(crate) fn finish(&self) -> Result<(), std::io::Error> {
        let download = self.path.join("cache/download");
        for directory in [self.path.join("cache/vcs"), download.join("sumdb")] {
            if directory.exists() {
                remove_tree(&directory)?;
            }
        }
        for file in files(&download)? {
            let extension = file.extension().and_then(|extension| extension.to_str());
            let is_list = file.ends_with("@v/list");
            // `.partial` stays: it is how go knows a module that was only half extracted.
            if is_list || matches!(extension, Some("zip" | "lock")) {
                fs_err::remove_file(file)?;
            }
        }
        Ok(())
    }
}

/// What the lines of `go.sum` say of one version of a module.
#[derive(Debug, Default)]
struct Sums<'a> {
    content: BTreeSet<&'a str>,
    go_mod: BTreeSet<&'a str>,
}

impl Sums<'_> {
    /// Whether the files of a version, which lie beside each other, are of another content: the tag was moved.
    fn contradict(&self, version: &Path) -> Result<bool, std::io::Error> {
        // Versions have dots of their own, so that `with_extension` is for complete names only.
        let file = |extension: &str| PathBuf::from(format!("{}.{extension}", version.display()));
        if let Some(hash) = read_if_there(&file("ziphash"))?
            && !self.content.contains(String::from_utf8_lossy(&hash).trim())
        {
            return Ok(true);
        }
        let go_mod = read_if_there(&file("mod"))?;
        let is_known = !self.go_mod.is_empty();
        Ok(go_mod.is_some_and(|text| is_known && !self.go_mod.contains(&*hash_of_go_mod(&text))))
    }
}

fn read_if_there(file: &Path) -> Result<Option<Vec<u8>>, std::io::Error> {
    match fs_err::read(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

/// `h1:…`, which a `go.sum` has of a `go.mod` (`Hash1` in `golang.org/x/mod/sumdb/dirhash`).
fn hash_of_go_mod(text: &[u8]) -> String {
    let list = format!("{}  go.mod\n", hex::encode(Sha256::digest(text)));
    format!("h1:{}", BASE64_STANDARD.encode(Sha256::digest(list)))
}

/// Removes the modules that `go` would not use, and those that it must not: no `go.sum` names them any more or it
/// names another content, or they are in pieces. A module without its `.ziphash` is fetched anew
/// (`DownloadDir` in `cmd/go/internal/modfetch`).
fn remove_others(cache: &Path, sums: &[SummedModule]) -> Result<(), std::io::Error> {
    let mut wanted: BTreeMap<PathBuf, Sums<'_>> = BTreeMap::new();
    for sum in sums {
        let (path, version) = (escape(&sum.path), escape(&sum.version));
        let sums = wanted.entry(PathBuf::from(format!("{path}/@v/{version}")));
        let sums = sums.or_default();
        let hashes = if sum.go_mod_only {
            &mut sums.go_mod
        } else {
            &mut sums.content
        };
        hashes.insert(&sum.hash);
    }
    let download = cache.join("cache/download");
    let mut kept = BTreeSet::new();
    for (version, sums) in &wanted {
        if !sums.contradict(&download.join(version))? {
            kept.insert(version.as_path());
        }
    }
    for file in files(&download)? {
        let relative = file.strip_prefix(&download).unwrap_or(&file);
        if relative.iter().all(|part| part != "@v") {
            continue;
        }
        let is_in_pieces = relative.extension().is_some_and(|it| it == "ziphash")
            && file.with_extension("partial").exists();
        if is_in_pieces || !kept.contains(&*relative.with_extension("")) {
            fs_err::remove_file(file)?;
        }
    }
    remove_incomplete(cache, &download)
}

/// Removes the directories of modules that have no `.ziphash`.
fn remove_incomplete(cache: &Path, download: &Path) -> Result<(), std::io::Error> {
    let mut walk = WalkDir::new(cache)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry?;
        let relative = entry.path().strip_prefix(cache).unwrap_or(entry.path());
        if relative == Path::new("cache") {
            walk.skip_current_dir();
            continue;
        }
        let relative = relative.to_string_lossy();
        let module = relative.rsplit_once('@');
        if let Some((path, version)) = module.filter(|_| entry.file_type().is_dir()) {
            walk.skip_current_dir();
            let hash = download.join(format!("{path}/@v/{version}.ziphash"));
            if !hash.exists() {
                remove_tree(entry.path())?;
            }
        }
    }
    Ok(())
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    if !directory.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// Module cache names write capitals as `!` and the small letter, for file systems that can't tell them
/// apart (`golang.org/x/mod/module`).
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if character.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(character.to_ascii_lowercase());
    }
    escaped
}

#[cfg(test)]
#[path = "modules_tests.rs"]
mod tests;
