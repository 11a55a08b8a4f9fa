//! What the host's apt is configured with, and what of it serves Debian 13.

use std::collections::BTreeSet;
use std::path::Path;

use super::{AptError, ask, command};

/// The suite that images are made of.
const SUITE: &str = "trixie";

/// Suites of the Debian archive: a mirror that has one of them has [`SUITE`] too. Releases before
/// Debian 11 are left out, their mirrors may be archives of old releases only.
const DEBIAN_SUITES: [&str; 10] = [
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
    "duke",
    "sid",
    "stable",
    "oldstable",
    "testing",
    "unstable",
];

/// The host's settings of downloads: proxies, timeouts, retries. Which indexes a download asks for
/// (`IndexTargets`) is left out: other tools hook in there, and only `Packages` is wanted.
pub(super) fn acquire_settings() -> Result<String, AptError> {
    let mut apt_config = command("apt-config");
    apt_config.arg("dump");
    let dump = ask("apt-config", "apt-config dump", apt_config)?;
    Ok(dump
        .split_inclusive('\n')
        .filter(|line| line.starts_with("Acquire::"))
        .filter(|line| !line.starts_with("Acquire::IndexTargets"))
        .collect())
}

/// A `sources.list` for [`SUITE`] with the mirrors that the host uses. `scratch` is an empty directory:
/// with the host's downloaded indexes in sight apt would not name all of its sources.
pub(super) fn sources(scratch: &Path) -> Result<String, AptError> {
    let mut apt_get = command("apt-get");
    apt_get
        .arg("-o")
        .arg(format!("Dir::State::lists={}", scratch.display()))
        .args(["update", "--print-uris"]);
    let uris = ask("apt-get", "apt-get update --print-uris", apt_get)?;
    let signed_by = keyring_option(|path| Path::new(path).exists(), has_trusted_debian_keys)?;
    let (lines, suites) = map_sources(&uris, signed_by);
    if lines.is_empty() {
        return Err(AptError::NoDebianArchive { suites });
    }
    if !lines.iter().any(|line| line.contains("-security")) {
        tracing::warn!(
            "apt's sources name no Debian security archive, so its updates will be missing; \
             add one to the host's apt sources, or name sources in CORACLE_APT_SOURCES"
        );
    }
    Ok(lines.into_iter().collect())
}

/// The `sources.list` lines for Debian 13, and the suites that were seen. The text is what
/// `apt-get update --print-uris` prints: `'<mirror>/dists/<suite>/InRelease' <file> 0`.
fn map_sources(uris: &str, signed_by: &str) -> (BTreeSet<String>, Vec<String>) {
    let mut lines = BTreeSet::new();
    let mut suites = Vec::new();
    for line in uris.lines() {
        let Some((mirror, suite)) = line
            .strip_prefix('\'')
            .and_then(|line| line.split_once('\''))
            .and_then(|(uri, _)| uri.strip_suffix("/InRelease"))
            .and_then(|uri| uri.split_once("/dists/"))
        else {
            continue;
        };
        suites.push(suite.to_owned());
        let wanted = match suite.split_once('-') {
            None if DEBIAN_SUITES.contains(&suite) => vec![SUITE, "trixie-updates"],
            Some((base, "updates")) if DEBIAN_SUITES.contains(&base) => vec!["trixie-updates"],
            Some((base, "security")) if DEBIAN_SUITES.contains(&base) => vec!["trixie-security"],
            _ => Vec::new(),
        };
        for suite in wanted {
            lines.insert(format!("deb {signed_by}{mirror} {suite} main\n"));
        }
    }
    (lines, suites)
}

/// The option of a `sources.list` line that names Debian's keys; none where the host trusts them
/// already for every source.
fn keyring_option(
    exists: impl Fn(&str) -> bool,
    has_trusted_keys: impl Fn() -> bool,
) -> Result<&'static str, AptError> {
    if exists("/usr/share/keyrings/debian-archive-keyring.gpg") {
        Ok("[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ")
    } else if exists("/usr/share/keyrings/debian-archive-keyring.pgp") {
        Ok("[signed-by=/usr/share/keyrings/debian-archive-keyring.pgp] ")
    } else if has_trusted_keys() {
        Ok("")
    } else {
        Err(AptError::NoKeyring)
    }
}

fn has_trusted_debian_keys() -> bool {
    fs_err::read_dir("/etc/apt/trusted.gpg.d").is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            name.to_string_lossy().starts_with("debian-archive-")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_mirrors_serve_debian_13() {
        let uris = "\
'http://mirror.test/debian/dists/bookworm/InRelease' mirror.test_InRelease 0
'http://mirror.test/debian/dists/bookworm-updates/InRelease' mirror.test_InRelease 0
'http://mirror.test/debian/dists/bookworm-backports/InRelease' mirror.test_InRelease 0
'http://mirror.test/debian/dists/bookworm/main/binary-amd64/Packages.xz' x 0
'http://mirror.test/security/dists/bookworm-security/InRelease' mirror.test_InRelease 0
'http://other.test/tool/dists/noble/InRelease' other.test_InRelease 0
";
        let (lines, suites) = map_sources(uris, "");
        let expected = [
            "deb http://mirror.test/debian trixie main\n",
            "deb http://mirror.test/debian trixie-updates main\n",
            "deb http://mirror.test/security trixie-security main\n",
        ];
        assert_eq!(lines, expected.map(str::to_owned).into());
        assert_eq!(
            suites,
            [
                "bookworm",
                "bookworm-updates",
                "bookworm-backports",
                "bookworm-security",
                "noble"
            ]
        );
    }

    #[test]
    fn without_debians_keys_nothing_is_trusted() {
        let gpg = "/usr/share/keyrings/debian-archive-keyring.gpg";
        let option = keyring_option(|path| path == gpg, || false).unwrap();
        assert_eq!(option, format!("[signed-by={gpg}] "));
        assert_eq!(keyring_option(|_| false, || true).unwrap(), "");
        let missing = keyring_option(|_| false, || false);
        assert!(matches!(missing, Err(AptError::NoKeyring)));
    }
}
