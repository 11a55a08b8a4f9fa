//! What the output of uv means, when it failed.

/// Why uv failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UvFailure {
    /// The lock isn't of the project.
    LockOutOfDate,
    /// No versions fit together.
    NoSolution,
    /// A package that no index has.
    NotFound {
        package: String,
    },
    /// What was downloaded isn't what was locked.
    HashMismatch {
        package: String,
    },
    /// A requirement without a hash, where all must have one.
    HashMissing,
    /// A package that must be compiled, and can't be.
    BuildFailed {
        package: String,
        /// What its compiler lacks, where that can be told.
        lacks: Option<Lacks>,
    },
    /// The project doesn't work with this version of Python.
    PythonMismatch,
    /// A server wants to know who asks.
    Unauthorized,
    /// A server, or a proxy on the way, shows a certificate of an authority that the build doesn't know.
    Certificate,
    /// No server answers.
    Network,
    /// A repository of git can't be fetched.
    Git,
    /// A file that uv can't parse.
    Syntax,
    /// A version of Python that uv doesn't know.
    NoDownload,
    /// A group that isn't there.
    NoGroup {
        group: String,
    },
    /// What is installed doesn't fit together.
    Incompatible,
    DiskFull,
    Killed,
    Other,
}

/// What a compiler lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lacks {
    /// A header: `libpq-fe.h`.
    Header(String),
    /// A library, without `lib`: `pq`.
    Library(String),
    /// A program: `pg_config`, `cargo`.
    Program(String),
    /// A Python module: `numpy`.
    Module(String),
}

/// Reads what uv wrote.
pub(crate) fn classify(output: &str) -> UvFailure {
    let text = without_colour(output);
    let has = |words: &str| text.contains(words);
    if has("No space left on device") {
        return UvFailure::DiskFull;
    }
    if has("Hash mismatch for") {
        let package = between(&text, "Hash mismatch for `", "`").unwrap_or_default();
        return UvFailure::HashMismatch { package };
    }
    if has("needs to be updated") || has("unavailable because the network was disabled") {
        return UvFailure::LockOutOfDate;
    }
    if has("401 Unauthorized")
        || has("403 Forbidden")
        || has("status code 401")
        || has("status code 403")
    {
        return UvFailure::Unauthorized;
    }
    // Of a package that could not be fetched uv says that it could not be built.
    if has("Git operation failed") || has("failed to clone") || has("failed to fetch into") {
        return UvFailure::Git;
    }
    if let Some(failure) = of_build(&text) {
        return failure;
    }
    if has("No download found for request") {
        return UvFailure::NoDownload;
    }
    if has("invalid peer certificate") {
        return UvFailure::Certificate;
    }
    let of_network = [
        "error sending request",
        "error decoding response body",
        "HTTP status server error",
        "dns error",
        "Connection refused",
        "connection closed",
        "timed out",
        "tcp connect error",
        "Failed to fetch",
        "Request failed after",
        "502 Bad Gateway",
        "503 Service Unavailable",
    ];
    if of_network.iter().any(|words| has(words)) {
        return UvFailure::Network;
    }
    of_resolution(&text)
}

fn of_resolution(text: &str) -> UvFailure {
    let has = |words: &str| text.contains(words);
    if has("to have a hash")
        || has("must have a hash")
        || has("requirements must have their versions pinned")
    {
        return UvFailure::HashMissing;
    }
    if has("incompatible with the project") || has("does not satisfy Python") {
        return UvFailure::PythonMismatch;
    }
    if has("is not defined in the project's `dependency-groups`") || has("Group `") {
        let group = between(text, "Group `", "`").unwrap_or_default();
        return UvFailure::NoGroup { group };
    }
    if has("was not found in the package registry")
        || has("was not found in the provided package locations")
    {
        let line = text
            .lines()
            .find(|line| line.contains("was not found in the"));
        let words = line.and_then(|line| line.split(" was not found in the").next());
        let package = words.and_then(|words| words.split_whitespace().next_back());
        let package = package.unwrap_or_default().trim_matches('`').to_owned();
        return UvFailure::NotFound { package };
    }
    if has("No solution found") {
        return UvFailure::NoSolution;
    }
    if has("Couldn't parse requirement") || has("Failed to parse") || has("Unsupported requirement")
    {
        return UvFailure::Syntax;
    }
    if has("Found") && has("incompatibilit") {
        return UvFailure::Incompatible;
    }
    UvFailure::Other
}

fn of_build(text: &str) -> Option<UvFailure> {
    let package = between(text, "Failed to build `", "`")
        .or_else(|| between(text, "Failed to download and build `", "`"))?;
    // The requirements of the build itself: the network, or versions.
    if text.contains("Failed to resolve requirements from") && !text.contains("No solution found") {
        return None;
    }
    let header = between(text, "fatal error: ", ": No such file");
    let library = between(text, "cannot find -l", "\n");
    let library = library.map(|name| name.split(':').next().unwrap_or_default().trim().to_owned());
    let module = between(text, "No module named '", "'");
    let program = PROGRAMS.iter().find(|program| is_lacking(text, program));
    let program = program.map(|program| (*program).to_owned());
    let lacks = header
        .map(Lacks::Header)
        .or(library.map(Lacks::Library))
        .or(program.map(Lacks::Program))
        .or(module.map(Lacks::Module));
    Some(UvFailure::BuildFailed { package, lacks })
}

/// Programs that builds of packages ask for.
const PROGRAMS: [&str; 9] = [
    "pg_config",
    "mysql_config",
    "cargo",
    "rustc",
    "cmake",
    "meson",
    "gfortran",
    "nvcc",
    "swig",
];

fn is_lacking(text: &str, program: &str) -> bool {
    const NOT_THERE: [&str; 4] = [
        "not found",
        "No such file or directory",
        "is not installed",
        "Unable to find",
    ];
    let mut lines = text.lines().filter(|line| line.contains(program));
    lines.any(|line| NOT_THERE.iter().any(|words| line.contains(words)))
}

fn between(text: &str, start: &str, end: &str) -> Option<String> {
    let (_, rest) = text.split_once(start)?;
    let (found, _) = rest.split_once(end)?;
    Some(found.trim().to_owned()).filter(|found| !found.is_empty())
}

/// uv colours its output only for terminals, its children may not ask.
fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
#[path = "uv_failure_tests.rs"]
mod tests;
