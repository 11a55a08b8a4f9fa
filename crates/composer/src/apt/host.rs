//! What the host's apt is configured with, and what of it serves a release of Debian.

use std::collections::BTreeSet;
use std::path::Path;

use super::{AptError, ask, command};
use crate::Suite;

/// Suites of the Debian archive: a mirror that has one of them has every [`Suite`] too. Releases before
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

/// A `sources.list` for a suite with the mirrors that the host uses. `scratch` is an empty directory:
/// with the host's downloaded indexes in sight apt would not name all of its sources.
pub(super) fn sources(scratch: &Path, suite: Suite) -> Result<String, AptError> {
    let mut apt_get = command("apt-get");
    apt_get
        .arg("-o")
        .arg(format!("Dir::State::lists={}", scratch.display()))
        .args(["update", "--print-uris"]);
    let uris = ask("apt-get", "apt-get update --print-uris", apt_get)?;
    let signed_by = keyring_option(|path| Path::new(path).exists(), has_trusted_debian_keys)?;
    let (lines, suites) = map_sources(&uris, signed_by, suite);
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

/// Sources that the user gave for Debian 13, for another release.
pub(super) fn given_sources(text: &str, suite: Suite) -> String {
    text.replace(Suite::Trixie.name(), suite.name())
}

/// The `sources.list` lines for a suite, and the suites that were seen. The text is what
/// `apt-get update --print-uris` prints: `'<mirror>/dists/<suite>/InRelease' <file> 0`.
fn map_sources(uris: &str, signed_by: &str, wanted: Suite) -> (BTreeSet<String>, Vec<String>) {
    let wanted = wanted.name();
    let (updates, security) = (format!("{wanted}-updates"), format!("{wanted}-security"));
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
        let served = match suite.split_once('-') {
            None if DEBIAN_SUITES.contains(&suite) => vec![wanted, &updates],
            Some((base, "updates")) if DEBIAN_SUITES.contains(&base) => vec![&*updates],
            Some((base, "security")) if DEBIAN_SUITES.contains(&base) => vec![&*security],
            _ => Vec::new(),
        };
        for suite in served {
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
    fn the_hosts_mirrors_serve_every_release() {
        let uris = "\
'http://mirror.test/debian/dists/bookworm/InRelease' mirror.test_InRelease 0
'http://mirror.test/debian/dists/bookworm-updates/InRelease' mirror.test_InRelease 0
'http://mirror.test/debian/dists/bookworm-backports/InRelease' mirror.test_InRelease 0
'http://mirror.test/debian/dists/bookworm/main/binary-amd64/Packages.xz' x 0
'http://mirror.test/security/dists/bookworm-security/InRelease' mirror.test_InRelease 0
'http://other.test/tool/dists/noble/InRelease' other.test_InRelease 0
";
        let (lines, suites) = map_sources(uris, "", Suite::Trixie);
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
    fn given_sources_serve_other_releases() {
        let given = "deb http://mirror.test/debian trixie main\ndeb http://mirror.test/security trixie-security main\n";
        assert_eq!(given_sources(given, Suite::Trixie), given);
        assert_eq!(
            given_sources(given, Suite::Forky),
            "deb http://mirror.test/debian forky main\ndeb http://mirror.test/security forky-security main\n"
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
