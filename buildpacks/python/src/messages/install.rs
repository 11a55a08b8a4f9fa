//! Packages that can't be installed.

use explain::{Explain, Message, quote};
use linkage::Missing;

use crate::layers::environment::EnvironmentError;
use crate::linkage_audit::{AuditError, Lack};
use crate::messages::locks::out_of_date;
use crate::plan::install::Purpose;
use crate::trimming::TrimError;
use crate::uv_command::UvError;
use crate::uv_failure::{Lacks, UvFailure};

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
            Self::Io(error) => {
                let title = "What is installed can't be read or written";
                Message::machine("python/install/io", title).cause(error)
            }
        }
    }
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
            } => failed(*purpose, failure).details(last_lines(output)),
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
    let lines: Vec<String> = output.lines().map(|line| quote(line, 400)).collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

fn failed(purpose: Purpose, failure: &UvFailure) -> Message {
    match failure {
        UvFailure::LockOutOfDate => out_of_date("uv.lock", "pyproject.toml", "uv lock"),
        UvFailure::NoSolution | UvFailure::NotFound { .. } | UvFailure::PythonMismatch => {
            unsolvable(failure)
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
        UvFailure::Unauthorized => {
            Message::yours("python/install/unauthorized", "An index wants to know who asks").body(
                "A server refused to give what the app needs, as told below.\n\n\
                 Give the build the credentials for it: a binding of the type netrc, or\n\
                 variables in the address of the index, such as https://${USER}:${TOKEN}@host.",
            )
        }
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

fn unsolvable(failure: &UvFailure) -> Message {
    match failure {
        UvFailure::NotFound { package } => {
            let title = format!("There is no package {}", quote(package, 38));
            Message::yours("python/install/not-found", title).body(format!(
                "No index that was asked has {}.\n\n\
                 See how its name is written. If it is on an index of your own, name that with\n\
                 --extra-index-url in requirements.txt, or in UV_INDEX.",
                quote(package, 100)
            ))
        }
        UvFailure::PythonMismatch => {
            let title = "The project is for another Python";
            Message::yours("python/install/python", title).body(
                "The project doesn't allow the version of Python that was chosen, as told below.\n\n\
                 Ask for another one in .python-version, or change requires-python.",
            )
        }
        _ => Message::yours("python/install/no-solution", "No versions fit together").body(
            "What the app asks for contradicts itself, or what the packages ask for, as told\n\
             below.\n\n\
             Change the versions, and try it on your machine:\n\
             uv pip compile requirements.txt\n\n\
             With several indexes, uv takes a package from the first that has it. To choose\n\
             among all of them, as pip does: UV_INDEX_STRATEGY=unsafe-best-match",
        ),
    }
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

fn build_failed(package: &str, lacks: Option<&Lacks>) -> Message {
    let package = quote(package, 100);
    let title = "A package can't be compiled";
    let lack = match lacks {
        Some(Lacks::Header(header)) => format!("Its compiler found no {}.", quote(header, 100)),
        Some(Lacks::Library(library)) => format!("Its linker found no lib{}.", quote(library, 60)),
        Some(Lacks::Program(program)) => format!("It needs the program {}.", quote(program, 60)),
        Some(Lacks::Module(module)) => format!(
            "Its setup imports {}, which it doesn't say that it needs.",
            quote(module, 60)
        ),
        None => "What its build says is told below.".to_owned(),
    };
    let debian = lacks.and_then(debian_package);
    let debian = debian.map_or_else(String::new, |name| {
        format!(" In Debian it is in the package {name}, which the build image hasn't.")
    });
    Message::yours("python/install/compile", title).body(format!(
        "{package} has no wheel for this version of Python and this machine, so it was\n\
         compiled. {lack}{debian}\n\n\
         Ask for a version of it that has a wheel, for a package that brings its\n\
         libraries (psycopg2-binary in place of psycopg2), or for another version of\n\
         Python, for which there is one."
    ))
}

/// The packages of what is asked for most.
fn debian_package(lacks: &Lacks) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 14] = [
        ("libpq-fe.h", "libpq-dev"),
        ("pg_config", "libpq-dev"),
        ("pq", "libpq-dev"),
        ("mysql.h", "default-libmysqlclient-dev"),
        ("mysql_config", "default-libmysqlclient-dev"),
        ("ffi.h", "libffi-dev"),
        ("libxml/xmlversion.h", "libxml2-dev"),
        ("libxslt/xsltconfig.h", "libxslt1-dev"),
        ("jpeglib.h", "libjpeg-dev"),
        ("openssl/ssl.h", "libssl-dev"),
        ("lber.h", "libldap-dev"),
        ("sasl/sasl.h", "libsasl2-dev"),
        ("cargo", "cargo"),
        ("cmake", "cmake"),
    ];
    let (Lacks::Header(name) | Lacks::Library(name) | Lacks::Program(name)) = lacks else {
        return None;
    };
    KNOWN
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, package)| *package)
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
             of psycopg2, opencv-python-headless in place of opencv-python).",
        lines.collect::<Vec<_>>().join("\n")
    ))
}

#[cfg(test)]
#[path = "install_tests.rs"]
mod tests;
