//! Debian packages that can't be had, or would not work.

use explain::{Explain, Message, quote};
use linkage::Missing;

use super::io;
use crate::debian::{
    AptError, Clash, DebianError, Failure, Incomplete, SourcesError, WantedError, WantedProblem,
};

impl Explain for DebianError {
    fn explain(&self) -> Message {
        match self {
            Self::Wanted(error) => error.explain(),
            Self::RunImage(error) => error.explain(),
            Self::Sources(error) => error.explain(),
            Self::Apt(error) => error.explain(),
            Self::Unpack { package, source } => {
                let title = format!("{} can't be unpacked", quote(package, 40));
                Message::machine("debian/unpack", title).cause(source)
            }
            Self::Clash(clash) => self::clash(clash),
            Self::Incomplete(all) => incomplete(all),
            Self::Io(error) => io(
                "debian/io",
                "Debian packages can't be read or written",
                error,
            ),
        }
    }
}

impl Explain for WantedError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::Files(error) => error.explain(),
            Self::Invalid {
                origin,
                text,
                problem,
            } => {
                let why = match problem {
                    WantedProblem::Address => {
                        "Only packages of signed archives are taken, by their names. For a\n\
                         package of your own, give the build an archive that has it\n\
                         (BP_DEB_SOURCES)."
                    }
                    WantedProblem::Archive => {
                        "Archives aren't named by the app, but by whoever runs the build, who\n\
                         trusts them: in BP_DEB_SOURCES, as the text of a sources.list."
                    }
                    WantedProblem::Elsewhere => {
                        "Packages are those of the image's own architecture and release of\n\
                         Debian. Leave away what follows the name."
                    }
                    WantedProblem::Malformed => {
                        "A package has a name of lower-case letters, digits, and + - . in it,\n\
                         and after a = a version where only one will do."
                    }
                };
                Message::yours("debian/name", "A Debian package can't be asked for so").body(
                    format!(
                        "{origin} has: {}\n\n{why}\n\nFor example:\nlibpq5",
                        quote(text, 200)
                    ),
                )
            }
        }
    }
}

impl Explain for SourcesError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::None => {
                let title = "Nothing says where Debian packages are";
                Message::machine("debian/no-sources", title).body(
                    "The build image has no sources of apt, not even the example in\n\
                     Debian's own package of it. Use a builder of a newer Coracle, or set\n\
                     BP_DEB_SOURCES to the text of a sources.list.",
                )
            }
            Self::Io(error) => io("debian/sources", "The sources of apt can't be read", error),
        }
    }
}

impl Explain for AptError {
    fn explain(&self) -> Message {
        match self {
            Self::NotRun(error) => {
                let title = "apt can't be run";
                Message::machine("debian/no-apt", title)
                    .body("Debian packages are fetched by apt, and the build image hasn't it, or an\nunusable one. Use a builder of a newer Coracle.")
                    .cause(error)
            }
            Self::Unknown {
                packages,
                origins,
                output,
            } => {
                let names: Vec<String> = packages.iter().map(|name| quote(name, 100)).collect();
                Message::yours("debian/unknown", "There is no such Debian package")
                    .body(format!(
                        "{} asks for:\n{}\n\n\
                     The archives of the image's release of Debian have none of that name\n\
                     and version. Names differ between releases, and from Ubuntu's:\n\
                     apt-cache search on a machine with that release knows them. Leave away\n\
                     a version if there is one, for mirrors keep only the newest.",
                        origins.join(" and "),
                        names.join(", ")
                    ))
                    .details(last_lines(output))
            }
            Self::Conflict { changes } => {
                let changes: Vec<String> =
                    changes.iter().map(|change| quote(change, 200)).collect();
                Message::yours("debian/conflict", "Debian packages don't fit the run image").body(
                    format!(
                        "What is asked for needs packages of the run image in other versions,\n\
                     and a build can't change these:\n\
                     {}\n\n\
                     Leave away the version, or make the builder anew, so that its run\n\
                     image has today's packages.",
                        changes.join("\n")
                    ),
                )
            }
            Self::Failed { failure, output } => failed(*failure).details(last_lines(output)),
            Self::Io(error) => io(
                "debian/apt-io",
                "The files of apt can't be read or written",
                error,
            ),
        }
    }
}

fn failed(failure: Failure) -> Message {
    match failure {
        Failure::Untrusted => Message::network(
            "debian/untrusted",
            "apt doesn't trust an archive of packages",
        )
        .body(
            "The signature of its index is missing or wrong, or of a key that the\n\
                 build image doesn't know. A proxy that changes pages can be the\n\
                 reason. The key of an archive of your own goes into BP_DEB_SOURCES, as\n\
                 Signed-By of a stanza.",
        ),
        Failure::Mismatch => Message::network(
            "debian/mismatch",
            "A Debian package isn't what its index says",
        )
        .body(
            "A file came that differs from what the signed index promises. A mirror\n\
                 that is being updated gives such, and then it helps to retry in an\n\
                 hour; else somebody on the way changes files.",
        ),
        Failure::Network => Message::network("debian/network", "Debian packages can't be fetched")
            .body(
                "apt asked the archive several times and got no answer that it can use.\n\
                 Proxies are those of http_proxy and https_proxy; BP_DEB_SOURCES names\n\
                 another mirror, as the text of a sources.list.",
            ),
        Failure::Unauthorized => {
            Message::yours("debian/unauthorized", "An archive wants to know who asks")
                .body("Give the build the credentials for it: a binding of the type netrc.")
        }
        Failure::Unresolvable => Message::yours(
            "debian/unresolvable",
            "Debian packages can't be there together",
        )
        .body(
            "What is asked for contradicts itself, or what the run image has, as\n\
                 told below.\n\n\
                 Ask for fewer packages, or leave away versions.",
        ),
        Failure::DiskFull => Message::machine("debian/disk-full", "The disk is full")
            .body("Debian packages take more room than there is where the build runs."),
        Failure::Other => Message::machine("debian/apt", "apt failed")
            .body("Debian packages are fetched by apt, which failed as told below."),
    }
}

fn clash(clash: &Clash) -> Message {
    let Clash {
        package,
        other,
        path,
    } = clash;
    let title = "Two Debian packages have the same file";
    Message::yours("debian/clash", title).body(format!(
        "{} and {} both have /{}.\n\nAsk for one of them.",
        quote(package, 100),
        quote(other, 100),
        quote(&path.display().to_string(), 200)
    ))
}

fn incomplete(all: &[Incomplete]) -> Message {
    let lines = all.iter().take(10).map(|Incomplete { file, missing }| {
        let what = match missing {
            Missing::NoLoader => "a loader".to_owned(),
            Missing::Loader(path) => format!("the loader {}", quote(path, 100)),
            Missing::Library(name) => quote(name, 100),
            Missing::Version(required) => {
                format!(
                    "{} of {}",
                    quote(&required.version, 60),
                    quote(&required.library, 100)
                )
            }
        };
        format!("/{} needs {what}", quote(file, 200))
    });
    let title = "A Debian package would not work in the image";
    Message::yours("debian/incomplete", title).body(format!(
        "{}\n\n\
         Neither the packages nor the run image have that. Ask for the package\n\
         that has it, too; on a run image without a C library, none that is\n\
         linked dynamically works.",
        lines.collect::<Vec<_>>().join("\n")
    ))
}

/// The end of what apt wrote, where it says what is wrong.
fn last_lines(output: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<String> = output.lines().map(|line| quote(line, 400)).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
