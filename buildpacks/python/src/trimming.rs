//! What of installed packages no app needs: tests of a few packages, sources of translations, symbols of libraries,
//! and what installers leave for themselves.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use buildpack_kit::command::{Command, CommandError};
use walkdir::WalkDir;

/// Packages whose directories called `tests` are tests and nothing else; measured, with what they weigh, in
/// numpy (7 MB) and pandas (22 MB). `testing`, and `test` of Django, are for others to import, and stay.
const WITH_TESTS: [&str; 24] = [
    "astropy",
    "dask",
    "gevent",
    "geopandas",
    "greenlet",
    "h5py",
    "joblib",
    "matplotlib",
    "networkx",
    "numba",
    "numpy",
    "pandas",
    "patsy",
    "psutil",
    "pyarrow",
    "pywt",
    "scipy",
    "shapely",
    "skimage",
    "sklearn",
    "statsmodels",
    "sympy",
    "xarray",
    "zmq",
];

/// What uv leaves: times, its version, locks, and scripts for shells that the image hasn't.
const LEFTOVERS: [&str; 4] = [".lock", "CACHEDIR.TAG", ".gitignore", "uv_cache.json"];

/// What was found to be of no use, relative to the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trimmed {
    /// How many bytes there are less.
    pub(crate) bytes: u64,
}

/// A library that could not be made smaller.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrimError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("{} could not be stripped", .file.display())]
    Strip {
        file: PathBuf,
        #[source]
        source: CommandError,
    },
}

/// Trims an environment. Files may be links to a cache, so nothing is changed in its place.
pub(crate) fn trim(
    environment: &Path,
    site_packages: &Path,
    strip: &Command,
) -> Result<Trimmed, TrimError> {
    let mut trimmed = Trimmed::default();
    let mut gone: BTreeSet<PathBuf> = BTreeSet::new();
    let mut changed: BTreeSet<PathBuf> = BTreeSet::new();
    for file in files(environment)? {
        let relative = file.strip_prefix(site_packages).unwrap_or(&file);
        let size = fs_err::symlink_metadata(&file)?.len();
        if is_useless(environment, relative, &file) {
            fs_err::remove_file(&file)?;
            trimmed.bytes += size;
            gone.insert(relative.to_owned());
        } else if is_library(&file) && has_symbols(&file)? {
            let smaller = stripped(&file, strip)?;
            trimmed.bytes += size.saturating_sub(smaller);
            changed.insert(relative.to_owned());
        }
    }
    remove_empty(site_packages)?;
    correct_records(site_packages, &gone, &changed)?;
    Ok(trimmed)
}

fn files(directory: &Path) -> Result<Vec<PathBuf>, io::Error> {
    let mut files = Vec::new();
    for entry in WalkDir::new(directory).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn is_useless(environment: &Path, relative: &Path, file: &Path) -> bool {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let top = relative
        .iter()
        .next()
        .and_then(|part| part.to_str())
        .unwrap_or_default();
    let is_test = WITH_TESTS.contains(&top)
        && relative
            .parent()
            .is_some_and(|parent| parent.iter().any(|part| part == "tests"));
    let is_translation_source =
        name.strip_suffix(".po").is_some() && relative.iter().any(|part| part == "locale");
    let is_of_bin = file.parent() == Some(&environment.join("bin"));
    let is_for_shells = is_of_bin
        && (name.starts_with("activate") || name.strip_suffix(".bat").is_some() || name == "pydoc");
    is_test || is_translation_source || is_for_shells || LEFTOVERS.contains(&name)
}

/// Those that were patched to find their own libraries (`*.libs`) come stripped, and can't be stripped any more.
fn is_library(file: &Path) -> bool {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let is_patched = file.iter().any(|part| {
        part.to_str()
            .is_some_and(|part| part.strip_suffix(".libs").is_some())
    });
    crate::linkage_audit::is_library(name) && !is_patched
}

fn has_symbols(file: &Path) -> Result<bool, io::Error> {
    let bytes = fs_err::read(file)?;
    Ok(linkage::section(&bytes, ".symtab").is_some())
}

/// Makes a new file in its place and returns its size.
fn stripped(file: &Path, strip: &Command) -> Result<u64, TrimError> {
    let new = file.with_extension("stripped");
    let command = strip.clone().arguments([
        "--strip-unneeded".into(),
        "--remove-section=.note.gnu.build-id".into(),
        "-o".into(),
        new.clone().into_os_string(),
        file.as_os_str().to_owned(),
    ]);
    let file = file.to_owned();
    command.capture().map_err(|source| TrimError::Strip {
        file: file.clone(),
        source,
    })?;
    fs_err::rename(&new, &file)?;
    Ok(fs_err::metadata(&file)?.len())
}

fn remove_empty(directory: &Path) -> Result<(), io::Error> {
    for entry in WalkDir::new(directory).min_depth(1).contents_first(true) {
        let entry = entry?;
        if entry.file_type().is_dir() && fs_err::read_dir(entry.path())?.next().is_none() {
            fs_err::remove_dir(entry.path())?;
        }
    }
    Ok(())
}

/// `RECORD` says what a package consists of: not what is gone, and no digests of what changed.
fn correct_records(
    site_packages: &Path,
    gone: &BTreeSet<PathBuf>,
    changed: &BTreeSet<PathBuf>,
) -> Result<(), io::Error> {
    for directory in crate::installed::entries(site_packages)? {
        let file = directory.join("RECORD");
        let is_package = directory
            .extension()
            .is_some_and(|ending| ending == "dist-info");
        let Some(text) = fs_err::read_to_string(&file).ok().filter(|_| is_package) else {
            continue;
        };
        let mut corrected = String::new();
        for line in text.lines() {
            let path = Path::new(line.split(',').next().unwrap_or_default().trim_matches('"'));
            if changed.contains(path) {
                let _ = writeln!(corrected, "{},,", path.display());
            } else if !gone.contains(path) {
                corrected.push_str(line);
                corrected.push('\n');
            }
        }
        if corrected != text {
            let new = directory.join("RECORD.new");
            fs_err::write(&new, corrected)?;
            fs_err::rename(&new, &file)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_app_needs_is_gone() {
        let root = testkit::directory(
            "
-- bin/activate --
-- bin/flask 0755 --
-- .lock --
-- lib/numpy/tests/test_a.py --
-- lib/numpy/linalg/tests/data/x.txt --
-- lib/numpy/testing/__init__.py --
-- lib/other/tests/__init__.py --
-- lib/django/conf/locale/de/LC_MESSAGES/django.po --
-- lib/django/conf/locale/de/LC_MESSAGES/django.mo --
-- lib/numpy-2.dist-info/RECORD --
numpy/tests/test_a.py,sha256=a,1
numpy/testing/__init__.py,sha256=b,2
numpy-2.dist-info/RECORD,,
-- lib/shop.dist-info/uv_cache.json --
",
        );
        let strip = Command::new("/nonexistent/strip");
        let trimmed = trim(root.path(), &root.path().join("lib"), &strip).unwrap();
        assert_eq!(trimmed.bytes, 0);
        insta::assert_snapshot!(testkit::tree_without_digests(root.path()), @"
        bin                                              dir  0755
        bin/flask                                        file 0755
        lib                                              dir  0755
        lib/django                                       dir  0755
        lib/django/conf                                  dir  0755
        lib/django/conf/locale                           dir  0755
        lib/django/conf/locale/de                        dir  0755
        lib/django/conf/locale/de/LC_MESSAGES            dir  0755
        lib/django/conf/locale/de/LC_MESSAGES/django.mo  file 0644
        lib/numpy                                        dir  0755
        lib/numpy/testing                                dir  0755
        lib/numpy/testing/__init__.py                    file 0644
        lib/numpy-2.dist-info                            dir  0755
        lib/numpy-2.dist-info/RECORD                     file 0644
        lib/other                                        dir  0755
        lib/other/tests                                  dir  0755
        lib/other/tests/__init__.py                      file 0644
        ");
        let record =
            fs_err::read_to_string(root.path().join("lib/numpy-2.dist-info/RECORD")).unwrap();
        assert_eq!(
            record,
            "numpy/testing/__init__.py,sha256=b,2\nnumpy-2.dist-info/RECORD,,\n"
        );
    }

    #[test]
    fn a_library_with_symbols_is_replaced_and_not_changed() {
        let root =
            testkit::directory("-- lib/a/ --\n-- lib/a-1.dist-info/RECORD --\na/a.so,sha256=x,1\n");
        // The program of this test has symbols.
        let library = root.path().join("lib/a/a.so");
        fs_err::copy("/proc/self/exe", &library).unwrap();
        let cache = root.path().join("cache");
        fs_err::hard_link(&library, &cache).unwrap();
        let before = fs_err::metadata(&cache).unwrap().len();
        let strip = Command::new("strip").variables([("PATH", "/usr/bin:/bin:/usr/local/bin")]);
        trim(root.path(), &root.path().join("lib"), &strip).unwrap();
        assert!(!has_symbols(&library).unwrap() && has_symbols(&cache).unwrap());
        assert_eq!(fs_err::metadata(&cache).unwrap().len(), before);
        let record = fs_err::read_to_string(root.path().join("lib/a-1.dist-info/RECORD")).unwrap();
        assert_eq!(record, "a/a.so,,\n");
    }
}
