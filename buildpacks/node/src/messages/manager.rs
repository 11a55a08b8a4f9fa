//! Package managers: which one, and which version of it.

use std::path::Path;

use explain::{Explain, Message, quote};
use nodejs_semver::Version;

use crate::plan::commands::locking;
use crate::plan::manager::ManagerError;
use crate::project::Lock;
use crate::settings::ManagerName;

impl Explain for ManagerError {
    fn explain(&self) -> Message {
        match self {
            Self::Inexact { text } => {
                let title = "No version of a package manager is named";
                Message::yours("node/manager/inexact", title).body(format!(
                    "{} says {}. It must be npm, pnpm, yarn or bun with a whole version, as\n\
                     Corepack has it, for example:\n\
                     \"packageManager\": \"pnpm@10.34.9\"",
                    text.origin,
                    quote(&text.value, 100)
                ))
            }
            Self::Contradiction { wish, lock } => {
                let title = "The lock is of another package manager";
                let of = wish.value.as_str();
                let locking = ManagerName::of(of).map_or("", locking);
                Message::yours("node/manager/contradiction", title).body(format!(
                    "{} asks for {of}, and the only lock is {lock}.\n\n\
                     Make a lock with {of}, and remove the other one:\n\
                     {locking}\n\
                     Or name the package manager that the lock is of.",
                    wish.origin
                ))
            }
            Self::Hash { text } => {
                let title = "A package manager's hash can't be checked";
                Message::yours("node/manager/hash", title).body(format!(
                    "{} says {}. Behind the + stands the kind of the hash, which is sha224,\n\
                     sha256, sha384 or sha512, a full stop, and the hash in hexadecimal. This writes it:\n\
                     corepack use pnpm@latest",
                    text.origin,
                    quote(&text.value, 200)
                ))
            }
            Self::Yarn2 { version, origin } => {
                let title = format!("Yarn {} can't be used", quote(version, 20));
                Message::yours("node/manager/yarn-2", title).body(format!(
                    "{origin} asks for it. Yarn 2 ends with an error over versions that packages have\n\
                     since then. Move to a newer one:\nyarn set version stable"
                ))
            }
            Self::Format {
                manager,
                lock,
                node,
            } => format(*manager, lock, node),
            Self::Unlocked {
                manager,
                lock_above,
            } => unlocked(*manager, lock_above.as_deref()),
        }
    }
}

fn format(manager: ManagerName, lock: &Lock, node: &Version) -> Message {
    let name = manager.command();
    let title = format!("{} has an unknown format", lock.file);
    let format = lock.format.as_deref().unwrap_or("none");
    Message::yours("node/manager/format", title).body(format!(
        "It says that its format is {}. No {name} that is known and works with Node {node}\n\
         reads that. Name the version that wrote it, in package.json:\n\
         \"packageManager\": \"{name}@...\"",
        quote(format, 30)
    ))
}

fn unlocked(manager: ManagerName, lock_above: Option<&Path>) -> Message {
    let locking = locking(manager);
    let more = match lock_above {
        Some(lock) => format!(
            "\n\nThere is {}, above this directory. Build the whole repository instead, without\n\
             BP_APP_DIR, and say in a Procfile what is started, for example:\n\
             web: node apps/api/server.js",
            lock.display()
        ),
        None => format!(
            "\n\nMake one, and commit it:\n{locking}\n\n\
             To install whatever is the newest on the day of the build: BP_NODE_ALLOW_NO_LOCK=true"
        ),
    };
    Message::yours(
        "node/manager/unlocked",
        "There are dependencies, and no lock",
    )
    .body(format!(
        "Without a lock every build would install something else. Looked for: yarn.lock,\n\
         pnpm-lock.yaml, bun.lock, npm-shrinkwrap.json, package-lock.json.{more}"
    ))
}
