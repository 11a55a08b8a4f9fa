use std::path::PathBuf;

use linkage::{Missing, RequiredVersion};

use super::*;
use crate::debian::{
    AptError, Clash, DebianError, Failure, Incomplete, SourcesError, WantedError, WantedProblem,
};
use crate::environment::Origin;

fn failed() -> CommandError {
    CommandError::NotFound {
        program: "apt-get".to_owned(),
        source: ErrorKind::NotFound.into(),
    }
}

#[test]
fn wishes() {
    let invalid = |text: &str, problem| WantedError::Invalid {
        origin: Origin::line("Aptfile", 2),
        text: text.to_owned(),
        problem,
    };
    insta::assert_snapshot!(render(&[
        &DebianError::from(invalid("https://example.com/a.deb", WantedProblem::Address)),
        &invalid(":repo:deb https://example.com/ ./", WantedProblem::Archive),
        &invalid("libpq5:arm64", WantedProblem::Elsewhere),
        &invalid("LibPQ", WantedProblem::Malformed),
    ]), @"
    Yours [Error: A Debian package can't be asked for so]
    Aptfile line 2 has: https://example.com/a.deb

    Only packages of signed archives are taken, by their names. For a
    package of your own, give the build an archive that has it
    (BP_DEB_SOURCES).

    For example:
    libpq5
    (debian/name)

    Yours [Error: A Debian package can't be asked for so]
    Aptfile line 2 has: :repo:deb https://example.com/ ./

    Archives aren't named by the app, but by whoever runs the build, who
    trusts them: in BP_DEB_SOURCES, as the text of a sources.list.

    For example:
    libpq5
    (debian/name)

    Yours [Error: A Debian package can't be asked for so]
    Aptfile line 2 has: libpq5:arm64

    Packages are those of the image's own architecture and release of
    Debian. Leave away what follows the name.

    For example:
    libpq5
    (debian/name)

    Yours [Error: A Debian package can't be asked for so]
    Aptfile line 2 has: LibPQ

    A package has a name of lower-case letters, digits, and + - . in it,
    and after a = a version where only one will do.

    For example:
    libpq5
    (debian/name)
    ");
}

#[expect(clippy::too_many_lines, reason = "a message for each failure")]
#[test]
fn apt() {
    let failed_by = |failure| AptError::Failed {
        failure,
        output: "E: what apt wrote\n".to_owned(),
    };
    insta::assert_snapshot!(render(&[
        &AptError::NotRun(failed()),
        &AptError::Io(ErrorKind::StorageFull.into()),
        &failed_by(Failure::Untrusted),
        &failed_by(Failure::Mismatch),
        &failed_by(Failure::Network),
        &failed_by(Failure::Unauthorized),
        &failed_by(Failure::Unresolvable),
        &failed_by(Failure::DiskFull),
        &failed_by(Failure::Other),
        &AptError::Unknown {
            packages: vec!["libpq99".to_owned()],
            origins: vec!["Aptfile line 2".to_owned()],
            output: "E: Unable to locate package libpq99\n".to_owned(),
        },
        &AptError::Conflict {
            changes: vec!["libc6 2.41-12 would become 2.41-13".to_owned()],
        },
        &SourcesError::None,
        &SourcesError::Io(ErrorKind::PermissionDenied.into()),
    ]), @"
    Machine [Error: apt can't be run]
    Debian packages are fetched by apt, and the build image hasn't it, or an
    unusable one. Use a builder of a newer Coracle.

    Details: apt-get was not found: entity not found
    (debian/no-apt)

    Machine [Error: The files of apt can't be read or written]
    The disk is full, or a quota is used up. Make room and build again.

    Details: no storage space
    (debian/apt-io)

    Network [Error: apt doesn't trust an archive of packages]
    The signature of its index is missing or wrong, or of a key that the
    build image doesn't know. A proxy that changes pages can be the
    reason. The key of an archive of your own goes into BP_DEB_SOURCES, as
    Signed-By of a stanza.

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.

    Details: E: what apt wrote
    (debian/untrusted)

    Network [Error: A Debian package isn't what its index says]
    A file came that differs from what the signed index promises. A mirror
    that is being updated gives such, and then it helps to retry in an
    hour; else somebody on the way changes files.

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.

    Details: E: what apt wrote
    (debian/mismatch)

    Network [Error: Debian packages can't be fetched]
    apt asked the archive several times and got no answer that it can use.
    Proxies are those of http_proxy and https_proxy; BP_DEB_SOURCES names
    another mirror, as the text of a sources.list.

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.

    Details: E: what apt wrote
    (debian/network)

    Yours [Error: An archive wants to know who asks]
    Give the build the credentials for it: a binding of the type netrc.

    Details: E: what apt wrote
    (debian/unauthorized)

    Yours [Error: Debian packages can't be there together]
    What is asked for contradicts itself, or what the run image has, as
    told below.

    Ask for fewer packages, or leave away versions.

    Details: E: what apt wrote
    (debian/unresolvable)

    Machine [Error: The disk is full]
    Debian packages take more room than there is where the build runs.

    Details: E: what apt wrote
    (debian/disk-full)

    Machine [Error: apt failed]
    Debian packages are fetched by apt, which failed as told below.

    Details: E: what apt wrote
    (debian/apt)

    Yours [Error: There is no such Debian package]
    Aptfile line 2 asks for:
    libpq99

    The archives of the image's release of Debian have none of that name
    and version. Names differ between releases, and from Ubuntu's:
    apt-cache search on a machine with that release knows them. Leave away
    a version if there is one, for mirrors keep only the newest.

    Details: E: Unable to locate package libpq99
    (debian/unknown)

    Yours [Error: Debian packages don't fit the run image]
    What is asked for needs packages of the run image in other versions,
    and a build can't change these:
    libc6 2.41-12 would become 2.41-13

    Leave away the version, or make the builder anew, so that its run
    image has today's packages.
    (debian/conflict)

    Machine [Error: Nothing says where Debian packages are]
    The build image has no sources of apt, not even the example in
    Debian's own package of it. Use a builder of a newer Coracle, or set
    BP_DEB_SOURCES to the text of a sources.list.
    (debian/no-sources)

    Machine [Error: The sources of apt can't be read]
    The build may not read or write there. It runs without root rights:
    what it works on has to belong to its user, or give its group the right.

    Details: permission denied
    (debian/sources)
    ");
}

#[test]
fn packages() {
    let incomplete = |missing| Incomplete {
        file: "usr/lib/liba.so.1".to_owned(),
        missing,
    };
    let version = RequiredVersion {
        library: "libc.so.6".to_owned(),
        version: "GLIBC_2.99".to_owned(),
    };
    let run_image = RunImageError::NoPackages {
        path: "/opt/run.status".into(),
    };
    insta::assert_snapshot!(render(&[
        &DebianError::from(run_image),
        &DebianError::Unpack { package: "liba".to_owned(), source: failed() },
        &DebianError::Io(ErrorKind::StorageFull.into()),
        &DebianError::Clash(Clash {
            package: "liba".to_owned(),
            other: "libb".to_owned(),
            path: PathBuf::from("usr/bin/a"),
        }),
        &DebianError::Incomplete(vec![
            incomplete(Missing::Library("libb.so.2".to_owned())),
            incomplete(Missing::Loader("/lib64/ld-linux-x86-64.so.2".to_owned())),
            incomplete(Missing::Version(version)),
            incomplete(Missing::NoLoader),
        ]),
    ]), @"
    Machine [Error: The builder doesn't list its packages]
    Debian packages go beside those of the run image, which the builder
    lists in a file that this one hasn't:
    /opt/run.status

    It was made by an older Coracle. Use a newer builder.
    (run-image/no-packages)

    Machine [Error: liba can't be unpacked]

    Details: apt-get was not found: entity not found
    (debian/unpack)

    Machine [Error: Debian packages can't be read or written]
    The disk is full, or a quota is used up. Make room and build again.

    Details: no storage space
    (debian/io)

    Yours [Error: Two Debian packages have the same file]
    liba and libb both have /usr/bin/a.

    Ask for one of them.
    (debian/clash)

    Yours [Error: A Debian package would not work in the image]
    /usr/lib/liba.so.1 needs libb.so.2
    /usr/lib/liba.so.1 needs the loader /lib64/ld-linux-x86-64.so.2
    /usr/lib/liba.so.1 needs GLIBC_2.99 of libc.so.6
    /usr/lib/liba.so.1 needs a loader

    Neither the packages nor the run image have that. Ask for the package
    that has it, too; on a run image without a C library, none that is
    linked dynamically works.
    (debian/incomplete)
    ");
}
