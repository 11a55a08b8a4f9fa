use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use super::*;

fn rendered(errors: &[OutputError]) -> String {
    let messages = errors.iter().map(|error| error.explain().render());
    messages.collect::<Vec<_>>().join("\n")
}

fn write(kind: ErrorKind) -> OutputError {
    OutputError::Write {
        option: "--output docker-archive:",
        path: PathBuf::from("/mnt/app.tar"),
        source: kind.into(),
    }
}

#[test]
fn of_a_registry_that_has_something_else() {
    let image = "registry.example/team/run:latest".parse().unwrap();
    insta::assert_snapshot!(rendered(&[
        OutputError::OtherArchitecture { image, found: "arm64".into(), own: "amd64" },
    ]), @"
    [Error: The registry has this image for another processor]
    registry.example/team/run:latest
    is there for arm64. What is made on this machine is for amd64 only and would
    take its place: indexes, which hold an image for each processor, aren't made yet.

    Publish under another prefix:
    coracle builder publish PREFIX/amd64
    (publish/architecture)
    ");
}

#[test]
fn of_a_daemon() {
    insta::assert_snapshot!(rendered(&[
        OutputError::NoDocker,
        OutputError::NoDaemon { output: "what docker said".into() },
        OutputError::Docker { output: "what docker said".into() },
        OutputError::DockerNoEnd { waited: Duration::from_secs(450), output: String::new() },
        OutputError::Start {
            program: PathBuf::from("/store/crane"),
            source: ErrorKind::PermissionDenied.into(),
        },
    ]), @"
    [Error: There is no docker program]
    Images get into docker by `docker load`, and no directory of PATH has docker.

    Install it. An app's image can also become a file for `docker load` or `podman
    load` elsewhere:
    coracle build --output docker-archive:app.tar
    (output/docker/missing)

    [Error: Docker's daemon doesn't answer]
    `docker version` reaches none, so the image couldn't be loaded. The daemon that
    DOCKER_HOST or docker's context names must run, and let you in.

    Start it. An app's image can also become a file for `docker load` or `podman
    load` elsewhere:
    coracle build --output docker-archive:app.tar

    Details: what docker said
    (output/docker/daemon)

    [Error: Docker doesn't take the image]
    `docker load` failed, or ended before it had read the image. The daemon that
    DOCKER_HOST or docker's context names must run, and let you in. This must succeed:
    docker info

    Details: what docker said
    (output/docker/load)

    [Error: Docker's daemon doesn't finish]
    `docker load` was given up after 8 minutes. The daemon that DOCKER_HOST or docker's
    context names answers, but doesn't take the image.

    Look into its log, and start it again. An app's image can also become a file for
    `docker load` or `podman load` elsewhere:
    coracle build --output docker-archive:app.tar
    (output/docker/no-end)

    [Error: A program can't be started]
    /store/crane
    is there, but doesn't start. This must succeed:
    /store/crane version

    Details: permission denied
    (output/start)
    ");
}

#[test]
fn of_a_file() {
    insta::assert_snapshot!(rendered(&[
        OutputError::Occupied { path: PathBuf::from("out") },
        OutputError::Several { path: PathBuf::from("out"), count: 2 },
        OutputError::NotAnArchive { path: PathBuf::from("go.mod") },
        write(ErrorKind::StorageFull),
        write(ErrorKind::PermissionDenied),
        write(ErrorKind::NotADirectory),
        write(ErrorKind::BrokenPipe),
    ]), @"
    [Error: The output directory holds something else]
    out
    is there already and isn't an OCI layout, so it isn't replaced.

    Name a directory that doesn't exist yet:
    --output oci:image
    (output/occupied)

    [Error: The output directory holds several images]
    out
    is an OCI layout with 2 images, and the new one would be left alone in it.

    Name a directory that doesn't exist yet:
    --output oci:image
    (output/several)

    [Error: The archive would replace something else]
    go.mod
    is there already and isn't a tar archive, so it isn't replaced.

    Name a file that doesn't exist yet:
    --output docker-archive:image.tar
    (output/not-an-archive)

    [Error: The disk is full]
    While writing /mnt/app.tar
    no space was left. What was half-written is removed.

    Free some space, or name a place on another disk:
    --output docker-archive:/path/with/space

    Details: no storage space
    (disk/full)

    [Error: The output can't be written]
    --output docker-archive: names /mnt/app.tar
    where this user may not write.

    Make its directory yours, or name another place:
    --output docker-archive:/path/of/yours

    Details: permission denied
    (output/permission)

    [Error: The output's path can't be used]
    --output docker-archive: names /mnt/app.tar
    A part of it is a file where a directory must be, or the other way round,
    doesn't exist, or has a name that is too long.

    Name another place, such as:
    --output docker-archive:/path/of/another

    Details: not a directory
    (output/path)

    [Error: The output can't be written]
    The system refused to write /mnt/app.tar

    If the disk is sound, name a place on another one:
    --output docker-archive:/another/disk

    Details: broken pipe
    (output/write)
    ");
}
