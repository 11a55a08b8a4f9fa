//! Every word said when a builder can't be made.

mod definition;
mod prerequisites;
mod python;

use std::path::Path;

use explain::{Explain, Message};

use crate::command::CommandError;
use crate::errors::BuilderError;
use crate::source_tree::SourceTreeError;
use crate::tool_failure::ToolFailure;

impl Explain for BuilderError {
    fn explain(&self) -> Message {
        match self {
            Self::SourceTree(error) => error.explain(),
            Self::Compose(error) => error.explain(),
            Self::Store(error) => error.explain(),
            Self::Read(source) => Message::yours("source/file", "A source file can't be read")
                .body("The builder is made from it.")
                .cause(source),
            Self::Prerequisites(missing) => prerequisites::explain(missing),
            Self::SourcesChanged { root } => Message::yours(
                "source/changed",
                "The sources changed while they were compiled",
            )
            .body(format!(
                "The buildpacks are made of the checkout in\n{}\nand something there was edited meanwhile.\n\n\
                 Run the same command again, for what is there now.",
                root.display()
            )),
            Self::Layout(error) => error.explain(),
            Self::Unpack(error) => error.explain(),
            Self::PackageWrite { path, source } => {
                Message::machine("builder/package", "A package can't be written")
                    .body(path.display().to_string())
                    .cause(source)
            }
            Self::Architecture => Message::machine(
                "machine/architecture",
                "Builders can't be made for this processor",
            )
            .body("Images are composed for amd64 (x86_64) and arm64 (aarch64)."),
            Self::ToolVanished { tool } => {
                Message::machine("tool/vanished", format!("{tool} has vanished"))
                    .body("It was there when the work began, and now it isn't on PATH.")
            }
            Self::Tool { tool, source } => {
                Message::machine("tool/broken", format!("{tool} doesn't work"))
                    .body("Asked for its version, it failed. Reinstall it.")
                    .cause(source)
            }
            Self::Data { path, source } => Message::yours("builder/data", "A file can't be read")
                .body(format!("{}\nisn't of its format.", path.display()))
                .cause(source),
            Self::Definition { path, source } => definition::explain(path, source),
            Self::UnknownBuildpack { id, known } => {
                Message::yours("builder/buildpack", format!("There is no buildpack {id}")).body(
                    format!(
                        "A builder's definition names it, and buildpacks/ has\n{}",
                        known.join("\n")
                    ),
                )
            }
            Self::UnknownRunImage { reference, known } => run_image(reference, known),
            Self::Render(source) => Message::ours(
                "builder/render",
                "The builder's configuration can't be written",
            )
            .cause(source),
            _ => self.explain_work(),
        }
    }
}

impl BuilderError {
    /// The failures of the programs that make components, and of what they made.
    fn explain_work(&self) -> Message {
        if let Some(message) = self.command().and_then(shortage) {
            return message;
        }
        match self {
            Self::GoDownload { version, source } => download(
                ["go/download", "go/altered", "go/lock", "go/forbidden", "go/unknown-version"],
                &format!("Go {version}"),
                "stack/runtimes/go.toml",
                source,
            ),
            Self::LifecycleDownload { source } => download(
                [
                    "lifecycle/download",
                    "lifecycle/altered",
                    "lifecycle/lock",
                    "lifecycle/forbidden",
                    "lifecycle/unknown-version",
                ],
                "The lifecycle's modules",
                "stack/lifecycle/go.mod and go.sum",
                source,
            ),
            Self::CargoFetch { source } => download(
                [
                    "buildpacks/download",
                    "buildpacks/altered",
                    "buildpacks/lock",
                    "buildpacks/forbidden",
                    "buildpacks/unknown-version",
                ],
                "The buildpacks' crates",
                "Cargo.toml and Cargo.lock",
                source,
            ),
            Self::MuslTarget { target, source } => rust_target(target, source),
            Self::StartCompile { source } => ours("start/compile", "start can't be compiled", source),
            Self::UvDownload { .. }
            | Self::UvDigest { .. }
            | Self::NodeDownload { .. }
            | Self::NodeDigest { .. }
            | Self::Python { .. }
            | Self::PythonLinkage { .. } => python::explain(self),
            Self::BuildpackCompile { id, source } => {
                ours("buildpack/compile", &format!("{id} can't be compiled"), source)
            }
            Self::BuildpackPackage { id, source } => {
                ours("buildpack/package", &format!("{id} can't be packaged"), source)
            }
            Self::LifecycleApis { path, list } => {
                Message::yours("lifecycle/apis", "lifecycle.toml isn't true").body(format!(
                    "{}\nsays\n{list}\n\nand api/apis.go of the lifecycle says something else. Copy its lists.",
                    path.display()
                ))
            }
            Self::LifecycleVersion { path } => no_lifecycle(path),
            // What is left failed although everything it needs was there.
            error => Message::ours("builder/work", "A part of the builder can't be made").cause(error),
        }
    }
}

fn no_lifecycle(path: &Path) -> Message {
    Message::yours("lifecycle/version", "go.mod requires no lifecycle").body(format!(
        "{}\nmust have a line like\nrequire {} v0.21.17",
        path.display(),
        crate::lifecycle_descriptor::MODULE
    ))
}

fn ours(id: &'static str, title: &str, source: &dyn std::error::Error) -> Message {
    Message::ours(id, title).cause(source)
}

fn rust_target(target: &str, source: &CommandError) -> Message {
    Message::network("rust/target", "rustup can't add a library to Rust")
        .body(format!(
            "The builder needs Rust's library for {target}. rustup downloads it\n\
             with its own configuration on this machine (server, proxy, certificates). Try it\n\
             by itself:\nrustup target add {target}"
        ))
        .cause(source)
}

/// What no program can do anything about: the machine has no more of it.
fn shortage(error: &CommandError) -> Option<Message> {
    let message = match ToolFailure::of(error) {
        ToolFailure::NotStarted => Message::machine("tool/start", "A program can't be started")
            .body(
                "It is needed to make the builder. Where it lies must not be mounted `noexec`, and\n\
                 this user must be allowed to run it.",
            ),
        ToolFailure::DiskFull => Message::machine("disk/full", "The disk is full").body(
            "A program that makes a part of the builder had no space left. Such programs write\n\
             to the cache directory, to target/ in the checkout, and to the caches of go and\n\
             cargo.\n\n\
             Free some space, or put the cache directory on another disk:\n\
             export CORACLE_HOME=/path/with/space",
        ),
        ToolFailure::Killed => Message::machine("machine/memory", "A program was killed").body(
            "Nearly always that is for want of memory: compilers need about 2 GB.\n\n\
             End other programs, or give the machine more, then try again: what is done so far\n\
             is kept.",
        ),
        _ => return None,
    };
    Some(message.cause(error))
}

/// The ids are for: nobody answers, altered, lock file, forbidden, unknown version.
fn download(ids: [&'static str; 5], what: &str, files: &str, source: &CommandError) -> Message {
    let [unreachable, altered, lock, forbidden, unknown] = ids;
    let message = match ToolFailure::of(source) {
        ToolFailure::Altered => Message::yours(altered, "A download isn't what was promised").body(format!(
            "{what}: what was downloaded differs from what {files}\n\
             or the checksum database recorded. Its author changed a published version, or\n\
             somebody on the way did. Find out which before you change a lock file."
        )),
        ToolFailure::LockFile => Message::yours(lock, "A lock file can't be used").body(format!(
            "{what} are pinned by {files}\nin the checkout, and they are damaged or don't belong together.\n\n\
             To see what was changed, run in the checkout:\ngit diff {}",
            files.replace(" and ", " ")
        )),
        ToolFailure::Forbidden => Message::yours(forbidden, "The settings forbid to download").body(format!(
            "{what}: the client's own configuration on this machine, a variable or a file,\n\
             forbids to download. Change the setting that it names."
        )),
        ToolFailure::UnknownVersion => Message::yours(unknown, "A version can't be had").body(format!(
            "{what}: {files}\nnames a version that the module proxy or registry of this machine doesn't have.\n\n\
             Name one that it has, or use another proxy or registry."
        )),
        _ => Message::network(unreachable, format!("{what} can't be downloaded")).body(
            "go, cargo and pip download with their own configuration on this machine (registry,\n\
             proxy, credentials).",
        ),
    };
    message.cause(source)
}

fn run_image(reference: &str, known: &[String]) -> Message {
    Message::yours("rebase/unknown", "The run image isn't one of this checkout").body(format!(
        "{}\nnames no image of stack/. NAME and NAME:latest are stack/NAME.toml, NAME:TAG is\n\
         stack/NAME-TAG.toml. There are:\n{}\n\n\
         For a run image from elsewhere, name its OCI layout:\n--run-image oci:DIRECTORY",
        explain::quote(reference, 200),
        known.join("\n")
    ))
}

impl Explain for SourceTreeError {
    fn explain(&self) -> Message {
        let looked_at = self.looked_at.display();
        if self.named {
            Message::yours("source/wrong", "CORACLE_SOURCE names no checkout of Coracle").body(
                format!(
                    "There is no builder.toml, buildpacks/ and stack/ in\n{looked_at}\n\nSet it to a checkout, or unset it:\nunset CORACLE_SOURCE"
                ),
            )
        } else {
            Message::yours("source/missing", "There is no checkout of Coracle").body(format!(
                "The builder is made from Coracle's own sources (builder.toml, buildpacks/,\nstack/), and they are no longer in\n{looked_at}\n\nSay where they are:\nexport CORACLE_SOURCE=/path/to/coracle"
            ))
        }
    }
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
