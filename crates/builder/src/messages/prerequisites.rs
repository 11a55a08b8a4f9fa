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
        Missing::MuslTarget { sysroot, target } => format!(
            "Rust's library for {target}, which the Rust in {}\n  \
             lacks; rustup adds it to a Rust of its own (https://www.rust-lang.org/tools/install)",
            sysroot.display()
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
        | Missing::MuslTarget { .. }
        | Missing::Apt
        | Missing::DpkgDeb => None,
    }
}

#[cfg(test)]
mod tests {
    use explain::Explain as _;

    use crate::command::CommandError;
    use crate::errors::BuilderError;
    use crate::prerequisites::Missing;

    #[test]
    fn a_rust_without_musl_is_told_what_brings_it() {
        let target = "x86_64-unknown-linux-musl";
        let sysroot = "/usr".into();
        let error = BuilderError::Prerequisites(vec![Missing::MuslTarget { sysroot, target }]);
        insta::assert_snapshot!(error.explain().render(), @"
        [Error: Programs are missing to make the builder]
        The builder is made on this machine, once, and for that it needs
        - Rust's library for x86_64-unknown-linux-musl, which the Rust in /usr
          lacks; rustup adds it to a Rust of its own (https://www.rust-lang.org/tools/install)
        (builder/prerequisites)
        ");
        let source = CommandError::Output {
            program: "rustup".to_owned(),
            source: std::io::ErrorKind::BrokenPipe.into(),
        };
        let broken = BuilderError::MuslTarget { target, source };
        assert_eq!(broken.explain().id, "tool/start");
        let source = CommandError::Failed {
            command: "rustup target add".to_owned(),
            status: std::os::unix::process::ExitStatusExt::from_raw(256),
            output: "error: could not download file: connection refused".to_owned(),
        };
        let refused = BuilderError::MuslTarget { target, source };
        insta::assert_snapshot!(refused.explain().render(), @"
        [Error: rustup can't add a library to Rust]
        The builder needs Rust's library for x86_64-unknown-linux-musl. rustup downloads it
        with its own configuration on this machine (server, proxy, certificates). Try it
        by itself:
        rustup target add x86_64-unknown-linux-musl

        This is a problem of the network or of the server at its other end, not of
        your app: retry, and check proxy and mirror settings if it stays.

        Details: `rustup target add` failed with exit status: 1:
        error: could not download file: connection refused
        (rust/target)
        ");
    }
}
