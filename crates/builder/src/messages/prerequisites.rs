//! What a machine lacks to make a builder, and what brings it.

use std::fmt::Write as _;

use explain::Message;

use crate::prerequisites::{Missing, OLDEST_GO};

pub(super) fn explain(missing: &[Missing]) -> Message {
    let mut body = "The builder is made on this machine, once, and for that it needs\n".to_owned();
    for missing in missing {
        let _ = writeln!(body, "- {}", need(missing));
    }
    let mut packages: Vec<&str> = missing.iter().filter_map(debian_package).collect();
    packages.sort_unstable();
    packages.dedup();
    if !packages.is_empty() {
        let _ = write!(
            body,
            "\nOn Debian and Ubuntu:\nsudo apt-get install {}",
            packages.join(" ")
        );
    }
    Message::machine(
        "builder/prerequisites",
        "Programs are missing to make the builder",
    )
    .body(body)
}

fn need(missing: &Missing) -> String {
    let go = format!("Go {OLDEST_GO} or newer (https://go.dev/dl)");
    match missing {
        Missing::Go => format!("{go}; it downloads the exact version by itself"),
        Missing::NewerGo { path, version } => {
            format!("{go}; {} is {}", path.display(), known(version))
        }
        Missing::Rust { oldest } => {
            format!(
                "Rust {oldest} or newer, cargo and rustc (https://www.rust-lang.org/tools/install)"
            )
        }
        Missing::NewerRust {
            path,
            version,
            oldest,
        } => format!(
            "Rust {oldest} or newer, as `rustup update stable` brings it; {} is {}",
            path.display(),
            known(version)
        ),
        Missing::CCompiler => "cc, a C compiler, which links Rust programs".to_owned(),
        Missing::StaticCLibrary => "libc.a, the static C library".to_owned(),
        Missing::Apt => "apt-get, which downloads Debian packages".to_owned(),
        Missing::DpkgDeb => "dpkg-deb, which unpacks them".to_owned(),
    }
}

fn known(version: &str) -> &str {
    if version.is_empty() {
        "too old to say its version"
    } else {
        version
    }
}

/// What brings the program on Debian and Ubuntu. Not where the machine has it and it is too old: its
/// distribution hasn't a newer one.
fn debian_package(missing: &Missing) -> Option<&'static str> {
    match missing {
        Missing::Go => Some("golang-go"),
        Missing::CCompiler => Some("gcc libc6-dev"),
        Missing::StaticCLibrary => Some("libc6-dev"),
        Missing::NewerGo { .. }
        | Missing::Rust { .. }
        | Missing::NewerRust { .. }
        | Missing::Apt
        | Missing::DpkgDeb => None,
    }
}
