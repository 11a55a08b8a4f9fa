//! What is fetched from the registry before anything is installed: Node, and package managers.

use buildpack_kit::layer::LayerError;
use explain::{Explain, Message, quote};

use crate::errors::{ManagerUnavailable, NodeUnavailable};
use crate::messages::tools::last_lines;
use crate::registry::RegistryError;
use crate::tool_failure::ToolFailure;

impl Explain for NodeUnavailable {
    fn explain(&self) -> Message {
        let Self {
            version,
            request,
            source,
        } = self;
        let asked = format!(
            "{} asks for {}.",
            request.origin,
            quote(&request.value.to_string(), 60)
        );
        let LayerError::Create(error) = source else {
            return source.explain();
        };
        if let RegistryError::Failed {
            failure: ToolFailure::NotFound,
            output,
            ..
        } = error
        {
            let title = format!("Node {version} can't be had");
            return Message::yours("node/version/no-package", title)
                .body(format!(
                    "{asked} The registry has no such version for this processor.\n\n\
                     Ask for the line, and it is the newest of it: {}",
                    version.major()
                ))
                .details(last_lines(output));
        }
        failed(&format!("Node {version}"), &asked, error)
    }
}

impl Explain for ManagerUnavailable {
    fn explain(&self) -> Message {
        let Self { package, source } = self;
        let LayerError::Create(error) = source else {
            return source.explain();
        };
        let name = format!("{} {}", package.name, package.version);
        failed(&name, "It installs what the app needs.", error)
    }
}

fn failed(name: &str, why: &str, error: &RegistryError) -> Message {
    match error {
        RegistryError::Altered {
            expected, found, ..
        } => Message::yours(
            "node/fetch/altered",
            format!("{name} isn't what its hash says"),
        )
        .body(format!(
            "{why} Expected: {expected}\nDownloaded: {found}\n\n\
                 Either the hash in package.json is of something else, or somebody on the way\n\
                 changed what was downloaded. Find out which before you change the hash."
        )),
        RegistryError::Failed {
            failure, output, ..
        } => {
            let title = format!("{name} can't be fetched");
            let message = match failure {
                ToolFailure::Network => Message::network("node/fetch/network", title).body(format!(
                    "{why} The registry of packages couldn't be reached. Check the network, the proxy and the\n\
                     registry that .npmrc names, and build again."
                )),
                ToolFailure::NotFound => Message::yours("node/fetch/not-found", title)
                    .body(format!("{why} The registry has no such version: check its number.")),
                ToolFailure::Forbidden => Message::yours("node/fetch/forbidden", title).body(format!(
                    "{why} The registry refuses it without other credentials. A binding of the type npmrc\n\
                     holds them."
                )),
                ToolFailure::Full => Message::machine("node/fetch/disk-full", "The disk is full")
                    .body(format!("{name} has no place there.")),
                ToolFailure::Altered => Message::network("node/fetch/damaged", title).body(format!(
                    "{why} What was downloaded isn't what the registry says it is: it was damaged or changed on\n\
                     the way."
                )),
                _ => Message::network("node/fetch/failed", title).body(why.to_owned()),
            };
            message.details(last_lines(output))
        }
        RegistryError::NotRun { source, .. } => {
            Message::ours("node/fetch/not-run", format!("{name} can't be fetched")).cause(source)
        }
        RegistryError::Io { source, .. } => {
            Message::machine("node/fetch/io", format!("{name} can't be read or written"))
                .cause(source)
        }
    }
}

impl Explain for RegistryError {
    fn explain(&self) -> Message {
        failed("A package", "The build needs it.", self)
    }
}
