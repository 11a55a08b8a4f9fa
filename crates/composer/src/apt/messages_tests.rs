use std::fmt::Write as _;
use std::io;

use explain::Explain as _;

use super::*;

fn text(text: &str) -> String {
    text.to_owned()
}

fn problems() -> Vec<AptError> {
    vec![
        AptError::Start {
            program: "apt-get",
            source: io::Error::from(io::ErrorKind::NotFound),
        },
        AptError::Broken {
            command: "apt-config dump",
            stderr: text("E: Syntax error /etc/apt/apt.conf:1: Extra junk"),
        },
        AptError::NoDebianArchive {
            suites: vec![text("noble"), text("noble-updates")],
        },
        AptError::NoDebianArchive { suites: vec![] },
        AptError::NoKeyring,
        AptError::Untrusted {
            stderr: text("E: is not signed."),
        },
        AptError::Tampered {
            mismatches: vec![
                Mismatch {
                    uri: text("http://mirror.test/pool/tool_1%3a1.0_all.deb"),
                    package: Some(text("tool 1:1.0")),
                    expected: vec![text("SHA256:aa"), text("Filesize:784")],
                    received: vec![text("SHA256:bb"), text("Filesize:791")],
                },
                Mismatch {
                    uri: text("http://mirror.test/Packages.xz"),
                    package: None,
                    expected: vec![text("SHA256:aa"), text("Filesize:784")],
                    received: vec![text("Filesize:100")],
                },
            ],
            stderr: text("E: Failed to fetch"),
        },
        AptError::Unreachable {
            stderr: text("E: Failed to fetch"),
        },
        AptError::UnknownPackages {
            suite: crate::Suite::Bookworm,
            names: vec![text("libz")],
        },
        AptError::Unresolvable {
            stderr: text("E: Unable to correct problems"),
        },
        AptError::Altered {
            package: text("libc6 2.41-12"),
            expected: text("sha256:aa"),
            found: text("sha256:bb"),
        },
        AptError::Io(io::Error::from(io::ErrorKind::StorageFull)),
    ]
}

fn rendered() -> String {
    let mut rendered = String::new();
    for problem in problems() {
        let message = problem.explain();
        let _ = writeln!(rendered, "{:?}\n{}", message.kind, message.render());
    }
    rendered
}

#[test]
#[expect(clippy::too_many_lines, reason = "one snapshot of every message")]
fn what_is_wrong_with_apt_is_said() {
    insta::assert_snapshot!(rendered(), @"
    Machine
    [Error: apt-get can't be started]
    Debian packages are resolved and downloaded by apt, which must be installed.

    Details: entity not found
    (apt/missing)

    Machine
    [Error: apt-config doesn't work]
    Mirrors and proxies are those that apt on this machine is configured with, and
    asking it for them fails. This fails in the same way, and what it says is to be
    mended:
    apt-config dump

    Details: E: Syntax error /etc/apt/apt.conf:1: Extra junk
    (apt/broken)

    Machine
    [Error: apt knows no Debian mirror]
    Images are made of Debian 13 packages, from the mirrors that apt on this machine
    uses. Its sources have only:
    noble
    noble-updates

    To name the mirrors yourself, write a sources.list with Debian 13 (trixie,
    trixie-updates and trixie-security) and give its path in:
    export CORACLE_APT_SOURCES=/path/to/sources.list
    (apt/no-debian)

    Machine
    [Error: apt knows no Debian mirror]
    Images are made of Debian 13 packages, from the mirrors that apt on this machine
    uses. It has no sources at all.

    To name the mirrors yourself, write a sources.list with Debian 13 (trixie,
    trixie-updates and trixie-security) and give its path in:
    export CORACLE_APT_SOURCES=/path/to/sources.list
    (apt/no-debian)

    Machine
    [Error: Debian's public keys are missing]
    Packages are only taken when the signature of Debian's archive is right, and
    neither /usr/share/keyrings/debian-archive-keyring.gpg nor a key in
    /etc/apt/trusted.gpg.d is there to check it with.

    To install the keys, run as root:
    apt-get install debian-archive-keyring
    (apt/no-keyring)

    Network
    [Error: The package index isn't signed by Debian]
    What a mirror, or a proxy on the way to it, sent as Debian's package index has no
    signature by a key of this machine's debian-archive-keyring. Nothing of it is
    used, and it isn't asked for again by itself.

    If the details say NO_PUBKEY, the keys here are older than the archive's. To renew
    them, run as root:
    apt-get install debian-archive-keyring

    Otherwise ask who runs the mirror or the proxy.
    To name the mirrors yourself, write a sources.list with Debian 13 (trixie,
    trixie-updates and trixie-security) and give its path in:
    export CORACLE_APT_SOURCES=/path/to/sources.list

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.

    Details: E: is not signed.
    (apt/untrusted)

    Network
    [Error: A download isn't what Debian signed]
    Debian's signed index says of every file what it is.

    http://mirror.test/pool/tool_1%3a1.0_all.deb
    is the package tool 1:1.0. Promised is
      SHA256:aa
      Filesize:784
    but what came is
      SHA256:bb
      Filesize:791

    http://mirror.test/Packages.xz
    is a part of the package index. Promised is
      SHA256:aa
      Filesize:784
    but what came is
      Filesize:100

    Nothing of it is used, and it isn't asked for again by itself. A mirror that is
    just being updated is right again in some minutes; otherwise something on the way
    changes what is downloaded: ask who runs the mirror or the proxy.
    To name the mirrors yourself, write a sources.list with Debian 13 (trixie,
    trixie-updates and trixie-security) and give its path in:
    export CORACLE_APT_SOURCES=/path/to/sources.list

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.

    Details: E: Failed to fetch
    (apt/tampered)

    Network
    [Error: apt can't download from Debian's mirror]
    Mirrors are those of apt on this machine, or those that CORACLE_APT_SOURCES
    names; proxy and credentials are apt's. It has tried again as often as it is
    configured to (Acquire::Retries).

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.

    Details: E: Failed to fetch
    (apt/unreachable)

    Yours
    [Error: Debian has no such package]
    Neither Debian 12 (bookworm) nor its updates have:
    libz

    Change the names in stack/*.toml.
    (apt/unknown-package)

    Yours
    [Error: The packages can't be installed together]
    apt finds no set of packages with which all dependencies are met.

    Details: E: Unable to correct problems
    (apt/unresolvable)

    Network
    [Error: A package isn't what was locked]
    libc6 2.41-12 must have the digest
    sha256:aa
    but the mirror has
    sha256:bb

    Debian never changes a version that it has published: ask who runs the mirror
    before running `coracle stack lock`.

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.
    (apt/altered)

    Machine
    [Error: The disk is full]
    While writing below the cache directory
    no space was left. What was half-written is removed.

    Free some space, or put the cache directory on another disk:
    export CORACLE_HOME=/path/with/space

    Details: no storage space
    (disk/full)
    ");
}
