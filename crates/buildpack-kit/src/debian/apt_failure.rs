//! What apt complains of: it has one exit status for everything. The words are those of its `apt-pkg/acquire-item.cc`,
//! `apt-private/private-cacheset.cc` and of `sqv` and `gpgv`, in the C locale.

/// In what way apt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The signature of an index is missing, wrong or of somebody else.
    Untrusted,
    /// Bytes that are not what the signed index promises.
    Mismatch,
    /// Something did not arrive.
    Network,
    /// An archive wants to know who asks.
    Unauthorized,
    /// What is wanted can't be there together.
    Unresolvable,
    /// There is no room.
    DiskFull,
    /// Something else.
    Other,
}

/// The first of these that is in what apt wrote.
const WORDS: [(&str, Failure); 17] = [
    ("No space left on device", Failure::DiskFull),
    ("is not signed", Failure::Untrusted),
    ("is no longer signed", Failure::Untrusted),
    ("NO_PUBKEY", Failure::Untrusted),
    ("BADSIG", Failure::Untrusted),
    ("EXPKEYSIG", Failure::Untrusted),
    ("GPG error", Failure::Untrusted),
    ("OpenPGP signature verification failed", Failure::Untrusted),
    ("Clearsigned file isn't valid", Failure::Untrusted),
    ("Hash Sum mismatch", Failure::Mismatch),
    ("File has unexpected size", Failure::Mismatch),
    ("401  Unauthorized", Failure::Unauthorized),
    ("unmet dependencies", Failure::Unresolvable),
    ("Unable to correct problems", Failure::Unresolvable),
    ("Unable to satisfy dependencies", Failure::Unresolvable),
    ("Failed to fetch", Failure::Network),
    ("does not have a Release file", Failure::Untrusted),
];

/// By what it wrote.
pub(super) fn of(output: &str) -> Failure {
    let mut words = WORDS.iter();
    let found = words.find(|(words, _)| output.contains(words));
    found.map_or(Failure::Other, |(_, failure)| *failure)
}

/// The packages that the archives don't have, as they were asked for.
pub(super) fn unknown_packages(output: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in output.lines().filter_map(|line| line.strip_prefix("E: ")) {
        let quoted =
            |part: Option<&str>| part.map(|part| part.trim_matches(['\'', '"']).to_owned());
        if let Some(rest) = line.strip_prefix("Unable to locate package ") {
            names.extend(quoted(rest.split(' ').next()));
        } else if line.ends_with("has no installation candidate") {
            names.extend(quoted(line.split(' ').nth(1)));
        } else if line.starts_with("Version ") && line.ends_with("was not found") {
            // Version '1' for 'libpq5' was not found
            let mut words = line.split(' ');
            if let (Some(version), Some(name)) = (quoted(words.nth(1)), quoted(words.nth(1))) {
                names.push(format!("{name}={version}"));
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_failure_is_told_by_its_words() {
        for (output, expected) in [
            ("E: The repository 'x' is not signed.", Failure::Untrusted),
            ("E: Failed to fetch x  404  Not Found", Failure::Network),
            ("E: Failed to fetch x  Hash Sum mismatch", Failure::Mismatch),
            (
                "E: Failed to fetch x  401  Unauthorized",
                Failure::Unauthorized,
            ),
            (
                "E: Write error - write (28: No space left on device)",
                Failure::DiskFull,
            ),
            (
                "The following packages have unmet dependencies:",
                Failure::Unresolvable,
            ),
            ("E: x", Failure::Other),
        ] {
            assert_eq!(of(output), expected, "{output}");
        }
    }

    #[test]
    fn packages_that_are_unknown_are_named() {
        let output = "Package foo is a virtual package\nE: Unable to locate package nosuch\n\
                      E: Package 'foo' has no installation candidate\n\
                      E: Version '1' for 'libpq5' was not found\nE: x\n";
        assert_eq!(unknown_packages(output), ["nosuch", "foo", "libpq5=1"]);
    }
}
