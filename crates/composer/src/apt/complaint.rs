//! What apt complains of when a download fails. It has one exit status for everything; the words here are
//! those of its `apt-pkg/acquire-item.cc`, `apt-pkg/acquire-worker.cc` and of `gpgv`, in the C locale.

use std::io;

use super::AptError;

/// A file that is not what the signed index promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// Where it came from.
    pub(crate) uri: String,
    /// Package and version; none for an index.
    pub(crate) package: Option<String>,
    /// What the index promises: `SHA256:…`, `Filesize:…`, as apt writes them.
    pub(crate) expected: Vec<String>,
    /// What came, in the same form.
    pub(crate) received: Vec<String>,
}

/// What kind of failure it is.
pub(super) fn failure(stderr: String) -> AptError {
    const SIGNATURES: [&str; 9] = [
        "is not signed",
        "is no longer signed",
        "NO_PUBKEY",
        "BADSIG",
        "EXPKEYSIG",
        "REVKEYSIG",
        "GPG error",
        "OpenPGP signature verification failed",
        "Clearsigned file isn't valid",
    ];
    let mismatches = mismatches(&stderr);
    if stderr.contains("No space left on device") {
        AptError::Io(io::Error::new(io::ErrorKind::StorageFull, stderr))
    } else if SIGNATURES.iter().any(|words| stderr.contains(words)) {
        AptError::Untrusted { stderr }
    } else if mismatches.is_empty() {
        AptError::Unreachable { stderr }
    } else {
        AptError::Tampered { mismatches, stderr }
    }
}

/// Every complaint of the form
///
/// ```text
/// E: Failed to fetch <URI>  Hash Sum mismatch
///    Hashes of expected file:
///     - SHA256:<digits>
///     - Filesize:784 [weak]
///    Hashes of received file:
///     - SHA256:<digits>
///     - Filesize:791 [weak]
/// ```
///
/// or, when the size alone shows it, `File has unexpected size (791 != 784).` and no second list.
fn mismatches(stderr: &str) -> Vec<Mismatch> {
    let mut found: Vec<Mismatch> = Vec::new();
    let mut is_received = false;
    for line in stderr.lines() {
        // What is indented belongs to the complaint above, which may be none of ours.
        let Some(detail) = line.strip_prefix("   ") else {
            found.extend(mismatch(line));
            is_received = false;
            continue;
        };
        let Some(mismatch) = found.last_mut() else {
            continue;
        };
        match detail {
            "Hashes of expected file:" => is_received = false,
            "Hashes of received file:" => is_received = true,
            _ => {
                let list = if is_received {
                    &mut mismatch.received
                } else {
                    &mut mismatch.expected
                };
                list.extend(promise(detail));
            }
        }
    }
    found
}

fn mismatch(line: &str) -> Option<Mismatch> {
    let (uri, complaint) = line.strip_prefix("E: Failed to fetch ")?.split_once("  ")?;
    let received = match complaint.strip_prefix("File has unexpected size (") {
        Some(sizes) => vec![format!("Filesize:{}", sizes.split_once(' ')?.0)],
        None if complaint.starts_with("Hash Sum mismatch") => Vec::new(),
        None => return None,
    };
    Some(Mismatch {
        uri: uri.to_owned(),
        package: package(uri),
        expected: Vec::new(),
        received,
    })
}

/// A digest or size that counts; MD5 and SHA-1 don't.
fn promise(detail: &str) -> Option<String> {
    let promise = detail.strip_prefix(" - ")?;
    let promise = promise.strip_suffix(" [weak]").unwrap_or(promise);
    let counts = ["SHA256:", "SHA512:", "Filesize:"];
    counts
        .iter()
        .any(|name| promise.starts_with(name))
        .then(|| promise.to_owned())
}

/// `<directory>/busybox_1%3a1.37.0-6_amd64.deb` is `busybox 1:1.37.0-6`.
fn package(uri: &str) -> Option<String> {
    let file = uri.rsplit('/').next()?.strip_suffix(".deb")?;
    let mut parts = file.split('_');
    let (name, version) = (parts.next()?, parts.next()?);
    Some(format!("{name} {}", version.replace("%3a", ":")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "\
E: Failed to fetch file:/archive/./tool_1%3a1.0_all.deb  Hash Sum mismatch
   Hashes of expected file:
    - SHA256:100d
    - MD5Sum:77 [weak]
    - Filesize:784 [weak]
   Hashes of received file:
    - SHA256:bd9a
    - Filesize:791 [weak]
   Last modification reported: Sat, 21 Nov 2026 14:48:38 +0000
";

    const SIZE: &str = "\
E: Failed to fetch http://mirror.test/./Packages.xz  File has unexpected size (100 != 784). Mirror sync in progress? [IP: 192.0.2.1 80]
   Hashes of expected file:
    - SHA256:100d
    - Filesize:784 [weak]
E: Some index files failed to download. They have been ignored, or old ones used instead.
   Hashes of expected file:
";

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn a_file_that_is_not_what_was_promised_is_told_with_both() {
        let package = Mismatch {
            uri: "file:/archive/./tool_1%3a1.0_all.deb".to_owned(),
            package: Some("tool 1:1.0".to_owned()),
            expected: owned(&["SHA256:100d", "Filesize:784"]),
            received: owned(&["SHA256:bd9a", "Filesize:791"]),
        };
        let index = Mismatch {
            uri: "http://mirror.test/./Packages.xz".to_owned(),
            package: None,
            expected: owned(&["SHA256:100d", "Filesize:784"]),
            received: owned(&["Filesize:100"]),
        };
        assert_eq!(mismatches(&format!("{HASH}{SIZE}")), [package, index]);
    }

    #[test]
    fn what_only_did_not_arrive_is_no_mismatch() {
        let gone = "E: Failed to fetch http://mirror.test/a_1_all.deb  404  Not Found\n";
        assert_eq!(mismatches(gone), []);
    }

    #[test]
    fn the_kind_of_a_failure_is_told_by_its_words() {
        let full = format!("{HASH}E: Write error - write (28: No space left on device)");
        for (stderr, kind) in [
            (full.as_str(), "disk/full"),
            (HASH, "apt/tampered"),
            (SIZE, "apt/tampered"),
            ("E: The repository 'x' is not signed.", "apt/untrusted"),
            ("E: Failed to fetch x  404  Not Found", "apt/unreachable"),
            ("", "apt/unreachable"),
        ] {
            let error = failure(stderr.to_owned());
            assert_eq!(explain::Explain::explain(&error).id, kind, "{stderr}");
        }
    }
}
