//! An image that a registry doesn't have.

use explain::Message;

use super::output::minutes;
use crate::{ImageName, PushFailure};

/// An image that doesn't get to `image`.
pub(super) fn push(image: &ImageName, reason: PushFailure) -> Message {
    let registry = image.registry().unwrap_or("the default registry");
    let host = image
        .registry()
        .map_or_else(String::new, |registry| format!(" {registry}"));
    match reason {
        PushFailure::Refused => Message::yours("publish/refused", "The registry refuses the image")
            .body(format!(
                "{registry} doesn't let you push\n{image}\n\n\
                 Credentials are those of docker's configuration (config.json in ~/.docker or\n\
                 $DOCKER_CONFIG). To store yours there:\ndocker login{host}"
            )),
        PushFailure::Name => {
            Message::yours("publish/name", "The registry refuses the name").body(format!(
                "{registry} doesn't know or take the name\n{image}\n\n\
                 Create the repository there first, or build again with the name of one that\n\
                 exists; what is built is reused:\ncoracle build REGISTRY/REPOSITORY:TAG --publish"
            ))
        }
        PushFailure::Certificate => Message::machine(
            "publish/certificate",
            "The registry's certificate isn't trusted",
        )
        .body(format!(
            "{registry} identifies itself by a certificate that no authority known to this\n\
             machine has signed.\n\n\
             If it is the right registry, name the file with its authority's certificate:\n\
             export SSL_CERT_FILE=/path/to/ca.pem"
        )),
        PushFailure::Configuration
        | PushFailure::AuthFile
        | PushFailure::Helper
        | PushFailure::HelperNoEnd { .. } => credentials(image, reason),
        PushFailure::ReadOnly => {
            Message::yours("publish/read-only", "The registry takes no images").body(format!(
                "{registry} can be read only, or this part of it:\n{image}\n\n\
                 Name a registry that you may push to:\nREGISTRY/REPOSITORY"
            ))
        }
        PushFailure::Network => Message::network("publish/network", "The image can't be pushed")
            .body(format!(
                "{registry} can't be reached, or fails, while it is asked to take\n{image}"
            )),
        PushFailure::NoEnd { waited } => {
            Message::network("publish/no-end", "The registry doesn't finish").body(format!(
                "{registry} was given up after {}, for it had not finished a request\n\
                 about {image}",
                minutes(waited)
            ))
        }
    }
}

/// What keeps the credentials from being known.
fn credentials(image: &ImageName, reason: PushFailure) -> Message {
    let helper = format!(
        "The credentials for\n{image}\ncome from the program that docker's configuration names in credsStore or\n\
         credHelpers (config.json in ~/.docker or $DOCKER_CONFIG)."
    );
    match reason {
        PushFailure::HelperNoEnd { waited } => {
            let title = "The credential helper doesn't finish";
            Message::machine("publish/helper-no-end", title).body(format!(
                "{helper} It was given up after\n{}.\n\n\
                 If it waits for somebody to unlock a key, do that first, or take its name out of\nthat file.",
                minutes(waited)
            ))
        }
        PushFailure::Helper => Message::yours(
            "publish/helper",
            "The credential helper is missing or fails",
        )
        .body(format!(
            "{helper} It is missing, fails, or\ndoesn't answer as helpers do.\n\n\
             Install or mend it, or take its name out of that file."
        )),
        PushFailure::AuthFile => {
            let title = "Podman's credentials can't be read";
            Message::yours("publish/auth-file", title).body(format!(
                "The credentials for\n{image}\nare those of podman, since docker has no configuration here. The file that\n\
                 $REGISTRY_AUTH_FILE names, else containers/auth.json in $XDG_RUNTIME_DIR, isn't\n\
                 as podman writes it.\n\n\
                 Remove it, and have it written again:\npodman login {}",
                image.registry().unwrap_or_default()
            ))
        }
        _ => {
            let title = "Docker's configuration can't be read";
            Message::yours("publish/configuration", title).body(format!(
                "The credentials for\n{image}\nare those of docker's configuration (config.json in ~/.docker or $DOCKER_CONFIG),\n\
                 which can't be read, or isn't as docker writes it.\n\n\
                 Mend it, or name the directory of another:\nexport DOCKER_CONFIG=/some/directory"
            ))
        }
    }
}

#[cfg(test)]
#[path = "push_tests.rs"]
mod tests;
