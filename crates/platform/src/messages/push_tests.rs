use std::time::Duration;

use explain::Explain as _;

use super::*;
use crate::OutputError;

fn rendered(errors: &[OutputError]) -> String {
    let messages = errors.iter().map(|error| error.explain().render());
    messages.collect::<Vec<_>>().join("\n")
}

fn push(reason: PushFailure) -> OutputError {
    OutputError::Push {
        image: "registry.example/app:1".parse().unwrap(),
        reason,
        output: "what crane said".into(),
    }
}

#[test]
fn of_credentials() {
    insta::assert_snapshot!(rendered(&[
        push(PushFailure::Configuration),
        push(PushFailure::AuthFile),
        push(PushFailure::Helper),
        push(PushFailure::HelperNoEnd { waited: Duration::from_mins(1) }),
        push(PushFailure::ReadOnly),
    ]), @"
    [Error: Docker's configuration can't be read]
    The credentials for
    registry.example/app:1
    are those of docker's configuration (config.json in ~/.docker or $DOCKER_CONFIG),
    which can't be read, or isn't as docker writes it.

    Mend it, or name the directory of another:
    export DOCKER_CONFIG=/some/directory

    Details: what crane said
    (publish/configuration)

    [Error: Podman's credentials can't be read]
    The credentials for
    registry.example/app:1
    are those of podman, since docker has no configuration here. The file that
    $REGISTRY_AUTH_FILE names, else containers/auth.json in $XDG_RUNTIME_DIR, isn't
    as podman writes it.

    Remove it, and have it written again:
    podman login registry.example

    Details: what crane said
    (publish/auth-file)

    [Error: The credential helper is missing or fails]
    The credentials for
    registry.example/app:1
    come from the program that docker's configuration names in credsStore or
    credHelpers (config.json in ~/.docker or $DOCKER_CONFIG). It is missing, fails, or
    doesn't answer as helpers do.

    Install or mend it, or take its name out of that file.

    Details: what crane said
    (publish/helper)

    [Error: The credential helper doesn't finish]
    The credentials for
    registry.example/app:1
    come from the program that docker's configuration names in credsStore or
    credHelpers (config.json in ~/.docker or $DOCKER_CONFIG). It was given up after
    a minute.

    If it waits for somebody to unlock a key, do that first, or take its name out of
    that file.

    Details: what crane said
    (publish/helper-no-end)

    [Error: The registry takes no images]
    registry.example can be read only, or this part of it:
    registry.example/app:1

    Name a registry that you may push to:
    REGISTRY/REPOSITORY

    Details: what crane said
    (publish/read-only)
    ");
}

#[test]
fn of_a_registry() {
    insta::assert_snapshot!(rendered(&[
        push(PushFailure::Refused),
        push(PushFailure::Name),
        push(PushFailure::Certificate),
        push(PushFailure::Network),
        push(PushFailure::NoEnd { waited: Duration::from_secs(450) }),
        OutputError::NoRegistry { image: "shop".parse().unwrap() },
    ]), @"
    [Error: The registry refuses the image]
    registry.example doesn't let you push
    registry.example/app:1

    Credentials are those of docker's configuration (config.json in ~/.docker or
    $DOCKER_CONFIG). To store yours there:
    docker login registry.example

    Details: what crane said
    (publish/refused)

    [Error: The registry refuses the name]
    registry.example doesn't know or take the name
    registry.example/app:1

    Create the repository there first, or build again with the name of one that
    exists; what is built is reused:
    coracle build REGISTRY/REPOSITORY:TAG --publish

    Details: what crane said
    (publish/name)

    [Error: The registry's certificate isn't trusted]
    registry.example identifies itself by a certificate that no authority known to this
    machine has signed.

    If it is the right registry, name the file with its authority's certificate:
    export SSL_CERT_FILE=/path/to/ca.pem

    Details: what crane said
    (publish/certificate)

    [Error: The image can't be pushed]
    registry.example can't be reached, or fails, while it is asked to take
    registry.example/app:1

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.

    Details: what crane said
    (publish/network)

    [Error: The registry doesn't finish]
    registry.example was given up after 8 minutes, for it had not finished a request
    about registry.example/app:1

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.

    Details: what crane said
    (publish/no-end)

    [Error: The image name has no registry]
    --publish pushes to the registry in the image's name, and shop has none.

    Say where it goes, such as:
    registry.example/team/shop:latest
    (publish/no-registry)
    ");
}
