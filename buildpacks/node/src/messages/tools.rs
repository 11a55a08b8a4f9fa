//! Installations and scripts that failed.

use explain::{Explain, Message, quote};

use crate::plan::commands::locking;
use crate::settings::ManagerName;
use crate::tool_failure::ToolFailure;
use crate::tools::{Purpose, ToolError};

impl Explain for ToolError {
    fn explain(&self) -> Message {
        match self {
            Self::NotRun { manager, source } => {
                let title = format!("{} can't be run", manager.command());
                Message::ours("node/tool/not-run", title).cause(source)
            }
            Self::Io(error) => {
                let title = "The commands of the build can't be written";
                Message::machine("node/tool/io", title).cause(error)
            }
            Self::Failed {
                command,
                manager,
                purpose,
                failure,
                is_killed,
                output,
            } => {
                let message = match (failure, purpose) {
                    (ToolFailure::Full, _) => {
                        Message::machine("node/tool/disk-full", "The disk is full")
                            .body(format!("{} ended over it.", quote(command, 100)))
                    }
                    (ToolFailure::Memory, _) => memory(command),
                    _ if *is_killed => killed(command),
                    (failure, Purpose::Install) => install(*manager, *failure),
                    (_, Purpose::Script { name }) => script(*manager, name),
                    (_, Purpose::BeforeStart) => before_start(command),
                };
                message.details(last_lines(output))
            }
        }
    }
}

fn memory(command: &str) -> Message {
    Message::machine("node/tool/memory", "Node ran out of memory").body(format!(
        "{} needs more than Node takes by itself. Give the build more, for example 4 GB:\n\
         NODE_OPTIONS=--max-old-space-size=4096",
        quote(command, 100)
    ))
}

fn killed(command: &str) -> Message {
    Message::machine("node/tool/killed", "A command of the build was killed").body(format!(
        "{} was ended from outside, most likely because the machine ran out of memory.",
        quote(command, 100)
    ))
}

fn install(manager: ManagerName, failure: ToolFailure) -> Message {
    let name = manager.command();
    let locking = locking(manager);
    let title = "What the app needs can't be installed";
    match failure {
        ToolFailure::Outdated => Message::yours("node/install/outdated", "The lock is out of date").body(format!(
            "package.json asks for something that the lock doesn't have. Bring the lock up to date, and\n\
             commit it:\n{locking}\n\n\
             Where it is up to date, another version of {name} wrote it: name that one in package.json,\n\
             \"packageManager\": \"{name}@...\""
        )),
        ToolFailure::Network => Message::network("node/install/network", title).body(format!(
            "{name} couldn't reach the registry of packages, or a script of a package what that fetches: the\n\
             output names it. Check the network, the proxy and the registry that .npmrc names, and build again.\n\
             What was fetched is kept."
        )),
        ToolFailure::Forbidden => Message::yours("node/install/forbidden", title).body(
            "The registry refuses a package without other credentials. Give the token to the build as a\n\
             binding of the type npmrc (of Yarn: yarnrc), or as the variable that .npmrc of the app names.",
        ),
        ToolFailure::NotFound => Message::yours("node/install/not-found", title).body(
            "The registry has no such package, or no such version of it. Is it private? Then .npmrc must\n\
             name its registry.",
        ),
        ToolFailure::Altered => Message::yours("node/install/altered", "A package isn't what the lock says").body(
            "What was downloaded has another hash than the lock. Either it was published anew, or somebody\n\
             on the way changed it. Find out which before you change the lock.",
        ),
        ToolFailure::Engine => Message::yours("node/install/engine", title).body(
            "A package, or the app, doesn't work with this version of Node or of the package manager, as its\n\
             `engines` say. Ask for a Node that does in package.json:\n\"engines\": { \"node\": \"24\" }",
        ),
        ToolFailure::Addon => Message::yours("node/install/addon", "A native addon can't be compiled").body(
            "It is compiled because nothing that was compiled before is for this version of Node. Newer\n\
             versions of the package may have that; so may an older Node. The build image has g++, make and\n\
             Python, and headers of the most common libraries.",
        ),
        ToolFailure::Blocked => Message::yours("node/install/blocked", "Scripts of packages were not run").body(
            "pnpm runs scripts of packages only if the app allows it. Look at the names in its output, and\n\
             allow those that are needed, or forbid them, in pnpm-workspace.yaml:\n\
             allowBuilds:\n  name: true",
        ),
        ToolFailure::Full | ToolFailure::Memory | ToolFailure::Other => {
            Message::yours("node/install/failed", title).body(format!("{name} says why."))
        }
    }
}

fn script(manager: ManagerName, name: &str) -> Message {
    let title = format!("The script {} failed", quote(name, 40));
    Message::yours("node/script/failed", title).body(format!(
        "It is in package.json. To see it fail on your machine, with what the lock says installed:\n\
         NODE_ENV=production {} run {}",
        manager.command(),
        quote(name, 100)
    ))
}

fn before_start(command: &str) -> Message {
    let title = "What stands before the start command failed";
    Message::yours("node/script/before-start", title).body(format!(
        "It makes what is started, and so it runs when the app is built:\n{}",
        quote(command, 300)
    ))
}

/// What stands before what npm tells of `npm ci` itself.
const USAGE: &str = "npm error Clean install a project";

/// The end of what a tool wrote.
pub(super) fn last_lines(output: &str) -> String {
    const LINES: usize = 30;
    // npm says what is wrong, and behind it how it is called.
    let said = output.lines().take_while(|line| *line != USAGE);
    let lines: Vec<String> = said.map(|line| quote(line, 400)).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
