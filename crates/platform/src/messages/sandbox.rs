//! Why a machine has no sandbox, and what to do.

use std::error::Error;
use std::io;

use explain::{Explain, Message};
use rustix::io::Errno;

use crate::{Restriction, SandboxError};

impl Explain for SandboxError {
    fn explain(&self) -> Message {
        match self {
            Self::Start { program, source } => {
                Message::machine("sandbox/start", "The sandbox program can't be started")
                    .body(format!("{}", program.display()))
                    .cause(source)
            }
            Self::Refused {
                output,
                restriction,
            } => Message::machine("sandbox/refused", "This machine doesn't allow sandboxes")
                .body(format!(
                    "Builds run in a user namespace, and the kernel refuses to make one.\n\n{}",
                    advice(*restriction)
                ))
                .details(output),
            Self::Io(source) if is_of_open_files(source) => Message::machine(
                "sandbox/open-files",
                "Too many files are open",
            )
            .body(
                "This session allows a process fewer open files than starting a sandbox takes.\n\n\
                 Allow more:\nulimit -n 1024",
            )
            .cause(source),
            Self::Io(source) => {
                Message::machine("sandbox/io", "The sandbox can't be prepared").cause(source)
            }
        }
    }
}

/// Whether the limit of open files is behind an error, or what it was wrapped around.
fn is_of_open_files(error: &io::Error) -> bool {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        let number = error.downcast_ref().and_then(io::Error::raw_os_error);
        if number == Some(Errno::MFILE.raw_os_error()) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn advice(restriction: Restriction) -> &'static str {
    match restriction {
        Restriction::AppArmor => {
            "AppArmor restricts them here (Ubuntu 23.10 and later). Either install the\n\
             distribution's bubblewrap, whose profile allows them, or, until the next\n\
             start of the machine:\n\
             sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        }
        Restriction::Disabled => {
            "They are switched off for ordinary users. Until the next start of the machine:\n\
             sudo sysctl kernel.unprivileged_userns_clone=1"
        }
        Restriction::NoneAllowed => {
            "Their number is limited to 0. Until the next start of the machine:\n\
             sudo sysctl user.max_user_namespaces=15000"
        }
        Restriction::Container => {
            "We are in a container whose runtime forbids them. Start it with\n\
             --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined"
        }
        Restriction::Unknown => {
            "In a container, its runtime may forbid them; elsewhere a security module may.\n\
             This command must succeed:\nunshare --user --map-root-user true"
        }
    }
}
