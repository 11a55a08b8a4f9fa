//! Every word said when apt fails.

use std::fmt::Write as _;

use explain::{Explain, Message};

use super::{AptError, Mismatch};

const OTHER_SOURCES: &str = "\
To name the mirrors yourself, write a sources.list with Debian 13 (trixie,
trixie-updates and trixie-security) and give its path in:
export CORACLE_APT_SOURCES=/path/to/sources.list";

impl Explain for AptError {
    fn explain(&self) -> Message {
        match self {
            Self::Start { program, source } => Message::machine(
                "apt/missing",
                format!("{program} can't be started"),
            )
            .body("Debian packages are resolved and downloaded by apt, which must be installed.")
            .cause(source),
            Self::Broken { command, stderr } => Message::machine(
                "apt/broken",
                format!(
                    "{} doesn't work",
                    command.split(' ').next().unwrap_or("apt")
                ),
            )
            .body(format!(
                "Mirrors and proxies are those that apt on this machine is configured with, and\n\
                 asking it for them fails. This fails in the same way, and what it says is to be\n\
                 mended:\n{command}"
            ))
            .details(stderr.as_str()),
            Self::NoDebianArchive { suites } => no_debian_archive(suites),
            Self::NoKeyring => {
                Message::machine("apt/no-keyring", "Debian's public keys are missing").body(
                    "Packages are only taken when the signature of Debian's archive is right, and\n\
                     neither /usr/share/keyrings/debian-archive-keyring.gpg nor a key in\n\
                     /etc/apt/trusted.gpg.d is there to check it with.\n\n\
                     To install the keys, run as root:\napt-get install debian-archive-keyring",
                )
            }
            Self::Sources { path, source } => {
                Message::yours("apt/sources", "The apt sources can't be read")
                    .body(format!("CORACLE_APT_SOURCES names {}", path.display()))
                    .cause(source)
            }
            Self::Untrusted { stderr } => untrusted(stderr),
            Self::Tampered { mismatches, stderr } => tampered(mismatches, stderr),
            Self::Unreachable { stderr } => {
                Message::network("apt/unreachable", "apt can't download from Debian's mirror")
                    .body(
                        "Mirrors are those of apt on this machine, or those that CORACLE_APT_SOURCES\n\
                         names; proxy and credentials are apt's. It has tried again as often as it is\n\
                         configured to (Acquire::Retries).",
                    )
                    .details(stderr.as_str())
            }
            Self::UnknownPackages { suite, names } => {
                Message::yours("apt/unknown-package", "Debian has no such package").body(format!(
                    "Neither Debian {} ({suite}) nor its updates have:\n{}\n\n\
                     Change the names in stack/*.toml.",
                    suite.release(),
                    names.join("\n")
                ))
            }
            Self::Unresolvable { stderr } => Message::yours(
                "apt/unresolvable",
                "The packages can't be installed together",
            )
            .body("apt finds no set of packages with which all dependencies are met.")
            .details(stderr.as_str()),
            Self::Altered {
                package,
                expected,
                found,
            } => Message::network("apt/altered", "A package isn't what was locked").body(format!(
                "{package} must have the digest\n{expected}\nbut the mirror has\n{found}\n\n\
                 Debian never changes a version that it has published: ask who runs the mirror\n\
                 before running `coracle stack lock`."
            )),
            Self::Io(source) => {
                store::io_message(std::path::Path::new("the cache directory"), source)
            }
        }
    }
}

fn untrusted(stderr: &str) -> Message {
    Message::network("apt/untrusted", "The package index isn't signed by Debian")
        .body(format!(
            "What a mirror, or a proxy on the way to it, sent as Debian's package index has no\n\
             signature by a key of this machine's debian-archive-keyring. Nothing of it is\n\
             used, and it isn't asked for again by itself.\n\n\
             If the details say NO_PUBKEY, the keys here are older than the archive's. To renew\n\
             them, run as root:\napt-get install debian-archive-keyring\n\n\
             Otherwise ask who runs the mirror or the proxy.\n{OTHER_SOURCES}"
        ))
        .details(stderr)
}

fn tampered(mismatches: &[Mismatch], stderr: &str) -> Message {
    let mut files = String::new();
    for mismatch in mismatches {
        let Mismatch {
            uri,
            package,
            expected,
            received,
        } = mismatch;
        let what = package.as_ref().map_or_else(
            || "a part of the package index".to_owned(),
            |package| format!("the package {package}"),
        );
        let _ = writeln!(
            files,
            "{uri}\nis {what}. Promised is\n  {}\nbut what came is\n  {}\n",
            expected.join("\n  "),
            received.join("\n  "),
        );
    }
    Message::network("apt/tampered", "A download isn't what Debian signed")
        .body(format!(
            "Debian's signed index says of every file what it is.\n\n{files}\
             Nothing of it is used, and it isn't asked for again by itself. A mirror that is\n\
             just being updated is right again in some minutes; otherwise something on the way\n\
             changes what is downloaded: ask who runs the mirror or the proxy.\n{OTHER_SOURCES}"
        ))
        .details(stderr)
}

fn no_debian_archive(suites: &[String]) -> Message {
    let seen = if suites.is_empty() {
        "It has no sources at all.".to_owned()
    } else {
        format!("Its sources have only:\n{}", suites.join("\n"))
    };
    Message::machine("apt/no-debian", "apt knows no Debian mirror").body(format!(
        "Images are made of Debian 13 packages, from the mirrors that apt on this machine\n\
         uses. {seen}\n\n{OTHER_SOURCES}"
    ))
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
