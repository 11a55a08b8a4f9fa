//! What the output of a package manager that failed means.

/// Why it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolFailure {
    /// The lock doesn't say what package.json wants.
    Outdated,
    /// The registry couldn't be reached.
    Network,
    /// The registry wants other credentials, or any.
    Forbidden,
    /// There is no such package or version.
    NotFound,
    /// A package isn't what the lock says.
    Altered,
    /// The disk is full.
    Full,
    /// A package doesn't work with this version of Node or of the package manager.
    Engine,
    /// What compiles native addons failed.
    Addon,
    /// A script of a package was not allowed to run.
    Blocked,
    /// The memory wasn't enough.
    Memory,
    /// Something else.
    Other,
}

/// What each failure is known by, the more certain ones first: parts of the output in lower case.
const SIGNS: &[(ToolFailure, &[&str])] = &[
    (ToolFailure::Full, &["enospc", "no space left on device"]),
    (
        ToolFailure::Memory,
        &["javascript heap out of memory", "allocation failed - "],
    ),
    (
        ToolFailure::Altered,
        &[
            "eintegrity",
            "err_pnpm_tarball_integrity",
            "integrity check failed",
            "yn0018",
            "integritycheckfailed",
            "the remote archive doesn't match",
        ],
    ),
    (
        ToolFailure::Outdated,
        &[
            "can only install packages when your package.json and package-lock.json",
            "can only install packages when your package.json and npm-shrinkwrap.json",
            "err_pnpm_outdated_lockfile",
            "err_pnpm_lockfile_config_mismatch",
            "err_pnpm_lockfile_missing_dependency",
            "your lockfile needs to be updated",
            "yn0028",
            "lockfile had changes, but lockfile is frozen",
        ],
    ),
    (ToolFailure::Blocked, &["err_pnpm_ignored_builds"]),
    (
        ToolFailure::Engine,
        &[
            "ebadengine",
            "ebaddevengines",
            "err_pnpm_unsupported_engine",
            "the engine \"",
            "found incompatible module",
        ],
    ),
    (
        ToolFailure::Forbidden,
        &[
            "code e401",
            "code e403",
            "err_pnpm_fetch_401",
            "err_pnpm_fetch_403",
            "eneedauth",
            "yn0041",
            "401 unauthorized",
            "403 forbidden",
            "request failed \"401",
            "request failed \"403",
        ],
    ),
    (
        ToolFailure::NotFound,
        &[
            "code e404",
            "etarget",
            "err_pnpm_fetch_404",
            "err_pnpm_no_matching_version",
            "yn0035",
            "couldn't find package",
            "couldn't find any versions",
            "request failed \"404",
            "failed to resolve",
        ],
    ),
    (
        ToolFailure::Addon,
        &[
            "gyp err!",
            "node-gyp failed",
            "prebuild-install warn install no prebuilt",
        ],
    ),
    (
        ToolFailure::Network,
        &[
            "econnrefused",
            "econnreset",
            "enotfound",
            "eai_again",
            "etimedout",
            "err_socket_timeout",
            "err_pnpm_meta_fetch_fail",
            "network request to",
            "getaddrinfo",
            "unable_to_verify_leaf_signature",
            "self_signed_cert",
            "self signed certificate",
            "unable_to_get_issuer_cert",
            "yn0001: requesterror",
            "there appears to be trouble with your network connection",
            "connectionrefused",
            "failed to download",
            "code e500",
            "code e502",
            "code e503",
        ],
    ),
];

/// Looks for what is known.
pub(crate) fn classify(output: &str) -> ToolFailure {
    let output = output.to_ascii_lowercase();
    let mut signs = SIGNS.iter();
    let found = signs.find(|(_, parts)| parts.iter().any(|part| output.contains(part)));
    found.map_or(ToolFailure::Other, |(failure, _)| *failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_tools_say_is_understood() {
        for (output, expected) in [
            (
                "npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.",
                ToolFailure::Outdated,
            ),
            (
                " ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with \"frozen-lockfile\"",
                ToolFailure::Outdated,
            ),
            (
                "error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.",
                ToolFailure::Outdated,
            ),
            (
                "➤ YN0028: │ The lockfile would have been modified by this install",
                ToolFailure::Outdated,
            ),
            (
                "error: lockfile had changes, but lockfile is frozen",
                ToolFailure::Outdated,
            ),
            ("npm error code EINTEGRITY", ToolFailure::Altered),
            ("npm error code E401", ToolFailure::Forbidden),
            ("npm error code E404", ToolFailure::NotFound),
            ("npm error code ETARGET", ToolFailure::NotFound),
            ("npm error code ECONNREFUSED", ToolFailure::Network),
            (
                "npm error code ENOTFOUND\nnpm error network request to",
                ToolFailure::Network,
            ),
            ("npm error code ENOSPC", ToolFailure::Full),
            ("npm error gyp ERR! build error", ToolFailure::Addon),
            (
                "error foo@1.0.0: The engine \"node\" is incompatible with this module.",
                ToolFailure::Engine,
            ),
            (
                " ERR_PNPM_IGNORED_BUILDS  Ignored build scripts: bcrypt",
                ToolFailure::Blocked,
            ),
            (
                "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
                ToolFailure::Memory,
            ),
            ("npm error integrity sha1-e401e404e500", ToolFailure::Other),
            ("SyntaxError: Unexpected token", ToolFailure::Other),
        ] {
            assert_eq!(classify(output), expected, "{output}");
        }
    }
}
