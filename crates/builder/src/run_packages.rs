//! The Debian packages of a run image, as apt reads them: a build resolves further ones against them.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// Where an image without dpkg has a record for each package.
const RECORDS: &str = "var/lib/dpkg/status.d";

/// The fields that are kept. What a package depends on isn't one: of some the image has a few files only, and to apt a
/// package whose dependencies are missing is broken.
const FIELDS: [&str; 6] = [
    "Package",
    "Source",
    "Version",
    "Architecture",
    "Maintainer",
    "Provides",
];

/// The text of a `status` of dpkg (dpkg's `lib/dpkg/parse.c`), in the order of the names.
pub(crate) fn of_root(root: &Path) -> io::Result<String> {
    let directory = root.join(RECORDS);
    let mut files = Vec::new();
    if directory.is_dir() {
        for entry in fs_err::read_dir(directory)? {
            files.push(entry?.path());
        }
    }
    files.sort();
    let is_record = |path: &Path| path.extension().is_none_or(|ending| ending != "md5sums");
    let mut status = String::new();
    for path in files.iter().filter(|path| is_record(path)) {
        let _ = writeln!(
            status,
            "{}Status: install ok installed\nDescription: of the run image\n",
            record(&fs_err::read_to_string(path)?)
        );
    }
    Ok(status)
}

/// The kept fields with their continuation lines.
fn record(text: &str) -> String {
    let mut is_kept = false;
    let lines = text.split_inclusive('\n').filter(|line| {
        if !line.starts_with([' ', '\t']) {
            let field = line.split_once(':');
            is_kept = field.is_some_and(|(field, _)| FIELDS.contains(&field));
        }
        is_kept
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_installed_and_need_nothing() {
        let root = testkit::directory(
            "-- var/lib/dpkg/status.d/libc6 --\nPackage: libc6\nVersion: 2.41-12\nArchitecture: amd64\n\
             Depends: libgcc-s1,\n libcrypt1\nProvides: libc6-x\n\
             -- var/lib/dpkg/status.d/libc6.md5sums --\n0  usr/lib/libc.so.6\n\
             -- var/lib/dpkg/status.d/base-files --\nPackage: base-files\nVersion: 13\n",
        );
        insta::assert_snapshot!(of_root(root.path()).unwrap(), @"
        Package: base-files
        Version: 13
        Status: install ok installed
        Description: of the run image

        Package: libc6
        Version: 2.41-12
        Architecture: amd64
        Provides: libc6-x
        Status: install ok installed
        Description: of the run image
        ");
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(of_root(empty.path()).unwrap(), "");
    }
}
