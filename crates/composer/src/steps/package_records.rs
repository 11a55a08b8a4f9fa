//! `/var/lib/dpkg/status.d/<package>` and `<package>.md5sums`, the database of an image without dpkg, as
//! Google's distroless images have it and as Trivy, Grype and Syft read it.

use oci::{Content, Entry, EntryKind, Tree};

use super::Context;
use crate::deb::Package;

const DIRECTORY: &str = "var/lib/dpkg/status.d";

/// The fields of `control` that scanners use: name, version and source for advisories, the rest for
/// dependency graphs. A description is nobody's business at run time.
const FIELDS: [&str; 8] = [
    "Package",
    "Source",
    "Version",
    "Architecture",
    "Maintainer",
    "Pre-Depends",
    "Depends",
    "Provides",
];

pub(super) fn outputs(packages: &[&str]) -> Vec<String> {
    packages
        .iter()
        .flat_map(|name| [record_path(name), sums_path(name)])
        .collect()
}

pub(super) fn run(context: &Context<'_>) -> Vec<(String, Entry)> {
    let file = |text: String| Entry::file(0o644, Content::Bytes(text.into_bytes()));
    let mut entries = Vec::new();
    for (name, package) in context.packages {
        entries.push((record_path(name), file(record(&package.control))));
        let sums = shipped_sums(package, context.tree);
        if !sums.is_empty() {
            entries.push((sums_path(name), file(sums)));
        }
    }
    entries
}

fn record_path(name: &str) -> String {
    format!("{DIRECTORY}/{name}")
}

fn sums_path(name: &str) -> String {
    format!("{DIRECTORY}/{name}.md5sums")
}

/// The wanted fields with their continuation lines, in the order of the package.
fn record(control: &str) -> String {
    let mut kept = String::new();
    let mut wanted = false;
    for line in control.lines() {
        if !line.starts_with([' ', '\t']) {
            wanted = line
                .split_once(':')
                .is_some_and(|(field, _)| FIELDS.contains(&field));
        }
        if wanted {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The sums of the files that the image has from the package.
fn shipped_sums(package: &Package, tree: &Tree) -> String {
    let is_shipped = |path: &str| match (package.entries.get(path), tree.get(path)) {
        (Some(theirs), Some(ours)) => {
            theirs.kind == ours.kind && matches!(ours.kind, EntryKind::File(_))
        }
        _ => false,
    };
    package
        .md5sums
        .split_inclusive('\n')
        .filter(|line| {
            line.trim_end()
                .split_once("  ")
                .is_some_and(|(_, path)| is_shipped(path))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_holds_what_scanners_match_by() {
        let control = "\
Package: libc-bin
Source: glibc
Version: 2.41-12
Installed-Size: 2122
Depends: libc6 (>> 2.41),
 libc6 (<< 2.42)
Description: GNU C Library
 long text
";
        assert_eq!(
            record(control),
            "Package: libc-bin\nSource: glibc\nVersion: 2.41-12\n\
             Depends: libc6 (>> 2.41),\n libc6 (<< 2.42)\n"
        );
    }
}
