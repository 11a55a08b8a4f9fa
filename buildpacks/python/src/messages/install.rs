//! Packages that can't be installed.

use std::collections::BTreeSet;

use explain::{Explain, Message, quote};
use linkage::Missing;

use crate::layers::environment::EnvironmentError;
use crate::linkage_audit::{AuditError, Lack};
use crate::messages::compiling::build_failed;
use crate::messages::locks::out_of_date;
use crate::messages::solving::unsolvable;
use crate::plan::install::Purpose;
use crate::trimming::TrimError;
use crate::uv_command::UvError;
use crate::uv_failure::UvFailure;

impl Explain for EnvironmentError {
    fn explain(&self) -> Message {
        match self {
            Self::Uv(error) => error.explain(),
            Self::Trim(error) => error.explain(),
            Self::Compile(error) => {
                let title = "What is installed can't be compiled";
                Message::machine("python/install/bytecode", title).cause(error)
            }
            Self::Audit(error) => error.explain(),
            Self::Elsewhere(packages) => elsewhere(packages),
            Self::Io(error) => {
                let title = "What is installed can't be read or written";
                Message::machine("python/install/io", title).cause(error)
            }
        }
    }
}

fn elsewhere(packages: &[String]) -> Message {
    let title = "A package lies outside of the app";
    let packages: Vec<String> = packages.iter().map(|name| quote(name, 100)).collect();
    Message::yours("python/install/elsewhere", title).body(format!(
        "Only the directory that BP_APP_DIR names will be in the image, and these are used\n\
         where they lie, which is outside of it:\n{}\n\n\
         Build the whole tree, without BP_APP_DIR: let the project at its root need them,\n\
         and say in a Procfile what is started, for example:\n\
         web: gunicorn --chdir services/api main:app",
        packages.join("\n")
    ))
}

impl Explain for UvError {
    fn explain(&self) -> Message {
        match self {
            Self::NotRun { source } => {
                Message::ours("python/install/not-run", "uv can't be run").cause(source)
            }
            Self::Failed {
                command: _,
                purpose,
                failure,
                output,
            } => failed(*purpose, failure, output).details(last_lines(output)),
            Self::Unset { name } => {
                let title = format!("{} isn't set", quote(name, 40));
                Message::yours("python/install/variable", title).body(format!(
                    "The address of an index, in what the app needs, names the variable {},\n\
                     which is to be filled in.\n\n\
                     Set it in the environment of the build, for example:\n--env {}=value",
                    quote(name, 40),
                    quote(name, 40)
                ))
            }
        }
    }
}

/// The end of what a tool wrote, where it says what is wrong.
pub(super) fn last_lines(output: &str) -> String {
    const LINES: usize = 30;
    // What uv says first of every call.
    let is_news = |line: &&str| !line.starts_with("Using Python ");
    let lines = output.lines().filter(is_news);
    let lines: Vec<String> = lines.map(|line| quote(line, 400)).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

fn failed(purpose: Purpose, failure: &UvFailure, output: &str) -> Message {
    match failure {
        UvFailure::LockOutOfDate => out_of_date("uv.lock", "pyproject.toml", "uv lock"),
        UvFailure::NoSolution | UvFailure::NotFound { .. } | UvFailure::PythonMismatch => {
            unsolvable(failure, output)
        }
        UvFailure::HashMismatch { package } => hash_mismatch(package),
        UvFailure::HashMissing => {
            Message::yours("python/install/hash-missing", "A requirement has no hash").body(
                "Some lines of the requirement files have hashes, and so all of them must have\n\
                 one, and a version with ==.\n\n\
                 Let a tool write them:\nuv pip compile --generate-hashes requirements.in -o requirements.txt",
            )
        }
        UvFailure::BuildFailed { package, lacks } => build_failed(package, lacks.as_ref()),
        UvFailure::Unauthorized => unauthorized(),
        UvFailure::Certificate => certificate(),
        UvFailure::Network => {
            Message::network("python/install/network", "Packages can't be fetched").body(
                "uv asked the index, several times, and got no answer that it can use.\n\
                 Another index is named by UV_DEFAULT_INDEX, or PIP_INDEX_URL.",
            )
        }
        UvFailure::Git => {
            Message::yours("python/install/git", "A repository can't be fetched").body(
                "git could not fetch what the app needs from a repository, as told below.\n\n\
                 See that the address and the revision are right. For a private one, give the\n\
                 build a binding of the type git-credentials or netrc, and an https address.",
            )
        }
        UvFailure::Syntax => {
            Message::yours("python/install/syntax", "What the app needs can't be read").body(
                "uv can't read a requirement, as told below.\n\nMend it; a line looks like this:\nflask==3.0.3",
            )
        }
        UvFailure::NoGroup { group } => {
            let title = format!("There is no group {}", quote(group, 40));
            Message::yours("python/install/no-group", title).body(
                "BP_UV_INSTALL_GROUPS names it, and [dependency-groups] of pyproject.toml\ndoesn't have it.",
            )
        }
        UvFailure::Incompatible => {
            Message::yours("python/install/incompatible", "What is installed doesn't fit together").body(
                "uv pip check found packages that need other versions than those that are\n\
                 installed, as told below.\n\nChange the versions that the app asks for.",
            )
        }
        UvFailure::DiskFull => Message::machine("python/install/disk-full", "The disk is full")
            .body("Installing what the app needs takes more than there is where the build runs."),
        UvFailure::Killed => {
            let title = "The installation was killed";
            Message::machine("python/install/killed", title)
                .body("Most often that is for want of memory. Give the build more.")
        }
        UvFailure::NoDownload | UvFailure::Other => other(purpose),
    }
}

fn unauthorized() -> Message {
    Message::yours(
        "python/install/unauthorized",
        "An index wants to know who asks",
    )
    .body(
        "A server refused to give what the app needs, as told below.\n\n\
         Give the build the credentials for it: a binding of the type netrc, or\n\
         variables in the address of the index, such as https://${USER}:${TOKEN}@host.",
    )
}

fn certificate() -> Message {
    Message::yours("python/install/certificate", "A server isn't trusted").body(
        "Who signed its certificate is unknown to the build: a server of your company, or\n\
         a proxy that reads what passes it.\n\n\
         Give the build the certificate of that authority: a binding of the type\n\
         ca-certificates that holds it, in PEM form.",
    )
}

fn other(purpose: Purpose) -> Message {
    let what = match purpose {
        Purpose::FetchPython => "uv python install",
        Purpose::CheckLock => "uv lock --check",
        Purpose::ExportLock => "uv export",
        Purpose::Install => "uv",
        Purpose::InstallApp => "uv, which installs the app as a package,",
        Purpose::Check => "uv pip check",
    };
    Message::yours(
        "python/install/failed",
        "What the app needs can't be installed",
    )
    .body(format!("{what} failed as told below."))
}

fn hash_mismatch(package: &str) -> Message {
    let title = "A package isn't what was locked";
    Message::yours("python/install/hash", title).body(format!(
        "What was downloaded of {} has another hash than the one that is written down.\n\
         Somebody on the way, or the index, changed it.\n\n\
         Find out who. If the package was released anew under its version, lock again.",
        quote(package, 100)
    ))
}

impl Explain for TrimError {
    fn explain(&self) -> Message {
        match self {
            Self::Io(error) => {
                let title = "What is installed can't be read or written";
                Message::machine("python/install/trim", title).cause(error)
            }
            Self::Strip { file, source } => {
                let title = "A library can't be stripped";
                Message::ours("python/install/strip", title)
                    .body(format!("It is {}.", file.display()))
                    .cause(source)
            }
        }
    }
}

impl Explain for AuditError {
    fn explain(&self) -> Message {
        match self {
            Self::Io(error) => {
                let title = "What is installed can't be read";
                Message::machine("python/install/audit", title).cause(error)
            }
            Self::Missing(lacks) => missing(lacks),
        }
    }
}

fn missing(lacks: &[Lack]) -> Message {
    let lines = lacks.iter().take(10).map(|lack| {
        let file = quote(&lack.file.display().to_string(), 150);
        let package = lack.package.as_ref();
        let package = package.map_or_else(String::new, |package| format!(" (Debian: {package})"));
        match &lack.missing {
            Missing::Library(name) => format!("{file} needs {}{package}", quote(name, 60)),
            Missing::Version(required) => format!(
                "{file} needs {} of {}, which is older",
                quote(&required.version, 60),
                quote(&required.library, 60)
            ),
            Missing::Loader(loader) => format!("{file} needs the loader {}", quote(loader, 60)),
            Missing::NoLoader => format!("{file} needs a loader"),
        }
    });
    let packages: BTreeSet<&str> = lacks
        .iter()
        .filter_map(|lack| lack.package.as_deref())
        .collect();
    let packages = if packages.is_empty() {
        "image. That of libpq.so.5, for example, is:\nBP_DEB_PACKAGES=libpq5".to_owned()
    } else {
        let packages: Vec<&str> = packages.into_iter().collect();
        format!("image:\nBP_DEB_PACKAGES={}", packages.join(" "))
    };
    let more = match lacks.len() {
        0..=10 => String::new(),
        all => format!("\nand {} others", all - 10),
    };
    Message::yours(
        "python/install/linkage",
        "A package needs a library that the image hasn't",
    )
    .body(format!(
        "{}{more}\n\n\
             The image has the libraries of C and C++, zlib and those of Python itself.\n\n\
             Ask for a wheel that brings its libraries, as most do (psycopg2-binary in place\n\
             of psycopg2, opencv-python-headless in place of opencv-python), or put the Debian\n\
             package of the library into the {packages}",
        lines.collect::<Vec<_>>().join("\n")
    ))
}

#[cfg(test)]
#[path = "install_tests.rs"]
mod tests;
