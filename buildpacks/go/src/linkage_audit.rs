//! Whether the run image has what the programs need to start: those of pure Go need nothing, those that are compiled
//! with cgo or as `-buildmode=pie` a loader and libraries.

use std::collections::BTreeMap;
use std::path::Path;

use linkage::{Elf, Libraries, Missing};

/// A program that would not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{program} lacks {} things of the run image", .missing.len())]
pub(crate) struct Unstartable {
    pub(crate) program: String,
    pub(crate) missing: Vec<Missing>,
    /// Whether the run image has libraries at all.
    pub(crate) has_libraries: bool,
    /// The Debian packages of those that are missing, as far as the build image has them, by soname.
    pub(crate) packages: BTreeMap<String, String>,
}

/// Where the build image says which files are of which package (`<package>.md5sums`).
pub(crate) const RECORDS: &str = "/var/lib/dpkg/status.d";

/// The first program that would not start; `records` is the directory [`RECORDS`].
pub(crate) fn audit(
    programs: &BTreeMap<String, Elf>,
    libraries: &Libraries,
    records: &Path,
) -> Result<(), Unstartable> {
    for (program, elf) in programs {
        let missing = libraries.missing(elf);
        if !missing.is_empty() {
            return Err(Unstartable {
                program: program.clone(),
                packages: packages_of(&missing, records),
                missing,
                has_libraries: !libraries.is_empty(),
            });
        }
    }
    Ok(())
}

/// Without a record, a library is named without its package.
fn packages_of(missing: &[Missing], records: &Path) -> BTreeMap<String, String> {
    let mut packages = BTreeMap::new();
    let sonames: Vec<&str> = missing
        .iter()
        .filter_map(|missing| match missing {
            Missing::Library(soname) => Some(soname.as_str()),
            _ => None,
        })
        .collect();
    let entries = fs_err::read_dir(records).into_iter().flatten().flatten();
    for path in entries
        .map(|entry| entry.path())
        .filter(|_| !sonames.is_empty())
    {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let Some(package) = name.strip_suffix(".md5sums") else {
            continue;
        };
        let text = fs_err::read_to_string(&path).unwrap_or_default();
        let files = text.lines().filter_map(|line| line.rsplit('/').next());
        for file in files {
            // The file of a library has its whole version in its name: libsqlite3.so.0.8.6.
            let is_it = |soname: &&&str| {
                let rest = file.strip_prefix(**soname);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            if let Some(soname) = sonames.iter().find(is_it) {
                packages.insert((*soname).to_owned(), package.to_owned());
            }
        }
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_told_with_its_package() {
        let records = testkit::directory(
            "
-- libsqlite3-0 --
Package: libsqlite3-0
-- libsqlite3-0.md5sums --
0123  usr/lib/x86_64-linux-gnu/libsqlite3.so.0.8.6
-- other.md5sums --
0123  usr/lib/x86_64-linux-gnu/libsqlite3.so.00
4567  usr/share/doc/other/copyright
",
        );
        let missing = [
            Missing::Library("libsqlite3.so.0".into()),
            Missing::Library("libnone.so.1".into()),
        ];
        let expected = BTreeMap::from([("libsqlite3.so.0".to_owned(), "libsqlite3-0".to_owned())]);
        assert_eq!(packages_of(&missing, records.path()), expected);
        assert_eq!(
            packages_of(&missing, Path::new("/nonexistent")),
            BTreeMap::new()
        );
    }

    #[test]
    fn the_program_of_this_test_needs_what_it_is_linked_with() {
        let bytes = fs_err::read("/proc/self/exe").unwrap();
        let programs = BTreeMap::from([("web".to_owned(), linkage::parse(&bytes).unwrap())]);
        let error = audit(&programs, &Libraries::default(), Path::new("/nonexistent")).unwrap_err();
        assert!(!error.has_libraries);
        assert!(
            error
                .missing
                .contains(&Missing::Library("libc.so.6".into())),
            "{error:?}"
        );
    }
}
